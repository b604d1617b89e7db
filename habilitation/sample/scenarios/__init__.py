"""Accesses whose answer is known because of how they were made; each kind says why, by the text that settles it.

The expectations were read off the rules of the policy and the cells of its matrix by hand. The engine is not asked.
"""

from __future__ import annotations

from habilitation.sample.scenarios import (
    actors,
    emergencies,
    flawed,
    justified,
    papers,
    relationship,
    rounding,
    unsettled,
)
from habilitation.sample.scenarios.case import Case, Scenario
from habilitation.sample.scenarios.usual import USUAL

SCENARIOS: tuple[Scenario, ...] = (
    *USUAL,
    *justified.SCENARIOS,
    *relationship.SCENARIOS,
    *papers.SCENARIOS,
    *emergencies.SCENARIOS,
    *actors.SCENARIOS,
    *rounding.SCENARIOS,
    *unsettled.SCENARIOS,
    *flawed.SCENARIOS,
)

__all__ = ["SCENARIOS", "Case", "Scenario"]

"""Lines that cannot be judged, whatever the rules say."""

from __future__ import annotations

import numpy as np

from habilitation.sample.clock import DAY, HOUR
from habilitation.sample.lines import NOTHING, Lines
from habilitation.sample.patients import LONG_STAYING
from habilitation.sample.scenarios.case import INDETERMINATE, Case, scenario
from habilitation.sample.scenarios.justified import FIRST_EDITION


@scenario(INDETERMINATE, "", share=60)
def nobody_named(case: Case) -> Lines:
    """The line names no professional: nothing can be looked up, and nobody can be asked."""
    return case.paper(case.team()) | {"professional": np.full(case.n, NOTHING)}


@scenario(INDETERMINATE, "before_first_edition", share=20)
def before_the_first_edition(case: Case) -> Lines:
    """No edition is in force before 25 September 2024, up to the last hour of the 24th in Paris."""
    found = case.team(kinds=(LONG_STAYING,))
    last_hour = np.arange(case.n) % 2 == 0
    found["t"] = case.draw.between(
        np.where(last_hour, FIRST_EDITION - HOUR, FIRST_EDITION - 20 * DAY), FIRST_EDITION, case.n
    )
    return case.paper(found)


SCENARIOS = (nobody_named, before_the_first_edition)

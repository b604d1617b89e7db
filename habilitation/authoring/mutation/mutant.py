"""A mutant: what was done to a policy, where, and the policy it makes."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from habilitation.checked.policy import Policy
from habilitation.source import Span


class Operator(enum.Enum):
    """What is done to a policy."""

    RULE_DROPPED = "rule_dropped"
    EFFECT_SWAPPED = "effect_swapped"
    CLAUSE_DROPPED = "clause_dropped"
    CLAUSE_NEGATED = "clause_negated"
    VALUE_ADDED = "value_added"
    VALUE_REMOVED = "value_removed"
    SET_WIDENED = "set_widened"
    DATE_SHIFTED = "date_shifted"
    DATE_DROPPED = "date_dropped"
    CELL_FLIPPED = "cell_flipped"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy with one change, made when asked. `before` and `after` are what stands there, in the author's words."""

    operator: Operator
    subject: str
    before: str
    after: str
    span: Span
    policy: Callable[[], Policy] = field(repr=False, compare=False)

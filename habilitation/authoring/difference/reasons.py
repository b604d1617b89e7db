"""Where two editions give the same effect for other reasons: rule by rule, exactly."""

from __future__ import annotations

from dataclasses import dataclass

from habilitation.authoring.difference.effects import UNSTATED, Compared, Rule
from habilitation.compiled.settling import FAILS

_GAINED, _LOST = 1, 2
_NOT_IN_FORCE = Rule(UNSTATED, FAILS)


@dataclass(frozen=True, slots=True)
class RuleMoves:
    """A rule that is a reason of the new answers and not of the old ones, or no longer, though the effect is the same.

    `gained` and `lost` count the situations.
    """

    rule: str
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """The rules that moved, and how many situations have the same effect for other reasons."""

    moves: tuple[RuleMoves, ...]
    situations: int


def reasons(compared: Compared) -> Reasons:
    """Every situation that has the same effect for other reasons, and by which rules."""
    frame, (old, new) = compared.frame, compared.rules
    found, anywhere = [], FAILS
    for name in dict.fromkeys([*new, *old]):
        root = _moved(compared, old.get(name, _NOT_IN_FORCE), new.get(name, _NOT_IN_FORCE))
        if root != FAILS:
            counts = frame.counts(root)
            found.append(RuleMoves(name, counts.get(_GAINED, 0), counts.get(_LOST, 0)))
            anywhere = frame.combined(lambda before, here: int(bool(before or here)), anywhere, root)
    return Reasons(tuple(found), frame.counts(anywhere).get(1, 0))


def _moved(compared: Compared, old: Rule, new: Rule) -> int:
    """Root of the situations where a rule is a reason on one side only, the effect being the same."""
    if old == new:
        return FAILS
    frame = compared.frame
    either = frame.combined(lambda held, holds: int(held or holds), old.where, new.where)

    def answer(agreed: int, held: int, holds: int) -> int:
        was, is_now = held == 1 and agreed == old.effect, holds == 1 and agreed == new.effect
        return 0 if was is is_now else _GAINED if is_now else _LOST

    return frame.combined(answer, frame.kept(compared.agreed, either, UNSTATED), old.where, new.where)


def given_by_both(compared: Compared, name: str) -> int:
    """How many situations have one effect on both sides, for which both give this rule as a reason."""
    old, new = (side[name] for side in compared.rules)
    both = compared.frame.combined(lambda held, holds: int(held and holds), old.where, new.where)
    agreed = compared.frame.counts(compared.frame.kept(compared.agreed, both, UNSTATED))
    return agreed.get(new.effect, 0) if old.effect == new.effect else 0

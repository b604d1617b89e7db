"""The editions of a policy: what is in force on each day of the law's clock, as known on each day of ours."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator

from habilitation.checked.policy import Edition, Matrix, MatrixEdition, Period, Rule, Stretch
from habilitation.diagnostic import Diagnostic, Severity
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST

STRETCHES_AT_MOST = 4_000

_Key = tuple[tuple[int, ...], tuple[int | None, ...]]


def timeline(matrices: tuple[Matrix, ...], rules: tuple[Rule, ...]) -> tuple[tuple[Edition, ...], tuple[Stretch, ...]]:
    """Every different edition once, and the stretches of the two clocks over which each is in force."""
    days, known = _days(matrices, rules), _known(matrices, rules)
    editions: dict[_Key, Edition] = {}
    numbers: dict[_Key, int] = {}
    stretches = []
    # The latest knowledge first, so that its editions take the plain names.
    for known_period in reversed(list(_stretches(known))):
        for period in _stretches(days):
            key = _in_force(matrices, rules, period.start, known_period.start)
            if key is not None and key not in editions:
                numbers[key] = len(editions)
                editions[key] = Edition(_name(period, known_period), *key)
            stretches.append(Stretch(period, known_period, None if key is None else numbers[key]))
    return tuple(editions.values()), tuple(stretches)


def too_many_stretches(matrices: tuple[Matrix, ...], rules: tuple[Rule, ...]) -> Iterator[Diagnostic]:
    """Dates that cut the two clocks in more stretches than can be compiled, told at the last dated thing."""
    count = len(_days(matrices, rules)) * len(_known(matrices, rules))
    if count > STRETCHES_AT_MOST:
        editions = [edition.span for matrix in matrices for edition in matrix.editions]
        dated = (rule.span for rule in rules if (rule.applicable, rule.known) != (Period(), DISTANT_PAST))
        last = [*editions, *dated][-1]
        sentence = f"the dates of the policy cut time into {count} stretches, more than {STRETCHES_AT_MOST}"
        yield Diagnostic("too_many", sentence, last, "give the same dates to what changes together")


def _days(matrices: tuple[Matrix, ...], rules: tuple[Rule, ...]) -> set[datetime.date]:
    """The days on which something starts or stops to apply."""
    periods = [edition.applicable for matrix in matrices for edition in matrix.editions]
    periods += [rule.applicable for rule in rules]
    return {DISTANT_PAST, *(period.start for period in periods), *(period.end for period in periods)}


def _known(matrices: tuple[Matrix, ...], rules: tuple[Rule, ...]) -> set[datetime.date]:
    """The days on which something is learnt."""
    learnt = {edition.known for matrix in matrices for edition in matrix.editions}
    return {DISTANT_PAST, *learnt, *(rule.known for rule in rules)}


def _stretches(days: set[datetime.date]) -> Iterator[Period]:
    ordered = sorted(days | {DISTANT_FUTURE})
    for start, end in itertools.pairwise(ordered):
        yield Period(start, end)


def _in_force(
    matrices: tuple[Matrix, ...], rules: tuple[Rule, ...], day: datetime.date, known_on: datetime.date
) -> _Key | None:
    chosen = tuple(edition_in_force(matrix, day, known_on) for matrix in matrices)
    if matrices and not _begun(matrices, day, known_on):
        return None
    in_force = (index for index, rule in enumerate(rules) if rule.applicable.holds(day) and rule.known <= known_on)
    return tuple(in_force), chosen


def _begun(matrices: tuple[Matrix, ...], day: datetime.date, known_on: datetime.date) -> bool:
    editions = (edition for matrix in matrices for edition in matrix.editions)
    return any(edition.applicable.start <= day and edition.known <= known_on for edition in editions)


def edition_in_force(matrix: Matrix, day: datetime.date, known_on: datetime.date) -> int | None:
    """Ordinal of the edition of a matrix in force: of those applicable, the last to be known."""
    candidates = [
        (edition.known, index)
        for index, edition in enumerate(matrix.editions)
        if edition.applicable.holds(day) and edition.known <= known_on
    ]
    return max(candidates)[1] if candidates else None


def _name(period: Period, known: Period) -> str:
    name = "always" if period.start == DISTANT_PAST else period.start.isoformat()
    return name if known.end == DISTANT_FUTURE else f"{name}@{known.start.isoformat()}"


def overlapping_editions(matrices: tuple[Matrix, ...]) -> Iterator[Diagnostic]:
    """Two editions over the same days, known from the same day: nothing says which prevails."""
    for matrix in matrices:
        for one, other in itertools.combinations(matrix.editions, 2):
            if one.known == other.known and _overlap(one.applicable, other.applicable):
                sentence = f"the editions `{one.id}` and `{other.id}` of `{matrix.name}` overlap"
                way_out = "end the first with `until`, or say from when the second is known"
                yield Diagnostic("overlapping_editions", sentence, other.span, way_out)


def _overlap(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end


def edition_gaps(matrices: tuple[Matrix, ...]) -> Iterator[Diagnostic]:
    """Days between two editions of a matrix, or after the last, on which every cell is not covered."""
    for matrix in matrices:
        reached: MatrixEdition | None = None
        for edition in sorted(matrix.editions, key=lambda edition: edition.applicable.start):
            if reached is not None and reached.applicable.end < edition.applicable.start:
                days = f"from {reached.applicable.end} to {edition.applicable.start}"
                sentence = f"no edition of `{matrix.name}` {days}"
                yield Diagnostic(
                    "edition_gap", sentence, edition.span, "its cells are not covered then", Severity.WARNING
                )
            if reached is None or edition.applicable.end > reached.applicable.end:
                reached = edition
        if reached is not None and reached.applicable.end < DISTANT_FUTURE:
            sentence = f"no edition of `{matrix.name}` from {reached.applicable.end} on"
            yield Diagnostic("edition_gap", sentence, reached.span, "its cells are not covered then", Severity.WARNING)

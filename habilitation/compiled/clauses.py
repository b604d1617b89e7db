"""A condition as clauses: conjunctions with one literal a symbol. Distribution, then merging what repeats."""

from __future__ import annotations

from collections.abc import Sequence

from habilitation.checked.policy import And, Cell, Condition, Is, Not, Or

# A symbol is an axis or a matrix; a literal keeps the values of one symbol that are compatible with the clause.
Symbol = tuple[str, int]
Clause = dict[Symbol, frozenset[int]]
CLAUSES_AT_MOST = 4_000
_PAIRS_AT_MOST = 16 * CLAUSES_AT_MOST  # pairs of clauses put together at once
_MERGED_AT_MOST = 200  # past this, clauses are left as they are: merging compares them two by two, again and again


class TooManyClausesError(Exception):
    """A condition whose distribution would not stay small."""


def clauses_of(condition: Condition, sizes: dict[Symbol, int], negated: bool = False) -> list[Clause]:
    """The clauses of a condition (or of its negation): it holds where one of them does.

    `sizes` counts the values of each symbol. Raises TooManyClausesError past CLAUSES_AT_MOST.
    """
    return _merged(_distributed(condition, sizes, negated), sizes)


def _distributed(condition: Condition, sizes: dict[Symbol, int], negated: bool) -> list[Clause]:
    match condition:
        case Is(axis, values):
            return _literal(("axis", axis), values, sizes, negated)
        case Cell(matrix, values):
            return _literal(("matrix", matrix), values, sizes, negated)
        case Not(part):
            return _distributed(part, sizes, not negated)
        case And(parts) | Or(parts):
            alternatives = [clauses_of(part, sizes, negated) for part in parts]
            if isinstance(condition, And) is not negated:
                return _product(alternatives)
            return [clause for clauses in alternatives for clause in clauses]


def _literal(symbol: Symbol, values: frozenset[int], sizes: dict[Symbol, int], negated: bool) -> list[Clause]:
    every = frozenset(range(sizes[symbol]))
    kept = every - values if negated else values
    if not kept:
        return []
    return [{}] if kept == every else [{symbol: kept}]


def _product(alternatives: Sequence[list[Clause]]) -> list[Clause]:
    product: list[Clause] = [{}]
    for clauses in alternatives:
        if len(product) * len(clauses) > _PAIRS_AT_MOST:
            raise TooManyClausesError
        product = [both for one in product for other in clauses if (both := _conjunction(one, other)) is not None]
        if len(product) > CLAUSES_AT_MOST:
            raise TooManyClausesError
    return product


def _conjunction(one: Clause, other: Clause) -> Clause | None:
    both = dict(one)
    for symbol, values in other.items():
        both[symbol] = both[symbol] & values if symbol in both else values
        if not both[symbol]:
            return None
    return both


def _merged(clauses: list[Clause], sizes: dict[Symbol, int]) -> list[Clause]:
    """The same condition in fewer clauses: drop what another implies, join two that differ in one symbol."""
    kept = list(clauses)
    changed = len(kept) <= _MERGED_AT_MOST
    while changed:
        changed = False
        kept = [clause for index, clause in enumerate(kept) if not _redundant(index, kept)]
        for index, one in enumerate(kept):
            for other in kept[index + 1 :]:
                joined = _joined(one, other, sizes)
                if joined is not None:
                    kept = [clause for clause in kept if clause is not one and clause is not other] + [joined]
                    changed = True
                    break
            if changed:
                break
    return sorted(kept, key=_order)


def _redundant(index: int, clauses: list[Clause]) -> bool:
    clause = clauses[index]
    return any(
        _implies(clause, other) and (position < index or not _implies(other, clause))
        for position, other in enumerate(clauses)
        if position != index
    )


def _implies(one: Clause, other: Clause) -> bool:
    return all(symbol in one and one[symbol] <= values for symbol, values in other.items())


def _joined(one: Clause, other: Clause, sizes: dict[Symbol, int]) -> Clause | None:
    if one.keys() != other.keys():
        return None
    different = [symbol for symbol in one if one[symbol] != other[symbol]]
    if len(different) != 1:
        return None
    (symbol,) = different
    values = one[symbol] | other[symbol]
    rest = {kept: held for kept, held in one.items() if kept != symbol}
    return rest if len(values) == sizes[symbol] else {**rest, symbol: values}


def _order(clause: Clause) -> list[tuple[Symbol, list[int]]]:
    return sorted((symbol, sorted(values)) for symbol, values in clause.items())

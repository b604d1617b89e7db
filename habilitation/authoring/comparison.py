"""The total comparison of the compiled tables with the definition.

A product of 31 axes cannot be enumerated, so the comparison is a decomposition; nothing in it rests on a sample.

1. Cells. Every coordinate of every matrix: the cell of the tables is the cell of the definition, and the matrix reads
   the same axes.
2. Clauses. For each rule, every combination of what its condition can tell apart (the values of a symbol fall in
   classes by the sets the condition names; a matrix counts as a symbol, its cell free): the rule holds by the
   definition if and only if the tables leave one of its clauses. Every other value of a class has the bits of the
   one enumerated,
   and every symbol the condition does not name leaves all the rule's clauses. With 1, for every situation: a rule holds
   if and only if the intersection of the bits of its values and cells has one of its clauses.
3. Kinds. Every clause is in the mask of its rule's effect and in no other, so the first mask that meets the
   intersection gives the definition's effect, and the rules of the clauses it meets are the definition's reasons.
4. Desks. For each action, group and joint code: the word is the intersection of the bits of the group's values and
   cells, renumbered; every symbol is in a group, every relay gives the cell of its matrix. With 3, intersecting the
   words of a situation gives the clauses of 2: that is what the scalar path does, and the numpy path, whose words a
   test compares with those of the desks.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from habilitation.checked import meaning
from habilitation.checked.policy import And, Cell, Condition, Is, Not, Or, Policy
from habilitation.compiled.joint import Desk, Plan, packed
from habilitation.compiled.layout import desk, plan
from habilitation.compiled.reading import Reading, cell, reading
from habilitation.compiled.tables import Tables
from habilitation.vocabulary import PRECEDENCE

_SHOWN_AT_MOST = 20


@dataclass(slots=True)
class Comparison:
    """How many statements of one kind were compared, and those that were false."""

    compared: int
    disagreements: list[str]

    def that(self, true: bool, *sentence: object) -> None:
        """Compare once; `sentence` is put together only when it is false."""
        self.compared += 1
        if not true and len(self.disagreements) < _SHOWN_AT_MOST:
            self.disagreements.append(" ".join(map(str, sentence)))


def compared(policy: Policy, tables: Tables, number: int) -> dict[str, Comparison]:
    """The comparison of one edition, by step of the argument."""
    one = reading(tables, tables.editions[number])
    found = {step: Comparison(0, []) for step in ("cells", "clauses", "kinds", "desks")}
    _cells(policy, one, number, found["cells"])
    for rule in policy.editions[number].rules:
        _Clauses(policy, one, number, rule, found["clauses"]).compare()
    _kinds(policy, one, found["kinds"])
    _names(policy, one, number, found["kinds"])
    _desks(one, found["desks"])
    return found


def _cells(policy: Policy, one: Reading, number: int, found: Comparison) -> None:
    for index, (matrix, table) in enumerate(zip(policy.matrices, one.tables.matrices, strict=True)):
        chosen = policy.editions[number].matrices[index]
        found.that((-1 if chosen is None else chosen) == one.edition.matrices[index], "edition of", matrix.name)
        inputs = tuple(~given.index if given.is_matrix else given.index for given in matrix.inputs)
        found.that(table.inputs == inputs, "inputs of", matrix.name)
        stated = {} if chosen is None else matrix.editions[chosen].cells
        for where in itertools.product(*map(range, table.shape)):
            values = {given: at for given, at in zip(table.inputs, where, strict=True) if given >= 0}
            before = {~given: at for given, at in zip(table.inputs, where, strict=True) if given < 0}
            at = cell(table, one.edition.matrices[index], _At(values), _At(before))
            found.that(at == stated.get(where, 0), "cell", where, "of", matrix.name)


class _At(Sequence[int]):
    """A sequence of which only some places are asked."""

    def __init__(self, places: dict[int, int]) -> None:
        self._places = places

    def __getitem__(self, place: Any) -> Any:
        return self._places[place]

    def __len__(self) -> int:
        return len(self._places)


class _Clauses:
    """Step 2 for one rule."""

    def __init__(self, policy: Policy, one: Reading, number: int, rule: int, found: Comparison) -> None:
        self._policy, self._edition, self._found = policy, policy.editions[number], found
        self._rule, self._axes = policy.rules[rule], len(policy.axes)
        self._mask = sum(1 << bit for bit, owner in enumerate(one.edition.clauses) if owner == rule)
        # A matrix is a symbol past the axes, its cell a value like another.
        self._columns = [*one.edition.axis_bits, *one.edition.cell_bits]
        self._condition = self._free(self._rule.condition)

    def _free(self, condition: Condition) -> Condition:
        match condition:
            case Cell(matrix, values):
                return Is(self._axes + matrix, values)
            case Not(part):
                return Not(self._free(part))
            case And(parts):
                return And(tuple(map(self._free, parts)))
            case Or(parts):
                return Or(tuple(map(self._free, parts)))
            case Is():
                return condition

    def compare(self) -> None:
        named: dict[int, list[frozenset[int]]] = {}
        for symbol, one_set in _sets(self._condition):
            named.setdefault(symbol, []).append(one_set)
        representatives = [self._representatives(symbol, sets) for symbol, sets in named.items()]
        for symbol, column in enumerate(self._columns):
            if symbol not in named:
                for value, bits in enumerate(column):
                    self._found.that(bits & self._mask == self._mask, *self._place(symbol, value))
        for values in itertools.product(*representatives):
            situation = dict(zip(named, values, strict=True))
            holds = meaning.holds(self._policy, self._edition, self._condition, situation)
            live = self._mask
            for symbol, value in situation.items():
                live &= self._columns[symbol][value]
            self._found.that(holds is bool(live), self._rule.name, "at", situation)

    def _representatives(self, symbol: int, sets: list[frozenset[int]]) -> list[int]:
        """One value a class; the others have its bits, which is compared."""
        classes: dict[tuple[bool, ...], int] = {}
        for value, bits in enumerate(self._columns[symbol]):
            first = classes.setdefault(tuple(value in one for one in sets), value)
            alike = bits & self._mask == self._columns[symbol][first] & self._mask
            self._found.that(alike, *self._place(symbol, value))
        return list(classes.values())

    def _place(self, symbol: int, value: int) -> tuple[object, ...]:
        return "bits of value", value, "of symbol", symbol, "for", self._rule.name


def _sets(condition: Condition) -> Iterator[tuple[int, frozenset[int]]]:
    match condition:
        case Is(axis, values):
            yield axis, values
        case Not(part):
            yield from _sets(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _sets(part)
        case Cell():
            raise AssertionError("cells are symbols here")


def _kinds(policy: Policy, one: Reading, found: Comparison) -> None:
    for bit, rule in enumerate(one.edition.clauses):
        effect = policy.rules[rule].effect
        for (kind, _), mask in zip(PRECEDENCE, one.masks, strict=True):
            found.that(bool(mask >> bit & 1) is (kind is effect), "kind of clause", bit)


def _names(policy: Policy, one: Reading, number: int, found: Comparison) -> None:
    """What an answer is made with besides the bits: which rules are in force and when, names, values, defaults."""
    edition = policy.editions[number]
    found.that(one.edition.rules == edition.rules, "rules in force")
    found.that(set(one.edition.clauses) <= set(edition.rules), "a clause of a rule that is not in force")
    found.that([rule.name for rule in one.tables.rules] == [rule.name for rule in policy.rules], "names of rules")
    for axis, table in zip(policy.axes, one.tables.axes, strict=True):
        found.that(table.name == axis.name, "name of", axis.name)
        found.that(table.default == (-1 if axis.default is None else axis.default), "default of", axis.name)
        found.that(
            [value.name for value in table.values] == [value.name for value in axis.values], "values of", axis.name
        )
    for stretch, dated in zip(policy.timeline, one.tables.timeline, strict=True):
        stated = stretch.applicable.start, stretch.applicable.end, stretch.known.start, stretch.known.end
        found.that((dated.start, dated.end, dated.known_start, dated.known_end) == stated, "stretch", stated)
        found.that(dated.edition == (-1 if stretch.edition is None else stretch.edition), "edition of", stated)


def _desks(one: Reading, found: Comparison) -> None:
    planned = plan(one)
    met: set[int] = set()
    for relay in planned.relays:
        inputs = one.tables.matrices[relay.matrix].inputs
        found.that(relay.inputs == inputs, "inputs of relay", relay.matrix)
        found.that({~given for given in inputs if given < 0} <= met, "relay", relay.matrix, "before its inputs")
        met.add(relay.matrix)
    used = {~symbol for group in planned.groups for symbol in group.symbols if symbol < 0}
    found.that(used <= met, "a group uses a relay that is not there")
    placed = {symbol for group in planned.groups for symbol in group.symbols}
    placed |= {planned.desk_axis} if planned.desk_axis >= 0 else set()
    inside = {matrix for group in planned.groups for matrix in group.matrices}
    for axis in range(len(one.tables.axes)):
        found.that(axis in placed, "axis", axis, "is in no group")
    for matrix, bits in enumerate(one.edition.cell_bits):
        quiet = all(value == one.every for value in bits)
        found.that(quiet or ~matrix in placed or matrix in inside, "matrix", matrix, "is in no group")
    for relay in planned.relays:
        for where in itertools.product(*map(range, one.tables.matrices[relay.matrix].shape)):
            _relay(one, relay.matrix, where, relay.cells, relay.shape, found)
    actions = len(one.tables.axes[planned.desk_axis].values) if planned.desk_axis >= 0 else 1
    for action in range(actions):
        _desk(one, planned, desk(one, planned, action), action, found)


def _relay(
    one: Reading, matrix: int, where: tuple[int, ...], cells: Sequence[int], shape: Sequence[int], found: Comparison
) -> None:
    table = one.tables.matrices[matrix]
    values = {given: at for given, at in zip(table.inputs, where, strict=True) if given >= 0}
    before = {~given: at for given, at in zip(table.inputs, where, strict=True) if given < 0}
    stated = cell(table, one.edition.matrices[matrix], _At(values), _At(before))
    found.that(cells[packed(where, shape)] == stated, "relay", matrix, "at", where)


def _desk(one: Reading, planned: Plan, laid_out: Desk, action: int, found: Comparison) -> None:
    alive = one.every
    if planned.desk_axis >= 0:
        alive &= one.edition.axis_bits[planned.desk_axis][action]
    clauses = [bit for bit in range(len(one.edition.clauses)) if alive >> bit & 1]
    found.that(laid_out.rules == tuple(one.edition.clauses[bit] for bit in clauses), "rules of desk", action)
    renumbered: dict[int, int] = {}

    def local(bits: int) -> int:
        kept = bits & alive
        if kept not in renumbered:
            renumbered[kept] = sum(1 << new for new, old in enumerate(clauses) if kept >> old & 1)
        return renumbered[kept]

    for mask, whole in zip(laid_out.masks, one.masks, strict=True):
        found.that(mask == local(whole), "masks of desk", action)
    for group, may, must in zip(planned.groups, laid_out.may, laid_out.must, strict=True):
        sizes = [
            len(one.tables.axes[s].values) if s >= 0 else len(one.tables.matrices[~s].values) for s in group.symbols
        ]
        for where in itertools.product(*map(range, sizes)):
            code = packed(where, group.sizes)
            word = local(_group_word(one, planned.desk_axis, action, group.symbols, group.matrices, where))
            some = laid_out.every if may is None else may[code]
            all_ = laid_out.every if must is None else must[code]
            found.that(some == word == all_, "desk", action, ", group", group.symbols, ", values", where)


def _group_word(
    one: Reading, desk_axis: int, action: int, symbols: Sequence[int], matrices: Sequence[int], where: Sequence[int]
) -> int:
    values = {symbol: at for symbol, at in zip(symbols, where, strict=True) if symbol >= 0} | {desk_axis: action}
    cells = {~symbol: at for symbol, at in zip(symbols, where, strict=True) if symbol < 0}
    bits = one.every
    for symbol, value in zip(symbols, where, strict=True):
        bits &= one.edition.axis_bits[symbol][value] if symbol >= 0 else one.edition.cell_bits[~symbol][value]
    for matrix in matrices:
        at = cell(one.tables.matrices[matrix], one.edition.matrices[matrix], _At(values), _At(cells))
        bits &= one.edition.cell_bits[matrix][at]
    return bits

"""Laying out joint tables: which axes share a group, which matrices are relays, and the words of each desk."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_, or_

from habilitation.compiled.joint import Desk, Group, Plan, Relay, packed
from habilitation.compiled.reading import Reading
from habilitation.compiled.tables import MatrixTable
from habilitation.vocabulary import ACTION

CODES_AT_MOST = 4096  # joint codes of a group that evaluates matrices
PLAIN_CODES_AT_MOST = 512  # joint codes of a group of axes alone

# --- planning --------------------------------------------------------------------------------------


def plan(reading: Reading) -> Plan:
    """The plan of an edition."""
    tables = reading.tables
    desk_axis = next((index for index, axis in enumerate(tables.axes) if axis.name == ACTION), -1)
    sizes = {index: len(axis.values) + (axis.default < 0) for index, axis in enumerate(tables.axes)}
    sizes |= {~index: len(matrix.values) + 1 for index, matrix in enumerate(tables.matrices)}
    packer = _Packer(reading, desk_axis, sizes)
    groups = [*packer.with_matrices(), *packer.plain()]
    return Plan(
        desk_axis=desk_axis,
        relays=tuple(_relay(reading, matrix, sizes) for matrix in sorted(packer.relays)),
        groups=tuple(Group(symbols, tuple(sizes[one] for one in symbols), inside) for symbols, inside in groups),
        sizes=tuple(len(axis.values) for axis in tables.axes),
    )


class _Packer:
    """Puts every axis, and every relay, in at least one group."""

    def __init__(self, reading: Reading, desk_axis: int, sizes: dict[int, int]) -> None:
        self._matrices, self._sizes = reading.tables.matrices, sizes
        # A deskless plan has the axis -1, which is also how the cell of matrix 0 is spelt.
        self._apart = {desk_axis} if desk_axis >= 0 else set[int]()
        self._axes = range(len(reading.tables.axes))
        self._needed = needed_matrices(reading)
        self.relays = {~given for one in self._needed for given in self._matrices[one].inputs if given < 0}
        self.relays |= {one for one in self._needed if self._joint(self._inputs(one)) > CODES_AT_MOST}
        self._placed = set(self._apart)

    def _joint(self, symbols: Iterable[int]) -> int:
        return math.prod(self._sizes[symbol] for symbol in symbols)

    def _inputs(self, matrix: int) -> frozenset[int]:
        return frozenset(self._matrices[matrix].inputs) - self._apart

    def with_matrices(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Groups around the inputs of matrices; matrices that share inputs share a group while it stays small."""
        homes: list[tuple[set[int], list[int]]] = []
        for matrix in sorted(self._needed - self.relays, key=lambda m: (-self._joint(self._inputs(m)), m)):
            inputs = self._inputs(matrix)
            for symbols, inside in homes:
                if symbols & inputs and self._joint(symbols | inputs) <= CODES_AT_MOST:
                    symbols.update(inputs)
                    inside.append(matrix)
                    break
            else:
                homes.append((set(inputs), [matrix]))
        for symbols, inside in homes:
            self._placed |= symbols
            yield tuple(sorted(symbols)), tuple(inside)

    def plain(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Groups of what is left, the largest symbols first."""
        left = [axis for axis in self._axes if axis not in self._placed]
        left += [~matrix for matrix in sorted(self.relays) if ~matrix not in self._placed]
        groups: list[list[int]] = []
        for symbol in sorted(left, key=lambda one: -self._sizes[one]):
            for group in groups:
                if self._joint([*group, symbol]) <= PLAIN_CODES_AT_MOST:
                    group.append(symbol)
                    break
            else:
                groups.append([symbol])
        for group in groups:
            yield tuple(sorted(group)), ()


def needed_matrices(reading: Reading) -> set[int]:
    """The matrices some clause looks at, directly or through another."""
    edition = reading.edition
    needed = {matrix for matrix, bits in enumerate(edition.cell_bits) if any(one != reading.every for one in bits)}
    for matrix in reversed(range(len(edition.cell_bits))):
        if matrix in needed:
            needed |= {~given for given in reading.tables.matrices[matrix].inputs if given < 0}
    return needed


def _relay(reading: Reading, matrix: int, sizes: dict[int, int]) -> Relay:
    table, chosen = reading.tables.matrices[matrix], reading.edition.matrices[matrix]
    shape = tuple(sizes[given] for given in table.inputs)
    stated = table.editions[chosen].cells if chosen >= 0 else (0,) * math.prod(table.shape)

    def known(where: tuple[int, ...]) -> int:
        if all(at < size for at, size in zip(where, table.shape, strict=True)):
            return stated[packed(where, table.shape)]
        return len(table.values)  # not known, whatever the completions say: the exact path sorts it out

    return Relay(matrix, table.inputs, shape, tuple(map(known, itertools.product(*map(range, shape)))))


# --- laying out a desk -----------------------------------------------------------------------------


def desk(reading: Reading, planned: Plan, action: int) -> Desk:
    """The desk of one value of the desk axis (0 when there is none)."""
    alive = reading.every
    if planned.desk_axis >= 0:
        alive &= reading.edition.axis_bits[planned.desk_axis][action]
    clauses = [bit for bit in range(len(reading.edition.clauses)) if alive >> bit & 1]
    renumbered: dict[int, int] = {}

    def local(bits: int) -> int:
        kept = bits & alive
        if kept not in renumbered:
            renumbered[kept] = sum(1 << new for new, old in enumerate(clauses) if kept >> old & 1)
        return renumbered[kept]

    every = local(alive)
    may: list[tuple[int, ...] | None] = []
    must: list[tuple[int, ...] | None] = []
    for group in planned.groups:
        some, all_ = zip(*_GroupBits(reading, planned, group, action).rows(), strict=True)
        constant = all(local(bits) == every for bits in {*some, *all_})
        may.append(None if constant else tuple(map(local, some)))
        must.append(None if constant else tuple(map(local, all_)))
    masks = tuple(local(mask) for mask in reading.masks)
    rules = tuple(reading.edition.clauses[clause] for clause in clauses)
    return Desk(every, tuple(may), tuple(must), masks, rules)


class _GroupBits:
    """The (may, must) bits of each code of one group."""

    def __init__(self, reading: Reading, planned: Plan, group: Group, action: int) -> None:
        self._reading, self._group = reading, group
        self._desk = {planned.desk_axis: action} if planned.desk_axis >= 0 else {}
        edition = reading.edition
        self._columns = [edition.axis_bits[one] if one >= 0 else edition.cell_bits[~one] for one in group.symbols]
        self._known: dict[tuple[int, tuple[int, ...]], tuple[int, int]] = {}

    def rows(self) -> Iterator[tuple[int, int]]:
        for where in itertools.product(*map(range, self._group.sizes)):
            may = must = self._reading.every
            for column, at in zip(self._columns, where, strict=True):
                may &= column[at] if at < len(column) else reduce(or_, column)
                must &= column[at] if at < len(column) else reduce(and_, column)
            for matrix in self._group.matrices:
                some, all_ = self._cell_bits(matrix, where)
                may &= some
                must &= all_
            yield may, must

    def _cell_bits(self, matrix: int, where: tuple[int, ...]) -> tuple[int, int]:
        tables, edition = self._reading.tables, self._reading.edition
        table, chosen = tables.matrices[matrix], edition.matrices[matrix]
        at = dict(zip(self._group.symbols, where, strict=True)) | self._desk
        coordinates = tuple(at[given] for given in table.inputs)
        key = (matrix, coordinates)
        if key not in self._known:
            sides = [[one] if one < size else range(size) for one, size in zip(coordinates, table.shape, strict=True)]
            cells = {_cell(table, chosen, side) for side in itertools.product(*sides)}
            bits = [edition.cell_bits[matrix][value] for value in cells]
            self._known[key] = reduce(or_, bits), reduce(and_, bits)
        return self._known[key]


def _cell(table: MatrixTable, chosen: int, where: tuple[int, ...]) -> int:
    return table.editions[chosen].cells[packed(where, table.shape)] if chosen >= 0 else 0

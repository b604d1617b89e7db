"""The situations of an edition alone, and what is left of a diagram over them once something is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from habilitation.authoring.difference.frame import Frame, Half
from habilitation.compiled.diagram import Space
from habilitation.compiled.tables import EditionTable, Tables

Given = Mapping[int, int]  # axis → value
Within = Mapping[int, frozenset[int]]  # axis → values, of which it has one


class OneEdition(Frame):
    """The frame of an edition, over the space of its answers: lines are axes, roots are those of the space."""

    def __init__(self, tables: Tables, edition: EditionTable, space: Space) -> None:
        half = Half(tables, edition)
        super().__init__(half, half)
        self._class_numbers = space.classes
        self.order, self.forest = space.order, space.forest
        self.places = {line: place for place, line in enumerate(self.order)}

    def once(self, root: int, axis: int, number: int, kept: dict[tuple[int, int], int]) -> int:
        """The diagram once an axis is known to be in a class; `kept` is what was found of that axis."""
        if root < 0 or self.places[self.forest.axes[root]] > self.places[axis]:
            return root
        if self.forest.axes[root] == axis:
            return self.forest.children[root][number]
        if (root, number) not in kept:
            children = tuple(self.once(child, axis, number, kept) for child in self.forest.children[root])
            kept[root, number] = self.forest.node(self.forest.axes[root], children)
        return kept[root, number]

    def known_to_be(self, given: Given, axes: Iterable[int], root: int) -> int:
        """The diagram once some axes are known to have their given values; those that have none stay open."""
        for axis in axes:
            if axis in given:
                root = self.once(root, axis, self._class_numbers[axis][given[axis]], {})
        return root

    def kept_to(self, within: Within, root: int) -> int:
        """The diagram where some axes have one of some values: the others lead where one of these does."""
        for axis, values in within.items():
            classes = self._class_numbers[axis]
            root = self._replaced(root, axis, frozenset(classes[value] for value in values), {})
        return root

    def _replaced(self, root: int, axis: int, inside: frozenset[int], kept: dict[int, int]) -> int:
        if root < 0 or self.places[self.forest.axes[root]] > self.places[axis]:
            return root
        if root not in kept:
            below = self.forest.children[root]
            if self.forest.axes[root] == axis:
                first = below[min(inside)]
                children = tuple(child if number in inside else first for number, child in enumerate(below))
            else:
                children = tuple(self._replaced(child, axis, inside, kept) for child in below)
            kept[root] = self.forest.node(self.forest.axes[root], children)
        return kept[root]

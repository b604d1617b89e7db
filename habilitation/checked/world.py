"""What the rules of a policy speak of: its axes and its matrices, resolved."""

from __future__ import annotations

from habilitation.checked.axes import AxisReader
from habilitation.checked.matrices import MatrixReader
from habilitation.checked.mistakes import Mistakes, TooManyMistakesError
from habilitation.checked.policy import Axis, Matrix
from habilitation.diagnostic import Diagnostic
from habilitation.written.syntax import WrittenPolicy


class World:
    """The axes and the matrices of a policy, resolved once for all that is written over the same ones."""

    def __init__(self) -> None:
        self._of: WrittenPolicy | None = None
        self._known: tuple[tuple[Axis, ...], tuple[Matrix, ...], Mistakes] = ((), (), Mistakes())

    def of(self, written: WrittenPolicy, found: list[Diagnostic]) -> tuple[tuple[Axis, ...], tuple[Matrix, ...]]:
        """Those of a policy; what is wrong with them goes to `found`, each time."""
        if self._of is None or not _same_world(self._of, written):
            mistakes = Mistakes()
            try:
                axes = AxisReader(written.vocabulary, mistakes).axes()
                matrices = MatrixReader(axes, set(written.unread), mistakes).matrices(written.matrices)
            except TooManyMistakesError:
                found.extend(mistakes)
                raise
            self._of, self._known = written, (axes, matrices, mistakes)
        axes, matrices, mistakes = self._known
        found.extend(mistakes)
        return axes, matrices


def _same_world(one: WrittenPolicy, other: WrittenPolicy) -> bool:
    # The same objects: two equal ones may be written at different places.
    pairs = zip(one.matrices, other.matrices, strict=False)
    same = len(one.matrices) == len(other.matrices) and all(this is that for this, that in pairs)
    return one.vocabulary is other.vocabulary and same and one.unread == other.unread

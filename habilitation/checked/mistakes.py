"""The mistakes of a policy as they are found, up to more than anyone reads at once."""

from __future__ import annotations

from collections.abc import Iterable

from habilitation.diagnostic import Diagnostic

MISTAKES_AT_MOST = 2_000


class TooManyMistakesError(Exception):
    """The next mistake is one too many; each costs a search for a way out, and a policy may hold a million."""


class Mistakes(list[Diagnostic]):
    """A list that stops whoever fills it without measure."""

    def append(self, found: Diagnostic, /) -> None:
        """One more. Raises TooManyMistakesError past MISTAKES_AT_MOST."""
        if len(self) >= MISTAKES_AT_MOST:
            raise TooManyMistakesError
        super().append(found)

    def extend(self, found: Iterable[Diagnostic], /) -> None:
        """Several more, one by one."""
        for one in found:
            self.append(one)

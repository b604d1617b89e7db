"""Which policy a verb speaks of: the one named, else that of the current folder, else the shipped one."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from habilitation.cli import screen
from habilitation.vocabulary import SHIPPED

VOCABULARY = "vocabulary.yaml"
_LOOKED_AT = 1_000  # folders, for a policy that may have been meant
_NAMED = 3  # of those found


def policy_named(path: Path | None) -> Path | None:
    """The policy a verb speaks of: the one named; else the current folder if it is one; else the shipped one (None).

    `dmp` names the shipped one, where nothing lies under that name. A vocabulary that cannot be read makes a policy all
    the same: nobody gets another policy in silence, and a policy that lies just below, or just above, is named.
    """
    if path is not None:
        return None if path == Path(SHIPPED) and not os.path.lexists(path) else path
    if os.path.lexists(VOCABULARY):
        return Path()
    near = [f"`{name}`" for name in itertools.islice(_near(), _NAMED)]
    if near:
        ways = " or ".join(near)
        told = f"no policy in this folder: this is the shipped DMP policy (`{SHIPPED}`); did you mean {ways}?"
        screen.write(told, sys.stderr)
    return None


def _near() -> Iterator[str]:
    """The folders, inside the current one or around it, that hold a policy."""
    try:
        with os.scandir() as inside:
            folders = [one.name for one in itertools.islice(inside, _LOOKED_AT) if one.is_dir()]
    except OSError:  # a folder that cannot be listed names nothing
        folders = []
    yield from (name for name in sorted(folders) if os.path.lexists(Path(name, VOCABULARY)))
    if os.path.lexists(Path("..", VOCABULARY)):
        yield ".."

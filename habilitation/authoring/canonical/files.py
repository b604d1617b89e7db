"""Which files of a folder have a canonical layout, and that layout, by what a file holds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from habilitation.authoring.canonical.matrices import aligned
from habilitation.authoring.canonical.rules import canonical
from habilitation.source import Source
from habilitation.written.syntax import Language

_YAML = (".yaml", ".yml")
_KEYS = frozenset({"matrix", "axes", "editions"})
_KEY = re.compile(rf"^\ufeff?({'|'.join(sorted(_KEYS))}):", re.MULTILINE)


def files_of(path: Path) -> Iterator[Path]:
    """A file, or the rule and YAML files of a folder, in order; what is hidden and links are left alone.

    A link met in a folder may lead out of it: what it leads to is laid out where it is, or if the link is named.
    """
    if not path.is_dir():
        yield path
        return
    for folder, inside, names in os.walk(path):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower().endswith((".hab", *_YAML)) and not name.startswith(".") and not file.is_symlink():
                yield file


def laid_out(name: str, text: str, language: str = "") -> str:
    """A file in its canonical layout, with the keywords of a language or its own. Raises as `canonical` does.

    It has no byte-order mark, and its lines end with LF, the last one too. The YAML files that are not matrices have no
    layout: they are given back as they are.
    """
    if name.lower().endswith(_YAML) and not _is_matrix(name, text):
        return text
    source = Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n"))
    if name.lower().endswith(_YAML):
        return aligned(source).removesuffix("\n") + "\n"
    return canonical(source, Language(language) if language else None)


def _is_matrix(name: str, text: str) -> bool:
    """By its keys, or by its folder; other programs have a `matrix` at the top of their files."""
    keys = {found.group(1) for found in _KEY.finditer(text)}
    return keys == _KEYS or ("matrix" in keys and "matrices" in PurePosixPath(name).parts[:-1])

"""What an editor holds open, and the policies its files belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lsprotocol.types import Position
from pygls.uris import from_fs_path, to_fs_path

from habilitation.editor.homes import Home, home_of
from habilitation.editor.places import ruler
from habilitation.editor.readings import Desk, Reading
from habilitation.source import Source

RULES = "habilitation"  # the language of rule files, as the settings of editors name it


@dataclass(frozen=True, slots=True)
class Scene:
    """A place in a file of a policy, as it is now."""

    home: Home
    reading: Reading
    source: Source
    offset: int


class Session:
    """The open texts by URI, and a desk for each policy."""

    def __init__(self) -> None:
        self.open: dict[str, str] = {}
        self.languages: dict[str, str] = {}  # of the texts, as the editor names them
        self._desks: dict[Home, Desk] = {}

    def desk(self, uri: str) -> Desk | None:
        """The desk of the policy a file belongs to; None for a file of no policy."""
        path = path_of(uri)
        home = home_of(path) if path is not None else None
        if home is None:
            return None
        return self._desks.setdefault(home, Desk(home))

    def name_of(self, uri: str) -> str:
        """What a text is called, which tells its kind; of one that has no file yet, the language does."""
        name = uri.rpartition("/")[2]
        unsaved_rules = path_of(uri) is None and self.languages.get(uri) == RULES
        return f"{name}.hab" if unsaved_rules and not name.lower().endswith(".hab") else name

    def read(self, desk: Desk) -> Reading | None:
        """A policy as it is now, unsaved texts included."""
        return desk.read(self.unsaved(desk.home))

    def unsaved(self, home: Home) -> Mapping[str, str]:
        """The open texts of a policy, by name."""
        named = {home.name_of(path): text for uri, text in self.open.items() if (path := path_of(uri)) is not None}
        return {name: text for name, text in named.items() if name}

    def uri_of(self, home: Home, name: str) -> str:
        """The URI of a file: the editor's own spelling where it holds it open."""
        for uri in self.open:
            path = path_of(uri)
            if path is not None and home.name_of(path) == name:
                return uri
        return from_fs_path(str(home.path_of(name))) or ""

    def scene(self, uri: str, position: Position) -> Scene | None:
        """What stands at a position; None for a file of no policy, or while the policy cannot be gathered."""
        desk = self.desk(uri)
        reading = self.read(desk) if desk is not None else None
        path = path_of(uri)
        if desk is None or reading is None or path is None:
            return None
        source = reading.source(desk.home.name_of(path))
        if source is None:
            return None
        return Scene(desk.home, reading, source, ruler(source.text).offset(position))


def path_of(uri: str) -> Path | None:
    """Where a URI leads on disk; None for a text that has no file yet."""
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return Path(path) if path else None

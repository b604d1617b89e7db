"""The policy a file belongs to, found upward from it, and the names its files have there."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from habilitation.written.disk import VOCABULARY, kind_of
from habilitation.written.from_folder import PolicyFiles, policy_files, shelf_files


@dataclass(frozen=True, slots=True)
class Home:
    """A policy on disk: a folder, or the shelves `rules/SHELF` and `matrices/SHELF` of a repository."""

    root: Path
    shelf: str = ""

    def files(self, unsaved: Mapping[str, str]) -> PolicyFiles:
        """The texts of the policy, those that an editor holds first. Raises PolicyError when they cannot be read."""
        if not self.shelf:
            return policy_files(self.root, unsaved)
        shelves = {part: self.root / part / self.shelf for part in ("rules", "matrices")}
        return shelf_files(shelves, unsaved)

    def name_of(self, path: Path) -> str:
        """What a file is called in its policy; nothing for one that is no part of it."""
        if not path.is_relative_to(self.root):
            return ""
        name = unicodedata.normalize("NFC", path.relative_to(self.root).as_posix())
        inside = ("rules", "matrices", *(() if self.shelf else ("tests",)))
        parts = name.split("/")
        shelved = not self.shelf or parts[1:2] == [self.shelf]
        return name if kind_of(name) and (name == VOCABULARY or (parts[0] in inside and shelved)) else ""

    def path_of(self, name: str) -> Path:
        """Where a file of the policy is."""
        return self.root / name

    @property
    def vocabulary(self) -> str:
        """What the vocabulary is called."""
        return f"rules/{self.shelf}/{VOCABULARY}" if self.shelf else VOCABULARY


def home_of(path: Path) -> Home | None:
    """The policy a file belongs to: the nearest above it that has a vocabulary, and has a place for the file."""
    for folder in path.parents:
        for home in (Home(folder.parent.parent, folder.name), Home(folder)):
            if home.shelf and folder.parent.name not in ("rules", "matrices"):
                continue
            if home.name_of(path) and home.path_of(home.vocabulary).is_file():
                return home
    return None

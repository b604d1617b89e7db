"""A policy as it stands in a revision of git: read out of its objects, without a checkout, a hook or a shell.

A revision is untrusted: names that leave the policy and links are refused, sizes are known before anything is read.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from habilitation.diagnostic import Diagnostic, PolicyError, RequestError
from habilitation.written import limits
from habilitation.written.disk import VOCABULARY
from habilitation.written.from_folder import PolicyFiles, policy_files, shelf_files

_PARTS = (VOCABULARY, "matrices", "rules", "tests")
_REFUSED = {"120000": "a link, which a revision does not follow", "160000": "a submodule, which is another repository"}
_SECONDS = 60
_LISTED = 3  # policies of a revision named in a way out
# Nothing is fetched, asked or locked, whatever the repository is set to do.
_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
# A hook of git names its own repository: ours is the one that holds the folder.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of a repository, by the word it was asked for."""

    repository: Path
    asked: str
    commit: str

    def is_file(self, path: str) -> bool:
        """Whether the revision has a file (and not a folder) there."""
        return _git(self.repository, "cat-file", "-t", f"{self.commit}:{path}", missing=b"").strip() == b"blob"

    def content(self, path: str) -> bytes:
        """The bytes of a file of the revision."""
        return _git(self.repository, "cat-file", "blob", f"{self.commit}:{path}")

    def folder(self, path: str) -> PolicyFiles:
        """The texts of the policy folder at this path, as `policy_files` reads them from a disk."""
        with tempfile.TemporaryDirectory(prefix="habilitation-") as ground:
            self._written({"": path}, Path(ground))
            if not any(Path(ground).iterdir()):
                raise self.no_policy(path)
            return policy_files(Path(ground))

    def no_policy(self, path: str) -> RequestError:
        """The refusal of a path without a policy, with those that the revision has."""
        ways = [f"`{self.asked}:{folder}`" if folder else f"`{self.asked}:.`" for folder in self._policies()]
        more = f" and {len(ways) - _LISTED} more" if len(ways) > _LISTED else ""
        found = f"it has {', '.join(ways[:_LISTED])}{more}" if ways else "it has no policy at all"
        way_out = f"{found}; `none` in its place compares with no policy, which permits nothing"
        return RequestError("unknown_policy", f"`{self.asked}` has no policy in `{path or '.'}`", help=way_out)

    def _policies(self) -> list[str]:
        """The folders of the revision that have a vocabulary and rules."""
        told = _git(self.repository, "ls-tree", "-r", "-z", "--full-tree", "--name-only", self.commit)
        files = [PurePosixPath(os.fsdecode(name)) for name in told.split(b"\0") if name]
        rules = [file for file in files if file.suffix == ".hab"]
        ruled = {above.parent for file in rules for above in file.parents if above.name == "rules"}
        folders = [file.parent for file in files if file.name == VOCABULARY and file.parent in ruled]
        return ["" if folder == PurePosixPath() else folder.as_posix() for folder in folders]

    def shelves(self, shelves: Mapping[str, str]) -> PolicyFiles:
        """The texts of a policy kept on shelves: for each shelf, its path in the repository."""
        with tempfile.TemporaryDirectory(prefix="habilitation-") as ground:
            self._written(
                {f"{shelf}/{PurePosixPath(path).name}": path for shelf, path in shelves.items()}, Path(ground)
            )
            return shelf_files(
                {shelf: Path(ground, shelf, PurePosixPath(path).name) for shelf, path in shelves.items()}
            )

    def _written(self, wanted: Mapping[str, str], ground: Path) -> None:
        for below, path in wanted.items():
            entries = [entry for entry in self._entries(path) if below or _part_of_a_policy(entry.name)]
            if len(entries) > limits.FILES:
                raise PolicyError([Diagnostic("too_many", f"more than {limits.FILES} files in `{self.asked}:{path}`")])
            for entry, content in zip(entries, self._contents(entries), strict=True):
                file = ground / below / entry.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)

    def _contents(self, entries: Sequence[_Entry]) -> Iterator[bytes]:
        """The bytes of each file, all asked at once; a file too large is cut where its reader sees that it is."""
        within = [entry for entry in entries if entry.size <= limits.FILE_BYTES]
        asked = "".join(f"{entry.object}\n" for entry in within).encode("ascii")
        told = _git(self.repository, "cat-file", "--batch", asked=asked) if within else b""
        for entry in entries:
            if entry.size > limits.FILE_BYTES:
                yield b" " * (limits.FILE_BYTES + 1)
            else:
                start = told.index(b"\n") + 1
                yield told[start : start + entry.size]
                told = told[start + entry.size + 1 :]

    def _entries(self, path: str) -> Iterator[_Entry]:
        """The files below a path of the revision, hidden ones left out. Raises PolicyError for a link."""
        told = _git(self.repository, "ls-tree", "-r", "-l", "-z", "--full-tree", f"{self.commit}:{path}", missing=b"")
        for line in filter(None, told.split(b"\0")):
            details, _, raw = line.partition(b"\t")
            mode, _, named, size = details.decode("ascii").split()
            name = os.fsdecode(raw)
            parts = PurePosixPath(name).parts
            if any(part.startswith(".") for part in parts):
                continue
            if mode in _REFUSED and (path or _part_of_a_policy(name)):
                message = f"`{name}` is {_REFUSED[mode]}"
                raise PolicyError([Diagnostic("unreadable_file", message, help="copy the file")])
            yield _Entry(name, named, 0 if size == "-" else int(size))


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    object: str
    size: int


def _part_of_a_policy(name: str) -> bool:
    return PurePosixPath(name).parts[0] in _PARTS


def repository_of(place: Path) -> Path:
    """The top of the repository that holds a folder or file. Raises RequestError when none does, or git refuses."""
    folder = place if place.is_dir() else place.parent
    try:
        return Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    except RequestError as error:
        if "not a git repository" not in error.message:
            raise
        raise RequestError(error.code, f"`{place}` is in no repository of git: give a path, or `dmp`") from None


def revision(repository: Path, word: str) -> Revision | None:
    """The commit a word names in a repository; None when it names none."""
    if word.startswith("-"):
        return None
    told = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}", missing=b"")
    return Revision(repository, word, told.decode("ascii").strip()) if told else None


def _git(place: Path, *words: str, missing: bytes | None = None, asked: bytes = b"") -> bytes:
    """What git says; `missing` when it refuses. Raises RequestError when it refuses or is not there."""
    command = ["git", "--no-pager", "-c", "core.fsmonitor=false", "-C", str(place), *words]
    quiet = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _QUIET
    try:
        ran = subprocess.run(command, env=quiet, input=asked, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603  # a list of words, no shell
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RequestError("unreadable_revision", f"git cannot be run: {error}", help="install git") from None
    if ran.returncode == 0:
        return ran.stdout
    if missing is not None:
        return missing
    said = ran.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
    raise RequestError("unreadable_revision", f"git refuses: {said}")

"""A command line run as a person or a pipe would, and a small policy to run it on: a library and its shelves."""

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from habilitation.cli.main import main

_OURS = ("HABILITATION_LANG", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code, what it wrote, what it said beside."""

    code: int
    out: str
    err: str


def run(*words: str, stdin: bytes = b"", typing: bool = False, terminal: bool = False, **environ: str) -> Ran:
    """Run a command line in this process; `typing` when a person is at the keyboard, `terminal` when one reads."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OURS}
    if terminal:
        environ = {"FORCE_COLOR": "1", "TERM": "xterm", **environ}
    given = (_Terminal if typing else io.TextIOWrapper)(io.BytesIO(stdin), encoding="utf-8")
    written_out, written_err = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(stream, encoding="ascii") for stream in (written_out, written_err))
    with (
        mock.patch.dict(os.environ, {**inherited, **environ}, clear=True),
        mock.patch.multiple(sys, stdin=given, stdout=out, stderr=err),
    ):
        code: object = None
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code
    out.flush()
    err.flush()
    assert isinstance(code, int)
    return Ran(code, *(told.getvalue().decode("utf-8") for told in (written_out, written_err)))


def written(folder: Path, files: dict[str, str]) -> str:
    """A policy folder of these files; its path."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


VOCABULARY = """
policy: library
fr: Bibliothèque
en: Library
systems:
  R: {oids: ["1.2.3"], uri: "https://example.org/r", title: Roles}
axes:
  action:
    fr: Opération
    en: Operation
    values:
      read: {fr: Lire, en: Read}
      lend: {fr: Prêter, en: Lend}
  role:
    fr: Rôle
    en: Role
    values:
      reader: {code: "10", system: R, fr: Lecteur, en: Reader}
      keeper: {code: "20", system: R, fr: Gardien, en: Keeper}
      clerk: {code: "30", system: R, fr: Commis, en: Clerk, status: deprecated, replaced_by: keeper}
    groups:
      staff: {fr: Personnel, en: Staff, values: [keeper, clerk]}
  desk:
    fr: Guichet
    en: Desk
    values:
      front: {code: "10", fr: Accueil, en: Front}
      back: {fr: Réserve, en: Back, note: closed on Sundays}
  shelf:
    fr: Rayon
    en: Shelf
    values:
      open: {fr: Libre accès, en: Open shelf}
      rare: {fr: Réserve précieuse, en: Rare books}
      lost: {fr: Livres perdus, en: Lost books}
  member:
    fact: true
    fr: Inscrit
    en: Member
    default: false
obligations:
  sign: {fr: Signer le registre, en: Sign the register, source: "Règlement, art. 4"}
advice:
  gloves: {fr: Porter des gants, en: Wear gloves}
"""
POST = """
matrix: post
fr: Poste
en: Post
axes: [role, desk]
rows: role
values:
  public: {mark: PUB, fr: Public, en: Public}
  custody: {mark: CUS, fr: Garde, en: Custody}
editions:
  - id: "2024-01-01"
    applicable: {from: 2024-01-01}
    known: {from: 2024-01-01}
    provenance: {id: P1, title: "Règlement de 2024"}
    blocks:
      - columns: [front, back]
        rows:
          reader: PUB PUB
          keeper: PUB CUS
"""
ACCESS = """
matrix: access
fr: Accès aux rayons
en: Access to shelves
axes: [post, shelf]
rows: shelf
values:
  permitted: {mark: O, fr: peut lire, en: may read}
  refused: {mark: N, fr: ne peut pas lire, en: may not read}
notes:
  "1": {fr: Sur place, en: On the premises}
editions:
  - id: "2024-01-01"
    applicable: {from: 2024-01-01, until: 2025-01-01}
    known: {from: 2024-01-01}
    provenance: {id: P1, title: "Règlement de 2024"}
    blocks:
      - columns: [public, custody]
        rows:
          open: O O
          rare: N O
  - id: "2025-01-01"
    applicable: {from: 2025-01-01}
    known: {from: 2025-01-01}
    provenance: {id: P2, title: "Règlement de 2025", url: "https://example.org/2025"}
    blocks:
      - columns: [public, custody]
        rows:
          rare: N O(1)  # the rare books first
          open: O O
    disputes:
      - {at: {post: custody, shelf: rare}, fr: "Le gardien en doute.", en: "The keeper doubts it.", source: "Registre"}
"""
RULES = """# Whoever may read, reads.

# The house rule.
permit reading
  for read
  when matrix access is permitted

  because "Règlement, art. 1", "Règlement, art. 2"
  fr "La matrice l'ouvre."
  en "The matrix opens it."
  oblige sign
  advise gloves

forbid rare_lending
  for lend
  when shelf is rare
  because "Règlement, art. 3"
  fr "On ne prête pas les livres rares."
  en "Rare books are not lent."

abstain lending
  for lend
  when member and not shelf is rare
  because "Règlement, art. 5"
  fr "Le règlement ne dit rien du prêt."
  en "The rules say nothing of lending."
never "a rare book is lent":
  permit when action is lend and shelf is rare
"""
LIBRARY = {
    "vocabulary.yaml": VOCABULARY,
    "matrices/post.yaml": POST,
    "matrices/access.yaml": ACCESS,
    "rules/library.hab": RULES,
}

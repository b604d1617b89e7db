"""Files to batches: what is read is understood or rejected with its place, and nothing is lost in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.audit.asked import Asked
from habilitation.audit.intake.digest import Digest
from habilitation.audit.intake.from_mapping import read_mapping
from habilitation.audit.intake.layout import unambiguous
from habilitation.audit.intake.logs import LogFile
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.opening import Input, inputs
from habilitation.audit.intake.reading import reading, record
from habilitation.audit.intake.tables import load_table
from habilitation.audit.ledger import Ledger
from habilitation.authorizer import Authorizer

__all__ = ["Intake", "LogFile"]


@dataclass(frozen=True, slots=True)
class Intake:
    """The inputs of one audit: load the tables, then read the logs."""

    asked: Asked
    policy: Authorizer
    ledger: Ledger
    files: tuple[Input, ...]
    mapping: dict[str, TableMapping]

    @classmethod
    def open(cls, asked: Asked, policy: Authorizer, ledger: Ledger) -> Intake:
        """Find the files, read the mapping file, and look at the columns of every table.

        So that a bad one is known before hours of reading. A zone that the mapping file says of all tables is then that
        of the audit, unless it has one. Raises UsageError, InputError.
        """
        unambiguous(policy)
        said = read_mapping(asked.mapping, policy)
        asked = said.completing(asked)
        files = inputs(asked, ledger.folder)
        for file in files:
            if file.role in said.tables:
                reading(file, said.tables[file.role], policy, _ignored).close()
        return cls(asked, policy, ledger, files, dict(said.tables))

    def load_tables(self) -> None:
        """Facts, memberships and documents into the ledger; what was not given has no table. Raises InputError."""
        for role in ("facts", "memberships", "documents"):
            files = [file for file in self.files if file.role == role]
            if files:
                load_table(role, files, self.asked, self.policy, self.mapping[role], self.ledger)
        for file in self.files:
            if file.role == "mapping":
                record(file, Digest(file.path).result(), self.ledger)

    def logs(self) -> Iterator[LogFile]:
        """Each log, opened when it is its turn."""
        for file in self.files:
            if file.role == "log":
                yield LogFile(file, self.asked, self.policy, self.mapping["log"], self.ledger)


def _ignored(line: int | None, code: str, sentence: str, *, again: bool = False) -> None:
    """What is wrong is told when the file is read, not when it is looked at."""

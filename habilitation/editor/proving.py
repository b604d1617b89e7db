"""The cases of a policy and its proofs, in a process of their own: they take seconds, and typing does not wait."""

from __future__ import annotations

import enum
import multiprocessing
import os
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from habilitation.authoring.cases import first_failures
from habilitation.authoring.check import examine

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from habilitation.diagnostic import Diagnostic
    from habilitation.written.from_folder import PolicyFiles


FAILING_CASES = 100  # told one by one; an editor shows a list


class Work(enum.Enum):
    """What a process is asked of a policy: which cases fail, or all that `check` finds."""

    CASES = "cases"
    PROOFS = "proofs"

    def of(self, files: PolicyFiles) -> tuple[Diagnostic, ...]:
        """The work, done here. Raises PolicyError for cases of a policy that cannot be used."""
        return first_failures(files, FAILING_CASES) if self is Work.CASES else examine(files).diagnostics


class Prover:
    """A process that examines policies one at a time; it is started when first asked, and again if it ended."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None
        self._changing = threading.Lock()  # one thread asks, another closes: a process half started cannot be ended

    def found(self, work: Work, files: PolicyFiles) -> tuple[Diagnostic, ...] | None:
        """What a work finds; None when the process ended before its answer, or could not answer."""
        line = self._line_up()
        try:
            line.send((work, files))
            answer: tuple[Diagnostic, ...] | None = line.recv()
        except (EOFError, OSError):
            self.close()
            return None
        return answer

    def _line_up(self) -> Connection:
        with self._changing:
            if self._process is None or self._line is None or not self._process.is_alive():
                self._start()
            assert self._line is not None
            return self._line

    def _start(self) -> None:
        # Not a fork: the server has threads. The process sees the end of its line when the server ends, even killed.
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_prove, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def close(self) -> None:
        """End the process, whatever it is doing; who waits for its answer has none."""
        with self._changing:
            process, self._process, self._line = self._process, None, None
        if process is not None:
            # Its end of the line goes with it; ours, with the last who holds it.
            process.kill()
            process.join()


def _prove(line: Connection) -> None:
    """The process: typing goes first, where the machine has few cores."""
    if hasattr(os, "nice"):
        os.nice(10)
    answer_until_hung_up(line)


def answer_until_hung_up(line: Connection) -> None:
    """Do each work that comes, until the other side hangs up; a fault of ours is no answer, not an end."""
    while True:
        try:
            work, files = line.recv()
        except EOFError:
            return
        try:
            answer: tuple[Diagnostic, ...] | None = work.of(files)
        except Exception:  # noqa: BLE001  # the author still has what was found without it
            answer = None
        line.send(answer)

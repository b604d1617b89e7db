"""`check`: a policy read, resolved, compiled and proved, with everything wrong found in one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from habilitation import shipped
from habilitation.authoring.cases.proofreading import proofread
from habilitation.authoring.cases.suite import case_files
from habilitation.authoring.refuting import refutations
from habilitation.authorizer import checked
from habilitation.checked.policy import Policy
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import Diagnostic, PolicyError, Severity, sorted_once
from habilitation.written.from_folder import PolicyFiles, policy_files, shelf_files


@dataclass(frozen=True, slots=True)
class Examined:
    """A policy and what was found; `policy` and `tables` are there when nothing found is an error of reading."""

    files: PolicyFiles
    diagnostics: tuple[Diagnostic, ...]
    policy: Policy | None
    tables: Tables | None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What refuses the policy."""
        return tuple(one for one in self.diagnostics if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is shown and counted."""
        return tuple(one for one in self.diagnostics if one.severity is Severity.WARNING)


def opened(path: str | Path | None) -> PolicyFiles:
    """The files of a policy folder, or of the shipped DMP policy. Raises PolicyError when they cannot be read."""
    return shelf_files(shipped.dmp_shelves()) if path is None else policy_files(Path(path))


def examine(files: PolicyFiles) -> Examined:
    """Everything `check` says of a policy: reading, names, editions, tests, then the proofs over the whole space.

    The cases are read, not asked: a mistake of theirs refuses no answer.
    """
    policy, found = checked(files)
    sound = policy is not None and not any(one.severity is Severity.ERROR for one in found)
    found += proofread(case_files(files), policy, whole=sound)
    if policy is None or not sound:
        return Examined(files, sorted_once(found), None, None)
    try:
        tables = tabulate(policy)
        proved = [*_without_rules(policy), *refutations(policy, tables)]
    except PolicyError as error:
        return Examined(files, sorted_once([*found, *error.diagnostics]), None, None)
    except DiagramTooLargeError as error:
        too_large = Diagnostic("compiled_too_large", str(error), help="split the policy")
        return Examined(files, sorted_once([*found, too_large]), None, None)
    return Examined(files, sorted_once([*found, *proved]), policy, tables)


def _without_rules(policy: Policy) -> Iterator[Diagnostic]:
    if not policy.rules:
        yield Diagnostic("no_rule", "the policy has no rule", help="rules are read from `rules/*.hab`")

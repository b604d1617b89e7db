"""The invariants and the cases of two policies, which decide nothing and guard what is decided: which were removed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from habilitation.authoring.cases.suite import Suite, read
from habilitation.authorizer.opening import usable
from habilitation.checked.policy import Cell, Condition, Is, Not, Or, Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import Diagnostic
from habilitation.written.from_folder import PolicyFiles
from habilitation.written.syntax import Item, WrittenInvariant


@dataclass(frozen=True, slots=True)
class Promise:
    """An invariant as written, and what it means: its condition, definitions and groups written out."""

    item: WrittenInvariant
    meaning: str

    @property
    def sentence(self) -> str:
        """What it promises, in the lawyers' words."""
        return str(self.item.sentence)

    @property
    def file(self) -> str:
        """The name of its file, relative to the policy."""
        return self.item.sentence.span.source.name

    @property
    def line(self) -> int:
        """Its line in the file, from 1."""
        return self.item.sentence.span.line

    @property
    def promised(self) -> tuple[bool, str, str]:
        """All of it but the sentence."""
        return self.item.always, self.item.effect.value, self.meaning


@dataclass(frozen=True, slots=True)
class Written:
    """What a policy in text holds beside its tables; an artefact has none of it."""

    files: PolicyFiles
    items: tuple[Item, ...]
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class PromiseMove:
    """A promise that only one side makes (None on the other), or that says or means something else."""

    old: Promise | None
    new: Promise | None


@dataclass(frozen=True, slots=True)
class Guards:
    """Promises that are not the same, and the names of the cases that only one side has.

    `compared` is false when a side is an artefact, which holds neither: nothing is then told of them. Where test files
    cannot be read, `unread` says why, and cases are not compared.
    """

    compared: bool
    promises: tuple[PromiseMove, ...] = ()
    cases_added: tuple[str, ...] = ()
    cases_removed: tuple[str, ...] = ()
    unread: tuple[Diagnostic, ...] = ()


NOTHING_WRITTEN = Written(PolicyFiles((), (), (), (), ()), (), ())


def opened(files: PolicyFiles) -> tuple[Tables, Written]:
    """A policy in text, as tables and as written. Raises PolicyError with everything that forbids to use it."""
    written, policy = usable(files)
    items = tuple(item for file in written.rules for item in file.items)
    stated = {str(one.sentence): one for one in items if isinstance(one, WrittenInvariant)}
    promises = tuple(Promise(stated[one.sentence], _meaning(policy, one.condition)) for one in policy.invariants)
    return tabulate(policy), Written(files, items, promises)


def guards(old: Written | None, new: Written | None) -> Guards:
    """What guards one policy and not the other."""
    if old is None or new is None:
        return Guards(compared=False)
    suites = _suite(old.files, new.files), _suite(new.files, old.files)
    if unread := tuple(one for suite in suites for one in suite.found):
        return Guards(compared=True, promises=_moves(old, new), unread=unread)
    before, after = (Counter(case.name for case in suite.cases) for suite in suites)
    added, removed = (tuple((one - other).elements()) for one, other in ((after, before), (before, after)))
    return Guards(compared=True, promises=_moves(old, new), cases_added=added, cases_removed=removed)


def _moves(old: Written, new: Written) -> tuple[PromiseMove, ...]:
    """Removed, then changed, then added: a promise is followed by its sentence, or else by what it promises."""
    before = {one.sentence: one for one in old.promises}
    after = {one.sentence: one for one in new.promises}
    pairs = [(before.pop(sentence), after.pop(sentence)) for sentence in [*before] if sentence in after]
    reworded = {one.promised: one for one in after.values()}
    for sentence, one in [*before.items()]:
        if found := reworded.pop(one.promised, None):
            pairs.append((before.pop(sentence), after.pop(found.sentence)))
    changed = [PromiseMove(*pair) for pair in pairs if _said(pair[0]) != _said(pair[1])]
    removed = [PromiseMove(one, None) for one in before.values()]
    return (*removed, *changed, *(PromiseMove(None, one) for one in after.values()))


def _said(one: Promise) -> tuple[str, tuple[bool, str, str]]:
    return one.sentence, one.promised


def _suite(files: PolicyFiles, others: PolicyFiles) -> Suite:
    """The cases of files that the other side does not have word for word."""
    shared = others.cases if files.expected == others.expected else ()
    return read(replace(files, cases=tuple(one for one in files.cases if one not in shared)))


def _meaning(policy: Policy, condition: Condition) -> str:
    """A condition by the names of what it asks, whatever the order of the parts and the language of the file."""
    match condition:
        case Is(axis, values):
            asked = policy.axes[axis]
            return f"{asked.name} in {sorted(asked.values[value].name for value in values)}"
        case Cell(matrix, values):
            read_in = policy.matrices[matrix]
            return f"{read_in.name} in {sorted(read_in.values[value] for value in values)}"
        case Not(part):
            return f"not ({_meaning(policy, part)})"
        case _:
            joined = " or " if isinstance(condition, Or) else " and "
            return joined.join(sorted({f"({_meaning(policy, part)})" for part in condition.parts})) or joined

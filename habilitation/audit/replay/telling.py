"""A comparison told to people: as text, or in Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.audit.replay import words
from habilitation.audit.replay.counted import DIMENSIONS, Example, Group, Judgement, Replay
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import in_markdown, one_line

_GROUPS = 30  # told, what opens first; all of them are in the data
_VALUES = 6  # of an axis, shown with a group
_SIGNS = {"opened": "⚠", "closed": "▼", "otherwise": "•", "reason": "="}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and what it tells of: a kind of change at the head of a group, or nothing."""

    text: str
    kind: str = ""


class Teller:
    """Tells a comparison in one language; codes bear the labels of the new policy, or else of the old."""

    def __init__(self, found: Replay, old: Authorizer, new: Authorizer, lang: str) -> None:
        self._found, self._at = found, 0 if lang == "fr" else 1
        self._colon = " :" if lang == "fr" else ":"
        self._labels = {
            (axis.name, value.name): value.text[lang]
            for policy in (old, new)
            for axis in policy.tables.axes
            if axis.name in DIMENSIONS
            for value in axis.values
        }

    def in_text(self) -> Iterator[Line]:
        """Line by line, for a terminal or a pipe."""
        yield from map(Line, self._totals())
        for group in self._found.groups[:_GROUPS]:
            yield Line("")
            yield Line(f"{_SIGNS[group.kind]} {self._head(group)}", group.kind)
            yield from (Line(f"  {text}") for text in self._body(group))
            for one in group.examples:
                yield Line(one_line(f"    {'  '.join(self._example(one))}"))
        yield from (Line(f"\n{text}") for text in self._more())

    def in_markdown(self) -> Iterator[str]:
        """Paragraphs, details folded: openings come first."""
        yield f"### {self._word(words.TITLE)}\n"
        yield from (f"- {in_markdown(text)}" for text in self._totals())
        for group in self._found.groups[:_GROUPS]:
            yield f"\n#### {_SIGNS[group.kind]} {in_markdown(self._head(group))}\n"
            yield from (f"- {in_markdown(text)}" for text in self._body(group))
            if group.examples:
                yield f"\n<details><summary>{self._word(words.EXAMPLES)}</summary>\n"
                heads = words.COLUMNS[self._at]
                yield f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}"
                for one in group.examples:
                    yield f"| {' | '.join(in_markdown(cell) for cell in self._example(one))} |"
                yield "\n</details>"
        yield from (f"\n{in_markdown(text)}" for text in self._more())

    def _word(self, pair: tuple[str, str]) -> str:
        return pair[self._at]

    def _totals(self) -> Iterator[str]:
        found, kinds = self._found, self._found.kinds
        old, new = (sum(file.rejected for file in files) for files in (found.old_files, found.new_files))
        lines = sum(file.read for file in found.new_files)
        yield self._word(words.LINES).format(compared=found.compared, lines=lines, old=old, new=new)
        if found.only_old or found.only_new:
            yield self._word(words.ONE_SIDED).format(old=found.only_old, new=found.only_new)
        if any(found.unread_rows):
            yield self._word(words.ROWS).format(old=found.unread_rows[0], new=found.unread_rows[1])
        if not found.changed:
            yield self._word(words.NOTHING)
        else:
            changed = self._word(words.CHANGED).format(changed=found.changed, **kinds)
            yield f"{changed} ({self._whose(found)})"
            yield self._word(words.ASSESSABLE).format(assessable=found.assessable, not_assessable=found.not_assessable)
        if kinds["reason"]:
            yield self._word(words.REASON).format(**kinds)

    def _more(self) -> Iterator[str]:
        if left := self._found.groups[_GROUPS:]:
            accesses = sum(group.accesses for group in left)
            yield self._word(words.MORE_GROUPS).format(groups=len(left), accesses=accesses)

    def _whose(self, one: Replay | Group) -> str:
        return self._word(words.WHOSE).format(records=one.records, professionals=one.professionals)

    def _head(self, group: Group) -> str:
        kind, whose = self._word(words.KINDS[group.kind]), self._whose(group)
        return self._word(words.GROUP).format(kind=kind, accesses=group.accesses, done=group.done, whose=whose)

    def _body(self, group: Group) -> Iterator[str]:
        for when, judgement in ((words.BEFORE, group.old), (words.AFTER, group.new)):
            yield one_line(f"{self._word(when)}{self._colon} {self._judgement(judgement)}")
        for axis in DIMENSIONS:
            values = group.by[axis]
            if set(values) != {""}:
                yield one_line(f"{self._word(words.AXES[axis])}{self._colon} {self._values(axis, values)}")

    def _judgement(self, one: Judgement) -> str:
        said = one.told.message_fr if self._at == 0 else one.told.message_en
        missing = self._word(words.MISSING).format(one.missing.replace("+", ", ")) if one.missing else ""
        effect = f"{self._word(words.EFFECTS[one.effect])} ({one.effect})"
        details = [
            one.rules.replace("+", " + "),
            said,
            f"[{one.told.citations}]" if one.told.citations else "",
            missing,
        ]
        return " – ".join([effect, *filter(None, details)])

    def _values(self, axis: str, values: Mapping[str, int]) -> str:
        shown = [f"{self._called(axis, code)} × {n}" for code, n in list(values.items())[:_VALUES]]
        others = len(values) - len(shown)
        return ", ".join([*shown, *([self._word(words.OTHERS).format(others)] if others else [])])

    def _called(self, axis: str, code: str) -> str:
        if not code:
            return self._word(words.UNKNOWN)
        label = self._labels.get((axis, code), "")
        return f"{code} {label}" if label else code

    def _example(self, one: Example) -> list[str]:
        cells = (one.place, one.time, one.professional_id, one.patient_id)
        outcome = self._word(words.OUTCOMES[one.outcome])
        return [*cells, one.profession, one.document_type, outcome]

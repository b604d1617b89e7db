"""A comparison told to people: as text, or in Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from habilitation.audit.conclusions import NOTHING_ASSESSED, NOTHING_JUDGED
from habilitation.audit.replay import words
from habilitation.audit.replay.counted import Example, Group, Judgement, Replay
from habilitation.audit.replay.dimensions import Dimension
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import in_markdown, one_line
from habilitation.vocabulary import RESOURCE, SUBJECT

_GROUPS = 30  # told, what opens first; all of them are in the data
_VALUES = 6  # of an axis, shown with a group
_DIGITS = 16  # of a digest, enough for a person to compare
_SIGNS = {"opened": "⚠", "closed": "▼", "otherwise": "•", "reason": "="}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its kind.

    That of a change, at the head of a group; `nothing` or `unsure`, of what forbids to conclude; `heading`, of what is
    compared; else empty.
    """

    text: str
    kind: str = ""


class Teller:
    """Tells a comparison in one language; codes bear the labels of the new policy, or else of the old."""

    def __init__(self, found: Replay, old: Authorizer, new: Authorizer, lang: str) -> None:
        self._found, self._at = found, 0 if lang == "fr" else 1
        self._colon = " :" if lang == "fr" else ":"
        axes = [axis for policy in (old, new) for axis in policy.tables.axes]
        self._axes = {axis.name: axis.text[lang] for axis in axes}
        self._values = {(axis.name, value.name): value.text[lang] for axis in axes for value in axis.values}
        self._in_examples = [one for one in found.dimensions if one.category in (SUBJECT, RESOURCE)]

    def in_text(self) -> Iterator[Line]:
        """Line by line, for a terminal or a pipe."""
        yield from self._totals()
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
        yield from (f"{'  ' * line.text.startswith('  ')}- {in_markdown(line.text.strip())}" for line in self._totals())
        for group in self._found.groups[:_GROUPS]:
            yield f"\n#### {_SIGNS[group.kind]} {in_markdown(self._head(group))}\n"
            yield from (f"- {in_markdown(text)}" for text in self._body(group))
            if group.examples:
                yield f"\n<details><summary>{self._word(words.EXAMPLES)}</summary>\n"
                heads = self._heads()
                yield f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}"
                for one in group.examples:
                    yield f"| {' | '.join(in_markdown(cell) for cell in self._example(one))} |"
                yield "\n</details>"
        yield from (f"\n{in_markdown(text)}" for text in self._more())

    def _word(self, pair: tuple[str, str]) -> str:
        return pair[self._at]

    def _totals(self) -> Iterator[Line]:
        found = self._found
        yield from self._compared()
        yield from self._first()
        old, new = (sum(file.rejected for file in files) for files in (found.old_files, found.new_files))
        lines = sum(file.read for file in found.new_files)
        yield Line(self._word(words.LINES).format(compared=found.compared, lines=lines, old=old, new=new))
        if found.only_old or found.only_new:
            yield Line(self._word(words.ONE_SIDED).format(old=found.only_old, new=found.only_new))
        if any(side.unread_rows for side in found.rejected):
            before, after = (side.unread_rows for side in found.rejected)
            yield Line(self._word(words.ROWS).format(old=before, new=after))
        yield from map(Line, self._became())
        yield from self._unread()

    def _compared(self) -> Iterator[Line]:
        """The two policies, as they were asked for, then what they are."""
        named = self._found.named
        yield Line(one_line(" → ".join(one.asked for one in named)), "heading")
        for when, one in zip((words.BEFORE, words.AFTER), named, strict=True):
            days = ((words.IN_FORCE, one.at), (words.KNOWN, one.known_on))
            said = [self._word(word).format(day) for word, day in days if day]
            digest = self._word(words.DIGEST).format(one.policy["digest"][:_DIGITS])
            told = ", ".join([one.policy["name"], *said, digest])
            yield Line(one_line(f"  {self._word(when)}{self._colon} {told}"))

    def _first(self) -> Iterator[Line]:
        """What forbids to conclude: nothing read, nothing assessed, a file of which much could not be read."""
        found = self._found
        if found.nothing_read:
            yield Line(self._word(NOTHING_JUDGED), "nothing")
        elif found.nothing_assessed:
            yield from (Line(text, "unsure") for text in self._word(NOTHING_ASSESSED).splitlines())
        old, new = ({one.file: one for one in side.by_file} for side in found.rejected)
        for file in dict.fromkeys((*old, *new)):
            sides = [side[file] for side in (old, new) if file in side]
            if any(side.is_large for side in sides):
                counts = {
                    name: side[file].rejected if file in side else 0 for name, side in (("old", old), ("new", new))
                }
                lines = max(side.lines for side in sides)
                yield Line(one_line(self._word(words.UNREAD_FILE).format(file=file, lines=lines, **counts)), "unsure")

    def _unread(self) -> Iterator[Line]:
        """What could not be read, by reason, with the first place of each."""
        reasons = [{one.code: one for one in side.reasons} for side in self._found.rejected]
        if any(reasons):
            yield Line(f"{self._word(words.UNREAD_LINES)}{self._colon}")
        for code in dict.fromkeys(code for side in reasons for code in side):
            before, after = (side[code].lines if code in side else 0 for side in reasons)
            one = next(side[code] for side in reasons if code in side)
            error = one.error["fr" if self._at == 0 else "en"]
            said = self._word(words.REASON_UNREAD).format(
                code=code, old=before, new=after, first=one.example, error=error
            )
            yield Line(f"  {one_line(said)}")

    def _became(self) -> Iterator[str]:
        found, kinds = self._found, self._found.kinds
        if found.undecided:
            yield self._word(words.UNDECIDED).format(undecided=found.undecided)
        if found.changed:
            changed = self._word(words.CHANGED).format(changed=found.changed, **kinds)
            yield f"{changed} ({self._whose(found)})"
            yield self._word(words.ASSESSABLE).format(assessable=found.assessable, not_assessable=found.not_assessable)
        elif found.compared > found.undecided:
            yield self._word(words.NONE_OF_THE_OTHERS if found.undecided else words.NOTHING)
        if kinds["reason"]:
            yield self._word(words.REASON).format(**kinds)
        yield from self._later()

    def _later(self) -> Iterator[str]:
        """The editions that no access of the log meets."""
        old, new = self._found.later
        if self._found.days is None or not (old or new):
            return
        days = sorted({*old, *new})
        sides = ((words.BEFORE, old), (words.AFTER, new))
        shown = [
            f"{day} ({', '.join(self._word(word) for word, began in sides if day in began)})" for day in days[:_VALUES]
        ]
        others = [self._word(words.OTHERS).format(len(days) - _VALUES)] if len(days) > _VALUES else []
        first, last = self._found.days
        told = ", ".join([*shown, *others])
        yield self._word(words.LATER).format(first=first, last=last, days=told)
        yield self._word(words.ASK_LATER).format(day=days[0])

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
        for one in self._found.dimensions:
            values = group.by[one.key]
            if set(values) != {""}:
                yield one_line(f"{self._axis(one)}{self._colon} {self._shares(one, values)}")

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

    def _axis(self, one: Dimension) -> str:
        return self._axes[one.axis] or one.axis

    def _shares(self, one: Dimension, values: Mapping[str, int]) -> str:
        shown = [f"{self._called(one.axis, code)} × {n}" for code, n in list(values.items())[:_VALUES]]
        others = len(values) - len(shown)
        return ", ".join([*shown, *([self._word(words.OTHERS).format(others)] if others else [])])

    def _called(self, axis: str, code: str) -> str:
        if not code:
            return self._word(words.UNKNOWN)
        label = self._values.get((axis, code), "")
        return f"{code} {label}" if label else code

    def _heads(self) -> list[str]:
        return [*words.COLUMNS[self._at], *map(self._axis, self._in_examples), self._word(words.SYSTEM)]

    def _example(self, one: Example) -> list[str]:
        cells = (one.place, one.time, one.professional_id, one.patient_id)
        axes = (one.values[dimension.key] for dimension in self._in_examples)
        return [*cells, *axes, self._word(words.OUTCOMES[one.outcome])]

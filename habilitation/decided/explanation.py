"""An answer in sentences, French or English: why, on what ground, what was missing, what would have permitted it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from habilitation.compiled.forcing import Forcing
from habilitation.compiled.settling import PERMIT, settle_effect
from habilitation.compiled.tables import NoticeTable, Text
from habilitation.decided.decision import DISPUTED_CELL, CellView, Decision, Reason
from habilitation.decided.one import Answers
from habilitation.vocabulary import Effect, cell_name

CHANGES_AT_MOST = 20  # ways out shown
_CONSIDERED_AT_MOST = 1_000  # ways out, all of the smallest size, among which the first in the order of the vocabulary

_HEADS = {
    Effect.PERMIT: Text("Accès permis", "Access permitted"),
    Effect.DENY: Text("Accès refusé", "Access denied"),
    Effect.INDETERMINATE: Text("Réponse indéterminée (accès fermé)", "Undetermined answer (access closed)"),
    Effect.NOT_APPLICABLE: Text(
        "Aucune règle ne permet cet accès (accès fermé)", "No rule permits this access (access closed)"
    ),
}
_WORDS = {
    "because": Text("Fondement", "Ground"),
    "cell": Text("Matrice", "Matrix"),
    "dispute": Text("Désaccord des sources", "Sources disagree"),
    "footnote": Text("Note", "Footnote"),
    "rule": Text("Règle", "Rule"),
    "missing": Text("Il manque", "Missing"),
    "oblige": Text("Obligations", "Obligations"),
    "advise": Text("À savoir", "To know"),
    "change": Text("Aurait été permis avec", "Would have been permitted with"),
    "some": Text(
        "Selon les faits manquants, l'une de ces règles", "Depending on the missing facts, one of these rules"
    ),
    "and": Text(" et ", " and "),
    "edition": Text("Édition", "Edition"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact to change: the axis, its value as judged (empty when missing) and the value that opens."""

    axis: str
    was: str
    would_be: str
    text: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision explained in one language; `str()` gives the text, `as_json()` the data.

    `changes` are the smallest sets of changes of fact that would have permitted the request. An axis whose change would
    mean lying (a motive, an identity) never appears: the vocabulary says so of each axis.
    """

    decision: Decision
    lang: str
    changes: tuple[tuple[Change, ...], ...]
    notices: tuple[tuple[str, Text], ...]

    def lines(self) -> Iterator[str]:
        """The explanation, a line at a time."""
        lang, decision = self.lang, self.decision
        yield _HEADS[decision.effect][lang] + "."
        if not decision.certain:
            yield self._label("some")
        for reason in decision.reasons:
            yield from self._reason(reason)
        for word, names in (("oblige", decision.obligations), ("advise", decision.advice)):
            if names:
                yield self._label(word)
                yield from (f"  - {dict(self.notices)[name][lang]}" for name in names)
        if self.changes:
            yield self._label("change")
            yield from (f"  - {_WORDS['and'][lang].join(one.text[lang] for one in some)}" for some in self.changes)
        if decision.edition:
            yield f"{self._label('edition')} {decision.policy['name']} {decision.edition}"

    def _listed(self, texts: tuple[str, ...]) -> str:
        return (" ; " if self.lang == "fr" else "; ").join(texts)

    def _label(self, word: str) -> str:
        """A label and its colon, which French sets apart."""
        return f"{_WORDS[word].fr} :" if self.lang == "fr" else f"{_WORDS[word].en}:"

    def _reason(self, reason: Reason) -> Iterator[str]:
        lang = self.lang
        yield f"• {reason.message[lang]}"
        if reason.source:
            yield f"    {self._label('rule')} {reason.rule} ({reason.source})"
        if reason.citations:
            yield f"    {self._label('because')} {self._listed(reason.citations)}"
        for cell in reason.cells:
            yield from self._cell(cell)

    def _cell(self, cell: CellView) -> Iterator[str]:
        lang = self.lang
        where = ", ".join(f"{axis} {value}" for axis, value in cell.at)
        place = f" [{cell.place}]" if cell.place else ""
        yield f"    {self._label('cell')} {cell.matrix} {cell.edition} ({where}) = {cell_name(cell.value, lang)}{place}"
        if cell.footnote:
            yield f"    {self._label('footnote')} {cell.footnote[lang]}"
        for text, source in cell.disputes:
            yield f"    {self._label('dispute')} {text[lang]}" + (f" ({source})" if source else "")

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def as_json(self) -> dict[str, Any]:
        """The decision and its explanation as plain data."""
        return {
            **self.decision.as_json(self.lang),
            "changes": [
                [{"axis": change.axis, "was": change.was or None, "would_be": change.would_be} for change in changes]
                for changes in self.changes
            ],
            "text": str(self),
        }


def explain(answers: Answers, decision: Decision, lang: str) -> Explanation:
    """The explanation of a decision, `lang` being `fr` or `en`. Raises ValueError for another language."""
    if lang not in ("fr", "en"):
        raise ValueError(f"`{lang}` is not a language of the answers: `fr` or `en`")
    return Explanation(decision, lang, _changes(answers, decision), tuple(_notices(answers)))


def _notices(answers: Answers) -> Iterator[tuple[str, Text]]:
    notices: tuple[NoticeTable, ...] = (*answers.tables.obligations, *answers.tables.advice)
    yield from ((notice.name, notice.text) for notice in notices)
    yield (
        DISPUTED_CELL,
        Text("Les sources ne s'accordent pas sur une case de la matrice.", "Sources disagree on a cell of the matrix."),
    )


def _changes(answers: Answers, decision: Decision) -> tuple[tuple[Change, ...], ...]:
    """The smallest sets of changes after which the answer is PERMIT, whatever the facts still missing.

    Stating a missing fact counts as a change; a motive or an identity is never changed nor stated.
    """
    if decision or answers.number < 0:
        return ()
    values, space = decision.values, answers.effects
    may_change = [axis.counterfactual for axis in answers.tables.axes]
    held = {axis: value for axis, value in enumerate(values) if value >= 0 and not may_change[axis]}
    ways_out = Forcing(space, ~PERMIT, values, may_change).fewest(space.diagram(settle_effect, held))
    return tuple(
        tuple(_change(answers, values, axis, value) for axis, value in changes)
        for changes in sorted(itertools.islice(ways_out, _CONSIDERED_AT_MOST))[:CHANGES_AT_MOST]
    )


def _change(answers: Answers, values: tuple[int, ...], axis: int, value: int) -> Change:
    table = answers.tables.axes[axis]
    was = table.values[values[axis]].name if values[axis] >= 0 else ""
    would_be = table.values[value]
    text = Text(
        f"{table.text.fr} ({table.name}) : {would_be.text.fr}", f"{table.text.en} ({table.name}): {would_be.text.en}"
    )
    return Change(table.name, was, would_be.name, text)

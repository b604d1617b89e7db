"""An answer in sentences, French or English: why, on what ground, what was missing, what would have permitted it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from habilitation.compiled.settling import PERMIT, settle_effect
from habilitation.compiled.tables import NoticeTable, Text
from habilitation.decided.decision import DISPUTED_CELL, CellView, Decision, Reason
from habilitation.decided.one import Answers
from habilitation.vocabulary import Effect

CHANGES_AT_MOST = 20  # ways out shown; all of the smallest size are found first

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
            yield f"{_WORDS['some'][lang]}:"
        for reason in decision.reasons:
            yield from self._reason(reason)
        for word, names in (("oblige", decision.obligations), ("advise", decision.advice)):
            if names:
                yield f"{_WORDS[word][lang]}:"
                yield from (f"  - {dict(self.notices)[name][lang]}" for name in names)
        if self.changes:
            yield f"{_WORDS['change'][lang]}:"
            yield from (f"  - {_WORDS['and'][lang].join(one.text[lang] for one in some)}" for some in self.changes)
        if decision.edition:
            yield f"{_WORDS['edition'][lang]}: {decision.policy['name']} {decision.edition}"

    def _reason(self, reason: Reason) -> Iterator[str]:
        lang = self.lang
        yield f"• {reason.message[lang]}"
        if reason.source:
            yield f"    {_WORDS['rule'][lang]}: {reason.rule} ({reason.source})"
        if reason.citations:
            yield f"    {_WORDS['because'][lang]}: {' ; '.join(reason.citations)}"
        for cell in reason.cells:
            yield from self._cell(cell)

    def _cell(self, cell: CellView) -> Iterator[str]:
        lang = self.lang
        where = ", ".join(f"{axis} {value}" for axis, value in cell.at)
        yield f"    {_WORDS['cell'][lang]}: {cell.matrix} {cell.edition} ({where}) = {cell.value} [{cell.place}]"
        if cell.footnote:
            yield f"    {_WORDS['footnote'][lang]}: {cell.footnote[lang]}"
        for text, source in cell.disputes:
            yield f"    {_WORDS['dispute'][lang]}: {text[lang]}" + (f" ({source})" if source else "")

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
    """The smallest sets of changes that lead to PERMIT: the cheapest paths of the diagram of what may change."""
    if decision or answers.number < 0:
        return ()
    values = decision.values
    held = {
        axis: value for axis, value in enumerate(values) if value >= 0 and not answers.tables.axes[axis].counterfactual
    }
    root = answers.effects.diagram(settle_effect, held)
    search = _Cheapest(answers, values)
    cost = search.cost(root)
    if cost is None:
        return ()
    found = sorted({tuple(sorted(path.items())) for path in search.paths(root, cost)})
    return tuple(
        tuple(_change(answers, values, axis, value) for axis, value in path) for path in found[:CHANGES_AT_MOST]
    )


class _Cheapest:
    """Paths to PERMIT that change as few values as possible; stating a missing fact counts as a change."""

    def __init__(self, answers: Answers, values: tuple[int, ...]) -> None:
        self._space, self._values = answers.effects, values
        self._may_state = [axis.counterfactual for axis in answers.tables.axes]
        self._known: dict[int, int | None] = {}

    def cost(self, node: int) -> int | None:
        """The fewest changes that lead from a node to PERMIT, or None."""
        if node < 0:
            return 0 if ~node == PERMIT else None
        if node not in self._known:
            found = [step + rest for step, child, _ in self._steps(node) if (rest := self.cost(child)) is not None]
            self._known[node] = min(found, default=None)
        return self._known[node]

    def _steps(self, node: int) -> Iterator[tuple[int, int, int]]:
        axis = self._space.forest.axes[node]
        now = self._values[axis]
        if now < 0 and not self._may_state[axis]:
            return  # what is missing is reported; a motive or an identity is never suggested
        for number, child in enumerate(self._space.forest.children[node]):
            same = now >= 0 and self._space.classes[axis][now] == number
            yield (0 if same else 1), child, (now if same else self._space.samples[axis][number])

    def paths(self, node: int, budget: int) -> Iterator[Mapping[int, int]]:
        """Every set of changes of that cost."""
        if node < 0:
            yield {}
            return
        axis = self._space.forest.axes[node]
        for step, child, value in self._steps(node):
            rest = self.cost(child)
            if rest is not None and step + rest == budget:
                for path in self.paths(child, rest):
                    yield {axis: value, **path} if step else path


def _change(answers: Answers, values: tuple[int, ...], axis: int, value: int) -> Change:
    table = answers.tables.axes[axis]
    was = table.values[values[axis]].name if values[axis] >= 0 else ""
    would_be = table.values[value]
    text = Text(
        f"{table.text.fr} ({table.name}) : {would_be.text.fr}", f"{table.text.en} ({table.name}): {would_be.text.en}"
    )
    return Change(table.name, was, would_be.name, text)

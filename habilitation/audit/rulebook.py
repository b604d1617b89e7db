"""What the rules of an answer say, what they look at, and what would have permitted a request; each worked out once."""

from __future__ import annotations

from dataclasses import dataclass

from habilitation.audit.judgement import Judge
from habilitation.authorizer import Authorizer

# What is asked, whatever the rules: shown when no rule answers.
_ALWAYS = ("action", "motive", "capacity", "channel", "profession", "document_type")
_WAYS_AT_MOST = 5  # ways out told with a finding
_KEPT_AT_MOST = 200_000
_ENGINE = {
    "no_rule": ("Aucune règle ne permet cet accès.", "No rule permits this access."),
    "missing_fact": ("Il manque un fait pour en juger.", "A fact is missing to judge it."),
    "before_first_edition": (
        "Aucune édition de la politique n'était en vigueur.",
        "No edition of the policy was in force.",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a set of rules says."""

    citations: str
    message_fr: str
    message_en: str


class Rulebook:
    """The rules behind the answers of a judge."""

    def __init__(self, judge: Judge) -> None:
        self._policy = judge.policy
        self._rules = {rule.name: (number, rule) for number, rule in enumerate(judge.policy.tables.rules)}
        self._in_force = _by_edition(judge)
        self._told: dict[str, Told] = {}
        self._changes: dict[tuple[str, tuple[int, ...]], tuple[tuple[int, ...], str, str]] = {}
        self._looked_at: dict[tuple[str, str], tuple[int, ...]] = {}

    def told(self, names: str) -> Told:
        """The citations and sentences of rules joined with `+`."""
        if names not in self._told:
            rules = [self._rules[name][1] for name in names.split("+") if name in self._rules]
            fr, en = _ENGINE.get(names, ("", ""))
            self._told[names] = Told(
                "; ".join(dict.fromkeys(citation for rule in rules for citation in rule.citations)),
                " ".join(rule.message.fr for rule in rules) or fr,
                " ".join(rule.message.en for rule in rules) or en,
            )
        return self._told[names]

    def changes(self, edition: str, known: tuple[int, ...]) -> tuple[str, str]:
        """The smallest changes of fact that would have permitted a request, in French and in English."""
        return self._worked_out(edition, known)[1:]

    def _worked_out(self, edition: str, known: tuple[int, ...]) -> tuple[tuple[int, ...], str, str]:
        key = (edition, known)
        found = self._changes.get(key)
        if found is None:
            if len(self._changes) >= _KEPT_AT_MOST:
                self._changes.clear()
            found = self._changes[key] = self._ways_out(edition, known)
        return found

    def _ways_out(self, edition: str, known: tuple[int, ...]) -> tuple[tuple[int, ...], str, str]:
        policy = self._in_force.get(edition)
        if policy is None:
            return (), "", ""
        decision = policy.answers.judge(known)
        ways = policy.explain(decision).changes[:_WAYS_AT_MOST]
        index = policy.answers.asked.index
        axes = sorted({index[change.axis] for way in ways for change in way})
        return (
            tuple(axes),
            " | ".join(" et ".join(change.text.fr for change in way) for way in ways),
            " | ".join(" and ".join(change.text.en for change in way) for way in ways),
        )

    def looked_at(self, edition: str, names: str, known: tuple[int, ...]) -> tuple[int, ...]:
        """The axes that the rules of an answer look at; without a rule, what was asked and the axes of the ways out."""
        policy = self._in_force.get(edition)
        if policy is None:
            return ()
        if not any(name in self._rules for name in names.split("+")):
            asked = (policy.answers.asked.index.get(name, -1) for name in _ALWAYS)
            return tuple(sorted({*self._worked_out(edition, known)[0], *(axis for axis in asked if axis >= 0)}))
        if (edition, names) not in self._looked_at:
            rules = {self._rules[name][0] for name in names.split("+") if name in self._rules}
            self._looked_at[edition, names] = _axes_of(policy, rules)
        return self._looked_at[edition, names]


def _by_edition(judge: Judge) -> dict[str, Authorizer]:
    found: dict[str, Authorizer] = {}
    for day in judge.calendar.each_day():
        policy = judge.policy.at(day)
        if policy.edition:
            found.setdefault(policy.edition, policy)
    return found


def _axes_of(policy: Authorizer, rules: set[int]) -> tuple[int, ...]:
    """The axes in the conditions of some rules, those of the matrices they read included."""
    answers = policy.answers
    bits = sum(1 << bit for bit, rule in enumerate(answers.reading.edition.clauses) if rule in rules)
    axes = {axis for axis, literals in enumerate(answers.effects.axis_literals) if literals & bits}
    cells = {matrix for matrix, literals in enumerate(answers.effects.cell_literals) if literals & bits}
    for number in reversed(range(len(policy.tables.matrices))):
        if number in cells:
            inputs = policy.tables.matrices[number].inputs
            axes.update(one for one in inputs if one >= 0)
            cells.update(~one for one in inputs if one < 0)
    return tuple(sorted(axes))

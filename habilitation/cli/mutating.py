"""`mutate`: the mutants of a policy, what killed them, and those that nothing did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from habilitation.authoring.figures import grouped, tenths
from habilitation.cli import screen
from habilitation.cli.counted import counted
from habilitation.cli.options import Code, FolderArgument, JsonOption, Lang, LangOption
from habilitation.cli.words import colon
from habilitation.vocabulary import cell_name

if TYPE_CHECKING:
    from habilitation.authoring.mutation.score import Outcome, Score
    from habilitation.authoring.mutation.witness import Answer, Witness

CODES = (
    "Exit codes: 0 every mutant is killed or proved equivalent; 1 some survive; 2 usage error, or a policy that "
    "`check` refuses or that fails its own tests."
)

Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=0, help="Processes; 0 is one a core.")]
Only = Annotated[
    str,
    typer.Option(
        "--only", metavar="NAME", help="Mutants of one file (by its path or its name), rule, definition or matrix."
    ),
]
Every = Annotated[bool, typer.Option("--list", help="Every mutant with its fate, not the survivors alone.")]

_A_SCREEN = 8  # mutants, each with its case, that are read without the total before them

_SENTENCES = {
    "rule_dropped": ("règle `{subject}` ôtée", "rule `{subject}` dropped"),
    "effect_swapped": ("`{subject}` : `{after}` au lieu de `{before}`", "`{subject}`: `{after}` instead of `{before}`"),
    "clause_dropped": ("`{before}` ôté de `{subject}`", "`{before}` dropped from `{subject}`"),
    "clause_negated": (
        "`{after}` au lieu de `{before}` dans `{subject}`",
        "`{after}` instead of `{before}` in `{subject}`",
    ),
    "value_added": ("`{after}` ajouté à `{before}` dans `{subject}`", "`{after}` added to `{before}` in `{subject}`"),
    "value_removed": ("`{before}` retiré dans `{subject}`", "`{before}` removed in `{subject}`"),
    "set_widened": (
        "`{before}` élargi au groupe `{after}` dans `{subject}`",
        "`{before}` widened to the group `{after}` in `{subject}`",
    ),
    "date_shifted": (
        "`{after}` au lieu de `{before}` pour `{subject}`",
        "`{after}` instead of `{before}` for `{subject}`",
    ),
    "date_dropped": ("`{before}` ôté de `{subject}`", "`{before}` dropped from `{subject}`"),
    "cell_flipped": ("{subject} : `{after}` au lieu de `{before}`", "{subject}: `{after}` instead of `{before}`"),
}
_FATES = {
    "killed_by_test": ("tué par le cas", "killed by the case"),
    "killed_by_check": ("tué par `check`", "killed by `check`"),
    "equivalent": ("équivalent", "equivalent"),
    "survived": ("survit", "survives"),
}
_SUMMARY = (
    "{mutants} : {killed} ({by_tests} par un cas, {by_check} par `check`), {equivalent}, {survived} ; score {score} %",
    "{mutants}: {killed} ({by_tests} by a case, {by_check} by `check`), {equivalent}, {survived}; score {score} %",
)
_ANSWERS = (
    "un cas le tuerait ; la politique répond {policy}, le mutant {mutant}",
    "a case would kill it; the policy answers {policy}, the mutant {mutant}",
)


def mutate(
    path: FolderArgument = None,
    only: Only = "",
    jobs: Jobs = 0,
    every: Every = False,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Change one thing of a policy at a time, and see that its tests notice.

    A survivor is a change that no case and no proof refuses: its place, and a situation it answers otherwise.
    """
    from habilitation.authoring.check import opened  # noqa: PLC0415  # text readers only when text is read
    from habilitation.authoring.mutation.score import score  # noqa: PLC0415  # as above

    found = score(opened(path), only, jobs)
    screen.write(_data(found, lang) if as_json else "\n".join(_shown(found, lang, every=every)))
    raise typer.Exit(Code.FINDINGS if found.survivors else Code.FINE)


def _counts(found: Score) -> dict[str, Any]:
    from habilitation.authoring.mutation.fate import Fate  # noqa: PLC0415  # as above

    return {
        "mutants": len(found.outcomes),
        "killed": found.killed,
        "by_tests": found.count(Fate.KILLED_BY_TEST),
        "by_check": found.count(Fate.KILLED_BY_CHECK),
        "equivalent": found.count(Fate.EQUIVALENT),
        "survived": len(found.survivors),
        "score": found.score,
    }


def _shown(found: Score, lang: Lang, *, every: bool) -> Iterator[str]:
    told = found.outcomes if every else found.survivors
    summary = screen.styled(_summary(found, lang), "bold yellow" if found.survivors else "bold green")
    if len(told) > _A_SCREEN:
        yield f"{summary}\n"
    for one in told:
        yield f"{_place(one)}: {_sentence(one, lang)}"
        yield f"  {_fate(one, lang)}"
    yield summary


def _summary(found: Score, lang: Lang) -> str:
    counts = _counts(found)
    said = {key: counted(key, counts[key], lang) for key in ("mutants", "killed", "equivalent", "survived")}
    ways = {key: grouped(counts[key], lang) for key in ("by_tests", "by_check")}
    return _of(_SUMMARY, lang).format(**said, **ways, score=tenths(found.percent, lang))


def _fate(one: Outcome, lang: Lang) -> str:
    fate = _of(_FATES[one.judged.fate.value], lang)
    if one.judged.by:
        place = f" ({one.judged.place})" if one.judged.place else ""
        return f"{colon(fate, lang)} {one.judged.by}{place}"
    witness = one.judged.witness
    if one.judged.fate.value != "survived" or witness is None:
        return fate
    answers = {side: _answer(getattr(witness, side)) for side in ("policy", "mutant")}
    return f"{colon(fate, lang)} {_of(_ANSWERS, lang).format(**answers)}\n{_case(one, witness, lang)}"


def _answer(answer: Answer) -> str:
    return f"{answer.effect.value} ({', '.join(answer.rules)})" if answer.rules else answer.effect.value


def _case(one: Outcome, witness: Witness, lang: Lang) -> str:
    from habilitation.authoring.mutation.pasting import case_yaml  # noqa: PLC0415  # as above

    return case_yaml(witness, f"{_sentence(one, lang)} ({_place(one)})")


def _place(one: Outcome) -> str:
    return f"{one.span}:{one.span.column}"


def _sentence(one: Outcome, lang: Lang) -> str:
    template = _of(_SENTENCES[one.operator.value], lang)
    before, after = (cell_name(text, lang) for text in (one.before, one.after))
    return template.format(subject=one.subject, before=before, after=after)


def _data(found: Score, lang: Lang) -> str:
    mutants = [
        {
            "operator": one.operator.value,
            "file": one.span.source.name,
            "line": one.span.line,
            "column": one.span.column,
            "subject": one.subject,
            "sentence": _sentence(one, lang),
            "fate": one.judged.fate.value,
            "by": one.judged.by or None,
            "by_place": one.judged.place or None,
            **_witnessed(one, lang),
        }
        for one in found.outcomes
    ]
    return screen.indented({"counts": _counts(found), "mutants": mutants})


def _witnessed(one: Outcome, lang: Lang) -> dict[str, Any]:
    witness = one.judged.witness
    if witness is None:
        return dict.fromkeys(("situation", "at", "known_on", "edition", "policy", "mutant", "case"))
    return {
        "situation": dict(witness.situation),
        "at": witness.at and witness.at.isoformat(),
        "known_on": witness.known_on and witness.known_on.isoformat(),
        "edition": witness.edition or None,
        **{
            side: {"effect": answer.effect.value, "rules": list(answer.rules)}
            for side, answer in (("policy", witness.policy), ("mutant", witness.mutant))
        },
        "case": _case(one, witness, lang),
    }


def _of(pair: tuple[str, str], lang: Lang) -> str:
    return pair[0] if lang is Lang.FR else pair[1]

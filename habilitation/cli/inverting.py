"""`who`: who may, what may one, under which conditions, and what separates two."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from habilitation.authorizer import Authorizer
from habilitation.authorizer.categories import axis_about, read_by_matrices
from habilitation.cli import screen
from habilitation.cli.facts import facts_typed
from habilitation.cli.judge import day_of
from habilitation.cli.options import (
    SAME_CODES,
    AtOption,
    JsonOption,
    KnownOnOption,
    Lang,
    LangOption,
    PolicyOption,
    policy_at,
)
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import ACTION, RESOURCE, SUBJECT

if TYPE_CHECKING:
    from habilitation.authoring.inverse import Question

CODES = f"Exit codes: 0 answered; {SAME_CODES}"
_CONSULT = "consult"
_SIDES = 2  # the axes that a question is about

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CODE]... [AXIS=VALUE]...",
        show_default=False,
        help="The code, the label or the group of a profession or of a type, two codes of one axis to be compared, and "
        "what is known of the rest.",
    ),
]
MayOption = Annotated[
    list[str] | None,
    typer.Option("--may", metavar="ACTION", show_default=False, help="The action asked about; `consult` by default."),
]
TypeOption = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="CODE", show_default=False, help="A document type, as document_type=CODE."),
]
EveryOption = Annotated[bool, typer.Option("--list", help="Every value by its name and every way, none cut.")]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="AXIS", help="The axis whose values are told apart; the one left open by default."),
]


def who(  # noqa: PLR0913, PLR0917  # as many parameters as flags
    words: Words = None,
    may: MayOption = None,
    document_type: TypeOption = None,
    by: ByOption = None,
    every: EveryOption = False,
    at: AtOption = None,
    known_on: KnownOnOption = None,
    policy: PolicyOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Tell who may read a type, what a profession may read, or what separates two.

    `who 11488-4`: who may consult this type, and under which conditions. `who G15_60`: what this profession may
    consult. `who G15_60 G15_10`: every situation that the two are answered differently. Over the whole space: no
    situation is left out.
    """
    from habilitation.authoring.inverse import Inverse  # noqa: PLC0415  # each verb reads what it needs
    from habilitation.cli.inverted import Told  # noqa: PLC0415  # as above

    opened = _opened(policy, at, known_on)
    flags = [*(f"document_type={code}" for code in document_type or ()), *(f"{ACTION}={code}" for code in may or ())]
    inverse = Inverse(opened)
    question = _question(opened, [*(words or ()), *flags], by)
    told = Told(opened, inverse, question, lang, every=every)
    if question.axis is None:
        openings = inverse.openings(question.given, question.by, question.within, question.about)
        shown = told.openings_data(openings) if as_json else "\n".join(told.openings(openings))
    else:
        gaps = inverse.apart(question.given, question.axis, question.pair, question.by)
        shown = told.gaps_data(gaps) if as_json else "\n".join(told.gaps(gaps))
    screen.write(screen.compact(shown) if as_json else str(shown))


def _opened(path: Path | None, at: str | None, known_on: str | None) -> Authorizer:
    """The policy in force on a day, today by default, as known on another."""
    policy = policy_at(path)
    if at is None and known_on is None:
        return policy
    day = datetime.date.today() if at is None else day_of("at", at)  # noqa: DTZ011  # legal time of the caller
    return policy.at(day, None if known_on is None else day_of("known_on", known_on))


def _question(policy: Authorizer, typed: Sequence[str], by: str | None) -> Question:
    from habilitation.authoring.inverse import Question  # noqa: PLC0415  # as above

    index = policy.answers.asked.index
    stated = _stated(policy, [one for one in typed if "=" in one or one in index])
    named = _named(policy, [one for one in typed if "=" not in one and one not in index])
    for axis in named:
        if axis in stated:
            name = policy.tables.axes[axis].name
            raise RequestError("already_given", f"`{name}` is given twice", name)
    if ACTION in index and index[ACTION] not in {*stated, *named}:
        stated |= _consulting(policy)
    asked = {axis: [values] for axis, values in stated.items()} | named
    given = {axis: min(values[0]) for axis, values in asked.items() if _is_one(values)}
    within = {axis: values[0] for axis, values in asked.items() if len(values) == 1 and not _is_one(values)}
    compared = [axis for axis, values in asked.items() if len(values) > 1]
    chosen = _by(policy, set(asked), by, within)
    about = frozenset(asked).intersection(_sides(policy))
    if compared:
        if within:
            raise RequestError("too_many_codes", "two codes are compared, and not groups", help="ask about two codes")
        one, other = (min(value) for value in named[compared[0]])
        return Question(given, chosen, compared[0], (one, other))
    return Question(given, chosen, within=within, about=about)


def _stated(policy: Authorizer, words: Sequence[str]) -> dict[int, frozenset[int]]:
    """By axis, the values that `AXIS=WORD` names: a truth for a fact, else a code, a label or a group."""
    from habilitation.authoring.codes import values_of  # noqa: PLC0415  # as above

    asked = policy.answers.asked
    facts = facts_typed(words, policy)
    return {
        asked.index[name]: frozenset({int(value)})
        if isinstance(value, bool)
        else values_of(policy, asked.index[name], value)
        for name, value in facts.items()
    }


def _named(policy: Authorizer, codes: Sequence[str]) -> dict[int, list[frozenset[int]]]:
    """By axis, the codes or the group that one typed. Raises RequestError for what cannot be compared."""
    from habilitation.authoring.codes import find_values  # noqa: PLC0415  # as above

    named: dict[int, list[frozenset[int]]] = {}
    for code in codes:
        axis, values = find_values(policy, code)
        if values in named.setdefault(axis, []):
            raise RequestError("already_given", f"`{code}` is given twice", help="ask about two that differ, or once")
        named[axis].append(values)
    several = [values for values in named.values() if len(values) > 1]
    if len(several) > 1 or any(len(values) > 2 for values in several):  # noqa: PLR2004  # a pair
        raise RequestError("too_many_codes", "two codes of one axis are compared, no more", help="ask about two")
    if several and any(len(value) > 1 for values in named.values() for value in values):
        raise RequestError("too_many_codes", "two codes are compared, and not groups", help="ask about two codes")
    return named


def _is_one(values: Sequence[frozenset[int]]) -> bool:
    return len(values) == 1 and len(values[0]) == 1


def _consulting(policy: Authorizer) -> dict[int, frozenset[int]]:
    """The action asked about without a word: to consult, in a policy that has it."""
    axis = policy.answers.asked.index[ACTION]
    encoder = policy.answers.asked.encoders[axis]
    return {axis: frozenset({encoder.ordinal(_CONSULT)})} if _CONSULT in encoder.known else {}


def _by(policy: Authorizer, settled: set[int], by: str | None, groups: Collection[int]) -> int | None:
    """The axis of the answer: the first left open of those that questions are about."""
    index = policy.answers.asked.index
    if by is not None:
        if by not in index:
            raise policy.answers.asked.unknown_axis(by)
        if index[by] in settled and index[by] not in groups:
            raise RequestError("already_given", f"`{by}` is already given", by)
        return index[by]
    return next((number for number in _sides(policy) if number not in settled), None)


def _sides(policy: Authorizer) -> list[int]:
    """The two axes that questions are about: who asks and for what, else those of most values, the action apart."""
    axes, read = policy.tables.axes, read_by_matrices(policy.tables)
    about = [axis_about(category, axes, read) for category in (SUBJECT, RESOURCE)]
    coded = sorted((axis for axis in axes if not axis.fact and axis.name != ACTION), key=lambda axis: -len(axis.values))
    names = dict.fromkeys(axis.name for axis in (*about, *coded) if axis is not None)
    return [policy.answers.asked.index[name] for name in names][:_SIDES]

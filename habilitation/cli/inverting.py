"""`who`: who may, what may one, under which conditions, and what separates two."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from habilitation.authorizer import Authorizer
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

if TYPE_CHECKING:
    from habilitation.authoring.inverse import Question

CODES = f"Exit codes: 0 answered; {SAME_CODES}"
ACTION = "action"
_CONSULT = "consult"
_SIDES = 2  # the axes that a question is about: those of most values

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
    str | None, typer.Option("--may", metavar="ACTION", help="The action asked about; `consult` by default.")
]
TypeOption = Annotated[
    str | None, typer.Option("--type", metavar="CODE", help="A document type, as document_type=CODE.")
]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="AXIS", help="The axis whose values are told apart; the one left open by default."),
]


def who(  # noqa: PLR0913, PLR0917  # as many parameters as flags
    words: Words = None,
    may: MayOption = None,
    document_type: TypeOption = None,
    by: ByOption = None,
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
    typed = [*(words or ()), *([f"document_type={document_type}"] if document_type else [])]
    inverse = Inverse(opened)
    question = _question(opened, typed, may, by)
    told = Told(opened, inverse, question, lang)
    if question.axis is None:
        openings = inverse.openings(question.given, question.by, question.within)
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


def _question(policy: Authorizer, typed: Sequence[str], may: str | None, by: str | None) -> Question:
    from habilitation.authoring.inverse import Question  # noqa: PLC0415  # as above

    index = policy.answers.asked.index
    stated = facts_typed([one for one in typed if "=" in one or one in index], policy)
    action = {} if ACTION not in index or ACTION in stated else _action(policy, may)
    given = dict(policy.answers.asked.ordinals({**stated, **action}, {}, stated={}))
    named = _named(policy, [one for one in typed if "=" not in one and one not in index])
    for axis in named:
        if axis in given:
            name = policy.tables.axes[axis].name
            raise RequestError("already_given", f"`{name}` is given twice", name)
    given |= {axis: min(values[0]) for axis, values in named.items() if _is_one(values)}
    within = {axis: values[0] for axis, values in named.items() if len(values) == 1 and not _is_one(values)}
    compared = [axis for axis, values in named.items() if len(values) > 1]
    chosen = _by(policy, {*given, *compared, *within}, by, within)
    if compared:
        one, other = (min(value) for value in named[compared[0]])
        return Question(given, chosen, compared[0], (one, other))
    return Question(given, chosen, within=within)


def _named(policy: Authorizer, codes: Sequence[str]) -> dict[int, list[frozenset[int]]]:
    """By axis, the codes or the group that one typed. Raises RequestError for what cannot be compared."""
    from habilitation.authoring.codes import find_values  # noqa: PLC0415  # as above

    named: dict[int, list[frozenset[int]]] = {}
    for code in codes:
        axis, values = find_values(policy, code)
        if values not in named.setdefault(axis, []):
            named[axis].append(values)
    several = [values for values in named.values() if len(values) > 1]
    if len(several) > 1 or any(len(values) > 2 for values in several):  # noqa: PLR2004  # a pair
        raise RequestError("too_many_codes", "two codes of one axis are compared, no more", help="ask about two")
    if several and any(len(value) > 1 for values in named.values() for value in values):
        raise RequestError("too_many_codes", "two codes are compared, and not groups", help="ask about two codes")
    return named


def _is_one(values: Sequence[frozenset[int]]) -> bool:
    return len(values) == 1 and len(values[0]) == 1


def _action(policy: Authorizer, may: str | None) -> dict[str, Any]:
    """The action asked about: without a word, to consult, in a policy that has it."""
    encoder = policy.answers.asked.encoders[policy.answers.asked.index[ACTION]]
    return {ACTION: may or _CONSULT} if may or _CONSULT in encoder.known else {}


def _by(policy: Authorizer, settled: set[int], by: str | None, groups: Collection[int]) -> int | None:
    """The axis of the answer: the first left open of the two of most values, the action and the facts apart."""
    index, axes = policy.answers.asked.index, policy.tables.axes
    if by is not None:
        if by not in index:
            raise policy.answers.asked.unknown_axis(by)
        if index[by] in settled and index[by] not in groups:
            raise RequestError("already_given", f"`{by}` is already given", by)
        return index[by]
    coded = [number for number, axis in enumerate(axes) if not axis.fact and axis.name != ACTION]
    largest = sorted(coded, key=lambda number: -len(axes[number].values))[:_SIDES]
    return next((number for number in largest if number not in settled), None)

"""`decide` and `explain`: one request as typed, or JSON Lines from the standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from habilitation.authorizer import Authorizer
from habilitation.cli import screen
from habilitation.cli.facts import request_typed
from habilitation.cli.judge import Answer, Answering, Judge
from habilitation.cli.lines import numbered, request
from habilitation.cli.options import (
    SAME_CODES,
    AtOption,
    Code,
    JsonOption,
    KnownOnOption,
    Lang,
    LangOption,
    PolicyOption,
    policy_at,
)
from habilitation.cli.refusing import refuse
from habilitation.cli.words import colon, word
from habilitation.diagnostic import Diagnostic, RequestError

STDIN = "-"
CODES = f"Exit codes: 0 permitted; 1 anything else than a permit; {SAME_CODES}"
_HELP = "AXIS=VALUE, a fact by its name (FACT, FACT=false), or - to read JSON Lines."
Words = Annotated[list[str] | None, typer.Argument(metavar="AXIS=VALUE", show_default=False, help=_HELP)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks, whatever the verb."""

    words: Sequence[str]
    policy: Authorizer
    at: str | None
    known_on: str | None
    as_json: bool

    @property
    def streams(self) -> bool:
        """Whether requests come from the standard input."""
        return STDIN in self.words or not self.words


def decide(
    words: Words = None,
    policy: PolicyOption = None,
    at: AtOption = None,
    known_on: KnownOnOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Answer a request, with its rule and law.

    With - (or with nothing typed and something piped), each line of the standard input is a request: a JSON object from
    axes to values, plus optional "at" and "known_on". Each gets its answer on one line, in order; words typed beside -
    hold for every line. A line that cannot be read gets an error in its place, and the run goes on.
    """
    asked = _Asked(_typed(words), policy_at(policy), at, known_on, as_json)
    answering = _data(lang) if as_json else _on_one_line(lang) if asked.streams else _in_full(lang)
    raise typer.Exit(_answered(asked, answering))


def explain(
    words: Words = None,
    policy: PolicyOption = None,
    at: AtOption = None,
    known_on: KnownOnOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Answer a request in sentences.

    Why, on what ground, what is owed, and the smallest changes of fact that would have permitted it. Takes what
    "habilitation decide" takes.
    """
    asked = _Asked(_typed(words), policy_at(policy), at, known_on, as_json)
    raise typer.Exit(_answered(asked, _explained_data(lang) if as_json else _explained(lang)))


def _typed(words: Sequence[str] | None) -> Sequence[str]:
    if not words and sys.stdin.isatty():
        raise typer.BadParameter("give a request, or - to read requests from the standard input")
    return words or ()


def _answered(asked: _Asked, answering: Answering) -> Code:
    facts = request_typed([typed for typed in asked.words if typed != STDIN], asked.policy)
    if asked.streams:
        judge = Judge(asked.policy.given(facts), answering, asked.at, asked.known_on)
        return _answered_lines(judge, _error_data if asked.as_json else _error_sentence)
    permit, text = Judge(asked.policy, answering, asked.at, asked.known_on).answer(facts)
    screen.write(text)
    return Code.FINE if permit else Code.FINDINGS


def _answered_lines(judge: Judge, error_text: Callable[[RequestError, int], str]) -> Code:
    codes = {Code.FINE: 0, Code.FINDINGS: 0, Code.UNREADABLE: 0}
    for number, line in numbered(sys.stdin.buffer):
        try:
            permit, text = judge.answer(request(line))
            codes[Code.FINE if permit else Code.FINDINGS] += 1
        except RequestError as error:
            text = error_text(error, number)
            codes[Code.UNREADABLE] += 1
        screen.write(text)
    if not any(codes.values()):
        # No line at all is no permit: a caller whose request came out empty must not open anything.
        way_out = "write the request, `habilitation decide AXIS=VALUE …`, or a line each on the standard input"
        none = RequestError("no_request", "no request: the standard input has no line", help=way_out)
        return refuse(none, as_json=False)  # beside: an answer is that of a line
    return max(code for code, lines in codes.items() if lines)


def _error_data(error: RequestError, number: int) -> str:
    return screen.compact({"error": {**error.as_json(), "line": number}})


def _error_sentence(error: RequestError, number: int) -> str:
    sentence, *_ = Diagnostic(error.code, str(error)).render().split("\n")  # nothing in it moves the cursor
    return screen.styled(f"ERROR {number}: {sentence}", "bold red")


# --- answers as text -----------------------------------------------------------------------------


def _data(lang: Lang) -> Answering:
    def answer(policy: Authorizer, facts: Mapping[str, Any]) -> Answer:
        decision = policy.decide(facts)
        return bool(decision), screen.compact(decision.as_json(lang))

    return answer


def _on_one_line(lang: Lang) -> Answering:
    def answer(policy: Authorizer, facts: Mapping[str, Any]) -> Answer:
        decision = policy.decide(facts)
        effect = decision.effect.value
        rules = ", ".join(reason.rule for reason in decision.reasons)
        missing = f" ({colon(word('missing', lang), lang)} {', '.join(decision.missing)})" if decision.missing else ""
        return bool(decision), f"{screen.styled(effect, screen.STYLES[effect])} {rules}{missing}"

    return answer


def _in_full(lang: Lang) -> Answering:
    def answer(policy: Authorizer, facts: Mapping[str, Any]) -> Answer:
        decision = policy.decide(facts)
        return bool(decision), "\n".join(_lines(decision.as_json(lang), lang))

    return answer


def _lines(decision: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    yield screen.styled(decision["effect"], screen.STYLES[decision["effect"]])
    for reason in decision["reasons"]:
        yield f"  {colon(reason['rule'], lang)} {reason['message']}"
        if reason["citations"]:
            yield screen.styled(f"    {' ; '.join(reason['citations'])}", "dim")
    for key in ("missing", "obligations", "advice"):
        if decision[key]:
            yield f"  {colon(word(key, lang), lang)} {', '.join(decision[key])}"


def _explained(lang: Lang) -> Answering:
    def answer(policy: Authorizer, facts: Mapping[str, Any]) -> Answer:
        decision = policy.decide(facts)
        lines = list(policy.explain(decision, lang).lines())
        return bool(decision), screen.panel(lines, screen.STYLES[decision.effect.value])

    return answer


def _explained_data(lang: Lang) -> Answering:
    def answer(policy: Authorizer, facts: Mapping[str, Any]) -> Answer:
        decision = policy.decide(facts)
        return bool(decision), screen.compact(policy.explain(decision, lang).as_json())

    return answer

"""`diff --log`: which past accesses two policies judge otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habilitation.audit.refusals import UsageError
from habilitation.authorizer import Authorizer
from habilitation.cli import screen
from habilitation.cli.auditing import in_words
from habilitation.cli.extra import need_audit
from habilitation.cli.options import Code, Lang
from habilitation.cli.watching import stoppable, watched
from habilitation.cli.words import word

if TYPE_CHECKING:
    from habilitation.audit.replay import Replay, Side
    from habilitation.authoring.difference.sides import Side as Place

_STYLES = {"opened": "bold red", "closed": "bold yellow", "otherwise": "bold", "reason": "bold"}
_STYLES |= {"nothing": "bold red", "unsure": "bold yellow", "heading": "bold"}


# What says something without a log. Every other parameter is about one.
_WITHOUT_A_LOG = ("context", "old", "new", "at", "known_on", "where", "summary", "form", "markdown", "lang", "as_json")
_OF_THIS_VERB = ("log", "log_format", "examples", "out")  # the others are an audit's, under their names there


def about_a_log(said: Iterable[str]) -> Iterator[str]:
    """The parameters that only speak of a log, of all those of the verb."""
    return (name for name in said if name not in _WITHOUT_A_LOG)


def judge_again(old: Place, new: Place, said: Mapping[str, Any], lang: Lang, shape: str) -> Code:
    """Judge logs under two policies, and tell what changes; `said` are the flags typed, `shape` how it is told."""
    need_audit()
    from habilitation.audit.replay import replayed  # noqa: PLC0415  # duckdb only when a log is judged

    out = said["out"]
    with stoppable(lang):
        sides = _sides(old, new, said, lang)
        with watched(lang) as watch:
            found = replayed(*sides, examples=said["examples"], out=Path(out) if out else None, on_progress=watch)
    _show(found, sides, lang, shape, summary=said["summary"])
    if out and shape == "text":
        screen.write(f"\n{word('changed_in', lang)} {out}")
    if found.opens:
        return Code.FINDINGS
    return Code.UNREADABLE if found.inconclusive else Code.FINE


def _sides(old: Place, new: Place, said: Mapping[str, Any], lang: Lang) -> tuple[Side, Side]:
    """Both audits. What a file says of a policy, of a report and of a language is about its own audit."""
    from habilitation.audit.replay import asked_of_both  # noqa: PLC0415  # as above

    typed = {name: said[name] for name in about_a_log(said) if name not in _OF_THIS_VERB}
    known_on = {"known_on": said["known_on"]}  # of the facts too
    words, wrong = in_words({**typed, **known_on, "logs": said["log"], "format": said["log_format"]})
    if not words.logs:
        raise UsageError("no_log", "no log to judge", "give --log LOG..., or an audit.yaml with `logs`")
    before, after = Authorizer(old.tables), Authorizer(new.tables)
    one, other = asked_of_both(replace(words, out=None, lang=None), before, after, wrong)
    return _held(one, old, lang), _held(other, new, lang)


def _held(side: Side, place: Place, lang: Lang) -> Side:
    """A side under the edition of its day for every access, when it gives one; as known when it says, or the audit."""
    from habilitation.audit.replay import Named, Side, held_at  # noqa: PLC0415  # as above

    known_on = place.known_on or side.asked.known_on
    policy = held_at(side.policy, place.at, known_on) if place.at or place.known_on else side.policy
    named = Named(place.asked, side.policy.policy, place.at, known_on)
    return Side(policy, replace(side.asked, lang=lang.value), named)


def _show(found: Replay, sides: tuple[Side, Side], lang: Lang, shape: str, *, summary: bool) -> None:
    from habilitation.audit.replay import Teller, plain, totals  # noqa: PLC0415  # as above

    if shape == "json":
        screen.write(screen.compact(totals(found) if summary else plain(found)))
        return
    teller = Teller(replace(found, groups=()) if summary else found, sides[0].policy, sides[1].policy, lang.value)
    if shape == "markdown":
        screen.write("\n".join(teller.in_markdown()))
        return
    for line in teller.in_text():
        screen.write(screen.styled(line.text, _STYLES[line.kind]) if line.kind else line.text)

"""`diff --log`: which past accesses two policies judge otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habilitation.audit.refusals import UsageError
from habilitation.cli import screen
from habilitation.cli.auditing import in_words
from habilitation.cli.extra import need_audit
from habilitation.cli.options import Code, Lang
from habilitation.cli.watching import stoppable, watched
from habilitation.cli.words import word

if TYPE_CHECKING:
    from habilitation.audit.replay import Replay, Side
    from habilitation.authorizer import Authorizer

_STYLES = {"opened": "bold red", "closed": "bold yellow", "otherwise": "bold", "reason": "bold"}


def judge_again(
    old: Authorizer, new: Authorizer, said: Mapping[str, Any], lang: Lang, *, examples: int, out: str | None, shape: str
) -> Code:
    """Judge logs under two policies, and tell what changes.

    `said` are the flags of the audit, by name; `shape` is `text`, `json` or `markdown`. What an audit.yaml says of
    a policy and of where its report goes is about that audit, and is left there.
    """
    need_audit()
    from habilitation.audit.replay import replayed  # noqa: PLC0415  # duckdb only when a log is judged

    with stoppable(lang):
        sides = _sides(old, new, said, lang)
        with watched(lang) as watch:
            found = replayed(*sides, examples=examples, out=Path(out) if out else None, on_progress=watch)
    _show(found, old, new, lang, shape)
    if out and shape == "text":
        screen.write(f"\n{word('changed_in', lang)} {out}")
    if found.nothing_read:
        return Code.UNREADABLE
    return Code.FINDINGS if found.opens else Code.FINE


def _sides(old: Authorizer, new: Authorizer, said: Mapping[str, Any], lang: Lang) -> tuple[Side, Side]:
    from habilitation.audit.replay import Side, asked_of_both  # noqa: PLC0415  # as above

    words, wrong = in_words({**said, "lang": lang.value})
    if not words.logs:
        raise UsageError("no_log", "no log to judge", "give --log LOG..., or an audit.yaml with `logs`")
    one, other = asked_of_both(replace(words, out=None, lang=None), old, new, wrong)
    before, after = (Side(side.policy, replace(side.asked, lang=lang.value)) for side in (one, other))
    return before, after


def _show(found: Replay, old: Authorizer, new: Authorizer, lang: Lang, shape: str) -> None:
    from habilitation.audit.replay import Teller, plain  # noqa: PLC0415  # as above

    if shape == "json":
        screen.write(screen.compact(plain(found)))
        return
    teller = Teller(found, old, new, lang.value)
    if shape == "markdown":
        screen.write("\n".join(teller.in_markdown()))
        return
    for line in teller.in_text():
        screen.write(screen.styled(line.text, _STYLES[line.kind]) if line.kind else line.text)

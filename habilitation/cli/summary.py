"""What an audit found, in a page of a terminal: the square, the rules, what could not be judged, where to read on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habilitation.authorizer import Authorizer
from habilitation.cli import screen
from habilitation.cli.options import Lang
from habilitation.cli.words import colon, word
from habilitation.diagnostic import HIDES

if TYPE_CHECKING:
    from habilitation.audit.asked import Asked
    from habilitation.audit.report import Summary

Counts = Mapping[str, Any]
_MOVES = re.compile(f"{HIDES.pattern}|[\t\n]")  # names of columns are as untrusted as a log
_SHOWN = 10  # rules, missing facts and codes of rejects
_OUTCOMES = ("done", "refused", "failed")
_WRONG = {"PERMIT": "refused", "DENY": "done", "NOT_APPLICABLE": "done", "INDETERMINATE": ""}
_LATER = "known_on"  # missing where an access is later than the day of the facts known
_ADDED_UP = ("judged", "rejected", "duplicates", "outside")


def counts_of(summary: Summary) -> Counts:
    """The counts as the manifest of the report states them, and the columns not read, by role: one truth."""
    manifest = json.loads((summary.path / "manifest.json").read_text(encoding="utf-8"))
    not_read: dict[str, dict[str, None]] = {}
    for file in manifest["inputs"]:
        if file["columns_not_read"]:
            not_read.setdefault(file["role"], {}).update(dict.fromkeys(file["columns_not_read"]))
    return {**manifest["counts"], "columns_not_read": {role: list(names) for role, names in not_read.items()}}


def data(counts: Counts, out: Path) -> str:
    """The summary as one JSON object."""
    return screen.compact({"report": str(out), **counts})


def summed_up(counts: Counts, policy: Authorizer, lang: Lang, asked: Asked) -> Iterator[str]:
    """The summary in paragraphs, what forbids to conclude first."""
    yield from _first(counts, lang)
    files = len(counts["by_file"])
    added = " + ".join(f"{counts[name]} {word(name, lang)}" for name in _ADDED_UP if counts[name] or name != "outside")
    logs = f"{files} {word('log_file' if files == 1 else 'log_files', lang)}"
    yield f"{colon(word('lines_read', lang), lang)} {counts['lines_read']} = {added} ({logs})"
    empty = [one["file"] for one in counts["by_file"] if not one["read"]]
    yield from _counted("empty_logs", len(empty), lang)
    yield from (f"  {name}" for name in empty[:_SHOWN])
    yield f"\n{_square(counts['rule_by_system'], lang)}\n"
    style = "bold red" if counts["findings"] else "bold green"
    yield screen.styled(f"{colon(word('found', lang), lang)} {counts['findings']}", style)
    yield from _most(counts["findings_by_rule"], {"no_rule": word("no_rule", lang)}, lang)
    if counts["findings_unnamed"]:
        yield screen.styled(word("unnamed", lang).format(counts["findings_unnamed"]), "bold")
    missing = counts["not_assessable_by_missing"]
    told = frozenset(counts["axes_told"])
    ways = {names: _way_out(names, policy, told, lang) for names in missing}
    yield from _counted("not_assessable", counts["by_kind"]["not_assessable"], lang)
    yield from _most(missing, ways, lang)
    yield from _declaring(missing, policy, told - asked.complete, lang)
    yield from _counted("rejects", counts["rejected"] + counts["rejected_elsewhere"], lang)
    yield from _most(counts["rejects_by_code"], {}, lang)
    for role, rows in sorted(counts["rejected_rows"].items()):
        yield screen.styled(word("rejected_rows", lang).format(rows, role), "bold")
    yield from _counted("break_glass", counts["break_glass"], lang)
    if counts["columns_not_read"]:
        unread = " ; ".join(f"{_names(names, lang)} ({role})" for role, names in counts["columns_not_read"].items())
        yield f"{colon(word('not_read', lang), lang)} {_MOVES.sub('�', unread)}"
    assert asked.out is not None
    yield f"{colon(word('report', lang), lang)} {asked.out / 'index.html'}"


def _names(names: Iterable[str], lang: Lang) -> str:
    """The names of columns; what a spreadsheet leaves beside a table has none."""
    return ", ".join(name or word("nameless", lang) for name in names)


def _first(counts: Counts, lang: Lang) -> Iterator[str]:
    """What forbids to conclude: nothing read, nothing assessed, a file of which much could not be read."""
    if 0 < counts["lines_read"] == counts["rejected"]:
        yield screen.styled(word("nothing_judged", lang), "bold red")
    elif 0 < counts["accesses"] == counts["by_kind"]["not_assessable"]:
        yield screen.styled(word("nothing_assessed", lang), "bold yellow")
    many = [one for one in counts["rejects_by_file"] if one["large"]]
    yield from (screen.styled(word("many_unread", lang).format(**one), "bold yellow") for one in many[:_SHOWN])


def _square(square: Mapping[str, Mapping[str, int]], lang: Lang) -> str:
    heads = [f"{word('rule_says', lang)} × {word('system_did', lang)}", *(word(name, lang) for name in _OUTCOMES)]
    rows = [
        [
            (f"{word(effect, lang)} ({effect})", screen.STYLES[effect]),
            *((str(n := square[effect][outcome]), "bold" if n and wrong == outcome else "") for outcome in _OUTCOMES),
        ]
        for effect, wrong in _WRONG.items()
    ]
    return screen.table(heads, rows)


def _counted(name: str, n: int, lang: Lang) -> Iterator[str]:
    if n:
        yield f"{colon(word(name, lang), lang)} {n}"


def _most(numbers: Mapping[str, int], called: Mapping[str, str], lang: Lang) -> Iterator[str]:
    """The largest numbers first, and how many more there are."""
    ordered = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    others = sum(n for _, n in ordered[_SHOWN:])
    shown = [(called.get(key, key), n) for key, n in ordered[:_SHOWN]]
    shown += [(word("others", lang), others)] if others else []
    width = max((len(str(n)) for _, n in shown), default=0)
    yield from (f"  {n:>{width}}  {text}" for text, n in shown)


def _way_out(names: str, policy: Authorizer, told: Set[str], lang: Lang) -> str:
    """What is missing, and what to give for these accesses to be judged."""
    if not names:
        return word("unsettled", lang)
    if names == _LATER:
        return f"{names} – {word('give_day', lang)}"
    missing = _axes(names, policy)
    tables = [axis for axis in missing if axis.fact and axis.name not in told]
    columns = [f"{axis.name}=…" for axis in missing if not axis.fact and axis.name not in told]
    ways = [word("give_table", lang)] if tables else []
    ways += [word("give_rows", lang)] if any(axis.name in told for axis in missing) else []
    ways += [word("give_column", lang).format(" ".join(columns))] if columns else []
    return f"{names.replace('+', ', ')} – {' ; '.join(ways) or word('give_person', lang)}"


def _declaring(missing: Iterable[str], policy: Authorizer, told: Set[str], lang: Lang) -> Iterator[str]:
    """What it is to declare a table complete: never the first way out, and none where no table was given."""
    rows = {axis.name for names in missing for axis in _axes(names, policy) if axis.fact or axis.default >= 0}
    if declared := sorted(rows & told):
        yield f"  {word('declare', lang).format(' '.join(declared))}"


def _axes(names: str, policy: Authorizer) -> list[Any]:
    index, axes = policy.answers.asked.index, policy.tables.axes
    return [axes[index[name]] for name in names.split("+") if name in index]

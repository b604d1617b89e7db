"""What `show` prints, out of the data of `authoring`: tables on a terminal, aligned text when piped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from habilitation.cli import screen
from habilitation.cli.options import Lang
from habilitation.cli.words import colon, word

if TYPE_CHECKING:
    from habilitation.authoring.reach import CellLine, Concerned, Reader
    from habilitation.authoring.sheet import Sheet
    from habilitation.authoring.show import AxisView, Named, PolicyView, RuleView, StretchView, ValueView

_EFFECT_STYLES = {"permit": "bold green", "forbid": "bold red", "abstain": "bold yellow"}


def _title(text: str) -> str:
    return screen.styled(text, "bold")


def _said(key: str, text: str, lang: Lang) -> str:
    return f"{colon(word(key, lang), lang)} {text}"


def _blocks(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


# --- a matrix ------------------------------------------------------------------------------------


def matrix(view: Sheet, lang: Lang) -> str:
    """The cells as a table, then what the marks, the short names and the footnotes stand for."""
    ordinals = {value.mark: ordinal for ordinal, value in enumerate(view.values)}
    rows: list[list[str | screen.Cell]] = []
    for line in view.lines:
        cells: list[str | screen.Cell] = [
            (cell, screen.cell_style(ordinals[cell.partition("(")[0]])) for cell in line.cells
        ]
        rows.append([line.name, *cells, line.label])
    return _blocks(
        _title(f"{view.label} ({view.matrix}, {word('edition', lang)} {view.edition})"),
        screen.grid([view.rows_axis, *view.heads, word("label", lang)], rows),
        "\n".join(_legend(view, lang)),
    )


def _legend(view: Sheet, lang: Lang) -> Iterator[str]:
    yield colon(word("legend", lang), lang)
    used = {cell.partition("(")[0] for line in view.lines for cell in line.cells}
    shown = [(value.mark, value.label) for value in view.values if value.mark in used]
    named = ((head, "" if head.mark == head.name else f"{head.name}: ") for head in view.legend)
    shown += [(head.mark, f"{name}{head.label}") for head, name in named]
    width = max(len(mark) for mark, _ in shown)
    yield from (f"  {mark.ljust(width)}  {label}" for mark, label in shown)
    if view.footnotes:
        yield colon(word("footnotes", lang), lang)
        yield from (f"  ({note}) {label}" for note, label in view.footnotes.items())
    yield from (_said("disputed", dispute, lang) for dispute in view.disputes)
    source = ", ".join(view.provenance[key] for key in ("title", "url") if key in view.provenance)
    if source:
        yield _said("source", source, lang)
    if len(view.editions) > 1:
        yield _said("editions", ", ".join(view.editions), lang)


# --- a rule --------------------------------------------------------------------------------------


def rule(view: RuleView, lang: Lang) -> str:
    """The text as written, then the law."""
    effect = screen.styled(word(view.effect, lang), _EFFECT_STYLES[view.effect])
    facts = [_said("law", "; ".join(view.citations), lang), _said("editions", ", ".join(view.editions), lang)]
    if view.in_force is not None:
        facts.append(word("in_force" if view.in_force else "not_in_force", lang))
    if view.matrices:
        facts.append(_said("matrices", ", ".join(view.matrices), lang))
    for key, notices in (("obligations", view.obligations), ("advice", view.advice)):
        if notices:
            facts.append(colon(word(key, lang), lang))
            facts += [f"  {one.name}: {one.label}" + (f" ({one.source})" if one.source else "") for one in notices]
    head = f"{effect} {_title(view.name)} ({view.source})"
    return _blocks(head, view.message, view.text or word("no_text", lang), "\n".join(facts))


# --- who a value concerns ------------------------------------------------------------------------


def concerned(view: Concerned, lang: Lang) -> str:
    """The value, its row in each matrix with who reads each cell, and who is permitted when a situation is given."""
    tables = [_row(one.matrix, one.label, one.edition, one.lines, lang) for one in view.matrices]
    if not tables:
        tables = [word("no_matrix" if view.edition else "no_edition", lang)]
    return _blocks(
        _title(f"{view.value.name} – {view.value.label} ({view.axis_label}, {view.axis})"),
        "\n".join(_about(view.value, lang)),
        *tables,
        "\n".join(_permitted(view, lang)) if view.situation else word("not_alone", lang),
    )


def _about(value: ValueView, lang: Lang) -> Iterator[str]:
    systems = _systems(value)
    yield _said("code", f"{value.code} ({systems})" if systems else value.code, lang)
    if value.deprecated:
        yield word("deprecated", lang)
    if value.note:
        yield _said("note", value.note, lang)
    if value.groups:
        yield _said("groups", ", ".join(value.groups), lang)


def _row(name: str, label: str, edition: str, lines: Sequence[CellLine], lang: Lang) -> str:
    axes = [coordinate.axis for coordinate in lines[0].at]
    told = any(line.readers for line in lines)
    labelled = len(axes) == 1 and not told
    heads = [*axes, *([word("label", lang)] if labelled else []), word("cell", lang)]
    rows: list[list[str | screen.Cell]] = []
    for line in lines:
        row: list[str | screen.Cell] = [coordinate.name for coordinate in line.at]
        row += [line.at[0].label] if labelled else []
        row.append((line.label, screen.cell_style(line.ordinal)))
        row += ["; ".join(_reader(one, lang) for one in line.readers)] if told else []
        rows.append(row)
    notes = dict.fromkeys(line.footnote for line in lines if line.footnote)
    under = [_said("note", note, lang) for note in notes]
    for line in lines:
        where = ", ".join(coordinate.name for coordinate in line.at)
        under += [colon(f"{word('disputed', lang)}, {where}", lang) + f" {dispute}" for dispute in line.disputes]
    title = _title(f"{label} ({name}, {word('edition', lang)} {edition})")
    table = screen.table([*heads, *([word("readers", lang)] if told else [])], rows)
    return "\n".join([title, table, *under])


def _reader(reader: Reader, lang: Lang) -> str:
    depends = f" ({word('depends', lang)} {', '.join(reader.depends_on)})" if reader.depends_on else ""
    return f"{reader.name} {reader.label}{depends}"


def _permitted(view: Concerned, lang: Lang) -> Iterator[str]:
    stated = (
        (name, str(value).lower() if isinstance(value, bool) else value) for name, value in view.situation.items()
    )
    yield _said("situation", " ".join(f"{name}={value}" for name, value in stated), lang)
    if not view.permitted:
        yield f"{view.effect}{_wanting(view.missing, lang)}"
    for name, values in view.permitted.items():
        undecided = view.undecided[name]
        # Nobody may, where somebody may once a fact is known, is not said.
        if values or not undecided:
            yield colon(f"{word('permitted', lang)}, {name}", lang)
            yield from _values(values) if values else [f"  {word('nobody', lang)}"]
        for one in undecided:
            why = _wanting(one.missing, lang) or f" ({word('unsettled', lang)})"
            yield colon(f"{word('undecided', lang)}, {name}{why}", lang)
            yield from _values(one.values)


def _values(values: Iterable[Named]) -> Iterator[str]:
    yield from (f"  {value.name} {value.label}" for value in values)


def _wanting(missing: Sequence[str], lang: Lang) -> str:
    return f" ({colon(word('missing', lang), lang)} {', '.join(missing)})" if missing else ""


def names(views: Sequence[Named], lang: Lang) -> str:
    """A name a line, and its label beside it."""
    return screen.table([word("name", lang), word("label", lang)], [[view.name, view.label] for view in views])


# --- the vocabulary and the policy ---------------------------------------------------------------


def axes(views: Sequence[AxisView], lang: Lang) -> str:
    """A line an axis."""
    heads = [word(key, lang) for key in ("axis", "label", "values", "default", "groups")]
    rows = [
        [view.name, view.label, word("fact", lang) if view.fact else str(len(view.values)), view.default or "–", groups]
        for view in views
        for groups in [", ".join(group.name for group in view.groups)]
    ]
    return screen.table(heads, rows)


def axis(view: AxisView, lang: Lang) -> str:
    """A line a value, then the groups."""
    heads = [word(key, lang) for key in ("value", "label", "code", "systems", "note")]
    rows = [
        [value.name, value.label, value.code, _systems(value), "; ".join(_remarks(value, lang))]
        for value in view.values
    ]
    groups = (f"  {group.name} ({group.label}): {', '.join(group.values)}" for group in view.groups)
    return _blocks(
        _title(f"{view.label} ({view.name})"),
        screen.table(heads, rows),
        "\n".join([colon(word("groups", lang), lang), *groups]) if view.groups else "",
        _said("default", view.default, lang) if view.default else "",
    )


def _systems(value: ValueView) -> str:
    """The code system by its short name and its current OID."""
    return ", ".join(dict.fromkeys([value.systems[-1], value.systems[0]])) if value.systems else ""


def _remarks(value: ValueView, lang: Lang) -> Iterator[str]:
    if value.deprecated:
        yield word("deprecated", lang)
    if value.note:
        yield value.note


def policy(view: PolicyView, lang: Lang) -> str:
    """Name, digests, counts, and the editions on both clocks."""
    heads = [word(key, lang) for key in ("edition", "applicable", "known", "rules", "matrices")]
    rows = [
        [stretch.edition, _period(stretch, lang), _known(stretch, lang), str(stretch.rules), str(len(stretch.matrices))]
        for stretch in view.timeline
        if stretch.edition
    ]
    return _blocks(
        _title(f"{view.title} ({view.name})"),
        "\n".join([_said("digest", view.digest, lang), _said("tables", view.tables, lang)]),
        "\n".join(_said(key, str(count), lang) for key, count in view.counts.items()),
        screen.table(heads, rows),
    )


def _period(stretch: StretchView, lang: Lang) -> str:
    return _between(stretch.applicable_from, stretch.applicable_until, lang)


def _known(stretch: StretchView, lang: Lang) -> str:
    return _between(stretch.known_from, stretch.known_until, lang)


def _between(start: str | None, end: str | None, lang: Lang) -> str:
    bounds = [f"{word('from', lang)} {start}"] if start else []
    bounds += [f"{word('until', lang)} {end}"] if end else []
    return " ".join(bounds) or word("always", lang)

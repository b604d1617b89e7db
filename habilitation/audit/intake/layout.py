"""Which column of a file is which of ours, and how that was found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from habilitation.audit.intake.aliases import COLUMNS, folded
from habilitation.audit.intake.misspelling import misspelt
from habilitation.audit.refusals import InputError, UsageError
from habilitation.audit.schema import (
    DOCUMENT_COLUMNS,
    FACT_COLUMNS,
    LOG_COLUMNS,
    MEMBERSHIP_COLUMNS,
    REQUIRED,
    axis_names,
)
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import did_you_mean

if TYPE_CHECKING:
    from habilitation.audit.intake.mapping import TableMapping

KNOWN_ROLES = ("log", "facts", "memberships", "documents")
REQUIRED_BY_ROLE: Mapping[str, tuple[str, ...]] = {
    "log": REQUIRED,
    "facts": ("patient_id", "fact"),
    "memberships": ("professional_id", "actor_id"),
    "documents": ("document_id", "patient_id"),
}
MAPPED, NAMED, ALIAS, FHIR = "mapping", "name", "alias", "fhir"


@dataclass(frozen=True, slots=True)
class Column:
    """One of our columns: the places of its sources in the file (the first that is not empty wins)."""

    name: str
    sources: tuple[int, ...]
    found: str  # mapping, name or alias


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one file. `ignored` are source columns that are none of ours, or that the mapping file ignores.

    `misspelt`: those of them that nobody said to ignore, and whose names are nearly ours; with ours.
    """

    header: tuple[str, ...]
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    missing: tuple[str, ...]
    misspelt: tuple[tuple[str, str], ...] = ()


def known_columns(role: str, policy: Authorizer) -> tuple[str, ...]:
    """The columns a table of that role may have."""
    axes = axis_names(policy)
    by_role = {
        "log": (*LOG_COLUMNS, *axes),
        "facts": FACT_COLUMNS,
        "memberships": MEMBERSHIP_COLUMNS,
        "documents": (*DOCUMENT_COLUMNS, *axes),
    }
    return tuple(dict.fromkeys(by_role[role]))


# What a column of that name would be taken for; `line` is its place.
_TAKEN = frozenset({*LOG_COLUMNS, *DOCUMENT_COLUMNS, "line"})


def unambiguous(policy: Authorizer) -> None:
    """Raises UsageError on axes of a policy that are named as a column of the tables."""
    taken = [f"`{name}`" for name in axis_names(policy) if name in _TAKEN]
    if taken:
        axes, columns = ("the axis", "a column") if len(taken) == 1 else ("the axes", "columns")
        sentence = f"{axes} {', '.join(taken)} of the policy would be read in {columns} that the audit knows as another"
        raise UsageError("ambiguous_axis", sentence, "rename it in the vocabulary of the policy")


def laid_out(name: str, header: Sequence[str], role: str, mapping: TableMapping, policy: Authorizer) -> Layout:
    """The layout of a file whose columns have these names. Raises InputError for one that is told two ways."""
    known = known_columns(role, policy)
    mapped = list(_mapped(name, header, mapping))
    used = {place for column in mapped for place in column.sources}
    taken = {column.name for column in mapped} | set(mapping.constants)
    found: dict[str, Column] = {}
    for place, source in enumerate(header):
        match = recognised_column(source, known)
        if place in used or match is None or match[0] in taken or source.strip() in mapping.ignore:
            continue
        ours, how = match
        if ours in found:
            first = header[found[ours].sources[0]]
            two = f"twice, as `{source}`" if first == source else f"twice, as `{first}` and as `{source}`"
            way_out = f"say which one in a mapping file: `columns: {{{ours}: {source}}}`"
            raise InputError("two_columns", f"`{name}` has `{ours}` {two}", way_out)
        found[ours] = Column(ours, (place,), how)
    columns = (*mapped, *found.values())
    read = {place for column in columns for place in column.sources}
    there = taken | set(found)
    missing = tuple(ours for ours in REQUIRED_BY_ROLE[role] if ours not in there)
    ignored = tuple(source for place, source in enumerate(header) if place not in read)
    lacking = {ours: COLUMNS.get(ours, ()) for ours in known if ours not in there}
    unsaid = [source for source in ignored if source.strip() not in mapping.ignore]
    close = [(source, ours) for source in unsaid if (ours := misspelt(source, lacking))]
    return Layout(tuple(header), columns, ignored, missing, tuple(close))


def lack(name: str, layout: Layout, role: str) -> InputError | None:
    """The refusal of a file that has not the columns it needs, or has one that would be passed over by mistake."""
    if not layout.columns and not layout.misspelt:
        shown = ", ".join(f"`{source[:40]}`" for source in layout.header[:6])
        return InputError("no_known_column", f"no column of `{name}` is known: {shown}", "name them in a mapping file")
    if layout.misspelt:
        alike = " and ".join(f"`{source}` looks like `{ours}`" for source, ours in layout.misspelt)
        columns = ", ".join(f"{ours}: {source}" for source, ours in layout.misspelt)
        ignored = ", ".join(source for source, _ in layout.misspelt)
        said = f"`columns: {{{columns}}}`, or `ignore: [{ignored}]`"
        way_out = f"rename, or write in the section `{role}` of a mapping file {said}"
        return InputError("misspelt_column", f"in `{name}`, the column {alike}", way_out)
    if layout.missing:
        missing = " and no ".join(f"`{ours}`" for ours in layout.missing)
        way_out = "say in a mapping file which of its columns holds it, or give a constant"
        return InputError("missing_column", f"`{name}`, as {role}, has no {missing}", way_out)
    return None


def _mapped(name: str, header: Sequence[str], mapping: TableMapping) -> Iterator[Column]:
    places: dict[str, list[int]] = {}
    for place, source in enumerate(header):
        places.setdefault(source.strip(), []).append(place)
    for ours, sources in mapping.columns.items():
        for source in sources:
            if source not in places:
                raise InputError("no_such_column", f"`{name}` has no column `{source}`", did_you_mean(source, places))
            if len(places[source]) > 1:
                raise InputError("two_columns", f"`{name}` has two columns `{source}`", "rename one of them")
        yield Column(ours, tuple(places[source][0] for source in sources), MAPPED)


def recognised_column(source: str, known: Collection[str]) -> tuple[str, str] | None:
    """Ours for a source column, and how: by its name, or by an alias that this table has."""
    name = folded(source)
    if name in known:
        return name, NAMED
    ours = next((ours for ours in _meanings().get(name, ()) if ours in known), None)
    return (ours, ALIAS) if ours else None


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    """Alias to the columns it may be; which one depends on the table."""
    found: dict[str, tuple[str, ...]] = {}
    for ours, names in COLUMNS.items():
        for name in names:
            found[name] = (*found.get(name, ()), ours)
    return found

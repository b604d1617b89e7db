"""What the tests of the DMP policy compare: the facts under tests/data, the vocabulary as it is written."""

import csv
import itertools
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from habilitation import Authorizer
from habilitation.authoring.check import opened
from habilitation.compiled.tables import MatrixTable
from habilitation.source import Word
from habilitation.written.from_yaml import read_yaml
from habilitation.written.syntax import WrittenAxis, WrittenValue, WrittenVocabulary

DATA = Path(__file__).parent / "data"
DAY = "2025-11-03"  # after every edition and every decision the policy knows of
Row = dict[str, str]
Written = TypeVar("Written")


def rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def vocabulary() -> WrittenVocabulary:
    written, found = read_yaml(opened(None).vocabulary[0], WrittenVocabulary)
    assert written is not None
    assert not found
    return written


def named(written: Mapping[Word, Written], name: str) -> Written:
    """What the vocabulary writes under a name."""
    return next(body for word, body in written.items() if word == name)


def axis(name: str) -> WrittenAxis:
    return named(vocabulary().axes, name)


def oids(system: Word | None) -> list[str]:
    """The OIDs of a code system, the current one first."""
    return list(map(str, named(vocabulary().systems, str(system)).oids))


def validity(value: WrittenValue) -> tuple[str, str]:
    return str(value.from_ or ""), str(value.until or "")


def matrix(dmp: Authorizer, name: str) -> MatrixTable:
    return next(one for one in dmp.tables.matrices if one.name == name)


def cells(dmp: Authorizer, name: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """The compiled cells that are covered, by the names of their coordinates: value and footnote."""
    table = matrix(dmp, name)
    (edition,) = table.editions
    sides = [
        [value.name for value in dmp.tables.axes[given].values] if given >= 0 else dmp.tables.matrices[~given].values
        for given in table.inputs
    ]
    notes = dict(edition.footnotes)
    return {
        where: (table.values[value], notes.get(offset, ""))
        for offset, (where, value) in enumerate(zip(itertools.product(*sides), edition.cells, strict=True))
        if value
    }

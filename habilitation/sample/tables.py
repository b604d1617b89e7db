"""The tables beside the log: facts, memberships, documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.sample.clock import NEVER
from habilitation.sample.codes import cells
from habilitation.sample.draw import Ints
from habilitation.sample.facts import ACTOR_KINDS, PROFESSIONAL, STRUCTURE, UNIT, VALUES, Rows
from habilitation.sample.papers import ARCHIVED, HIDDEN, MASKED, Papers
from habilitation.sample.people import IN_UNIT, Staff
from habilitation.sample.writing import File, named, worded

AT_ONCE = 131_072


def professionals(numbers: Ints) -> Any:
    return named("PRO-", 5, numbers)


def patients(numbers: Ints) -> Any:
    return named("PAT-", 6, numbers)


def documents(numbers: Ints) -> Any:
    return named("DOC-", 7, numbers)


def units(numbers: Ints) -> Any:
    return named("UF-", 4, numbers)


def structures(numbers: Ints) -> Any:
    return named("FIN-", 4, numbers)


def _slices(n: int) -> Iterator[slice]:
    return (slice(first, first + AT_ONCE) for first in range(0, n, AT_ONCE))


def _alike(word: str, n: int) -> Any:
    return pa.array([word or None], pa.string()).take(pa.array(np.zeros(n, dtype=np.int64)))


_ACTORS = {STRUCTURE: structures, UNIT: units, PROFESSIONAL: professionals}


def write_facts(file: File, rows: Rows) -> int:
    """Add the rows of one fact; how many they are."""
    for part in _slices(len(rows.patient)):
        patient, actor = rows.patient[part], rows.actor[part]
        n = len(patient)
        file.write(
            {
                "patient_id": patients(patient),
                "actor_kind": _alike(ACTOR_KINDS[rows.kind], n),
                "actor_id": _ACTORS[rows.kind](actor) if rows.kind in _ACTORS else _alike("", n),
                "fact": _alike(rows.fact, n),
                "value": worded(VALUES, rows.value[part]),
                "valid_from": file.instant(rows.start[part]),
                "valid_to": file.instant(rows.stop[part]),
                "recorded_at": file.instant(rows.recorded[part]),
            }
        )
    return len(rows.patient)


def write_memberships(file: File, staff: Staff) -> int:
    """Units first; dates are those of the staff office, without an offset."""
    rows = staff.memberships
    for part in (rows[rows[:, 1] == IN_UNIT], rows[rows[:, 1] != IN_UNIT]):
        in_unit = part[0, 1] == IN_UNIT
        file.write(
            {
                "professional_id": professionals(part[:, 0]),
                "actor_kind": _alike("unit" if in_unit else "structure", len(part)),
                "actor_id": (units if in_unit else structures)(part[:, 2]),
                "valid_from": file.instant(part[:, 3], with_offset=False),
                "valid_to": file.instant(part[:, 4], with_offset=False),
            }
        )
    return len(rows)


def write_documents(file: File, papers: Papers) -> int:
    """One row a state of a document: before, during and after what became of it."""
    count = 0
    for part in _slices(len(papers)):
        number = np.arange(part.start, min(part.stop, len(papers)))
        begins, ends, start = papers.begins[number], papers.ends[number], papers.start[number]
        spans = [(start, begins, 0), (np.maximum(begins, start), ends, 1), (ends, np.full(len(number), NEVER), 0)]
        each = np.concatenate([np.flatnonzero(first < last) for first, last, _ in spans])
        span = np.concatenate([np.full(int((first < last).sum()), rank) for rank, (first, last, _) in enumerate(spans)])
        order = np.lexsort((span, each))
        each, span = each[order], span[order]
        opens = np.stack([first for first, _, _ in spans])[span, each]
        closes = np.stack([last for _, last, _ in spans])[span, each]
        nature = np.where(span == 1, papers.nature[number[each]], -1)
        file.write(_states(file, papers, number[each], nature, (opens, closes)))
        count += len(each)
    return count


def _states(file: File, papers: Papers, number: Ints, nature: Ints, span: tuple[Ints, Ints]) -> dict[str, Any]:
    author = papers.author[number]
    # What patients deposit has them for an author, and no structure.
    by_patient = np.asarray(author < 0)
    author_ids = pa.compute.if_else(pa.array(by_patient), patients(papers.patient[number]), professionals(author))
    return {
        "document_id": documents(number),
        "patient_id": patients(papers.patient[number]),
        "document_type": worded(cells().types, papers.type[number]),
        "author_id": author_ids,
        "author_structure_id": structures(papers.structure[number]),
        "masked": file.truth((nature == MASKED).astype(np.int64)),
        "hidden_from_patient": file.truth((nature == HIDDEN).astype(np.int64)),
        "hidden_from_representatives": file.truth(((nature == HIDDEN) & (number % 2 == 0)).astype(np.int64)),
        "document_state": worded(("current", "archived"), (nature == ARCHIVED).astype(np.int64)),
        "valid_from": file.instant(span[0]),
        "valid_to": file.instant(span[1]),
    }

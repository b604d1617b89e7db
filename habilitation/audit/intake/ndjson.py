"""AuditEvents in NDJSON to batches of text columns, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from habilitation.audit.intake.chunks import Reject as Told
from habilitation.audit.intake.fhir_agents import Unclear
from habilitation.audit.intake.fhir_events import COLUMNS, Event, Row, accesses
from habilitation.audit.intake.json_chunks import (
    LINE,
    Chunk,
    Reject,
    Span,
    chunks,
    cut,
    is_blank,
    is_document,
    lines,
    spans,
)
from habilitation.audit.intake.json_lines import Refusal, entries, kind_of, misplaced, sentence
from habilitation.audit.intake.opening import pieces
from habilitation.audit.intake.sentences import say

BATCH = 2**15  # rows of a batch, about
WORTH = 2**24  # bytes of a file below which other processes would take longer to start than to read
_REPEATED = frozenset({"profession", "specialty", "capacity", "document_type", "action", "motive", "outcome"})
_TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("part", pa.int32()),
        *((name, _TEXT if name in _REPEATED else pa.string()) for name in COLUMNS),
    ]
)
_LINE, _EVENT = SCHEMA.get_field_index("line"), SCHEMA.get_field_index("event_id")

_event = msgspec.json.Decoder(Event).decode


def raw_batches(
    path: str | Path, compression: str, jobs: int, reject: Told, ended: Callable[[int], object] | None = None
) -> Iterator[pa.RecordBatch]:
    """The accesses of a file of AuditEvents, about BATCH rows at a time, columns of SCHEMA, in the order of the file.

    A line is an AuditEvent or a Bundle of them; a file may also be one JSON document.
    `compression` is `gz`, `zst` or nothing. With several `jobs` the lines are read by as many processes, which end
    when this iterator is closed. What cannot be read goes to `reject(line, code, sentence)`, with `again` when its line
    was rejected already, or gives accesses besides. `ended` is told the number of lines, after the last. Raises OSError
    when the file cannot be opened.
    """
    with Path(path).open("rb") as source:
        beginning = source.read(2 * LINE)
        source.seek(0)
        whole = chunks(pieces(source, compression))
        if jobs <= 1 or Path(path).stat().st_size < WORTH:
            found: Iterator[Read] = map(read, whole)
        elif compression or is_document(beginning):
            found = _in_processes(whole, jobs)
        else:
            found = _in_processes(spans(Path(path)), jobs)
        yield from _gathered(_counted(found, reject, ended))


class Read(NamedTuple):
    """What was read of a chunk: lines are counted from its beginning."""

    batch: pa.RecordBatch
    refused: list[Refusal]
    lines: int


Sent = tuple[bytes, list[Refusal], int]  # a Read whose batch travels


def read(chunk: Chunk) -> Read:
    """The accesses of a chunk, and what was refused: nothing but the memory of agents and codes outlives it."""
    refused: list[Refusal] = []
    numbers: list[int] = []
    parts: list[int] = []
    rows: list[Row] = []

    def reject(line: int, code: str, told: str) -> None:
        refused.append((line, code, told))

    split = chunk.split()
    for line, raw in lines(chunk, split, reject):
        try:
            event = _event(raw)
            found = accesses(event) if event.resource_type == "AuditEvent" else _slowly(line, raw, reject)
        except (msgspec.DecodeError, RecursionError, Unclear):
            found = _slowly(line, raw, reject)
        rows += found
        numbers += (line,) * len(found)
        parts += range(len(found))
    return Read(_batch(numbers, parts, rows), refused, len(split))


def _slowly(line: int, raw: bytes, reject: Reject) -> list[Row]:
    """The accesses of a Bundle, or of a line that is wrong: what is wrong is rejected, save what is blank."""
    if is_blank(raw):
        return []
    try:
        resources = list(entries(raw)) if kind_of(raw) == "Bundle" else [("", raw)]
    except (msgspec.DecodeError, RecursionError) as error:
        reject(line, *sentence(error))
        return []
    rows = []
    for entry, resource in resources:
        code, told = "", ""
        try:
            rows += _entry(entry, resource)
        except Unclear as error:
            code, told = error.code, error.sentence
        except (msgspec.DecodeError, RecursionError) as error:
            code, told = sentence(error)
        if code:
            reject(line, code, say("entry", number=entry[1:], told=told) if entry else told)
    return rows


def _entry(entry: str, raw: bytes) -> list[Row]:
    kind = kind_of(raw)
    if kind not in ("AuditEvent", ""):
        raise Unclear(*misplaced(kind, "an_event"))
    event = _event(raw)
    if not kind:
        raise Unclear(*misplaced(kind, "an_event"))
    return accesses(event, entry)


def _batch(numbers: list[int], parts: list[int], rows: list[Row]) -> pa.RecordBatch:
    columns: Iterable[Any] = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    texts = (pa.array(column, pa.string()) for column in columns)
    read = (text.dictionary_encode() if name in _REPEATED else text for name, text in zip(COLUMNS, texts, strict=True))
    places = pa.array(numbers, pa.int64()), pa.array(parts, pa.int32())
    return pa.RecordBatch.from_arrays([*places, *read], schema=SCHEMA)


def _counted(found: Iterable[Read], reject: Told, ended: Callable[[int], object] | None) -> Iterator[pa.RecordBatch]:
    """The batches with the lines counted from the beginning of the file, from 1."""
    before = 1
    for one in found:
        counted = set(one.batch.column(_LINE).to_pylist()) if one.refused else set()
        for line, code, told in one.refused:
            reject(before + line, code, told, again=line in counted)
            counted.add(line)
        numbers = pc.add(one.batch.column(_LINE), before)
        named = _named(one.batch.column(_EVENT), numbers)
        batch = one.batch.set_column(_LINE, SCHEMA.field(_LINE), numbers)
        yield batch.set_column(_EVENT, SCHEMA.field(_EVENT), named)
        before += one.lines
    if ended is not None:
        ended(before - 1)


def _named(events: Any, numbers: Any) -> Any:
    """The identifiers of events; of those that have none, the number of the line (and of the entry)."""
    names = pc.fill_null(events, "")
    without = pc.or_(pc.equal(names, ""), pc.starts_with(names, "#"))
    if not pc.any(without).as_py():
        return names
    return pc.if_else(without, pc.binary_join_element_wise(pc.cast(numbers, pa.string()), names, ""), names)


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of BATCH or more: what a chunk holds is too little to judge at once."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= BATCH:
            yield _joined(held)
            held, rows = [], 0
    if rows:
        yield _joined(held)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    together = pa.Table.from_batches(batches, SCHEMA).unify_dictionaries().combine_chunks()
    return together.to_batches()[0]


# --- several processes ----------------------------------------------------------------------------


def _in_processes(cut: Iterator[Chunk] | Iterator[Span], jobs: int) -> Iterator[Read]:
    """What is cut read by several processes, in order, no more than a few under way."""
    # Never a fork of this process: DuckDB's threads live in it.
    ways = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_settle)
    try:
        under_way: deque[Future[list[Sent]]] = deque()
        for one in cut:
            under_way.append(pool.submit(_read_apart, one))
            if len(under_way) > jobs + 1:
                yield from _received(under_way.popleft())
        while under_way:
            yield from _received(under_way.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    """In a process of the pool: an interruption is the parent's to handle, and no process outlives its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _read_apart(one: Chunk | Span) -> list[Sent]:
    """What `read` finds, as an Arrow stream: a span is read where it is, so that its bytes do not travel."""
    sent = []
    for chunk in cut(one.pieces()) if isinstance(one, Span) else (one,):
        batch, refused, count = read(chunk)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, SCHEMA) as stream:
            stream.write_batch(batch)
        sent.append((sink.getvalue().to_pybytes(), refused, count))
    return sent


def _received(future: Future[list[Sent]]) -> Iterator[Read]:
    for stream, refused, count in future.result():
        yield Read(pa.ipc.open_stream(stream).read_next_batch(), refused, count)

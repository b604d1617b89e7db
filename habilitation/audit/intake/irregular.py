"""The lines of a chunk sorted: records by themselves, records over several lines, and lines that are no record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from habilitation.audit.intake.chunks import LINE_AT_MOST, Chunk
from habilitation.audit.intake.sentences import say
from habilitation.audit.intake.texts import is_utf8

_QUOTE, _NEWLINE, _RETURN = ord('"'), ord("\n"), ord("\r")
csv.field_size_limit(2 * LINE_AT_MOST)


@dataclass(slots=True)
class Survey:
    """What the lines of a chunk are. `lines`: numbers of those that are records by themselves, at `bounds` (bytes).

    `records`: those that needed a strict reader, with the number of their first line. `given_back`: bytes at the end
    that open a quote, which the next chunk may close.
    """

    lines: Any
    bounds: Any
    records: list[tuple[int, list[str]]] = field(default_factory=list)
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    given_back: int = 0

    @property
    def runs(self) -> Iterator[tuple[int, int]]:
        """Bounds of the regular lines, those that follow each other taken together."""
        if len(self.bounds):
            breaks = np.flatnonzero(self.bounds[1:, 0] != self.bounds[:-1, 1])
            starts = self.bounds[np.append(0, breaks + 1), 0]
            ends = self.bounds[np.append(breaks, len(self.bounds) - 1), 1]
            yield from zip(starts.tolist(), ends.tolist(), strict=True)


def survey(chunk: Chunk, delimiter: str, width: int) -> Survey:
    """Sort the lines of a chunk; blank ones are no records. A line of which nothing can be made is rejected alone."""
    letters = np.frombuffer(chunk.data, dtype=np.uint8)
    ends = np.flatnonzero(letters == _NEWLINE) + 1
    starts = np.append(0, ends[:-1])
    sizes = ends - starts
    blank = (sizes == 1) | ((sizes == 2) & (letters[starts] == _RETURN))  # noqa: PLR2004  # an end of line: CR LF
    regular = ~blank
    found = Survey(np.zeros(0, dtype=np.int64), np.zeros((0, 2), dtype=np.int64))
    for place, code, sentence in _broken(chunk.data, letters, starts, ends):
        if regular[place]:
            found.rejects.append((chunk.first + place, code, sentence))
            regular[place] = False
    settling = _Settling(chunk, (delimiter, width), starts, ends, regular, found)
    if _QUOTE in chunk.data:
        settling.pair_quotes(letters, blank)
    if _RETURN in chunk.data:
        settling.part_returns(letters)
    places = np.flatnonzero(regular)
    found.lines, found.bounds = places + chunk.first, np.stack([starts[places], ends[places]], axis=1)
    return found


def _broken(data: bytes, letters: Any, starts: Any, ends: Any) -> Iterator[tuple[int, str, str]]:
    """Lines that no reader should be given."""
    for place in np.flatnonzero(ends - starts > LINE_AT_MOST).tolist():
        yield place, "line_too_long", say("line_too_long", most=LINE_AT_MOST)
    if b"\0" in data:
        for place in np.flatnonzero(np.logical_or.reduceat(letters == 0, starts)).tolist():
            yield place, "zero_byte", say("zero_byte")
    if not is_utf8(data):
        for place in np.flatnonzero(np.logical_or.reduceat(letters > 127, starts)).tolist():  # noqa: PLR2004  # ASCII
            try:
                data[starts[place] : ends[place]].decode("utf-8")
            except UnicodeDecodeError as error:
                byte = data[starts[place] + error.start]
                yield place, "bad_encoding", say("bad_encoding", byte=f"{byte:#04x}", place=error.start + 1)


class _Settling:
    """Lines settled one by one: those that quotes make one record, and those that quotes or returns break."""

    def __init__(
        self, chunk: Chunk, shape: tuple[str, int], starts: Any, ends: Any, regular: Any, found: Survey
    ) -> None:
        self._chunk, (self._delimiter, self._width), self._found = chunk, shape, found
        self._starts, self._ends, self._regular = starts, ends, regular

    def pair_quotes(self, letters: Any, blank: Any) -> None:
        """Lines with an odd number of quotes open or close a field over several; the others stand alone."""
        quotes = letters == _QUOTE
        odd = (np.add.reduceat(quotes, self._starts, dtype=np.uint8) & 1).astype(bool) & self._regular
        todo = np.flatnonzero(odd).tolist()
        inside = np.zeros(len(self._starts), dtype=bool)
        index = 0
        while index < len(todo):
            first = todo[index]
            last = todo[index + 1] if index + 1 < len(todo) else None
            if last is None and self._wait(first):
                break
            end = self._record_end(first, last, blank)
            inside[first : end + 1] = True
            index += 1 if end == first else 2
        for place in self._doubtful(letters, quotes, inside):
            self._alone(place)

    def part_returns(self, letters: Any) -> None:
        """A carriage return inside a line ends it for pyarrow, and for no one else: such a line is read alone."""
        inside = np.flatnonzero((letters[:-1] == _RETURN) & (letters[1:] != _NEWLINE))
        for place in np.unique(np.searchsorted(self._ends, inside, side="right")).tolist():
            if self._regular[place]:
                self._alone(place)

    def _wait(self, first: int) -> bool:
        """Leave the lines from the one that opens a quote to the next chunk, when there is one."""
        size = len(self._chunk.data) - int(self._starts[first])
        if self._chunk.last or size > LINE_AT_MOST:
            return False
        self._found.given_back = size
        self._found.rejects = [one for one in self._found.rejects if one[0] < self._chunk.first + first]
        self._regular[first:] = False
        return True

    def _record_end(self, first: int, last: int | None, blank: Any) -> int:
        """One record of the lines from `first` to `last`, or of `first`, or `first` rejected: the last line settled.

        Lines that together have not the columns of the header are no record: the reject of one swallows no other.
        """
        alone = strict_record(self._chunk.data[self._starts[first] : self._ends[first]], self._delimiter)
        if not isinstance(alone, str):  # a lone quote in the middle of a field: `5" pipe`
            self._found.records.append((self._chunk.first + first, alone))
            self._regular[first] = False
            return first
        lines = slice(first, last + 1 if last is not None else first)
        near = last is not None and self._ends[last] - self._starts[first] <= LINE_AT_MOST
        if near and bool((self._regular[lines] | blank[lines]).all()):
            assert last is not None
            record = strict_record(self._chunk.data[self._starts[first] : self._ends[last]], self._delimiter)
            if not isinstance(record, str) and len(record) == self._width:
                self._found.records.append((self._chunk.first + first, record))
                self._regular[first : last + 1] = False
                return last
        self._refuse(first, say("bad_quotes.open"))
        return first

    def _doubtful(self, letters: Any, quotes: Any, inside: Any) -> list[int]:
        """Lines where pyarrow would be lenient: a lone quote in the middle of a field, or text after a closed one."""
        cuts = (letters == ord(self._delimiter)) | (letters == _NEWLINE) | (letters == _RETURN)
        # Nearly all stand alone, at one end of a field: those are passed over before any is looked at.
        beside = cuts | quotes
        near = np.append(True, beside[:-1]) | np.append(beside[1:], True)
        lone = np.flatnonzero(quotes & ~near)
        paired = quotes & (np.append(False, quotes[:-1]) | np.append(quotes[1:], False))
        doubtful = np.append(lone, self._doubtful_runs(np.flatnonzero(paired), cuts))
        lines = np.unique(np.searchsorted(self._ends, doubtful, side="right"))
        return [place for place in lines.tolist() if self._regular[place] and not inside[place]]

    def _doubtful_runs(self, places: Any, cuts: Any) -> Any:
        """Where runs of several quotes start that neither open, nor close, nor stand inside a field as they should."""
        first = np.flatnonzero(np.append(True, np.diff(places) != 1))[: len(places)]
        starts, sizes = places[first], np.diff(np.append(first, len(places)))
        opens = cuts[np.maximum(starts - 1, 0)] | (starts == 0)
        closes = cuts[starts + sizes]  # the last letter is an end of line
        odd = sizes % 2 == 1
        return starts[~closes & np.where(opens, ~odd, odd)]

    def _alone(self, place: int) -> None:
        record = strict_record(self._chunk.data[self._starts[place] : self._ends[place]], self._delimiter)
        if isinstance(record, str):
            self._refuse(place, record)
        else:
            self._regular[place] = False
            self._found.records.append((self._chunk.first + place, record))

    def _refuse(self, place: int, sentence: str) -> None:
        self._regular[place] = False
        self._found.rejects.append((self._chunk.first + place, "bad_quotes", sentence))


def strict_record(data: bytes, delimiter: str) -> list[str] | str:
    """The fields of lines that are one record, or the sentence that says why they are not."""
    text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    try:
        records = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return say("bad_quotes", detail=str(error))
    return records[0] if len(records) == 1 else say("bad_quotes.records", count=len(records))

"""The front door: opens a policy and asks the rooms; it computes nothing itself."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habilitation import shipped
from habilitation.authorizer.opening import Editions, read_artefact, tabulated
from habilitation.compiled import artefact
from habilitation.compiled.tables import Tables
from habilitation.decided.decision import Decision
from habilitation.decided.explanation import Explanation, explain
from habilitation.decided.fast import Decide
from habilitation.decided.one import Answers
from habilitation.decided.request import UNSTATED
from habilitation.decided.views import once_asked, rows
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import DISTANT_FUTURE, as_date

if TYPE_CHECKING:
    from habilitation.decided.columns import Decider

_ROW_AXES_AT_MOST = 4


class Authorizer:
    """A policy, at an instant, with some facts fixed. Immutable, thread-safe, picklable.

    >>> dmp = Authorizer.dmp()
    >>> nurse = dmp.given(
    ...     action="consult", capacity="professional", profession="G15_60", channel="direct", motive="normal"
    ... )
    >>> patient = nurse.given(record_status="active", care_team=True, initial_consent=True, blocked=False)
    >>> patient.decide(document_type="11488-4", masked=False).effect
    <Effect.PERMIT: 'PERMIT'>
    """

    def __init__(
        self,
        tables: Tables,
        *,
        at: datetime.date | None = None,
        known_on: datetime.date | None = None,
        stated: Mapping[int, int] | None = None,
        _editions: Editions | None = None,
    ) -> None:
        self._editions = _editions or Editions(tables)
        self._at, self._known_on = at, known_on
        self._stated = dict(stated or {})
        self._answers, self._until = self._editions.in_force(at or _today(), known_on)
        self._next: Authorizer | None = None

    # --- opening --------------------------------------------------------------------------------

    @classmethod
    def dmp(cls) -> Authorizer:
        """The shipped policy of the French shared medical record (DMP)."""
        from habilitation.written.from_folder import shelf_files  # noqa: PLC0415  # text readers only when text is read

        return cls(tabulated(shelf_files(shipped.dmp_shelves())))

    @classmethod
    def load(cls, path: str | Path) -> Authorizer:
        """A policy folder, or a compiled policy (a file).

        A folder is read and resolved, not proved: `habilitation check` and `compile` prove that no default opens and
        that the invariants hold. Raises PolicyError (every mistake, with its place) or ArtefactError.
        """
        if Path(path).is_file():
            return cls(read_artefact(Path(path)))
        from habilitation.written.from_folder import policy_files  # noqa: PLC0415  # as above

        return cls(tabulated(policy_files(Path(path))))

    def compile(self) -> bytes:
        """The policy as one artefact, the same bytes on every machine; `load` opens it without the text readers."""
        return artefact.written(self.tables)

    # --- asking ---------------------------------------------------------------------------------

    @cached_property
    def decide(self) -> Decide:
        """Decide on a request: a mapping, keywords, or both; one keyword an axis of the policy.

        Written for this policy and view the first time it is asked for, which takes a few milliseconds. Raises
        RequestError for an unknown axis, an unknown code, a wrong type, or a fact given twice with different values.
        """
        # Another edition may come into force while this object lives.
        moves = self._at is None and self._until < DISTANT_FUTURE
        return self._decide_today if moves else self._quick

    def given(self, request: Mapping[str, Any] | None = None, /, **facts: Any) -> Authorizer:
        """A view with more facts fixed; `given` then `decide` equals `decide` with everything at once.

        Raises RequestError for an unknown axis or value, or a fact already fixed to another value.
        """
        return self._with(self._answers.asked.ordinals(request, facts, stated=self._stated))

    def at(
        self,
        moment: datetime.date | datetime.datetime | str,
        known_on: datetime.date | datetime.datetime | str | None = None,
    ) -> Authorizer:
        """The policy in force at an instant, as known now or as known on a given day (kept once given).

        Raises ValueError when a text is not a date.
        """
        known = self._known_on if known_on is None else as_date(known_on)
        day, editions = as_date(moment), self._editions
        return Authorizer(self.tables, at=day, known_on=known, stated=self._stated, _editions=editions)

    def without_defaults(self) -> Authorizer:
        """The same policy, instant and facts, where no axis takes a default: what nobody states is missing.

        An answer then holds whatever the facts left out, or is INDETERMINATE and names them.
        """
        tables = replace(self.tables, axes=tuple(replace(axis, default=UNSTATED) for axis in self.tables.axes))
        return Authorizer(tables, at=self._at, known_on=self._known_on, stated=self._stated)

    def explain(self, decision: Decision, lang: str = "fr") -> Explanation:
        """Sentences, citations, cells, obligations, and the smallest changes of fact that would have permitted it.

        Raises ValueError for a language other than `fr` and `en`.
        """
        return explain(decision.answers, decision, lang)

    def permitted(self, axis: str) -> tuple[str | bool, ...]:
        """The values of an axis for which the answer is PERMIT, whatever the facts still missing.

        Raises RequestError for an unknown axis, or one already fixed.
        """
        asked = self._answers.asked
        if axis not in asked.index:
            raise asked.unknown_axis(axis)
        number = asked.index[axis]
        if number in self._stated:
            raise RequestError("already_given", f"`{axis}` is already given", axis)
        table = self.tables.axes[number]
        permitted = self.answers.permitted(self._stated, number)
        return tuple(bool(value) if table.fact else table.values[value].name for value in permitted)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The axes still missing that can change the effect; empty when the answer is already the same for all."""
        return tuple(self.tables.axes[axis].name for axis in self.answers.undecided(self._stated))

    def decide_table(self, table: Any, *, ignore: Collection[str] = ()) -> Any:
        """Decide on columns; the answer is of the kind of the table.

        `table`: a dict of numpy columns (→ `DecidedTable`), a pyarrow RecordBatch (→ RecordBatch) or Table, or any
        frame with the Arrow interface, such as polars' or pandas' (→ pyarrow Table). The answer has the columns effect,
        reason and edition.
        A column an axis: strings, dictionaries of strings, booleans, or unsigned integers (ordinals, in the order of
        the vocabulary); nulls are missing facts. A column `at` of dates, timestamps (days of their own time zone) or
        ISO 8601 texts judges each row by the edition of its day, a null by none. A row with an unknown code is
        INDETERMINATE (`unknown_code`). Columns in `ignore` are not read.

        Raises RequestError for a column that is no axis, or of another type; TypeError for what is not a table.
        """
        return self.decider(ignore=ignore).answered(table)

    def decider(self, *, ignore: Collection[str] = ()) -> Decider:
        """Decides Arrow record batches one after the other: a callable, RecordBatch → RecordBatch, picklable.

        As `decide_table`, with one more column, `missing` (the facts that would settle the effect, joined with `+`),
        and what was worked out for a batch serves the next. Threads may share it. Its method `decided` gives codes.
        """
        from habilitation.decided.columns import Decider  # noqa: PLC0415  # numpy only when a batch is asked for

        return Decider(self._in_force, self._stated, ignore)

    # --- what it is -----------------------------------------------------------------------------

    @property
    def tables(self) -> Tables:
        """The compiled policy."""
        return self._editions.tables

    @property
    def answers(self) -> Answers:
        """The edition in force, for the rooms that look behind the door."""
        return self._current._answers

    @property
    def edition(self) -> str:
        """The edition in force; empty before the first."""
        return self.answers.edition

    @property
    def facts(self) -> dict[str, str | bool]:
        """The facts fixed by `given`."""
        axes = self.tables.axes
        return {
            axes[axis].name: bool(value) if axes[axis].fact else axes[axis].values[value].name
            for axis, value in self._stated.items()
        }

    @property
    def policy(self) -> dict[str, str]:
        """Name of the policy, digest of its texts, digest of its tables."""
        return {"name": self.tables.name, "digest": self.tables.digest, "tables": artefact.digest(self.tables)}

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Authorizer, self.tables, at=self._at, known_on=self._known_on, stated=self._stated), ()

    def __repr__(self) -> str:
        stated = "".join(f", {name}={value!r}" for name, value in self.facts.items())
        return f"<Authorizer {self.tables.name} {self.edition or 'before the first edition'}{stated}>"

    # --- inside ---------------------------------------------------------------------------------

    @property
    def _current(self) -> Authorizer:
        """This view under the edition in force today: itself, or the one that took over at midnight."""
        if self._at is not None or _today() < self._until:
            return self
        if self._next is None:
            self._next = self._with(self._stated)
        return self._next._current

    def _with(self, stated: Mapping[int, int]) -> Authorizer:
        return Authorizer(self.tables, at=self._at, known_on=self._known_on, stated=stated, _editions=self._editions)

    def _in_force(self, day: datetime.date | None) -> tuple[Answers, datetime.date]:
        """The edition that judges on a day (None: the one in force), and until when."""
        return self._editions.in_force(day or self._at or _today(), self._known_on)

    def _decide_today(self, request: Mapping[str, Any] | None = None, /, **facts: Any) -> Decision:
        return self._current._quick(request, **facts)

    @cached_property
    def _quick(self) -> Decide:
        answers = self._answers
        if answers.number < 0:
            return lambda request=None, /, **facts: self._slow(request, facts)
        if self._stated:
            left = answers.open_axes(self._stated)
            if len(left) <= _ROW_AXES_AT_MOST:
                return rows(answers, left, self._slow, self._first)
            return once_asked(answers, self._stated, self._slow)
        return self._editions.whole(answers)

    @cached_property
    def _first(self) -> Callable[[Mapping[str, Any]], Decision]:
        """How a view works out an answer for the first time: as the whole policy does, with the facts it holds."""
        facts = self.facts
        return lambda stated: self._editions.whole(self._answers)({**facts, **stated})

    def _slow(self, *requests: Mapping[str, Any] | None) -> Decision:
        """The whole of `decide`: names, values, defaults and missing facts."""
        return self._answers.decide(self._answers.asked.ordinals(*requests, stated=self._stated))


def _today() -> datetime.date:
    return datetime.date.today()  # noqa: DTZ011  # editions change at midnight, legal time of the caller

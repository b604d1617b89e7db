"""A decider: batch after batch, the answers that `decide` gives, with what is missing; facts missing anywhere."""

import datetime
import pickle
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from habilitation import Authorizer, Effect, RequestError
from habilitation.compiled import diagram
from habilitation.decided import one
from habilitation.decided.columns import DecidedTable
from habilitation.decided.many import batch, known
from habilitation.vocabulary import MISSING_FACT, NO_RULE

DAY = "2025-11-03"
DAYS = [datetime.date(2024, 9, 24), datetime.date(2024, 10, 1), datetime.date(2025, 9, 1), None]
ALWAYS_MISSING = ("express_consent", "announcement", "secret_connection", "authorization", "hidden_from_patient")
Columns = dict[str, list[int | None]]
Row = tuple[str, str, str, str]  # effect, reason, edition, missing


@pytest.fixture(scope="module")
def bare(dmp: Authorizer) -> Authorizer:
    return dmp.at(DAY).without_defaults()


def drawn(policy: Authorizer, count: int, seed: int, missing: float, never: Sequence[str] = ()) -> Columns:
    """Ordinals of every axis left to say: around one situation, so that rows lead somewhere, with facts missing."""
    draw = np.random.default_rng(seed)
    columns: Columns = {}
    for axis in policy.tables.axes:
        if axis.name in policy.facts:
            continue
        values = draw.integers(0, len(axis.values), count)
        out = draw.random(count) < (1 if axis.name in never else missing)
        columns[axis.name] = [None if gone else int(value) for value, gone in zip(values, out, strict=True)]
    return columns


def record_batch(columns: Mapping[str, Sequence[Any]], days: Sequence[datetime.date | None] | None = None) -> Any:
    found = {name: pa.array(column, pa.uint16()) for name, column in columns.items()}
    return pa.record_batch(found if days is None else {**found, "at": pa.array(days, pa.date32())})


def requests_of(policy: Authorizer, columns: Columns) -> Iterator[dict[str, str | bool]]:
    axes = {axis.name: axis for axis in policy.tables.axes}
    for values in zip(*columns.values(), strict=True):
        stated = {name: value for name, value in zip(columns, values, strict=True) if value is not None}
        yield {
            name: bool(value) if axes[name].fact else axes[name].values[value].name for name, value in stated.items()
        }


def as_decided(policy: Authorizer, columns: Columns) -> list[Row]:
    """The rows that `decide` would give, each worked out on its own."""
    found = []
    for request in requests_of(policy, columns):
        decision = policy.decide(request)
        rules = "+".join(decision.answers.tables.rules[rule].name for rule in decision.outcome.rules)
        reason = MISSING_FACT if decision.missing else rules or NO_RULE
        found.append((decision.effect.value, reason, decision.edition, "+".join(decision.missing)))
    return found


def rows(answer: Any) -> list[Row]:
    if isinstance(answer, DecidedTable):
        answer = answer.to_arrow(("effect", "reason", "edition", "missing"))
    return [(row["effect"], row["reason"], row["edition"], row["missing"]) for row in answer.to_pylist()]


def again_of(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301  # ours, written above


# --- facts missing anywhere ------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [0.0, 0.05, 0.4])
def test_every_row_is_decided_as_one_request_whatever_is_missing(
    dmp: Authorizer, bare: Authorizer, patient: Authorizer, missing: float
) -> None:
    for policy in (bare, dmp.at(DAY), dmp.at("2024-10-01").without_defaults(), patient.without_defaults()):
        columns = drawn(policy, 250, 7, missing, ALWAYS_MISSING)
        assert rows(policy.decider()(record_batch(columns))) == as_decided(policy, columns)


def test_what_is_remembered_stays_bounded_and_rows_are_decided_alike(
    bare: Authorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = drawn(bare, 300, 11, 0.2)
    expected = as_decided(bare, columns)
    monkeypatch.setattr(batch, "BLOCK", 50)
    monkeypatch.setattr(batch, "KEPT_AT_MOST", 20)
    monkeypatch.setattr(one, "_KEPT_AT_MOST", 20)
    decider = bare.decider()
    assert rows(decider(record_batch(columns))) == rows(decider(record_batch(columns))) == expected


def test_a_question_too_large_to_settle_stays_closed_for_a_row_as_for_a_request(
    bare: Authorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = drawn(bare, 200, 13, 0.3)
    settled = rows(bare.decider()(record_batch(columns)))
    monkeypatch.setattr(diagram, "SUMMARIES_AT_MOST", 1)
    small = again_of(bare)
    decided = rows(small.decider()(record_batch(columns)))
    assert decided == as_decided(small, columns)
    assert decided != settled
    for before, after in zip(settled, decided, strict=True):
        assert after[0] in {before[0], Effect.INDETERMINATE.value}
        assert set(before[3].split("+")) - {""} <= set(after[3].split("+"))


@pytest.mark.parametrize("width", [1, 3])
def test_a_table_of_keys_finds_each_key_it_was_given_until_it_is_full(width: int) -> None:
    draw = np.random.default_rng(width)
    keys = np.unique(draw.integers(0, 2**63, (900, width), np.uint64) >> np.uint64(50), axis=0)
    words = [np.ascontiguousarray(keys[:, word]) for word in range(width)]
    table = known.KnownSets(width, at_most=1000)
    for start in range(0, len(keys), 100):
        part = [word[start : start + 100] for word in words]
        assert len(table.look_up(part)[1]) == len(part[0])
        table.add(part, range(start, start + len(part[0])))
        codes, unmet = table.look_up([word[: start + 100] for word in words])
        assert not len(unmet)
        assert codes.tolist() == list(range(len(codes)))
    others = [word + np.uint64(1 << 20) for word in words]
    assert len(table.look_up(others)[1]) == len(keys)
    table.add([word[:500] for word in others], range(500))
    assert len(table) == 500
    assert len(table.look_up(words)[1]) == len(keys)


def test_keys_that_meet_in_one_slot_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known.KnownSets, "_slots", lambda table, words: np.zeros(len(words[0]), np.int64) + 250)
    table = known.KnownSets(1, at_most=100)
    keys = np.arange(20, dtype=np.uint64)
    table.add([keys], range(20))
    codes, unmet = table.look_up([np.arange(25, dtype=np.uint64)[::-1].copy()])
    assert sorted(unmet.tolist()) == [0, 1, 2, 3, 4]
    assert codes[5:].tolist() == list(range(19, -1, -1))


# --- without defaults ------------------------------------------------------------------------------


def test_without_defaults_a_fact_that_nobody_states_is_missing(dmp: Authorizer) -> None:
    told = {**_READ, "document_type": "11488-4", "masked": False}
    untold = {name: fact for name, fact in told.items() if name != "care_team"}
    view = dmp.at(DAY)
    assert view.decide(told).effect is view.without_defaults().decide(told).effect is Effect.PERMIT
    assert view.decide(untold).effect is Effect.DENY
    bare = view.without_defaults().decide(untold)
    assert bare.effect is Effect.INDETERMINATE
    assert "care_team" in bare.missing


_READ = {
    "action": "consult",
    "capacity": "professional",
    "profession": "G15_60",
    "channel": "direct",
    "motive": "normal",
    "record_status": "active",
    "care_team": True,
    "initial_consent": True,
    "blocked": False,
}


def test_without_defaults_keeps_the_texts_the_instant_and_the_facts(dmp: Authorizer) -> None:
    view = dmp.at("2025-09-01", known_on="2025-03-01").given(_READ)
    bare = view.without_defaults()
    assert (bare.policy["digest"], bare.edition, bare.facts) == (view.policy["digest"], view.edition, view.facts)
    assert bare.at(DAY).edition == view.at(DAY).edition
    again = again_of(bare)
    assert (again.policy, again.edition, again.facts) == (bare.policy, bare.edition, bare.facts)
    assert again.decide(document_type="11488-4", masked=False) == bare.decide(document_type="11488-4", masked=False)
    assert bare.without_defaults().policy == bare.policy


# --- batch after batch -----------------------------------------------------------------------------


def test_a_record_batch_gives_a_record_batch_of_four_columns_of_words(bare: Authorizer) -> None:
    answer = bare.decider(ignore=["line"])(pa.record_batch({"line": [1, 2], "masked": [True, None]}))
    assert isinstance(answer, pa.RecordBatch)
    assert answer.schema.names == ["effect", "reason", "edition", "missing"]
    assert {str(field.type) for field in answer.schema} == {"dictionary<values=string, indices=int32, ordered=0>"}
    assert rows(answer) == as_decided(bare, {"masked": [1, None]})
    empty = bare.decider()(pa.record_batch({"masked": pa.array([], pa.uint16())}))
    assert (isinstance(empty, pa.RecordBatch), rows(empty)) == (True, [])


def test_codes_and_names_of_one_decider_are_only_added_to(bare: Authorizer) -> None:
    decider = bare.decider()
    batches = [record_batch(drawn(bare, 100, seed, 0.1), DAYS * 25) for seed in (3, 4, 3)]
    first, second, third = (decider.decided(one) for one in batches)
    for earlier, later in ((first, second), (second, third)):
        for names in ("reason_names", "edition_names", "missing_names"):
            assert getattr(later, names)[: len(getattr(earlier, names))] == getattr(earlier, names)
    assert first.missing_names[0] == ""
    assert len(set(third.reason_names)) == len(third.reason_names)
    for codes in ("effect", "reason", "edition", "missing"):
        assert getattr(first, codes).tolist() == getattr(third, codes).tolist()
    assert [str(codes.dtype) for codes in (first.effect, first.reason, first.missing)] == ["uint8", "int32", "int32"]


def test_rows_of_several_days_are_judged_each_by_its_edition(dmp: Authorizer) -> None:
    bare = dmp.without_defaults()
    columns = drawn(bare, 80, 5, 0.05)
    decided = rows(bare.decider()(record_batch(columns, DAYS * 20)))
    for index, day in enumerate(DAYS):
        some = {name: column[index::4] for name, column in columns.items()}
        if day is None or day < datetime.date(2024, 9, 25):
            expected = [("INDETERMINATE", "before_first_edition", "", "")] * 20
        else:
            expected = as_decided(bare.at(day), some)
        assert decided[index::4] == expected
        assert rows(bare.decider()(record_batch(some, [day] * 20))) == expected


def test_a_pickled_decider_answers_the_same(dmp: Authorizer) -> None:
    view = dmp.at("2025-09-01", known_on="2025-03-01").without_defaults().given(motive="normal")
    decider = view.decider(ignore=["line"])
    asked = record_batch(drawn(view, 60, 9, 0.1), DAYS * 15)
    asked = asked.append_column("line", pa.array(range(60)))
    expected = rows(decider(asked))
    again = again_of(decider)
    assert again.decided(pa.record_batch({"masked": [True]})).reason_names != decider.decided(asked).reason_names
    assert rows(again(asked)) == rows(decider(asked)) == expected


def test_one_decider_may_serve_several_threads_at_once(bare: Authorizer) -> None:
    batches = [record_batch(drawn(bare, 400, seed, 0.1), DAYS * 100 if seed % 2 else None) for seed in range(8)]
    expected = [rows(bare.decider()(one)) for one in batches]
    shared = bare.decider()
    with ThreadPoolExecutor(4) as pool:
        for _ in range(2):
            assert [rows(answer) for answer in pool.map(shared, batches)] == expected


@pytest.mark.parametrize("kind", [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()])
def test_nulls_and_unknown_ordinals_are_told_apart_in_every_type(dmp: Authorizer, kind: Any) -> None:
    (size,) = (len(axis.values) for axis in dmp.tables.axes if axis.name == "motive")
    view = dmp.at(DAY).without_defaults().given({name: fact for name, fact in _READ.items() if name != "motive"})
    ordinals = [0, None, size - 1, size, None, 200]
    decided = rows(view.decider()(pa.record_batch({"motive": pa.array(ordinals, kind)})))
    known_ones = as_decided(view, {"motive": [0, None, size - 1]})
    assert decided[:3] == known_ones
    assert [reason for _, reason, _, _ in decided[3:]] == ["unknown_code", known_ones[1][1], "unknown_code"]
    assert decided[:3] == rows(view.decider()(pa.record_batch({"motive": pa.array(ordinals[:3], kind)})))


def test_codes_are_given_for_arrow_and_numpy_and_refused_for_the_rest(bare: Authorizer) -> None:
    decider = bare.decider()
    column = np.array([True, False])
    for table in ({"masked": column}, pa.table({"masked": column}), pa.record_batch({"masked": column})):
        assert rows(decider.decided(table)) == as_decided(bare, {"masked": [1, 0]})
    assert rows(decider(pa.table({"masked": column}))) == as_decided(bare, {"masked": [1, 0]})
    for thing in (pd.DataFrame({"masked": column}), [True]):
        with pytest.raises(TypeError, match=f"not {type(thing).__name__}"):
            decider.decided(thing)
    with pytest.raises(TypeError, match="not list"):
        decider([True])
    with pytest.raises(RequestError, match="unknown axis"):
        decider(pa.record_batch({"line": [1]}))


def test_a_decider_of_today_follows_the_edition_in_force(dmp: Authorizer) -> None:
    asked = record_batch(drawn(dmp, 20, 3, 0.0))
    today = dmp.decider().decided(asked)
    assert today.edition_names == (dmp.edition,)
    assert rows(today) == rows(dmp.at(datetime.date.today()).decider()(asked))  # noqa: DTZ011  # as editions do

"""Columns in, columns out: every row is decided as `decide` would, whatever the columns are made of."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation import MISSING, Authorizer, RequestError
from habilitation.compiled.tables import AxisTable
from habilitation.decided.columns import DecidedTable
from habilitation.decided.many import batch, board, known
from tests.small_policies import axis, fact, opened, rule, world

Row = tuple[str, str, str]  # effect, reason, edition

COLOURS = ("red", "green", "blue")
ROOM = world(fact("invited"), axis("colour", *COLOURS), fact("banned", default="false"))
RULES = rule("permit", "guests", "invited and colour is red") + rule("forbid", "blues", "colour is blue or banned")
RED, BLUE, GREEN = ("PERMIT", "guests", "always"), ("DENY", "blues", "always"), ("NOT_APPLICABLE", "no_rule", "always")
OPEN, UNKNOWN = ("INDETERMINATE", "missing_fact", "always"), ("INDETERMINATE", "unknown_code", "always")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Authorizer:
    """Guests in red may come in; blue and banned ones may not."""
    return opened(tmp_path_factory.mktemp("room"), RULES, ROOM)


@pytest.fixture(scope="module")
def guests(room: Authorizer) -> Authorizer:
    """Of guests, only the colour is left to say."""
    return room.given(invited=True)


def rows(answer: Any) -> list[Row]:
    """The answers, a row each."""
    if isinstance(answer, DecidedTable):
        named = (
            (answer.effect_names, answer.effect),
            (answer.reason_names, answer.reason),
            (answer.edition_names, answer.edition),
        )
        effects, reasons, editions = ([names[code] for code in codes] for names, codes in named)
        return list(zip(effects, reasons, editions, strict=True))
    return [(row["effect"], row["reason"], row["edition"]) for row in answer.to_pylist()]


def refused(ask: Callable[[], object]) -> RequestError:
    with pytest.raises(RequestError) as caught:
        ask()
    return caught.value


# --- numpy -----------------------------------------------------------------------------------------

INTEGERS = ("uint8", "uint16", "uint32", "uint64", ">u8")


@pytest.mark.parametrize("kind", INTEGERS)
def test_ordinals_of_every_integer_type_are_read_and_those_past_the_values_are_unknown(
    guests: Authorizer, kind: str
) -> None:
    past = [3, np.iinfo(kind).max, np.iinfo(kind).min or 100]
    column = np.array([0, 1, 2, *past], dtype=kind)
    assert rows(guests.decide_table({"colour": column})) == [RED, GREEN, BLUE, UNKNOWN, UNKNOWN, UNKNOWN]
    assert rows(guests.decide_table({"colour": column[:3]})) == [RED, GREEN, BLUE]
    assert rows(guests.decide_table({"colour": column[2::-1]})) == [BLUE, GREEN, RED]


@pytest.mark.parametrize(
    "column",
    [
        np.array(["red", "green", "blue", "rde"]),
        np.array(["red", "green", "blue", "rde"], dtype=object),
        np.array(["red", "green", "blue", "rde"], dtype=np.dtypes.StringDType()),
        np.array(["red", "green", "blue", ["red"]], dtype=object),
        np.array(["red", "green", "blue", 7], dtype=object),
        np.array(["red", "green", "blue", b"red"], dtype=object),
        ["red", "green", "blue", "RED"],
        pd.Series(["red", "green", "blue", ""]),
        pd.Categorical(["red", "green", "blue", "x"]),
    ],
)
def test_texts_are_read_and_an_unknown_one_spoils_its_own_row_only(guests: Authorizer, column: Any) -> None:
    assert rows(guests.decide_table({"colour": column})) == [RED, GREEN, BLUE, UNKNOWN]


@pytest.mark.parametrize("nothing", [None, MISSING, float("nan"), np.float64("nan"), pd.NA, pd.NaT])
def test_whatever_stands_for_nothing_is_a_missing_fact(guests: Authorizer, nothing: Any) -> None:
    assert rows(guests.decide_table({"colour": np.array(["red", nothing, "blue"], object)})) == [RED, OPEN, BLUE]


@pytest.mark.parametrize(
    "column",
    [
        np.ma.array(["red", "red", "blue"], mask=[False, True, False]),
        np.ma.array([0, 0, 2], mask=[False, True, False], dtype=np.uint16),
        np.ma.array([0, 99, 2], mask=[False, True, False], dtype=np.uint8),
        np.ma.array(np.array(["red", "?", "blue"], object), mask=[False, True, False]),
    ],
)
def test_what_is_masked_is_missing_whatever_lies_under_the_mask(guests: Authorizer, column: Any) -> None:
    assert rows(guests.decide_table({"colour": column})) == [RED, OPEN, BLUE]


@pytest.mark.parametrize(
    ("value", "expected"), [(np.uint16(2), BLUE), (np.uint8(99), UNKNOWN), ("green", GREEN), ("rde", UNKNOWN)]
)
@pytest.mark.parametrize("count", [1, 4])
def test_a_column_that_is_one_value_spread_over_the_rows_is_read(
    guests: Authorizer, value: Any, expected: Row, count: int
) -> None:
    assert rows(guests.decide_table({"colour": np.broadcast_to(np.array(value), (count,))})) == [expected] * count
    nothing = np.ma.array(np.broadcast_to(np.array(value), (count,)), mask=True)
    assert rows(guests.decide_table({"colour": nothing})) == [OPEN] * count


def test_rows_that_repeat_are_answered_as_each_is(guests: Authorizer) -> None:
    colours, expected = ["red", None, "blue", "rde", "green"], [RED, OPEN, BLUE, UNKNOWN, GREEN]
    places = np.random.default_rng(1).integers(0, 5, 500).tolist()
    found = guests.decide_table({"colour": np.array([colours[place] for place in places], object)})
    assert rows(found) == [expected[place] for place in places]


def test_a_masked_truth_value_never_opens(room: Authorizer) -> None:
    invited = np.ma.array([True, True], mask=[False, True])
    assert rows(room.decide_table({"invited": invited, "colour": np.array([0, 0], np.uint8)})) == [RED, OPEN]


def test_a_missing_fact_with_a_default_takes_it(room: Authorizer) -> None:
    red = room.given(invited=True, colour="red")
    assert rows(red.decide_table({"banned": np.array([None, True, False], object)})) == [RED, BLUE, RED]
    assert rows(red.decide_table(pa.table({"banned": [None, True, False]}))) == [RED, BLUE, RED]


@pytest.mark.parametrize(
    "column",
    [
        np.array([True, False]),
        np.array([[True, False], [True, True]])[:, 0][[0, 1]] & np.array([True, False]),
        np.array([True, True, False, False])[::2],
        np.array([1, 0], np.int64),
        np.array([True, False], object),
        np.array([1, 0.0], object),
        np.array(["true", "false"]),
        pd.Series([True, False]),
        pl.Series([True, False]),
    ],
)
def test_a_fact_is_read_from_truth_values_ordinals_and_their_names(room: Authorizer, column: Any) -> None:
    assert rows(room.decide_table({"invited": column, "colour": np.array([0, 0], np.uint8)})) == [RED, GREEN]


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64"])
def test_signed_integers_are_refused_since_a_csv_reader_makes_them_of_official_codes(
    room: Authorizer, kind: str
) -> None:
    column = np.array([0, 1], kind)
    for table in ({"colour": column}, pa.table({"colour": column}), pd.DataFrame({"colour": column})):
        assert "unsigned" in refused(lambda table=table: room.decide_table(table)).help  # type: ignore[misc]  # a default binds the loop's value


@pytest.mark.parametrize(
    ("name", "column", "kind"),
    [
        ("colour", np.array([True]), "bool"),
        ("colour", np.array([1.0]), "float64"),
        ("colour", np.array([b"red"]), "|S3"),
        ("colour", np.array(["2025-01-01"], "datetime64[D]"), "datetime64[D]"),
        ("invited", np.array([1.0]), "float64"),
    ],
)
def test_a_column_of_another_type_is_refused(room: Authorizer, name: str, column: Any, kind: str) -> None:
    assert refused(lambda: room.decide_table({name: column})).as_json() == {
        "code": "wrong_type",
        "message": f"`{name}` takes strings, booleans or ordinals, not {kind}",
        "axis": name,
        "help": None,
    }


def test_a_column_of_nothing_but_nan_is_how_pandas_spells_missing(guests: Authorizer) -> None:
    assert rows(guests.decide_table({"colour": np.array([np.nan, np.nan])})) == [OPEN, OPEN]


@pytest.mark.parametrize(
    "table",
    [
        {"colour": np.array([0, 1]), "banned": np.array([True])},
        {"colour": np.zeros((2, 2), int)},
        {"colour": np.array(0)},
        {"colour": "red"},
        {"colour": np.array([0, 1]), "at": np.array(["2025-01-01"], "datetime64[D]")},
    ],
)
def test_columns_of_different_lengths_or_of_two_dimensions_are_refused(
    guests: Authorizer, table: Mapping[str, Any]
) -> None:
    assert refused(lambda: guests.decide_table(table)).code == "wrong_shape"


# --- Arrow -----------------------------------------------------------------------------------------

TEXTS = ["red", None, "blue", "rde", "green"]
DECIDED = [RED, OPEN, BLUE, UNKNOWN, GREEN]


def arrow_spellings() -> Iterator[Any]:
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        yield pa.array(TEXTS, pa.string()).cast(kind)
    for index in (pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()):
        yield pa.array(TEXTS).cast(pa.dictionary(index, pa.string()))
    yield pa.array(TEXTS).cast(pa.dictionary(pa.int32(), pa.large_string()))
    # The null is in the dictionary, not in the indices; then in both.
    yield pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3, 4], pa.int8()), pa.array(TEXTS))
    yield pa.DictionaryArray.from_arrays(pa.array([0, None, 2, 3, 4], pa.int8()), pa.array(TEXTS))
    yield pa.DictionaryArray.from_arrays(
        pa.array([2, 1, 0, 3, 4], pa.int8()), pa.array(["blue", None, "red", "?", "green"])
    )
    for kind in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()):
        yield pa.array([0, None, 2, 100, 1], kind)
    yield pa.chunked_array([TEXTS[:2], [], TEXTS[2:]], pa.string())
    yield pa.chunked_array([pa.array(TEXTS[:1]).dictionary_encode(), pa.array(TEXTS[1:]).dictionary_encode()])
    yield pa.array(["blue", "blue", *TEXTS, "blue"]).slice(2, 5)
    yield pa.array(["blue", None, *TEXTS, "blue"]).dictionary_encode().slice(2, 5)
    yield pa.array([2, None, 0, None, 2, 100, 1, 1], pa.uint8()).slice(2, 5)


@pytest.mark.parametrize("column", list(arrow_spellings()), ids=lambda column: f"{type(column).__name__} {column.type}")
def test_an_arrow_column_is_read_however_it_is_spelt(guests: Authorizer, column: Any) -> None:
    answer = guests.decide_table(pa.table({"colour": column}))
    assert isinstance(answer, pa.Table)
    assert answer.column_names == ["effect", "reason", "edition"]
    assert rows(answer) == DECIDED


def test_a_dictionary_as_long_as_its_indices_can_count_may_hold_nulls(guests: Authorizer) -> None:
    dictionary = pa.array(["red", *(f"shade {number}" for number in range(126)), "blue"])
    column = pa.DictionaryArray.from_arrays(pa.array([0, 127, None, 5], pa.int8()), dictionary)
    assert rows(guests.decide_table(pa.table({"colour": column}))) == [RED, BLUE, OPEN, UNKNOWN]


def test_a_dictionary_of_things_that_are_no_codes_is_unknown_codes(guests: Authorizer) -> None:
    lists = pa.DictionaryArray.from_arrays(pa.array([0, None]), pa.array([["red"]]))
    assert rows(guests.decide_table(pa.table({"colour": lists}))) == [UNKNOWN, OPEN]
    numbers = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array([0, 1]))
    assert rows(guests.decide_table(pa.table({"colour": numbers}))) == [UNKNOWN, UNKNOWN]


def test_truth_values_may_be_null_sliced_and_chunked(room: Authorizer) -> None:
    invited = pa.chunked_array([pa.array([False, True, None]), pa.array([True, False])]).slice(1)
    table = pa.table({"invited": invited, "colour": pa.array(["red"] * 4)})
    assert rows(room.decide_table(table)) == [RED, OPEN, RED, GREEN]
    assert rows(room.decide_table(table.slice(2, 2))) == [RED, GREEN]


@pytest.mark.parametrize(
    "column", [pa.nulls(2), pa.nulls(2, pa.string()), pa.nulls(2, pa.float64()), pa.nulls(2, pa.int8())]
)
def test_a_column_of_nulls_is_missing_whatever_its_type(guests: Authorizer, column: Any) -> None:
    assert rows(guests.decide_table(pa.table({"colour": column}))) == [OPEN, OPEN]


@pytest.mark.parametrize(
    ("name", "column", "kind"),
    [
        ("colour", pa.array([b"red"]), "binary"),
        ("colour", pa.array([1.0]), "double"),
        ("colour", pa.array([True]), "bool"),
        ("colour", pa.array([["red"]]), "list<item: string>"),
        ("invited", pa.array([0.0]), "double"),
    ],
)
def test_an_arrow_column_of_another_type_is_refused(room: Authorizer, name: str, column: Any, kind: str) -> None:
    error = refused(lambda: room.decide_table(pa.table({name: column})))
    assert (error.code, error.axis) == ("wrong_type", name)
    assert kind.partition("<")[0] in error.message


def test_a_record_batch_gives_a_record_batch(guests: Authorizer) -> None:
    answer = guests.decide_table(pa.record_batch({"colour": pa.array(TEXTS)}))
    assert isinstance(answer, pa.RecordBatch)
    assert rows(answer) == DECIDED
    empty = guests.decide_table(pa.record_batch({"colour": pa.array([], pa.string())}))
    assert isinstance(empty, pa.RecordBatch)
    assert (rows(empty), empty.schema.names) == ([], ["effect", "reason", "edition"])


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"colour": TEXTS}),
        pl.DataFrame({"colour": pl.Series(TEXTS, dtype=pl.Categorical)}),
        pl.DataFrame(
            {"colour": pl.Series([None if text == "rde" else text for text in TEXTS], dtype=pl.Enum(COLOURS))}
        ),
        pl.concat([pl.DataFrame({"colour": TEXTS[:3]}), pl.DataFrame({"colour": TEXTS[3:]})], rechunk=False),
        pd.DataFrame({"colour": TEXTS}),
        pd.DataFrame({"colour": pd.Categorical(TEXTS)}),
        pd.DataFrame({"colour": pd.array(TEXTS, "string")}),
        pd.DataFrame({"colour": ["blue", *TEXTS]}).iloc[1:],
        pd.DataFrame({"colour": ["blue", *TEXTS]}).query("index > 0"),
        pd.DataFrame({"colour": TEXTS}, index=list("abcde")),
    ],
)
def test_a_frame_is_read_through_the_arrow_interface(guests: Authorizer, frame: Any) -> None:
    answer = guests.decide_table(frame)
    assert isinstance(answer, pa.Table)
    enumerated = isinstance(frame, pl.DataFrame) and isinstance(frame.dtypes[0], pl.Enum)  # it holds no unknown code
    assert rows(answer) == ([RED, OPEN, BLUE, OPEN, GREEN] if enumerated else DECIDED)


def stream(parts: Sequence[Sequence[str | None]]) -> Any:
    schema = pa.schema([("colour", pa.string())])
    return pa.RecordBatchReader.from_batches(
        schema, (pa.record_batch({"colour": pa.array(part, pa.string())}) for part in parts)
    )


def test_a_stream_is_decided_a_batch_at_a_time(guests: Authorizer) -> None:
    assert rows(guests.decide_table(stream([TEXTS[:2], [], TEXTS[2:]]))) == DECIDED
    assert rows(guests.decide_table(stream([]))) == []


def test_a_stream_is_not_read_to_its_end_before_it_is_decided(guests: Authorizer) -> None:
    schema = pa.schema([("colour", pa.string()), ("at", pa.string())])
    sent = []

    def batches() -> Iterator[Any]:
        for number in range(100):
            sent.append(number)
            yield pa.record_batch([pa.array(["red"]), pa.array(["no date"])], schema=schema)

    assert refused(lambda: guests.decide_table(pa.RecordBatchReader.from_batches(schema, batches()))).axis == "at"
    assert len(sent) < 10


def test_the_columns_of_a_stream_without_rows_are_read_too(guests: Authorizer) -> None:
    reader = pa.RecordBatchReader.from_batches(pa.schema([("color", pa.string())]), [])
    assert refused(lambda: guests.decide_table(reader)).code == "unknown_axis"


# --- which columns, how many rows ------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"colour": np.array([], int)},
        {"colour": np.array([], object)},
        {"colour": []},
        {"colour": np.array([], int), "at": np.array([], "datetime64[D]")},
        pa.table({}),
        pa.table({"colour": pa.array([], pa.string())}),
        pa.table({"colour": pa.chunked_array([], pa.string()), "invited": pa.chunked_array([], pa.bool_())}),
        pa.schema([("colour", pa.dictionary(pa.int8(), pa.string())), ("at", pa.date32())]).empty_table(),
        pl.DataFrame(),
        pl.DataFrame({"colour": []}),
        pd.DataFrame(),
        pd.DataFrame({"colour": [], "invited": []}),
    ],
)
def test_a_table_without_rows_has_no_answers(room: Authorizer, table: Any) -> None:
    answer = room.decide_table(table)
    assert (len(answer), rows(answer)) == (0, [])
    assert room.given(colour="red").decide_table({}).to_arrow().num_rows == 0


def test_a_table_of_ignored_columns_asks_the_same_of_each_row(guests: Authorizer) -> None:
    red = guests.given(colour="red")
    assert rows(red.decide_table({"line": [1, 2, 3]}, ignore=["line"])) == [RED, RED, RED]
    assert rows(red.decide_table(pa.table({"line": [1, 2, 3]}), ignore={"line"})) == [RED, RED, RED]
    assert rows(red.decide_table(pl.DataFrame({"line": [1, 2], "who": ["a", "b"]}), ignore=("line", "who"))) == [
        RED,
        RED,
    ]


def test_one_name_to_ignore_may_be_a_text(guests: Authorizer) -> None:
    table = {"patient": np.array(["p1"]), "colour": np.array(["red"])}
    assert rows(guests.decide_table(table, ignore="patient")) == [RED]


def test_ignored_columns_are_not_read_whatever_they_hold(guests: Authorizer) -> None:
    table = {"colour": np.array([0], np.uint8), "invited": np.array([1.5]), "junk": object(), "at": np.array([3])}
    assert rows(guests.decide_table(table, ignore=["invited", "junk", "at"])) == [RED]


@pytest.mark.parametrize(
    ("name", "code", "way_out"),
    [
        ("color", "unknown_axis", "did you mean `colour`?"),
        ("event_id", "unknown_axis", "name it in `ignore` if it is no fact of the request"),
        (3, "unknown_axis", "name it in `ignore` if it is no fact of the request"),
        ("invited", "already_given", ""),
    ],
)
def test_a_column_that_is_no_open_axis_is_refused_with_a_way_out(
    guests: Authorizer, name: Any, code: str, way_out: str
) -> None:
    error = refused(lambda: guests.decide_table({name: np.array([True])}))
    assert (error.code, error.help) == (code, way_out)
    if isinstance(name, str):
        assert refused(lambda: guests.decide_table(pa.table({name: [True]}))).code == code


def test_a_column_given_twice_is_refused(guests: Authorizer) -> None:
    twice = pa.table([pa.array(["red"]), pa.array(["blue"])], names=["colour", "colour"])
    error = refused(lambda: guests.decide_table(twice))
    assert (error.code, error.axis) == ("wrong_shape", "colour")
    assert rows(guests.given(colour="red").decide_table(twice, ignore=["colour"])) == [RED]


@pytest.mark.parametrize("thing", [None, 3, "colour", ["red"], [{"colour": "red"}], pl.LazyFrame({"colour": ["red"]})])
def test_what_is_not_a_table_is_refused(guests: Authorizer, thing: Any) -> None:
    with pytest.raises(TypeError, match=f"not {type(thing).__name__}"):
        guests.decide_table(thing)


def test_answers_are_codes_with_names_and_turn_into_arrow(guests: Authorizer) -> None:
    answer = guests.decide_table({"colour": np.array(["red", "blue", "red"])})
    assert isinstance(answer, DecidedTable)
    assert [str(codes.dtype) for codes in (answer.effect, answer.reason, answer.edition)] == ["uint8", "int32", "int32"]
    table = answer.to_arrow()
    assert rows(table) == rows(answer) == [RED, BLUE, RED]
    assert {str(field.type) for field in table.schema} == {"dictionary<values=string, indices=int32, ordered=0>"}


# --- a column `at` ---------------------------------------------------------------------------------

BEFORE, AFTER = ("PERMIT", "open_house", "always"), ("DENY", "curfew", "2025-01-01")
NO_DAY = ("INDETERMINATE", "before_first_edition", "")
PARIS = datetime.timezone(datetime.timedelta(hours=1))
EVE, DAY = datetime.date(2024, 12, 31), datetime.date(2025, 1, 1)
HALF_PAST_MIDNIGHT = datetime.datetime(2025, 1, 1, 0, 30, tzinfo=PARIS)  # still the eve in UTC


@pytest.fixture(scope="module")
def curfew(tmp_path_factory: pytest.TempPathFactory) -> Authorizer:
    rules = rule("permit", "open_house", "invited", "applicable until 2025-01-01")
    rules += rule("forbid", "curfew", "invited", "applicable from 2025-01-01")
    return opened(tmp_path_factory.mktemp("curfew"), rules, world(fact("invited")))


def instants() -> Iterator[tuple[Any, list[Row]]]:
    three = [BEFORE, NO_DAY, AFTER]
    yield np.array(["2024-12-31", "NaT", "2025-01-01"], "datetime64[D]"), three
    yield np.array(["2024-12-31T23:59:59.999999999", "NaT", "2025-01-01T00:00:00"], "datetime64[ns]"), three
    yield np.array(["2024-12-31", "2025-01-01T00:30:00+01:00", "2024-12-31T23:30Z"]), [BEFORE, AFTER, BEFORE]
    yield np.array([EVE, None, DAY], object), three
    yield np.array([pd.Timestamp(EVE), pd.NaT, HALF_PAST_MIDNIGHT], object), three
    yield np.array(["2024-12-31", float("nan"), DAY], object), three
    yield (
        np.ma.array(["2024-12-31", "2024-12-31", "2025-01-01"], mask=[False, True, False], dtype="datetime64[D]"),
        three,
    )
    yield np.array(["-5000-01-01", "NaT", "20000-01-01"], "datetime64[D]"), three
    yield np.array(["0001-01-01", "9999-12-30", "9999-12-31"], "datetime64[D]"), [BEFORE, AFTER, AFTER]
    yield pa.array([EVE, None, DAY], pa.date32()), three
    yield pa.array([EVE, None, DAY], pa.date64()), three
    for unit in ("s", "ms", "us", "ns"):
        yield pa.array([EVE, None, DAY], pa.date32()).cast(pa.timestamp(unit)), three
    yield pa.array([HALF_PAST_MIDNIGHT, None], pa.timestamp("us", "Europe/Paris")), [AFTER, NO_DAY]
    yield pa.array([HALF_PAST_MIDNIGHT], pa.timestamp("us", "UTC")), [BEFORE]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        yield pa.array(["2024-12-31", None, "2025-01-01T00:30:00+01:00"], pa.string()).cast(kind), three
    yield pa.array(["2024-12-31", None, "2025-01-01"]).dictionary_encode(), three
    yield pa.nulls(2), [NO_DAY, NO_DAY]
    yield pa.array([EVE, EVE, None, DAY, DAY], pa.date32()).slice(1, 3), three


@pytest.mark.parametrize(
    ("column", "expected"), list(instants()), ids=lambda one: str(getattr(one, "dtype", getattr(one, "type", "")))
)
def test_each_row_is_judged_by_the_edition_of_its_day(curfew: Authorizer, column: Any, expected: list[Row]) -> None:
    invited = np.ones(len(expected), bool)
    table = (
        {"invited": invited, "at": column}
        if isinstance(column, np.ndarray)
        else pa.table({"invited": invited, "at": column})
    )
    assert rows(curfew.decide_table(table)) == expected
    assert rows(curfew.at("1999-01-01").decide_table(table)) == expected


def test_frames_may_carry_instants_in_their_own_zone(curfew: Authorizer) -> None:
    days = {"invited": [True, True], "at": [HALF_PAST_MIDNIGHT, None]}
    assert rows(curfew.decide_table(pl.DataFrame({"invited": [True], "at": [EVE]}))) == [BEFORE]
    assert rows(curfew.decide_table(pl.DataFrame({**days, "at": ["2025-01-01T00:30:00+01:00", None]}))) == [
        AFTER,
        NO_DAY,
    ]
    frame = pd.DataFrame({"invited": [True, True], "at": pd.to_datetime(["2024-12-31", None])})
    assert rows(curfew.decide_table(frame)) == [BEFORE, NO_DAY]
    zoned = pd.DataFrame({"invited": [True], "at": pd.to_datetime([HALF_PAST_MIDNIGHT]).tz_convert("Europe/Paris")})
    assert rows(curfew.decide_table(zoned)) == [AFTER]


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (np.array([20_000]), "wrong_type"),
        (np.array([1.5]), "wrong_type"),
        (np.array([True]), "wrong_type"),
        (np.array(["yesterday"]), "invalid_date"),
        (np.array([20_000], object), "invalid_date"),
        (pa.array([20_000]), "wrong_type"),
        (pa.array([datetime.time(1)]), "wrong_type"),
        (pa.array(["2025-02-30"]), "invalid_date"),
    ],
)
def test_a_column_at_of_something_else_is_refused(curfew: Authorizer, column: Any, code: str) -> None:
    table = {"at": column} if isinstance(column, np.ndarray) else pa.table({"at": column})
    error = refused(lambda: curfew.decide_table(table))
    assert (error.code, error.axis) == (code, "at")


def test_rows_are_judged_as_known_when_the_view_says(dmp: Authorizer, patient: Authorizer) -> None:
    days = ["2024-09-24", "2024-10-01", "2025-07-07", "2025-07-08", "2026-01-01", None]
    facts = {"document_type": np.array(["11488-4"] * 6), "masked": np.zeros(6, bool), "at": np.array(days, object)}
    for known_on in (None, "2025-03-01", "2024-01-01"):
        view = patient.at("2025-11-03", known_on)
        decided = rows(view.decide_table(facts))
        for day, (effect, reason, edition) in zip(days[:5], decided[:5], strict=True):
            one = patient.at(str(day), known_on).decide(document_type="11488-4", masked=False)
            assert (effect, reason) == (one.effect.value, "+".join(cause.rule for cause in one.reasons))
            assert edition == one.edition
        assert decided[5] == NO_DAY


def test_an_unknown_code_spoils_its_row_in_any_edition_and_before_the_first(dmp: Authorizer) -> None:
    types, days = np.array(["11488-4", "??", "??"]), np.array(["2024-10-01", "2024-10-01", "1999-01-01"])
    decided = rows(dmp.decide_table({"document_type": types, "at": days}))
    assert [reason for _, reason, _ in decided] == ["missing_fact", "unknown_code", "unknown_code"]


# --- every length, every width ---------------------------------------------------------------------


def as_row(policy: Authorizer, request: Mapping[str, Any]) -> Row:
    """The row that `decide` would give."""
    decision = policy.decide(request)
    return decision.effect.value, "+".join(reason.rule for reason in decision.reasons), decision.edition


def requests_of(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def random_columns(policy: Authorizer, count: int, seed: int, missing: float) -> dict[str, list[Any]]:
    """A column for every axis the policy leaves open; some values are missing."""
    draw = np.random.default_rng(seed)

    def column(table: AxisTable) -> list[Any]:
        values = draw.integers(0, len(table.values), count)
        named = [bool(one) if table.fact else table.values[one].name for one in values]
        return [None if out else one for one, out in zip(named, draw.random(count) < missing, strict=True)]

    return {table.name: column(table) for table in policy.tables.axes if table.name not in policy.facts}


@pytest.mark.parametrize("rows_", [0, 1, 15, 16, 17, 31, 32, 33, 100])
def test_any_number_of_rows_around_the_size_of_a_block_is_decided_alike(
    dmp: Authorizer, patient: Authorizer, rows_: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BLOCK", 16)
    for policy, missing in ((patient, 0.1), (dmp, 0.0)):
        columns = random_columns(policy, rows_, 5, missing)
        expected = [as_row(policy, request) for request in requests_of(columns)]
        assert (
            rows(policy.decide_table({name: np.array(column, object) for name, column in columns.items()})) == expected
        )
        arrow = pa.table({name: pa.array(column) if column else pa.nulls(0) for name, column in columns.items()})
        assert rows(policy.decide_table(arrow)) == expected


@pytest.mark.parametrize("count", [63, 64, 65, 127, 128, 129, 200])
def test_a_desk_with_more_clauses_than_a_machine_word_has_bits_decides_alike(tmp_path: Path, count: int) -> None:
    doors = [f"door_{number}" for number in range(count)]
    rules = "".join(
        rule(("permit", "forbid", "abstain")[number % 3], f"rule_{number}", f"door is {door} and open")
        for number, door in enumerate(doors)
    )
    rules += rule("forbid", "last", f"door is {doors[-1]} and not open")
    policy = opened(tmp_path, rules, world(axis("action", "enter"), axis("door", *doors), fact("open")))
    columns: dict[str, list[Any]] = {"door": [*doors, None] * 3, "open": [True] * (count + 1) + [False] * (count + 1)}
    columns["open"] += [None] * (count + 1)
    view = policy.given(action="enter")
    decided = rows(view.decide_table({name: np.array(column, object) for name, column in columns.items()}))
    assert decided == [as_row(view, request) for request in requests_of(columns)]


def test_however_many_sets_of_rules_win_rows_are_decided_alike_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BLOCK", 500)
    bans = [f"ban_{number}" for number in range(20)]
    policy = opened(
        tmp_path,
        "".join(rule("forbid", f"because_of_{ban}", ban) for ban in bans),
        world(*(fact(ban) for ban in bans)),
    )
    sizes = []
    added = known.KnownSets.add

    def noted(sets: known.KnownSets, *what: Any) -> None:
        added(sets, *what)
        sizes.append(len(sets))

    monkeypatch.setattr(known.KnownSets, "add", noted)
    columns = random_columns(policy, 2_000, 9, 0.0)
    for at_most in (10_000, 600):
        monkeypatch.setattr(board, "_SETS_AT_MOST", at_most)
        decided = rows(policy.decide_table({name: np.array(column) for name, column in columns.items()}))
        assert decided == [as_row(policy, request) for request in requests_of(columns)]
        assert 500 <= max(sizes) <= at_most
        sizes.clear()


def test_a_policy_without_an_action_decides_alike(room: Authorizer) -> None:
    columns = random_columns(room, 200, 3, 0.3)
    decided = rows(room.decide_table({name: np.array(column, object) for name, column in columns.items()}))
    assert decided == [as_row(room, request) for request in requests_of(columns)]


def test_a_world_of_one_axis_or_none_decides_alike(tmp_path: Path) -> None:
    lone = opened(tmp_path / "lone", rule("permit", "r", "action is enter"), world(axis("action", "enter", "leave")))
    assert rows(lone.decide_table({"action": np.array(["enter", "leave", None], object)})) == [
        as_row(lone, {"action": action}) for action in ("enter", "leave", None)
    ]
    void = opened(tmp_path / "void", "", world())
    assert rows(void.decide_table({"line": [1, 2]}, ignore=["line"])) == [GREEN, GREEN]


@st.composite
def tables(draw: st.DrawFn, policy: Authorizer) -> dict[str, list[Any]]:
    """A few rows; mostly values that lead somewhere, some missing, some columns left out."""
    count = draw(st.integers(1, 12))
    columns = {}
    for table in policy.tables.axes:
        if table.name in policy.facts or draw(st.integers(0, 9)) == 0:
            continue
        names = [True, False] if table.fact else [value.name for value in table.values]
        columns[table.name] = draw(st.lists(st.sampled_from([*names, None]), min_size=count, max_size=count))
    return columns


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_on_the_dmp_every_row_is_decided_as_decide_would(
    dmp: Authorizer, patient: Authorizer, data: st.DataObject
) -> None:
    policy = data.draw(
        st.sampled_from([dmp, patient, dmp.at("2024-10-01"), dmp.given(action="consult", capacity="professional")])
    )
    columns = data.draw(tables(policy))
    expected = [as_row(policy, request) for request in requests_of(columns)]
    assert rows(policy.decide_table({name: np.array(column, object) for name, column in columns.items()})) == expected
    assert rows(policy.decide_table(pa.table({name: pa.array(column) for name, column in columns.items()}))) == expected
    assert rows(policy.decide_table(pl.DataFrame(columns, strict=False))) == expected

"""`diff` walks both clocks: what is in force, and what was known to be; and tells the dates that put it there."""

import datetime
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from habilitation.authoring.difference.sides import Side
from habilitation.authoring.difference.stretches import Together, together
from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.tables import EditionTable, Tables
from tests.command_line import LIBRARY, run, written
from tests.random_policies import policies
from tests.small_policies import ENTRY, policy_folder, rule
from tests.test_difference_told import changed, only, told

DAYS = [datetime.date(year, month, 1) for year in (2023, 2024, 2025, 2026, 2027) for month in (1, 7)]


def in_force(tables: Tables, day: datetime.date, known_on: datetime.date) -> EditionTable | None:
    (found,) = (
        stretch.edition
        for stretch in tables.timeline
        if stretch.start <= day < stretch.end and stretch.known_start <= known_on < stretch.known_end
    )
    return tables.editions[found] if found >= 0 else None


def compared_on(pairs: tuple[Together, ...], day: datetime.date, known_on: datetime.date) -> list[Together]:
    return [
        pair
        for pair in pairs
        for area in pair.areas
        if area.days[0] <= day < area.days[1] and area.known and area.known[0] <= known_on < area.known[1]
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policies(), policies())
def test_every_day_as_known_on_every_day_is_in_one_pair_the_editions_in_force(one: Policy, other: Policy) -> None:
    old, new = tabulate(one), tabulate(other)
    pairs = together(Side("old", old, None, None), Side("new", new, None, None))
    for day, known_on in itertools.product(DAYS, DAYS):
        editions = in_force(old, day, known_on), in_force(new, day, known_on)
        found = compared_on(pairs, day, known_on)
        assert [(pair.old.edition, pair.new.edition) for pair in found] == (
            [] if editions == (None, None) else [editions]
        )
        assert all((pair.known == ()) >= (known_on == DAYS[-1]) for pair in found)


LATER = ("known from 2025-03-01", "known from 2025-01-01")


@pytest.fixture
def late(tmp_path: Path) -> tuple[str, str]:
    """A rule known from March, and the same known from January."""
    places = []
    for number, dates in enumerate(LATER):
        rules = ENTRY + rule("permit", "late", "not invited", "for enter", "applicable from 2024-06-01", dates)
        places.append(str(policy_folder(tmp_path / str(number), rules)))
    return places[0], places[1]


def test_a_day_of_knowledge_that_changes_alone_opens_what_was_known_before(late: tuple[str, str]) -> None:
    code, found = told(*late)
    assert code == 1
    assert [(one["opening"], one["closing"]) for one in found["compared"]][-1] == ("1", "0")
    past = found["compared"][-1]
    assert past["periods"] == [
        {"from": "2024-06-01", "until": None, "known_from": "2025-01-01", "known_until": "2025-03-01"}
    ]
    assert past["blocks"][0]["sentence"].startswith(
        "As known from 2025-01-01 until 2025-03-01 excluded: Now permitted: enter (en) (enter)"
    )


def test_what_was_known_before_is_counted_apart_and_said_in_every_form(late: tuple[str, str]) -> None:
    text = run("diff", *late, "--lang", "en").out
    title = "(from 2024-06-01, as known from 2025-01-01 until 2025-03-01 excluded)"
    assert title in text
    assert text.partition(title)[0].count("No situation changes") == 2
    assert title in run("diff", *late, "--lang", "en", "--markdown").out
    assert "tel que connu du 2025-01-01 au 2025-03-01 exclu" in run("diff", *late).out
    notice = run("diff", *late, "--format", "github", "--lang", "en").out
    assert "::As known from 2025-01-01 until 2025-03-01 excluded: Now permitted" in notice


def test_a_day_asked_for_is_compared_as_known_now_or_on_the_day_said(late: tuple[str, str]) -> None:
    assert run("diff", *late, "--at", "2025-06-01").code == 0
    assert run("diff", *late, "--at", "2025-06-01", "--known-on", "2025-02-01").code == 1
    assert run("diff", *late, "--known-on", "2025-02-01").code == 1
    assert run("diff", *late, "--known-on", "2025-04-01").code == 0


def test_the_dates_of_rules_and_editions_that_change_are_told(late: tuple[str, str], tmp_path: Path) -> None:
    _, found = told(*late)
    assert found["dates"] == [
        {
            "matrix": None,
            "rule": "late",
            "old": {"from": "2024-06-01", "until": None, "known_from": "2025-03-01"},
            "new": {"from": "2024-06-01", "until": None, "known_from": "2025-01-01"},
        }
    ]
    assert "Dates\n  - `late`: known since 2025-03-01 → since 2025-01-01" in run("diff", *late, "--lang", "en").out
    library = written(tmp_path / "library", LIBRARY)
    sooner = changed(tmp_path, access=("until: 2025-01-01}", "until: 2024-07-01}"))
    line = "`access`, edition `2024-01-01`: applicable from 2024-01-01 until {0} excluded → from 2024-01-01 until {1}"
    for places, days in (
        ((library, sooner), ("2025-01-01", "2024-07-01")),
        ((sooner, library), ("2024-07-01", "2025-01-01")),
    ):
        assert line.format(*days) in run("diff", *places, "--lang", "en").out
    assert json.loads(run("diff", library, library, "--json").out)["dates"] == []


def test_an_edition_that_comes_or_goes_is_told_with_its_dates(tmp_path: Path) -> None:
    library = written(tmp_path / "library", LIBRARY)
    renamed = changed(tmp_path, access=('- id: "2025-01-01"', '- id: "second"'))
    text = run("diff", library, renamed, "--lang", "en").out
    assert "`access`, edition `second`: added, applicable from 2025-01-01, known since 2025-01-01" in text
    assert "`access`, edition `2025-01-01`: removed, applicable from 2025-01-01, known since 2025-01-01" in text
    assert (
        "édition `second` : ajoutée, applicable du 2025-01-01, connue depuis le 2025-01-01"
        in run("diff", library, renamed).out
    )
    assert "Dates" not in run("diff", library, renamed, "--summary").out
    assert only(told(library, renamed, "--at", "2025-06-01")[1])["periods"] == []

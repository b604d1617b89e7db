"""One file and back: the same tables, the same bytes, and a refusal with a reason for whatever is not ours."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from habilitation import ArtefactError, Authorizer, HabilitationError
from habilitation.checked.policy import Policy
from habilitation.compiled import artefact
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.tables import FORMAT, Tables
from tests.random_policies import policies
from tests.small_policies import axis, fact, opened, rule, world

ROOT = Path(__file__).parent.parent
MEBIBYTE = 1 << 20

MATRIX = """
matrix: wing
fr: Aile
en: Wing
axes: [action, badge]
rows: badge
values:
  open: {mark: O, fr: ouverte, en: open}
  shut: {mark: N, fr: fermée, en: shut}
notes:
  "1": {fr: Sur rendez-vous, en: By appointment}
editions:
  - id: "2024"
    applicable: {from: 2024-01-01}
    known: {from: 2024-01-01}
    provenance: {title: House rules}
    blocks:
      - columns: [enter, leave]
        rows:
          red: O(1) O
          blue: N O
    disputes:
      - {at: {badge: blue}, fr: Contesté, en: Disputed, source: A letter}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Authorizer:
    """A policy with something of everything: a matrix with a note and a dispute, notices, synonyms, two editions."""
    badge = axis("badge", "red: {code: '1', system: DOORS}", "blue: {code: '2', system: DOORS}")
    synonym = "  old: {codes: [{code: R, system: DOORS, axis: badge, value: red}]}\n"
    vocabulary = world(
        axis("action", "enter", "leave"),
        badge,
        fact("invited", default="false"),
        systems='  DOORS: {oids: ["1.2.3"], uri: "http://example.org/doors"}\n',
        obligations="  sign: {fr: Signer, en: Sign}\n",
        code_lists=synonym,
    )
    rules = rule("permit", "wing_open", "matrix wing is open and invited", "oblige sign") + rule(
        "forbid", "curfew", "action is enter and badge is blue", "applicable from 2025-01-01"
    )
    return opened(tmp_path_factory.mktemp("small"), rules, vocabulary, {"wing": MATRIX})


def sealed(content: bytes, format_: int = FORMAT) -> bytes:
    seal = hashlib.sha256(content).hexdigest()
    return f"habilitation compiled policy, format {format_}, sha256 {seal}\n".encode() + content


def resealed(policy: Authorizer, change: Callable[[Any], Any]) -> bytes:
    """The artefact of a policy whose content was changed by hand, under a seal that matches."""
    data = json.loads(policy.compile().partition(b"\n")[2])
    return sealed(json.dumps(change(data), ensure_ascii=False, separators=(",", ":")).encode())


# --- there and back --------------------------------------------------------------------------------


def test_what_was_written_is_read_back_equal(dmp: Authorizer, small: Authorizer) -> None:
    for policy in (dmp, small):
        assert artefact.read(policy.compile()) == policy.tables


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policies())
def test_any_policy_is_read_back_equal(policy: Policy) -> None:
    tables = tabulate(policy)
    assert artefact.read(artefact.written(tables)) == tables


def test_an_opened_artefact_answers_as_the_policy_it_was_made_of(
    dmp: Authorizer, patient: Authorizer, tmp_path: Path
) -> None:
    (tmp_path / "dmp.hpol").write_bytes(dmp.compile())
    again = Authorizer.load(tmp_path / "dmp.hpol")
    assert again.policy == dmp.policy
    decision = patient.decide(document_type="11488-4", masked=True)
    same = again.given(patient.facts).decide(document_type="11488-4", masked=True)
    assert same == decision
    assert same.as_json() == decision.as_json()
    assert str(again.explain(same)) == str(dmp.explain(decision))


def test_the_same_policy_gives_the_same_bytes_twice(dmp: Authorizer) -> None:
    assert Authorizer.dmp().compile() == dmp.compile()
    assert artefact.digest(dmp.tables) == dmp.policy["tables"]


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_bytes_do_not_depend_on_the_order_of_hashes(dmp: Authorizer, seed: str) -> None:
    program = "import hashlib, habilitation as h; print(hashlib.sha256(h.Authorizer.dmp().compile()).hexdigest())"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == hashlib.sha256(dmp.compile()).hexdigest()


def test_the_shipped_policy_stays_under_a_mebibyte_an_edition(dmp: Authorizer) -> None:
    assert len(dmp.compile()) < MEBIBYTE * len(dmp.tables.editions)
    assert len(dmp.compile()) < MEBIBYTE  # and today all of its editions together


def test_opening_an_artefact_needs_neither_the_text_readers_nor_numpy(dmp: Authorizer, tmp_path: Path) -> None:
    (tmp_path / "dmp.hpol").write_bytes(dmp.compile())
    program = (
        "import sys, habilitation\n"
        f"policy = habilitation.Authorizer.load({str(tmp_path / 'dmp.hpol')!r})\n"
        "decision = policy.decide(action='consult', capacity='insurer')\n"
        "assert decision.effect is habilitation.Effect.DENY, decision\n"
        "str(policy.explain(decision))\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"lark", "yaml", "pydantic", "typer", "rich", "numpy", "pyarrow"} & set(run.stdout.split())


def test_tables_travel_by_pickle(small: Authorizer) -> None:
    assert pickle.loads(pickle.dumps(small.tables)) == small.tables  # noqa: S301  # our own bytes


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda whole: b"", "first line is not ours"),
        (lambda whole: b"\x00\xff" * 500, "first line is not ours"),
        (lambda whole: whole[1:], "first line is not ours"),
        (lambda whole: whole[:60], "first line is not ours"),
        (lambda whole: b"PK\x03\x04" + whole, "first line is not ours"),
        (lambda whole: whole[:-1], "truncated or altered"),
        (lambda whole: whole[: len(whole) // 2], "truncated or altered"),
        (lambda whole: whole + b" ", "truncated or altered"),
        (lambda whole: whole.replace(b"wing_open", b"wing_shut"), "truncated or altered"),
        (lambda whole: whole.replace(b"format 2", b"format 1"), "of format 1, where this version reads format 2"),
        (lambda whole: whole.replace(b"format 2", b"format 0"), "compile it again"),
        (lambda whole: whole.replace(b"format 2", b"format 99999999999"), "first line is not ours"),
    ],
)
def test_an_artefact_that_is_not_whole_is_refused_with_its_reason(
    small: Authorizer, spoil: Callable[[bytes], bytes], reason: str
) -> None:
    with pytest.raises(ArtefactError, match=reason):
        artefact.read(spoil(small.compile()))


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{}", b"not json", b'"tables"', b"\xff\xfe", b"[1,2,3]", b"[" * 100_000, b"1" * 10_000],
)
def test_a_valid_seal_over_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(ArtefactError, match="does not hold tables"):
        artefact.read(sealed(content))


def test_an_artefact_past_the_limit_is_refused_before_it_is_read(
    small: Authorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artefact, "BYTES_AT_MOST", 100)
    with pytest.raises(ArtefactError, match="larger than 100 bytes"):
        artefact.read(small.compile())


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "policy.hpol").write_bytes(b"")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ArtefactError, match="cannot be read: Permission denied"):
        Authorizer.load(tmp_path / "policy.hpol")


# The fields of the tables, by their place in the file: (name, text, axes, matrices, rules, …, digest).
AXES, MATRICES, RULES, EDITIONS, TIMELINE = 2, 3, 4, 7, 8


def put(*path: int, value: Any) -> Callable[[Any], Any]:
    """A change of one place of the content."""

    def change(data: Any) -> Any:
        inner = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        return data

    return change


def without(*path: int) -> Callable[[Any], Any]:
    """The removal of one place of the content."""

    def change(data: Any) -> Any:
        inner = data
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        return data

    return change


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (put(0, value=3), "the name is a number"),
        (put(AXES, value="axes"), "the axes are a text"),
        (put(AXES, 0, 4, value=True), "a default is a truth value"),
        (put(AXES, 0, 4, value=0.0), "a default is a float"),
        (put(RULES, 0, 1, value="allow"), "a rule has an effect of its own"),
        (put(TIMELINE, 0, 0, value="yesterday"), "a date is not one"),
        (put(TIMELINE, 0, 0, value=20250101), "a date is a number"),
        (put(EDITIONS, 0, 4, 0, 0, value="1"), "a bit set is a text"),
        (without(9), "the digest is absent"),
        (without(AXES, 0, 0), "an axis lacks a field"),
    ],
)
def test_a_wrong_type_under_a_valid_seal_is_refused(small: Authorizer, change: Callable[[Any], Any], what: str) -> None:
    with pytest.raises(ArtefactError, match="does not hold tables"):
        artefact.read(resealed(small, change))


@pytest.mark.parametrize("name", ["", "Action", "a b", "a-b", "1a", "a\n", "a):\n    boom(", "class", "é", "_a"])
def test_a_name_of_an_axis_that_cannot_be_a_keyword_is_refused(small: Authorizer, name: str) -> None:
    with pytest.raises(ArtefactError, match="do not fit together"):
        artefact.read(resealed(small, put(AXES, 0, 0, value=name)))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (put(AXES, 1, 0, value="action"), "two axes of one name"),
        (without(AXES, 0), "an axis less than its bits"),
        (without(AXES, 0, 2, 0), "a value less than its bits"),
        (put(AXES, 0, 4, value=2), "a default past the values"),
        (put(AXES, 0, 4, value=-2), "a default below none"),
        (put(AXES, 0, 5, value=True), "a fact that has other values than false and true"),
        (put(AXES, 1, 7, 0, 2, value=9), "a synonym of no value"),
        (put(AXES, 1, 7, 0, 2, value=-1), "a synonym of a value from the end"),
        (without(MATRICES, 0), "a matrix less than its bits"),
        (put(MATRICES, 0, 2, value=[0, 7]), "a coordinate of no axis"),
        (put(MATRICES, 0, 2, value=[0, -1]), "a coordinate that is the matrix itself"),
        (put(MATRICES, 0, 3, value=[2, 3]), "a shape that is not that of its axes"),
        (put(MATRICES, 0, 4, value=2), "rows past the coordinates"),
        (without(MATRICES, 0, 7, 0), "a label less than its values"),
        (without(MATRICES, 0, 9, 0, 1, 0), "a cell less than its shape"),
        (put(MATRICES, 0, 9, 0, 1, 0, value=3), "a cell of no value"),
        (put(MATRICES, 0, 9, 0, 1, 0, value=-1), "a cell from the end"),
        (put(MATRICES, 0, 9, 0, 2, 0, value=[0, "9"]), "a footnote that is not written"),
        (put(MATRICES, 0, 9, 0, 4, 0, 0, value=[0]), "a dispute over too few coordinates"),
        (put(RULES, 0, 7, value=[4]), "a rule that reads no matrix"),
        (put(RULES, 0, 7, value=[-1]), "a rule that reads a matrix from the end"),
        (without(RULES, 1), "a clause of no rule"),
        (put(EDITIONS, 0, 1, value=[7]), "an edition of no rule"),
        (put(EDITIONS, 0, 2, value=[5]), "an edition of no edition of a matrix"),
        (put(EDITIONS, 0, 2, value=[-2]), "an edition of a matrix from the end"),
        (put(EDITIONS, 0, 3, 0, value=-1), "a clause of a rule from the end"),
        (without(EDITIONS, 0, 4, 0), "bits of an axis less"),
        (without(EDITIONS, 0, 5, 0), "bits of a matrix less"),
        (without(EDITIONS, 0, 5, 0, 0), "bits of a cell value less"),
        (put(EDITIONS, 0, 4, 0, 0, value=-1), "bits below none"),
        (put(EDITIONS, 0, 4, 0, 0, value=1 << 70), "bits past the clauses"),
        (put(TIMELINE, 0, 4, value=7), "a stretch of no edition"),
        (put(TIMELINE, 0, 4, value=-2), "a stretch of an edition from the end"),
        (put(TIMELINE, value=[]), "no day is covered"),
        (without(TIMELINE, 0), "some day is not covered"),
        (put(5, value=[]), "an obligation that is not written"),
    ],
)
def test_tables_that_do_not_fit_together_are_refused_under_a_valid_seal(
    small: Authorizer, change: Callable[[Any], Any], what: str
) -> None:
    with pytest.raises(ArtefactError, match="do not fit together"):
        artefact.read(resealed(small, change))


def places(data: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every place of the content."""
    if isinstance(data, list):
        for index, inner in enumerate(data):
            yield (*path, index)
            yield from places(inner, (*path, index))


def test_whatever_a_forger_writes_is_refused_or_answers(small: Authorizer) -> None:
    """A seal proves integrity, not origin: no content under a valid seal may break what is asked of it afterwards."""
    whole = json.loads(small.compile().partition(b"\n")[2])
    choice = Random(20250101)  # noqa: S311  # repeatable, not secret
    spots = list(places(whole))
    strange: list[Any] = [None, True, -1, 0, 1, 7, 1 << 80, 0.5, "", "x", [], [0], ["x"], [[0]], {}]
    for _ in range(3_000):
        path, value = choice.choice(spots), choice.choice(strange)
        change = without(*path) if choice.random() < 0.1 else put(*path, value=value)
        try:
            tables = artefact.read(resealed(small, change))
        except ArtefactError:
            continue
        _asked_everything(tables)


def _asked_everything(tables: Tables) -> None:
    policy = Authorizer(tables)
    for facts in ({}, {"action": "enter", "badge": "red", "invited": True}, {"badge": "R^1.2.3"}):
        for day in ("2023-06-01", "2024-06-01", "2025-06-01"):
            try:
                decision = policy.at(day).decide(facts)
                policy.at(day).decide_table({name: np.array([value, None], object) for name, value in facts.items()})
                json.dumps([decision.as_json(), policy.explain(decision, "en").as_json()])
            except HabilitationError:
                pass

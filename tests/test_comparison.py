"""The comparison behind the certificate sees a table that says anything else than the definition: one bit is enough."""

import dataclasses
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.authoring import comparison
from habilitation.authoring.check import examine, opened
from habilitation.authoring.comparison import compared
from habilitation.checked.policy import Policy
from habilitation.compiled import layout
from habilitation.compiled.joint import Desk, Plan
from habilitation.compiled.reading import Reading
from habilitation.compiled.tables import EditionTable, Tables
from habilitation.vocabulary import RuleEffect
from tests.small_policies import axis, fact, policy_folder, rule, world

VOCABULARY = world(
    axis("action", "enter", "leave"), axis("job", "nurse", "doctor"), axis("paper", "letter", "note"), fact("banned")
)
MATRICES = {
    "rank": """
matrix: rank
fr: Rang
en: Rank
axes: [job, banned]
values:
  high: {mark: H, fr: haut, en: high}
  low: {mark: L, fr: bas, en: low}
editions:
  - id: "1"
    applicable: {from: 2020-01-01}
    known: {from: 2020-01-01}
    provenance: {title: ours}
    blocks: [{columns: ["false", "true"], rows: {nurse: L L, doctor: H L}}]
""",
    "rights": """
matrix: rights
fr: Droits
en: Rights
axes: [rank, paper]
values:
  open: {mark: O, fr: ouvert, en: open}
  shut: {mark: S, fr: fermé, en: shut}
editions:
  - id: "1"
    applicable: {from: 2020-01-01}
    known: {from: 2020-01-01}
    provenance: {title: ours}
    blocks: [{columns: [letter, note], rows: {high: O O, low: O S}}]
""",
}
RULES = (
    rule("permit", "reading", "matrix rights is open", "for enter")
    + rule("forbid", "banished", "banned and paper is letter")
    + rule("abstain", "unsure", "matrix rank is low and not banned or job is nurse and paper is note")
)


@pytest.fixture
def compiled(tmp_path: Path) -> tuple[Policy, Tables]:
    examined = examine(opened(policy_folder(tmp_path, RULES, VOCABULARY, MATRICES)))
    assert examined.policy is not None
    assert examined.tables is not None
    return examined.policy, examined.tables


def false_statements(policy: Policy, tables: Tables) -> list[str]:
    return [sentence for step in compared(policy, tables, 0).values() for sentence in step.disagreements]


STAFF = """
matrix: staff
fr: Personnel
en: Staff
axes: [blocked, on_duty, role]
values: {inside: {mark: I, fr: dedans, en: inside}, outside: {mark: X, fr: dehors, en: outside}}
editions:
  - id: "1"
    applicable: {from: 2020-01-01}
    known: {from: 2020-01-01}
    provenance: {title: ours}
    blocks:
      - columns: [false/nurse, false/clerk, false/doctor, true/nurse, true/clerk, true/doctor]
        rows: {"false": X X X I I I, "true": X X X X X X}
"""


def test_the_same_facts_in_a_relay_and_in_a_group_are_read_apart(tmp_path: Path) -> None:
    """Two facts feed a matrix that another reads, and stand in a group as well: the strides differ."""
    vocabulary = world(
        axis("role", "nurse", "clerk", "doctor"), axis("doc", "letter", "scan"), fact("blocked"), fact("on_duty")
    )
    rights = MATRICES["rights"].replace("axes: [rank, paper]", "axes: [staff, doc]").replace("note]", "scan]")
    rights = rights.replace("{high: O O, low: O S}", "{inside: O O, outside: S S}")
    rules = rule("permit", "readers", "matrix rights is open") + rule("forbid", "clerks", "on_duty and role is clerk")
    rules += rule("forbid", "scans", "blocked and role is doctor and doc is scan")
    policy = Authorizer.load(policy_folder(tmp_path, rules, vocabulary, {"staff": STAFF, "rights": rights}))
    truths = (False, True)
    for role, doc, blocked, on_duty in itertools.product(
        ("nurse", "clerk", "doctor"), ("letter", "scan"), truths, truths
    ):
        facts = {"role": role, "doc": doc, "blocked": blocked, "on_duty": on_duty}
        meant = policy.answers.decide(policy.answers.asked.ordinals(facts, stated={}))
        assert policy.decide(**facts) == policy.decide(facts) == policy.given(role=role).decide(**facts) == meant


def test_honest_tables_have_no_false_statement(compiled: tuple[Policy, Tables]) -> None:
    assert false_statements(*compiled) == []


def edition(tables: Tables, **changed: Any) -> Tables:
    return dataclasses.replace(tables, editions=(dataclasses.replace(tables.editions[0], **changed),))


def flipped(columns: tuple[tuple[int, ...], ...], column: int, value: int, bit: int) -> tuple[tuple[int, ...], ...]:
    rows = [list(one) for one in columns]
    rows[column][value] ^= 1 << bit
    return tuple(map(tuple, rows))


def places(columns: tuple[tuple[int, ...], ...], bits: int) -> list[tuple[int, int, int]]:
    return [(c, v, b) for c, column in enumerate(columns) for v in range(len(column)) for b in range(bits)]


def test_every_bit_of_an_axis_counts(compiled: tuple[Policy, Tables]) -> None:
    policy, tables = compiled
    one: EditionTable = tables.editions[0]
    for where in places(one.axis_bits, len(one.clauses)):
        assert false_statements(policy, edition(tables, axis_bits=flipped(one.axis_bits, *where))), where


def test_every_bit_of_a_cell_counts(compiled: tuple[Policy, Tables]) -> None:
    policy, tables = compiled
    one = tables.editions[0]
    for where in places(one.cell_bits, len(one.clauses)):
        assert false_statements(policy, edition(tables, cell_bits=flipped(one.cell_bits, *where))), where


def test_every_cell_counts(compiled: tuple[Policy, Tables]) -> None:
    policy, tables = compiled
    for number, matrix in enumerate(tables.matrices):
        for offset, value in enumerate(matrix.editions[0].cells):
            cells = list(matrix.editions[0].cells)
            cells[offset] = (value + 1) % len(matrix.values)
            wrong = dataclasses.replace(matrix, editions=(dataclasses.replace(matrix.editions[0], cells=tuple(cells)),))
            matrices = tuple(wrong if index == number else one for index, one in enumerate(tables.matrices))
            assert false_statements(policy, dataclasses.replace(tables, matrices=matrices))


def test_every_effect_counts(compiled: tuple[Policy, Tables]) -> None:
    policy, tables = compiled
    for number, one in enumerate(tables.rules):
        for effect in set(RuleEffect) - {one.effect}:
            rules = list(tables.rules)
            rules[number] = dataclasses.replace(one, effect=effect)
            assert false_statements(policy, dataclasses.replace(tables, rules=tuple(rules)))


def test_a_matrix_read_on_another_axis_counts(compiled: tuple[Policy, Tables]) -> None:
    policy, tables = compiled
    rank, rights = tables.matrices
    elsewhere = dataclasses.replace(rank, inputs=(2, 3))
    assert rank.inputs == (1, 3)
    assert false_statements(policy, dataclasses.replace(tables, matrices=(elsewhere, rights)))


def test_a_clause_given_to_another_rule_counts(compiled: tuple[Policy, Tables]) -> None:
    policy, tables = compiled
    clauses = tables.editions[0].clauses
    for bit, owner in enumerate(clauses):
        other = tuple((owner + 1) % len(tables.rules) if place == bit else one for place, one in enumerate(clauses))
        assert false_statements(policy, edition(tables, clauses=other))


def test_every_word_of_a_desk_counts(compiled: tuple[Policy, Tables], monkeypatch: pytest.MonkeyPatch) -> None:
    policy, tables = compiled
    for wrong in (_one_bit_of_a_word, _one_bit_of_a_mask, _another_rule):

        def desk(reading: Reading, planned: Plan, action: int, wrong: Callable[[Desk], Desk] = wrong) -> Desk:
            return wrong(layout.desk(reading, planned, action))

        monkeypatch.setattr(comparison, "desk", desk)
        assert false_statements(policy, tables), wrong.__name__


def _one_bit_of_a_word(desk: Desk) -> Desk:
    first = next(index for index, words in enumerate(desk.may) if words is not None)
    words = desk.may[first]
    assert words is not None
    may = tuple((words[0] ^ 1, *words[1:]) if index == first else one for index, one in enumerate(desk.may))
    return dataclasses.replace(desk, may=may)


def _one_bit_of_a_mask(desk: Desk) -> Desk:
    return dataclasses.replace(desk, masks=(desk.masks[0] ^ 1, *desk.masks[1:]))


def _another_rule(desk: Desk) -> Desk:
    return dataclasses.replace(desk, rules=(*desk.rules[1:], desk.rules[0]))


def test_every_cell_of_a_relay_counts(compiled: tuple[Policy, Tables], monkeypatch: pytest.MonkeyPatch) -> None:
    policy, tables = compiled

    def plan(reading: Reading) -> Plan:
        planned = layout.plan(reading)
        relay = planned.relays[0]
        wrong = dataclasses.replace(relay, cells=((relay.cells[0] + 1) % 3, *relay.cells[1:]))
        return dataclasses.replace(planned, relays=(wrong, *planned.relays[1:]))

    monkeypatch.setattr(comparison, "plan", plan)
    assert false_statements(policy, tables)


def test_an_axis_left_out_of_every_group_counts(
    compiled: tuple[Policy, Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, tables = compiled

    def plan(reading: Reading) -> Plan:
        planned = layout.plan(reading)
        return dataclasses.replace(planned, groups=planned.groups[:-1])

    monkeypatch.setattr(comparison, "plan", plan)
    assert false_statements(policy, tables)

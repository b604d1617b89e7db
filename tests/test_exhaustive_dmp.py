"""The DMP policy: every path agrees with the definition, by the written decomposition and by enumeration."""

import itertools
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from habilitation.authoring.certificate import certificate
from habilitation.authoring.check import Examined, examine, opened
from habilitation.authoring.comparison import compared
from habilitation.authoring.proofs import Proofs
from habilitation.authorizer import Authorizer
from habilitation.checked import meaning
from habilitation.checked.policy import Policy
from habilitation.compiled.tables import Tables
from habilitation.decided.many import Batch, Board, Ledger
from habilitation.decided.one import Answers
from tests.test_agreement import as_meaning, reason_name, spelt

EDITIONS = range(3)


@cache
def dmp() -> Examined:
    return examine(opened(None))


def both() -> tuple[Policy, Tables]:
    examined = dmp()
    assert examined.policy is not None
    assert examined.tables is not None
    return examined.policy, examined.tables


def agree(number: int, situations: list[dict[int, int]]) -> None:
    """Definition, scalar, generated function and columns give the same reasons on whole situations."""
    policy, tables = both()
    answers = Answers(tables, number)
    ledger = Ledger()
    columns = [np.array([one[axis] for one in situations], np.uint8) for axis in range(len(policy.axes))]
    reasons = Batch(answers, ledger).decide(columns, len(situations)).tolist()
    for situation, reason in zip(situations, reasons, strict=True):
        meant = meaning.judge(policy, policy.editions[number], situation)
        assert as_meaning(answers.decide(situation)) == meant
        assert ledger.names[reason] == reason_name(policy, meant)


def test_three_editions_are_judged() -> None:
    assert len(both()[0].editions) == len(EDITIONS)


@pytest.mark.parametrize("number", EDITIONS)
def test_no_statement_of_the_decomposition_is_false(number: int) -> None:
    found = compared(*both(), number)
    assert {step: one.disagreements for step, one in found.items()} == {step: [] for step in found}
    assert all(one.compared > 100 for one in found.values())


def test_the_certificate_says_so_and_is_the_same_on_every_run() -> None:
    written = certificate(dmp())
    assert written["agreed"]
    assert written["proved"]
    assert written == certificate(dmp())
    assert len(written["editions"][0]["invariants"]) >= 15


@pytest.mark.parametrize("number", EDITIONS)
def test_the_words_of_the_columns_are_the_words_of_the_desks(number: int) -> None:
    _, tables = both()
    answers = Answers(tables, number)
    batch = Batch(answers, Ledger())
    for action in range(len(tables.axes[answers.plan.desk_axis].values)):
        board = Board(answers.desk(action).desk, batch.reason)
        for words, column in itertools.chain(
            zip(board.may, board.desk.may, strict=True), zip(board.must, board.desk.must, strict=True)
        ):
            assert (words is None) is (column is None)
            if words is not None and column is not None:
                whole = [
                    sum(int(part[code]) << 64 * word for word, part in enumerate(words)) for code in range(len(column))
                ]
                assert whole == list(column)


def base(policy: Policy, **facts: str) -> dict[int, int]:
    """Every axis at its default or its first value, but for what is said."""
    situation = {}
    for index, axis in enumerate(policy.axes):
        names = [value.name for value in axis.values]
        said = facts.get(axis.name)
        situation[index] = names.index(said) if said is not None else axis.default or 0
    return situation


@pytest.mark.parametrize("motive", ["normal", "bris_de_glace", "centre_15"])
def test_every_profession_and_document_type_is_judged_as_defined(motive: str) -> None:
    policy, _ = both()
    index = {axis.name: place for place, axis in enumerate(policy.axes)}
    start = base(
        policy,
        action="consult",
        motive=motive,
        capacity="professional",
        channel="direct",
        record_status="active",
        care_team="true",
        initial_consent="true",
        unable_to_express="true",
        immediate_danger="true",
    )
    professions = range(len(policy.axes[index["profession"]].values))
    types = range(len(policy.axes[index["document_type"]].values))
    pairs = itertools.product(professions, types)
    agree(1, [{**start, index["profession"]: one, index["document_type"]: other} for one, other in pairs])


def around_every_rule(number: int) -> Iterator[dict[int, int]]:
    """A situation where each rule decides, and every situation one value class away from it."""
    policy, tables = both()
    proofs = Proofs(policy, tables, number)
    index = {axis.name: place for place, axis in enumerate(policy.axes)}
    for rule in policy.editions[number].rules:
        witness = proofs.where_it_decides(rule)
        assert witness is not None, policy.rules[rule].name
        start = base(policy)
        for name, value in witness.items():
            start[index[name]] = [one.name for one in policy.axes[index[name]].values].index(value)
        assert policy.rules[rule].name in meaning.judge(policy, policy.editions[number], start).rules
        yield start
        for axis, samples in enumerate(proofs.space.samples):
            for sample in samples:
                yield {**start, axis: sample}


@pytest.mark.parametrize("number", [1, 2])
def test_every_situation_one_step_from_where_a_rule_decides_is_judged_as_defined(number: int) -> None:
    agree(number, list(around_every_rule(number)))


def test_generated_functions_answer_as_the_definition_around_every_rule() -> None:
    policy, tables = both()
    authorizer = Authorizer(tables).at("2026-11-23")
    number = authorizer.answers.number
    for situation in itertools.islice(around_every_rule(number), 0, None, 3):
        facts = spelt(policy, situation)
        meant = meaning.judge(policy, policy.editions[number], situation)
        assert as_meaning(authorizer.decide(**facts)) == meant
        assert as_meaning(authorizer.decide(facts)) == meant

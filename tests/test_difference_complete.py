"""The comparison is complete and exact: against the definition, on every situation of small policies at random."""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilitation.authoring.difference.blocks import Block, Box, blocks
from habilitation.authoring.difference.deciding import deciding
from habilitation.authoring.difference.effects import NAMES, UNSTATED, Compared
from habilitation.authoring.difference.effects import compared as compare
from habilitation.authoring.difference.frame import Frame, Half
from habilitation.authoring.difference.lines import NOBODY, Line
from habilitation.authoring.difference.reasons import given_by_both, reasons
from habilitation.authoring.difference.unmoved import unmoved
from habilitation.authoring.difference.witness import Witnesses
from habilitation.checked import meaning
from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.decided.request import encoder
from habilitation.vocabulary import ENGINE_REASONS, Effect
from tests.dense_policies import dense_policy
from tests.random_policies import policies

Situation = tuple[int, ...]  # the number of a value a line
Judged = tuple[str, frozenset[str]]

drawn = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def situations(frame: Frame) -> Iterator[Situation]:
    """Every situation that is asked about."""
    return itertools.product(*(sorted(frame.asked(line)) for line in range(len(frame.lines))))


def everywhere(frame: Frame) -> Iterator[Situation]:
    return itertools.product(*(range(len(line.values)) for line in frame.lines))


def judged(policy: Policy, edition: int, frame: Frame, side: int, situation: Situation) -> Judged:
    """What the definition says, of a situation of both sides, on one of them."""
    values = {}
    for line, number in zip(frame.lines, situation, strict=True):
        if line.axes[side] != NOBODY and number != line.left_out:
            values[line.axes[side]] = line.ordinals[number][side]
    if NOBODY in values.values():
        return NAMES[UNSTATED], frozenset()
    if edition < 0:
        return Effect.INDETERMINATE.value, frozenset()
    found = meaning.decide(policy, policy.editions[edition], values)
    return found.effect.value, found.rules


def halved(policy: Policy, edition: int) -> Half:
    tables = tabulate(policy)
    return Half(tables, tables.editions[edition] if edition >= 0 else None)


Pair = tuple[tuple[Policy, int], tuple[Policy, int]]


@st.composite
def coded(draw: st.DrawFn, policy: Policy) -> Policy:
    """The policy with official codes, and codes of other lists: a code may be the name of another value."""
    systems = st.sampled_from([(), ("S",), ("1.2", "T")])
    axes = []
    for axis in policy.axes:
        codes = st.sampled_from(["x", "y", *(value.name for value in axis.values)])
        values = [dataclasses.replace(value, code=draw(codes), systems=draw(systems)) for value in axis.values]
        listed = st.tuples(codes, systems, st.integers(0, len(values) - 1))
        synonyms = tuple(draw(st.lists(listed, max_size=2)))
        axes.append(axis if axis.fact else dataclasses.replace(axis, values=tuple(values), synonyms=synonyms))
    return dataclasses.replace(policy, axes=tuple(axes))


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Two policies, which may know different axes and values, or two editions of one, each at an edition or none."""
    drawn_ones = policies() | st.integers(0, 400).map(dense_policy)
    old = draw(drawn_ones)
    new = draw(st.just(old) | drawn_ones)
    if draw(st.booleans()):
        old, new = draw(coded(old)), draw(coded(new))
    one, other = (draw(st.integers(-1, len(policy.editions) - 1)) for policy in (old, new))
    return (old, one), (new, other)


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[Pair, Compared]:
    """Two policies compared over the whole space, or where some axes have one of some values."""
    pair = draw(pairs())
    old, new = (halved(policy, edition) for policy, edition in pair)
    lines = Frame(old, new).lines
    narrowed = draw(st.lists(st.sampled_from(lines), max_size=2, unique_by=lambda line: line.name))
    where = {
        line.name: draw(st.frozensets(st.sampled_from(line.values[: line.named]), min_size=1)) for line in narrowed
    }
    return pair, compare(old, new, where)


def inside(box: Box, situation: Situation) -> bool:
    return all(situation[line] in values for line, values in box.items())


def holds(block: Block, situation: Situation) -> bool:
    return inside(block.head, situation) and any(inside(way, situation) for way in block.ways)


@drawn
@given(comparisons())
def test_the_blocks_are_the_difference_whole_and_nothing_else(
    comparison: tuple[Pair, Compared],
) -> None:
    pair, compared = comparison
    frame = compared.frame
    found = {change: blocks(frame, compared.where(change)) for change in compared.counts}
    counted: Counter[tuple[str, str]] = Counter()
    sizes: Counter[int] = Counter()
    for situation in situations(frame):
        old, new = (judged(*pair[side], frame, side, situation)[0] for side in range(2))
        within = [(change, id(block)) for change in found for block in found[change] if holds(block, situation)]
        if old == new:
            assert within == []
        else:
            ((change, number),) = within
            assert (NAMES[change.old], NAMES[change.new]) == (old, new)
            counted[old, new] += 1
            sizes[number] += 1
    assert {(NAMES[change.old], NAMES[change.new]): count for change, count in compared.counts.items()} == counted
    assert {id(block): block.situations for some in found.values() for block in some} == sizes
    assert frame.situations == len(list(situations(frame)))
    assert not any(
        holds(block, one)
        for one in {*everywhere(frame)} - {*situations(frame)}
        for some in found.values()
        for block in some
    )


@drawn
@given(pairs())
def test_every_word_that_either_side_takes_for_a_value_is_compared(pair: Pair) -> None:
    old, new = (halved(policy, edition) for policy, edition in pair)
    frame = Frame(old, new)
    for line in frame.lines:
        if NOBODY not in line.axes:
            known = [encoder(half.tables.axes[axis]).known for half, axis in zip(frame.halves, line.axes, strict=True)]
            words = {word for side in known for word in side if isinstance(word, str)}
            taken = {word: tuple(side.get(word, NOBODY) for side in known) for word in words}
            assert {*taken.values()} <= {*line.ordinals}
            assert all(taken.get(word, pair) == pair for word, pair in zip(line.values, line.ordinals, strict=True))


@drawn
@given(comparisons())
def test_no_way_of_a_condition_can_do_without_one_of_its_facts(
    comparison: tuple[Pair, Compared],
) -> None:
    _, compared = comparison
    frame = compared.frame
    for change in compared.counts:
        for block in blocks(frame, compared.where(change)):
            for way in block.ways:
                for line in way:
                    shorter = {other: values for other, values in way.items() if other != line}
                    assert not _all_in(frame, shorter, block)


def _all_in(frame: Frame, box: Box, block: Block) -> bool:
    return all(
        any(inside(way, situation) for way in block.ways) for situation in everywhere(frame) if inside(box, situation)
    )


@drawn
@given(comparisons())
def test_the_rules_that_moved_are_those_that_give_the_same_effect_on_one_side_only(
    comparison: tuple[Pair, Compared],
) -> None:
    pair, compared = comparison
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    given: Counter[str] = Counter()
    anywhere = 0
    for situation in situations(compared.frame):
        (old, was), (new, is_now) = (judged(*pair[side], compared.frame, side, situation) for side in range(2))
        if old == new:
            given.update(was & is_now)
        if old == new and was != is_now:
            anywhere += 1
            gained.update(is_now - was)
            lost.update(was - is_now)
    found = reasons(compared)
    assert found.situations == anywhere
    assert {move.rule: (move.gained, move.lost) for move in found.moves} == {
        name: (gained[name], lost[name]) for name in gained | lost
    }
    both = compared.rules[0].keys() & compared.rules[1].keys()
    assert {name: given_by_both(compared, name) for name in both} == {name: given[name] for name in both}


@drawn
@given(comparisons())
def test_a_witness_is_a_situation_of_its_block_with_the_reasons_of_both_sides(
    comparison: tuple[Pair, Compared],
) -> None:
    pair, compared = comparison
    frame, witnesses = compared.frame, Witnesses(compared.frame)
    for change in compared.counts:
        for block in blocks(frame, compared.where(change)):
            witness = witnesses.of(block)
            situation = tuple(line.number(witness.situation[line.name]) for line in frame.lines)
            assert holds(block, situation)
            for side, told in enumerate((witness.old, witness.new)):
                effect, rules = judged(*pair[side], frame, side, situation)
                assert effect == NAMES[(change.old, change.new)[side]]
                assert {reason.rule for reason in told} == rules or (not rules and told[0].rule in ENGINE_REASONS)


@drawn
@given(pairs())
def test_a_request_that_leaves_anything_out_opens_or_closes_only_where_a_situation_does(pair: Pair) -> None:
    """Of every set of axes left out, defaults and completions included: that is what makes situations enough."""
    before, after = (halved(policy, edition) for policy, edition in pair)
    compared = compare(before, after)
    lines = compared.frame.lines
    sides = [Definition(*pair[side], side, lines) for side in range(2)]
    ways = set()
    for said in itertools.product(*([None, *range(line.named + len(line.codes))] for line in lines)):
        old, new = (side.effect(said) == "PERMIT" for side in sides)
        ways |= {"opening"} if new and not old else {"closing"} if old and not new else set()
    assert ways == {change.way for change in compared.counts} - {"otherwise"}


class Definition:
    """What the definition answers on a side, to a number a line, or None where the request says nothing."""

    def __init__(self, policy: Policy, edition: int, side: int, lines: tuple[Line, ...]) -> None:
        self._policy, self._edition, self._side, self._lines = policy, edition, side, lines
        self._known: dict[tuple[int | None, ...], str] = {}

    def effect(self, said: tuple[int | None, ...]) -> str:
        request: list[int | None] = [axis.default for axis in self._policy.axes]
        for line, number in zip(self._lines, said, strict=True):
            if number is not None and line.axes[self._side] != NOBODY:
                request[line.axes[self._side]] = line.ordinals[number][self._side]
        if NOBODY in request:
            return NAMES[UNSTATED]
        return self._agreed(tuple(request)) if self._edition >= 0 else Effect.INDETERMINATE.value

    def _agreed(self, request: tuple[int | None, ...]) -> str:
        """The effect of every completion: those of an axis, then those of each of them."""
        if request not in self._known:
            self._known[request] = self._worked_out(request)
        return self._known[request]

    def _worked_out(self, request: tuple[int | None, ...]) -> str:
        if None not in request:
            situation = {axis: value for axis, value in enumerate(request) if value is not None}
            return meaning.judge(self._policy, self._policy.editions[self._edition], situation).effect.value
        axis = request.index(None)
        values = range(len(self._policy.axes[axis].values))
        each = {self._agreed((*request[:axis], value, *request[axis + 1 :])) for value in values}
        return each.pop() if len(each) == 1 else Effect.INDETERMINATE.value


@drawn
@given(comparisons())
def test_those_a_change_leaves_alone_change_nowhere_under_its_condition(
    comparison: tuple[Pair, Compared],
) -> None:
    pair, compared = comparison
    frame = compared.frame
    for change in compared.counts:
        for block in blocks(frame, compared.where(change)):
            alone = unmoved(compared, block)
            if alone is None:
                continue
            head = {line: values for line, values in block.head.items() if line != alone.line}
            moved = {
                situation[alone.line]
                for situation in situations(frame)
                if inside(head, situation)
                and any(inside(way, situation) for way in block.ways)
                and judged(*pair[0], frame, 0, situation)[0] != judged(*pair[1], frame, 1, situation)[0]
            }
            assert alone.values == len(frame.asked(alone.line)) - len(moved)


@drawn
@given(comparisons())
def test_the_rules_of_a_block_are_all_those_that_decide_in_it(
    comparison: tuple[Pair, Compared],
) -> None:
    pair, compared = comparison
    for change in compared.counts:
        for block in blocks(compared.frame, compared.where(change)):
            told = deciding(compared, block, (change.old, change.new))
            for side in range(2):
                met = (
                    judged(*pair[side], compared.frame, side, situation)[1]
                    for situation in situations(compared.frame)
                    if holds(block, situation)
                )
                assert set(told[side]) == frozenset().union(*met)

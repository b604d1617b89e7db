"""What `check` proves over the whole space, or refutes with a smallest counterexample; compared with brute force."""

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from habilitation.authoring.check import Examined, examine, opened
from habilitation.authoring.proofs import Proofs
from habilitation.checked import meaning
from habilitation.checked.policy import Edition, Invariant, Policy
from habilitation.compiled.forest import DiagramTooLargeError
from habilitation.compiled.from_checked import tabulate
from habilitation.source import Source, Span
from habilitation.vocabulary import EFFECT_OF, Effect, RuleEffect
from tests.command_line import run
from tests.random_policies import conditions, policies
from tests.small_policies import axis, fact, policy_folder, rule, world

_NOWHERE = Span(Source("random.hab", "x"), 0, 1)
_MANY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

HOUSE = world(axis("action", "enter", "leave"), fact("invited"), fact("banned"), fact("host"))


def examined(ground: Path, rules: str, vocabulary: str = HOUSE) -> Examined:
    return examine(opened(policy_folder(ground, rules, vocabulary)))


def found(ground: Path, rules: str, vocabulary: str = HOUSE) -> list[tuple[str, str, str]]:
    return [(one.code, one.message, one.help) for one in examined(ground, rules, vocabulary).diagnostics]


# --- in words --------------------------------------------------------------------------------------


def test_a_sound_policy_has_nothing_found_and_its_tables(tmp_path: Path) -> None:
    rules = rule("permit", "guests", "invited") + 'never "banned guests enter": permit when banned\n'
    rules += rule("forbid", "banned_guests", "banned")
    sound = examined(tmp_path, rules)
    assert (sound.diagnostics, sound.errors, sound.warnings) == ((), (), ())
    assert sound.policy is not None
    assert sound.tables == tabulate(sound.policy)


def test_a_rule_whose_condition_contradicts_itself_never_applies(tmp_path: Path) -> None:
    rules = rule("permit", "hosts", "host") + rule("permit", "none", "host and not host")
    ((code, message, help_),) = found(tmp_path, rules)
    assert code == "never_applies"
    assert message == "the rule `none` can never apply"
    assert help_ == "no situation satisfies its condition"


def test_a_permit_that_a_forbid_always_covers_never_decides(tmp_path: Path) -> None:
    rules = rule("permit", "guests", "invited and banned") + rule("forbid", "banned_guests", "banned")
    assert found(tmp_path, rules) == [
        ("never_decides", "the rule `guests` never decides anything", "wherever it holds, the effect is not PERMIT")
    ]


def test_a_rule_that_decides_in_one_edition_only_is_not_idle(tmp_path: Path) -> None:
    rules = rule("permit", "guests", "invited and banned")
    rules += rule("forbid", "banned_guests", "banned", "applicable from 2025-01-01")
    assert found(tmp_path, rules) == []


def test_a_default_that_opens_is_shown_with_the_situation_it_opens(tmp_path: Path) -> None:
    vocabulary = world(axis("action", "enter"), fact("invited"), fact("banned", default="false"))
    rules = rule("permit", "guests", "invited") + rule("forbid", "banned_guests", "banned")
    assert found(tmp_path, rules, vocabulary) == [
        (
            "default_opens",
            "the default `false` of `banned` opens what another value closes",
            "counterexample: invited true, banned true (edition always)",
        )
    ]


def test_a_restrictive_default_is_proved(tmp_path: Path) -> None:
    vocabulary = world(axis("action", "enter"), fact("invited", default="false"), fact("banned", default="true"))
    rules = rule("permit", "guests", "invited") + rule("forbid", "banned_guests", "banned")
    assert found(tmp_path, rules, vocabulary) == []


@pytest.mark.parametrize(
    ("invariant", "counterexample"),
    [
        ('never "nobody enters": permit when host', "banned false, host true"),
        ('always "hosts enter": permit when host', "banned true, host true"),
        ('never "the banned are refused": forbid when action is enter', "banned true, action enter"),
        ('always "all enter": permit when host or not host', "banned true"),
    ],
)
def test_an_invariant_that_fails_shows_a_smallest_counterexample(
    tmp_path: Path, invariant: str, counterexample: str
) -> None:
    rules = rule("permit", "hosts", "host") + rule("permit", "guests", "invited") + rule("forbid", "barred", "banned")
    ((code, message, help_),) = found(tmp_path, f"{rules}{invariant}\n")
    sentence = invariant.partition('"')[2].partition('"')[0]
    word = invariant.partition(" ")[0]
    assert (code, message) == ("invariant_fails", f"not true: {word} “{sentence}”")
    shown = help_.removeprefix("counterexample: ").removesuffix(" (edition always)")
    assert sorted(shown.split(", ")) == sorted(counterexample.split(", "))


def test_an_invariant_that_nothing_can_save_fails_on_any_request(tmp_path: Path) -> None:
    rules = rule("permit", "hosts", "host or not host") + 'never "nobody enters": permit when host or not host\n'
    ((_, _, help_),) = found(tmp_path, rules)
    assert help_ == "counterexample: any request (edition always)"


def test_an_invariant_is_proved_in_every_edition(tmp_path: Path) -> None:
    rules = rule("permit", "hosts", "host") + rule("permit", "guests", "invited", "applicable from 2025-01-01")
    rules += 'never "guests do not enter": permit when invited and not host\n'
    ((_, _, help_),) = found(tmp_path, rules)
    assert help_.endswith("(edition 2025-01-01)")


def test_an_invariant_that_fails_in_several_editions_is_told_once_with_all_of_them(tmp_path: Path) -> None:
    rules = rule("permit", "hosts", "host") + rule("permit", "guests", "invited", "applicable from 2025-01-01")
    rules += rule("forbid", "barred", "banned", "applicable from 2026-01-01")
    rules += 'never "nobody enters": permit when action is enter\n'
    ((code, _, help_),) = found(tmp_path, rules)
    assert code == "invariant_fails"
    situation, _, editions = help_.partition(" (")
    assert sorted(situation.removeprefix("counterexample: ").split(", ")) == ["action enter", "host true"]
    assert editions == "edition always; also in 2025-01-01, 2026-01-01)"


def test_the_editions_named_in_one_sentence_are_few(tmp_path: Path) -> None:
    rules = rule("permit", "hosts", "host") + 'never "nobody enters": permit when action is enter\n'
    for year in range(2010, 2022):
        rules += rule("permit", f"guests_{year}", "invited", f"applicable from {year}-01-01")
    ((_, _, help_),) = found(tmp_path, rules)
    assert help_.endswith("2016-01-01, 2017-01-01, 4 more)")


def test_a_default_that_opens_in_several_editions_is_told_once(tmp_path: Path) -> None:
    vocabulary = world(axis("action", "enter"), fact("invited"), fact("banned", default="false"))
    rules = rule("permit", "guests", "invited") + rule("forbid", "banned_guests", "banned")
    rules += rule("permit", "all", "banned and invited", "applicable until 2020-01-01")
    rules += rule("forbid", "late", "not invited", "applicable from 2025-01-01")
    ((code, _, help_),) = [one for one in found(tmp_path, rules, vocabulary) if one[0] == "default_opens"]
    assert (code, help_.partition("edition ")[2].count("also in")) == ("default_opens", 1)


@pytest.mark.parametrize("invariant", ["never", "always"])
def test_an_invariant_whose_condition_nothing_satisfies_proves_nothing(tmp_path: Path, invariant: str) -> None:
    rules = rule("permit", "hosts", "host") + f'{invariant} "both": permit when host and not host\n'
    refused = examined(tmp_path, rules)
    assert [(one.code, one.message, one.help) for one in refused.errors] == [
        (
            "invariant_never_applies",
            f"says nothing: {invariant} “both”",
            "no situation satisfies its condition, in any edition",
        )
    ]
    ran = run("check", str(tmp_path), "--lang", "en")
    assert (ran.code, "0/1 invariant proved" in ran.out) == (1, True)


def test_an_invariant_that_speaks_of_one_edition_only_is_proved(tmp_path: Path) -> None:
    day = "applicable: {from: 2025-01-01}\n    known: {from: 2025-01-01}\n    provenance: {title: a list}"
    text = "matrix: door\nfr: Porte\nen: Door\naxes: [action, host]\nvalues: {open: {mark: O, fr: oui, en: open}}\n"
    blocks = "blocks: [{columns: [enter], rows: {'true': O}}]"
    matrices = {"door": f"{text}rows: host\neditions:\n  - id: first\n    {day}\n    {blocks}\n"}
    rules = rule("permit", "hosts", "host") + 'never "closed": forbid when matrix door is covered\n'
    rules = rules.replace("is covered", "is open")
    assert examine(opened(policy_folder(tmp_path, rules, HOUSE, matrices))).diagnostics == ()


def test_an_invariant_too_tangled_to_compile_is_a_mistake_and_not_a_crash(tmp_path: Path) -> None:
    facts = [f"f{number}" for number in range(26)]
    vocabulary = world(*(fact(name) for name in facts))
    pairs = " and ".join(f"({facts[2 * pair]} or {facts[2 * pair + 1]})" for pair in range(13))
    rules = rule("permit", "r", " or ".join(facts)) + f'never "tangled": forbid when {pairs}\n'
    tangled = examined(tmp_path, rules, vocabulary)
    assert [one.code for one in tangled.errors] == ["compiled_too_large"]
    assert tangled.tables is None


def test_a_diagram_that_does_not_stay_small_is_a_mistake_and_not_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(self: Proofs, rule: int) -> bool:
        raise DiagramTooLargeError("the decision diagram has more than 7 nodes")

    monkeypatch.setattr(Proofs, "where_it_decides", too_large)
    refused = examined(tmp_path, rule("permit", "r", "host"))
    assert [(one.code, one.message) for one in refused.errors] == [
        ("compiled_too_large", "the decision diagram has more than 7 nodes")
    ]
    assert refused.policy is None


def test_a_policy_that_cannot_be_read_is_not_proved(tmp_path: Path) -> None:
    refused = examined(tmp_path, rule("permit", "r", "hots"))
    assert [one.code for one in refused.errors] == ["unknown_axis"]
    assert (refused.policy, refused.tables) == (None, None)


def test_a_policy_without_rules_is_told_and_has_nothing_to_prove(tmp_path: Path) -> None:
    empty = examined(tmp_path, 'never "nobody enters": permit when host\n')
    assert [(one.code, one.message) for one in empty.errors] == [("no_rule", "the policy has no rule")]
    assert empty.tables is not None


# --- by brute force, over the whole space of small policies ----------------------------------------


def situations(policy: Policy) -> Iterator[dict[int, int]]:
    for values in itertools.product(*(range(len(one.values)) for one in policy.axes)):
        yield dict(enumerate(values))


def partial(policy: Policy, size: int) -> Iterator[dict[int, int]]:
    """Every request that states that many axes."""
    for axes in itertools.combinations(range(len(policy.axes)), size):
        for values in itertools.product(*(range(len(policy.axes[one].values)) for one in axes)):
            yield dict(zip(axes, values, strict=True))


def violations(policy: Policy, edition: Edition, invariant: Invariant) -> list[dict[int, int]]:
    effect = EFFECT_OF[invariant.effect]
    return [
        situation
        for situation in situations(policy)
        if meaning.holds(policy, edition, invariant.condition, situation)
        and (meaning.judge(policy, edition, situation).effect is effect) is not invariant.always
    ]


def all_violate(policy: Policy, stated: dict[int, int], wrong: list[dict[int, int]]) -> bool:
    agreeing = sum(all(one[axis] == value for axis, value in stated.items()) for one in wrong)
    return agreeing == sum(1 for _ in meaning.completions(policy, stated))


def spelt(policy: Policy, named: dict[str, str]) -> dict[int, int]:
    index = {axis.name: number for number, axis in enumerate(policy.axes)}
    names = {axis.name: [value.name for value in axis.values] for axis in policy.axes}
    return {index[name]: names[name].index(value) for name, value in named.items()}


@_MANY
@given(st.data())
def test_an_invariant_fails_where_brute_force_finds_it_failing_and_nothing_smaller_shows_it(
    data: st.DataObject,
) -> None:
    policy = data.draw(policies())
    condition = data.draw(conditions(policy.axes, policy.matrices))
    effect, always = data.draw(st.sampled_from(RuleEffect)), data.draw(st.booleans())
    invariant = Invariant(always, "–", effect, condition, _NOWHERE)
    policy = dataclasses.replace(policy, invariants=(invariant,))
    tables = tabulate(policy)
    for number, edition in enumerate(policy.editions):
        wrong = violations(policy, edition, invariant)
        shown = Proofs(policy, tables, number).counterexample(0)
        assert (shown is None) is not bool(wrong)
        if shown is not None:
            assert all_violate(policy, spelt(policy, shown), wrong)
            smaller = (one for size in range(len(shown)) for one in partial(policy, size))
            assert not any(all_violate(policy, one, wrong) for one in smaller)


@_MANY
@given(policies())
def test_a_rule_is_idle_where_brute_force_finds_it_idle(policy: Policy) -> None:
    assume(policy.editions)
    tables = tabulate(policy)
    for number, edition in enumerate(policy.editions):
        proofs = Proofs(policy, tables, number)
        meanings = [meaning.judge(policy, edition, situation) for situation in situations(policy)]
        for index in edition.rules:
            condition = policy.rules[index].condition
            holds = any(meaning.holds(policy, edition, condition, situation) for situation in situations(policy))
            assert proofs.applies(index) is holds
            decides = any(policy.rules[index].name in one.rules for one in meanings)
            assert (proofs.where_it_decides(index) is not None) is decides


@_MANY
@given(policies())
def test_a_default_opens_where_brute_force_finds_it_opening(policy: Policy) -> None:
    tables = tabulate(policy)
    for number, edition in enumerate(policy.editions):
        proofs = Proofs(policy, tables, number)
        for index, declared in enumerate(policy.axes):
            if declared.default is None:
                continue
            by_default = {index: declared.default}
            opened_ = [
                situation
                for situation in situations(policy)
                if meaning.judge(policy, edition, {**situation, **by_default}).effect is Effect.PERMIT
                and meaning.judge(policy, edition, situation).effect is not Effect.PERMIT
            ]
            shown = proofs.opened_by_default(index)
            assert (shown is None) is not bool(opened_)
            if shown is not None:
                stated = spelt(policy, shown)
                assert any(all(one[axis] == value for axis, value in stated.items()) for one in opened_)

"""An answer in sentences, in both languages, and the smallest changes of fact that would have permitted it."""

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from habilitation import Authorizer, Change, Decision, Effect, Explanation
from habilitation.checked.policy import Policy
from habilitation.compiled.from_checked import tabulate
from habilitation.compiled.tables import AxisTable
from habilitation.decided import explanation
from tests.random_policies import policies
from tests.small_policies import axis, fact, opened, rule, world

HOUSE = world(
    axis("action", "enter"),
    fact("invited"),
    fact("banned"),
    obligations="  sign: {fr: Signer le registre, en: Sign the register}\n",
    advice="  knock: {fr: Frapper d'abord, en: Knock first}\n",
)
RULES = rule("permit", "guests", "invited", "oblige sign", "advise knock") + rule("forbid", "banned_guests", "banned")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authorizer:
    return opened(tmp_path_factory.mktemp("house"), RULES, HOUSE)


# --- sentences -------------------------------------------------------------------------------------


def test_a_permit_is_explained_in_french_unless_another_language_is_asked_for(house: Authorizer) -> None:
    decision = house.decide(action="enter", invited=True, banned=False)
    assert str(house.explain(decision)) == (
        "Accès permis.\n"
        "• guests, en français.\n"
        "    Règle : guests (rules/all.hab:1)\n"
        "    Fondement : a text\n"
        "Obligations :\n"
        "  - Signer le registre\n"
        "À savoir :\n"
        "  - Frapper d'abord\n"
        "Édition : small always"
    )
    assert str(house.explain(decision, lang="fr")) == str(house.explain(decision))


def test_a_refusal_is_explained_in_english_with_the_way_out(house: Authorizer) -> None:
    decision = house.decide(action="enter", invited=False, banned=True)
    assert str(house.explain(decision, "en")) == (
        "Access denied.\n"
        "• banned_guests, in English.\n"
        "    Rule: banned_guests (rules/all.hab:8)\n"
        "    Ground: a text\n"
        "Would have been permitted with:\n"
        "  - invited (en) (invited): yes and banned (en) (banned): no\n"
        "Edition: small always"
    )


@pytest.mark.parametrize(
    ("facts", "french", "english"),
    [
        (
            {"invited": False, "banned": False},
            ["Aucune règle ne permet cet accès (accès fermé).", "  - invited (fr) (invited) : oui"],
            ["No rule permits this access (access closed).", "  - invited (en) (invited): yes"],
        ),
        (
            {"banned": False},
            ["Réponse indéterminée (accès fermé).", "• Il manque, pour répondre : invited (fr) (invited)."],
            ["Undetermined answer (access closed).", "• Missing, to answer: invited (en) (invited)."],
        ),
    ],
)
def test_silence_and_missing_facts_have_their_own_sentences(
    house: Authorizer, facts: Mapping[str, Any], french: list[str], english: list[str]
) -> None:
    decision = house.decide(facts, action="enter")
    assert set(french) <= set(house.explain(decision, "fr").lines())
    assert set(english) <= set(house.explain(decision, "en").lines())


def test_before_the_first_edition_the_explanation_says_when_the_first_begins(dmp: Authorizer) -> None:
    early = dmp.at("2024-09-24").decide(action="consult")
    assert str(dmp.explain(early, "en")) == (
        "Undetermined answer (access closed).\n"
        "• No edition of the policy is in force on that day (the first dates from 2024-09-25)."
    )


def test_cells_are_shown_with_their_coordinates_and_their_place(dmp: Authorizer, patient: Authorizer) -> None:
    decision = patient.decide(document_type="PRESC-AAT", masked=False)
    (cell,) = [line.strip() for line in dmp.explain(decision, "en").lines() if line.startswith("    Matrix")]
    head = "Matrix: consultation 2024-09-25 (column INFIRMIER, document_type PRESC-AAT) = refused"
    assert cell.startswith(f"{head} [matrices/dmp/consultation.yaml:")


@pytest.mark.parametrize("lang", ["de", "", "FR", "french"])
def test_only_french_and_english_are_spoken(house: Authorizer, lang: str) -> None:
    with pytest.raises(ValueError, match="is not a language of the answers"):
        house.explain(house.decide(), lang)


def test_as_data_an_explanation_is_the_decision_and_the_changes_and_the_text(house: Authorizer) -> None:
    decision = house.decide(action="enter", banned=True)
    explained = house.explain(decision, "en")
    data = explained.as_json()
    assert json.loads(json.dumps(data)) == data
    assert data == {
        **decision.as_json("en"),
        "changes": [
            [
                {"axis": "invited", "was": None, "would_be": "true"},
                {"axis": "banned", "was": "true", "would_be": "false"},
            ]
        ],
        "text": str(explained),
    }


def test_an_explanation_speaks_of_the_edition_that_judged_whoever_explains(
    dmp: Authorizer, patient: Authorizer
) -> None:
    earlier = patient.at("2024-10-01").decide(document_type="11488-4", masked=True)
    assert str(dmp.explain(earlier)) == str(patient.at("2024-10-01").explain(earlier))
    assert str(dmp.explain(earlier)).endswith("Édition : dmp 2024-09-25")


# --- the smallest changes, in words ----------------------------------------------------------------


def shown(explained: Explanation) -> list[dict[str, str]]:
    return [{change.axis: change.would_be for change in changes} for changes in explained.changes]


def test_a_permit_has_nothing_to_change(dmp: Authorizer, patient: Authorizer) -> None:
    permitted = patient.decide(document_type="11488-4", masked=False)
    assert dmp.explain(permitted).changes == ()


def test_every_smallest_way_out_is_shown(dmp: Authorizer, patient: Authorizer) -> None:
    before_consent = dmp.given({**patient.facts, "initial_consent": False})
    explained = dmp.explain(before_consent.decide(document_type="11488-4", masked=False), "en")
    assert shown(explained) == [{"initial_consent": "true"}, {"consent_this_time": "true"}, {"authorization": "valid"}]
    (first, *_) = explained.changes
    assert isinstance(first[0], Change)
    assert (first[0].axis, first[0].was, first[0].would_be) == ("initial_consent", "false", "true")
    assert first[0].text.en.endswith("(initial_consent): yes")
    assert first[0].text.fr.endswith("(initial_consent) : oui")


def test_what_no_fact_can_mend_has_no_way_out(dmp: Authorizer, patient: Authorizer) -> None:
    insurer = dmp.decide(action="consult", capacity="insurer", motive="insurance")
    refused = patient.decide(document_type="PRESC-AAT", masked=False)
    assert dmp.explain(insurer).changes == dmp.explain(refused).changes == ()


def test_an_axis_that_may_not_change_is_never_suggested_not_even_when_it_is_missing(tmp_path: Path) -> None:
    """Whatever the role is, being invited is enough; saying another role would be a lie."""
    roles = axis("role", "host", "guest", "clerk")
    house = world(roles, fact("invited"), fact("sober"))
    conditions = "role is host or role is guest and invited or role is clerk and invited and (sober or not sober)"
    policy = opened(tmp_path / "house", rule("permit", "r", conditions), house)
    assert shown(policy.explain(policy.decide(role="guest", invited=False))) == [{"invited": "true"}]
    assert shown(policy.explain(policy.decide(invited=False))) == [{"invited": "true"}]
    hosts_only = opened(tmp_path / "hosts", rule("permit", "r", "role is host"), house)
    assert hosts_only.explain(hosts_only.decide(role="guest", invited=False)).changes == ()
    assert hosts_only.explain(hosts_only.decide()).changes == ()


def test_a_missing_fact_that_may_stay_missing_is_not_asked_for(tmp_path: Path) -> None:
    """By day or by night the answer goes through another rule; either way one change is enough."""
    rules = rule("permit", "by_day", "day and invited") + rule("permit", "by_night", "not day and invited and sober")
    policy = opened(tmp_path, rules, world(fact("day"), fact("invited"), fact("sober")))
    assert shown(policy.explain(policy.decide(invited=False, sober=True))) == [{"invited": "true"}]


def test_an_axis_of_several_values_shows_the_first_that_opens(tmp_path: Path) -> None:
    policy = opened(
        tmp_path,
        rule("permit", "r", "state in {fresh, ripe}"),
        world(axis("state", "gone", "fresh", "ripe", counterfactual="true")),
    )
    assert shown(policy.explain(policy.decide(state="gone"))) == [{"state": "fresh"}]


def test_no_more_than_so_many_ways_out_are_shown_the_first_of_the_vocabulary(tmp_path: Path) -> None:
    keys = [f"key_{number:02}" for number in range(30)]
    policy = opened(tmp_path, rule("permit", "r", " or ".join(keys)), world(*(fact(key) for key in keys)))
    ways = shown(policy.explain(policy.decide(dict.fromkeys(keys, False))))
    assert ways == [{key: "true"} for key in keys[: explanation.CHANGES_AT_MOST]]


# --- the smallest changes, by brute force ----------------------------------------------------------


def may_change(policy: Authorizer) -> list[AxisTable]:
    return [table for table in policy.tables.axes if table.counterfactual]


def stated(table: AxisTable, name: str) -> str | bool:
    return name == "true" if table.fact else name


def changed(policy: Authorizer, decision: Decision, changes: Mapping[str, str]) -> Decision:
    """The decision on the request as judged, with these changes; what was missing stays missing."""
    tables = {table.name: table for table in policy.tables.axes}
    return policy.decide({**decision.facts, **{name: stated(tables[name], value) for name, value in changes.items()}})


def sets_of(policy: Authorizer, decision: Decision, size: int) -> Iterator[dict[str, str]]:
    """Every set of that many changes of axes that may change."""
    facts = decision.facts
    for tables in itertools.combinations(may_change(policy), size):
        sides = [
            [value.name for value in table.values if facts.get(table.name) != stated(table, value.name)]
            for table in tables
        ]
        for values in itertools.product(*sides):
            yield {table.name: value for table, value in zip(tables, values, strict=True)}


ASKED: tuple[dict[str, Any], ...] = (
    {"action": "consult", "capacity": "professional", "profession": "G15_60", "channel": "direct", "motive": "normal"},
    {
        "action": "search",
        "capacity": "professional",
        "profession": "G15_10",
        "channel": "direct",
        "motive": "centre_15",
    },
    {"action": "consult", "capacity": "professional", "profession": "G15_10", "motive": "bris_de_glace"},
    {"action": "consult", "capacity": "patient", "channel": "direct", "motive": "normal"},
    {"action": "deposit", "capacity": "professional", "profession": "G15_10", "channel": "direct", "motive": "normal"},
    {"action": "mask", "capacity": "professional", "profession": "G15_60", "channel": "direct", "motive": "normal"},
)


def closed_requests(dmp: Authorizer, count: int) -> list[Decision]:
    """Requests on the DMP that are not permitted, some of them with facts missing, each another."""
    choice = Random(15)  # noqa: S311  # repeatable, not secret
    found: dict[Decision, None] = {}
    while len(found) < count:
        request = dict(choice.choice(ASKED), document_type=choice.choice(["11488-4", "PRESC-AAT", "34133-9"]))
        left_out = choice.choice([0, 0, 0.1, 0.4])
        for table in dmp.tables.axes:
            # Facts mostly as they are in care, so that a few changes may be enough.
            if (
                table.name not in request
                and table.name not in {"channel", "profession"}
                and choice.random() >= left_out
            ):
                value = choice.randrange(len(table.values)) if choice.random() < 0.3 else 0
                request[table.name] = stated(table, table.values[value].name)
        decision = dmp.decide({**request, "record_status": choice.choice(["active", "closed"])})
        if not decision:
            found[decision] = None
    return list(found)


def test_on_the_dmp_each_way_out_permits_and_no_smaller_one_does(dmp: Authorizer) -> None:
    sizes = []
    for decision in closed_requests(dmp, 80):
        ways = shown(dmp.explain(decision))
        for changes in ways:
            assert changed(dmp, decision, changes).effect is Effect.PERMIT
        size = len(ways[0]) if ways else 3
        assert {len(changes) for changes in ways} <= {size}
        smaller = (one for fewer in range(min(size, 3)) for one in sets_of(dmp, decision, fewer))
        assert not any(changed(dmp, decision, changes) for changes in smaller)
        sizes.append(len(ways[0]) if ways else 0)
    assert {0, 1, 2, 3} <= set(sizes)


def test_on_the_dmp_no_motive_and_no_identity_is_ever_suggested(dmp: Authorizer) -> None:
    allowed = {table.name for table in may_change(dmp)}
    assert not {"action", "motive", "capacity", "profession", "author", "treating_physician", "document_type"} & allowed
    for decision in closed_requests(dmp, 150):
        assert {name for changes in shown(dmp.explain(decision)) for name in changes} <= allowed


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policies())
def test_on_any_policy_the_ways_out_are_the_smallest_of_all_missing_facts_or_not(policy: Policy) -> None:
    authorizer = Authorizer(tabulate(policy))
    sides = [[None, *range(len(table.values))] for table in authorizer.tables.axes]
    for values in itertools.islice(itertools.product(*sides), 0, None, 5):
        request = {
            table.name: stated(table, table.values[value].name)
            for table, value in zip(authorizer.tables.axes, values, strict=True)
            if value is not None
        }
        decision = authorizer.decide(request)
        ways = shown(authorizer.explain(decision))
        if decision or not decision.edition:
            assert ways == []
            continue
        opening = (
            [one for one in sets_of(authorizer, decision, size) if changed(authorizer, decision, one)]
            for size in range(len(may_change(authorizer)) + 1)
        )
        smallest = next((found for found in opening if found), [])
        assert all(one in smallest for one in ways)
        if len(ways) < explanation.CHANGES_AT_MOST:
            assert {frozenset(one) for one in ways} == {frozenset(one) for one in smallest}

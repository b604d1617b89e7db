"""The front door: what a request may be, what is refused and with which way out, views, dates, threads."""

import datetime
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from habilitation import MISSING, Authorizer, Decision, Effect, PolicyError, RequestError
from habilitation.authorizer import door
from habilitation.decided import one, views
from tests.small_policies import axis, fact, opened, rule, world

READ: dict[str, Any] = {
    "action": "consult",
    "capacity": "professional",
    "profession": "G15_60",
    "channel": "direct",
    "motive": "normal",
    "record_status": "active",
    "care_team": True,
    "initial_consent": True,
    "blocked": False,
    "document_type": "11488-4",
    "masked": False,
}


def refused(ask: Callable[[], object]) -> RequestError:
    with pytest.raises(RequestError) as caught:
        ask()
    return caught.value


# --- what a request may be -------------------------------------------------------------------------


def test_keywords_a_mapping_or_both_make_the_same_request(dmp: Authorizer) -> None:
    half = {name: READ[name] for name in list(READ)[:5]}
    rest = {name: READ[name] for name in list(READ)[5:]}
    answers = [
        dmp.decide(**READ),
        dmp.decide(READ),
        dmp.decide(half, **rest),
        dmp.decide(MappingProxyType(READ)),
        dmp.decide(MappingProxyType(half), **rest),
        dmp.given(half).decide(rest),
        dmp.given(half, **rest).decide(),
    ]
    assert {answer.effect for answer in answers} == {Effect.PERMIT}
    assert len(set(answers)) == 1


def test_a_fact_stated_twice_alike_is_accepted_however_it_is_spelt(dmp: Authorizer) -> None:
    nurse = {"system": "1.2.250.1.71.1.2.7", "code": "60"}
    assert dmp.decide(READ, profession=nurse) == dmp.decide(READ)
    assert dmp.decide(READ, masked=None) == dmp.decide(READ)
    assert dmp.given(READ).given(profession=nurse).decide(profession="60") == dmp.decide(READ)


@pytest.mark.parametrize(
    "ask",
    [
        lambda dmp: dmp.decide({"masked": True}, masked=False),
        lambda dmp: dmp.decide({"masked": False}, masked=True),
        lambda dmp: dmp.decide({"care_team": True}, care_team=False),
        lambda dmp: dmp.given({"care_team": True}, care_team=False),
        lambda dmp: dmp.given(care_team=False).decide(care_team=True),
        lambda dmp: dmp.given(care_team=False).decide({"care_team": True}),
        lambda dmp: dmp.given(care_team=False).given(care_team=True),
        lambda dmp: dmp.given(action="consult").decide(action="deposit"),
        lambda dmp: dmp.decide({"activity_genre": "GENR08"}, activity_genre="none"),
    ],
)
def test_a_fact_stated_twice_differently_is_refused_even_where_one_is_the_default(
    dmp: Authorizer, ask: Callable[[Authorizer], object]
) -> None:
    assert refused(lambda: ask(dmp)).code == "already_given"


def test_a_contradiction_names_what_was_given_first(dmp: Authorizer) -> None:
    error = refused(lambda: dmp.given(care_team=True).decide(care_team=False))
    assert error.as_json() == {
        "code": "already_given",
        "message": "`care_team` is already given as True",
        "axis": "care_team",
        "help": None,
    }


@pytest.mark.parametrize("nothing", [None, MISSING])
def test_none_and_missing_are_the_same_as_leaving_a_fact_out(dmp: Authorizer, nothing: Any) -> None:
    less = {name: value for name, value in READ.items() if name not in {"masked", "care_team"}}
    unsaid = dmp.decide(less)
    assert dmp.decide(**less, masked=nothing, care_team=nothing) == unsaid
    assert dmp.decide({**less, "masked": nothing, "care_team": nothing}) == unsaid
    assert dmp.given(masked=nothing).decide(less) == unsaid
    assert dmp.given(masked=False).decide(masked=nothing).facts["masked"] is False
    assert repr(MISSING) == "MISSING"


@pytest.mark.parametrize(
    ("yes", "no"), [(True, False), (1, 0), (1.0, 0.0), (np.bool_(True), np.bool_(False)), (np.int8(1), np.uint64(0))]
)
def test_a_fact_takes_true_and_false_and_what_python_holds_equal_to_them(dmp: Authorizer, yes: Any, no: Any) -> None:
    stated = {**READ, "care_team": yes, "masked": no}
    for answer in (dmp.decide(stated), dmp.decide(**stated), dmp.given(stated).decide()):
        assert answer == dmp.decide(READ)
        assert answer.facts["care_team"] is True


@pytest.mark.parametrize(
    "value", ["true", "false", "oui", "", "1", 2, -1, 0.5, b"true", [], [True], {}, object(), np.array([1])]
)
@pytest.mark.parametrize("name", ["masked", "secret_connection"])
def test_a_fact_refuses_everything_else_even_where_it_cannot_matter(dmp: Authorizer, name: str, value: Any) -> None:
    for ask in (
        lambda: dmp.decide({**READ, name: value}),
        lambda: dmp.decide(**{**READ, name: value}),
        lambda: dmp.given({name: value}),
        lambda: dmp.given(action="consult", capacity="insurer").decide({name: value}),
        lambda: dmp.given(action="consult", capacity="insurer").decide(**{name: value}),
    ):
        error = refused(ask)
        assert (error.code, error.axis) == ("wrong_type", name)


# --- how a code may be written ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("axis_", "written", "name"),
    [
        ("profession", "G15_60", "G15_60"),
        ("profession", "60", "G15_60"),
        ("profession", "60^1.2.250.1.71.1.2.7", "G15_60"),
        ("profession", "60^urn:oid:1.2.250.1.71.1.2.7", "G15_60"),
        ("profession", "60^G15", "G15_60"),
        (
            "profession",
            "60^https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
            "G15_60",
        ),
        ("profession", {"system": "1.2.250.1.71.1.2.7", "code": "60"}, "G15_60"),
        ("profession", {"system": "urn:oid:1.2.250.1.71.1.2.7", "code": "60"}, "G15_60"),
        ("profession", MappingProxyType({"code": "10", "system": "1.2.250.1.71.1.2.8"}), "G16_10"),
        ("profession", "10^1.2.250.1.71.1.2.7", "G15_10"),
        ("document_type", "11488-4^2.16.840.1.113883.6.1", "11488-4"),
        ("document_type", "11488-4^http://loinc.org", "11488-4"),
        ("document_type", {"system": "http://loinc.org", "code": "11488-4"}, "11488-4"),
        ("motive", "TREAT", "normal"),
        ("motive", "TREAT^2.16.840.1.113883.5.8", "normal"),
        ("motive", "BTG", "bris_de_glace"),
        ("motive", {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}, "bris_de_glace"),
        ("motive", "normal^1.2.250.1.213.1.1.4.336", "normal"),
        ("motive", "normal^1.2.250.1.213.1.1.4.248", "normal"),
        ("motive", "centre_15^urn:oid:1.2.250.1.213.1.1.4.248", "centre_15"),
    ],
)
def test_a_code_may_be_written_in_each_of_these_ways(dmp: Authorizer, axis_: str, written: Any, name: str) -> None:
    assert dmp.given({axis_: written}).facts == {axis_: name}
    stated = {"action": "consult", "capacity": "insurer", axis_: written}
    assert dmp.decide(stated).facts[axis_] == dmp.decide(**stated).facts[axis_] == name


def test_a_view_that_remembers_its_answers_takes_a_code_with_its_system_too(
    dmp: Authorizer, patient: Authorizer
) -> None:
    letter = {"system": "http://loinc.org", "code": "11488-4"}
    for _ in range(3):
        assert patient.decide(document_type=letter, masked=False) == dmp.decide(READ)
        assert patient.decide(document_type="11488-4^http://loinc.org", masked=0) == dmp.decide(READ)


@pytest.mark.parametrize(
    ("stated", "code", "message", "way_out"),
    [
        ({"profesion": "G15_60"}, "unknown_axis", "unknown axis `profesion`", "did you mean `profession`?"),
        ({"zzz": True}, "unknown_axis", "unknown axis `zzz`", None),
        ({"motive": "normale"}, "unknown_code", "unknown `motive`: `normale`", "did you mean `normal`?"),
        ({"motive": ""}, "unknown_code", "unknown `motive`: ``", None),
        ({"document_type": "11488-4^1.2.3"}, "unknown_code", "unknown `document_type`: `11488-4^1.2.3`", None),
        (
            {"profession": "10"},
            "ambiguous_code",
            "`10` is a code of several systems for `profession`",
            "write `G15_10` or `G16_10`",
        ),
        ({"profession": 60}, "wrong_type", "`profession` takes a code as text, not 60", "did you mean `60`?"),
        ({"profession": True}, "wrong_type", "`profession` takes a code as text, not True", None),
        ({"profession": ["G15_60"]}, "wrong_type", "`profession` takes a code as text, not ['G15_60']", None),
        (
            {"profession": {"code": "60"}},
            "wrong_type",
            "`profession` takes a code as {'system': …, 'code': …}, not {'code': '60'}",
            None,
        ),
        (
            {"profession": {"system": "G15", "code": 60}},
            "wrong_type",
            "`profession` takes a code as {'system': …, 'code': …}, not {'system': 'G15', 'code': 60}",
            None,
        ),
        ({"masked": "false"}, "wrong_type", "`masked` is a fact: it takes True or False, not 'false'", None),
    ],
)
def test_what_is_not_understood_is_refused_with_a_code_a_sentence_and_a_way_out(
    dmp: Authorizer, stated: dict[str, Any], code: str, message: str, way_out: str | None
) -> None:
    (name,) = stated
    insured = dmp.given(action="consult", capacity="insurer")  # where nothing else can matter
    asked: list[Callable[[], object]] = [
        lambda: dmp.decide(stated),
        lambda: dmp.decide(**stated),
        lambda: dmp.decide(MappingProxyType(stated)),
        lambda: dmp.given(stated),
        lambda: insured.decide(stated),
        lambda: insured.decide(**stated),
        lambda: dmp.at("1999-01-01").decide(stated),
    ]
    for ask in asked:
        error = refused(ask)
        expected = {"code": code, "message": message, "axis": name, "help": way_out}
        assert (error.code, error.as_json()["axis"], error.message) == (code, name, message)
        assert way_out is None or error.help == way_out
        assert error.as_json() == {**expected, "help": error.help or None}
        assert str(error) == (f"{message} ({error.help})" if error.help else message)


def test_a_name_that_is_no_text_is_an_unknown_axis(dmp: Authorizer) -> None:
    for strange in (3, None, ("masked",), b"masked"):
        assert refused(lambda name=strange: dmp.decide({name: True})).as_json()["code"] == "unknown_axis"  # type: ignore[misc]  # a default binds the loop's value


@pytest.mark.parametrize("request_", [[], "", 0, "consult", [("action", "consult")], {"action"}])
def test_a_request_that_is_no_mapping_is_refused_even_when_it_is_empty(dmp: Authorizer, request_: Any) -> None:
    for ask in (dmp.decide, dmp.given, dmp.given(action="consult").decide, dmp.at("1999-01-01").decide):
        assert refused(lambda ask=ask: ask(request_)).code == "wrong_type"  # type: ignore[misc]  # as above


def test_a_refusal_travels_by_pickle(dmp: Authorizer) -> None:
    error = refused(lambda: dmp.decide(motive="normale"))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (again.as_json(), str(again)) == (error.as_json(), str(error))


@pytest.mark.parametrize(
    "name", ["type", "slow", "more", "axes", "d0", "live", "codes", "decision", "keep", "row", "get"]
)
def test_an_axis_may_have_any_name_whatever_the_generated_code_calls_its_own(tmp_path: Path, name: str) -> None:
    policy = opened(tmp_path, rule("permit", "r", f"{name} and not other"), world(fact(name), fact("other")))
    for value, effect in ((True, Effect.PERMIT), (False, Effect.NOT_APPLICABLE)):
        stated = {name: value, "other": False}
        view = policy.given(other=False)
        for answer in (
            policy.decide(stated),
            policy.decide(**stated),
            policy.decide({name: value}, other=False),
            view.decide({name: value}),
            view.decide(**{name: value}),
        ):
            assert answer.effect is effect


@pytest.mark.parametrize(
    ("axes", "condition", "stated"),
    [
        ((axis("action", "enter", "leave"),), "action is enter", {"action": "enter"}),
        ((axis("role", "host", "guest"),), "role is host", {"role": "host"}),
        ((fact("invited"),), "invited or not invited", {}),
    ],
)
def test_the_smallest_worlds_are_worlds(
    tmp_path: Path, axes: tuple[str, ...], condition: str, stated: dict[str, Any]
) -> None:
    policy = opened(tmp_path, rule("permit", "r", condition), world(*axes))
    assert policy.decide(stated).effect is policy.decide(**stated).effect is Effect.PERMIT
    assert policy.given(stated).decide().effect is Effect.PERMIT


def test_a_world_without_axes_permits_nothing(tmp_path: Path) -> None:
    policy = opened(tmp_path, "", world())
    assert policy.decide().effect is policy.decide({}).effect is Effect.NOT_APPLICABLE
    assert refused(lambda: policy.decide(anything=True)).code == "unknown_axis"


# --- views -----------------------------------------------------------------------------------------


def test_given_then_decide_equals_decide_in_whatever_order_and_pieces(dmp: Authorizer) -> None:
    choice = Random(7)  # noqa: S311  # repeatable, not secret
    whole = dmp.decide(READ)
    for _ in range(20):
        names = choice.sample(list(READ), len(READ))
        cut, again = sorted(choice.sample(range(len(READ) + 1), 2))
        view = dmp.given({name: READ[name] for name in names[:cut]})
        view = view.given(**{name: READ[name] for name in names[cut:again]})
        rest = {name: READ[name] for name in names[again:]}
        assert view.decide(rest) == view.decide(**rest) == whole


def test_a_view_keeps_its_answers_however_often_it_is_asked(dmp: Authorizer, patient: Authorizer) -> None:
    """A view first answers slowly, then from a row or from a function written for it: always the same."""
    wide = dmp.given(action="consult", motive="normal")  # too many axes are open for a row
    rest = {name: value for name, value in READ.items() if name not in wide.facts}
    for _ in range(120):
        assert wide.decide(rest) == wide.decide(**rest) == dmp.decide(READ)
        assert patient.decide(document_type="11488-4", masked=False) == dmp.decide(READ)


def test_what_a_view_fixes_does_not_change_the_policy_it_came_from(dmp: Authorizer) -> None:
    before = dmp.decide(READ)
    dmp.given(masked=True, blocked=True)
    assert dmp.facts == {}
    assert dmp.decide(READ) == before


def test_a_view_shows_its_policy_its_edition_and_its_facts(dmp: Authorizer) -> None:
    view = dmp.at("2025-11-03").given(action="consult", masked=True)
    assert view.facts == {"action": "consult", "masked": True}
    assert repr(view) == "<Authorizer dmp 2025-07-08, action='consult', masked=True>"
    assert repr(dmp.at("1999-01-01")) == "<Authorizer dmp before the first edition>"


def test_permitted_is_what_every_completion_permits(dmp: Authorizer, patient: Authorizer) -> None:
    view = patient.given(masked=False)
    permitted = view.permitted("document_type")
    every = [value.name for value in dmp.tables.axes[dmp.answers.asked.index["document_type"]].values]
    assert permitted == tuple(name for name in every if view.decide(document_type=name))
    assert 0 < len(permitted) < len(every)
    assert patient.permitted("document_type") == ()  # `masked` is not known


def test_permitted_of_a_fact_is_truth_values_and_its_default_is_set_aside(patient: Authorizer) -> None:
    assert patient.given(document_type="11488-4").permitted("masked") == (False,)
    lone = patient.given(document_type="11488-4", masked=False)
    assert lone.permitted("consent_this_time") == (False, True)


def test_permitted_asks_of_an_axis_that_is_known_and_open(patient: Authorizer) -> None:
    assert refused(lambda: patient.permitted("documenttype")).as_json() == {
        "code": "unknown_axis",
        "message": "unknown axis `documenttype`",
        "axis": "documenttype",
        "help": "did you mean `document_type`?",
    }
    assert refused(lambda: patient.permitted("profession")).code == "already_given"


def test_undecided_is_what_can_still_change_the_effect(dmp: Authorizer, patient: Authorizer) -> None:
    assert patient.undecided == ("document_type", "masked")
    assert patient.undecided == patient.decide().missing
    assert patient.given(document_type="11488-4", masked=False).undecided == ()
    assert dmp.given(action="consult", capacity="insurer").undecided == ()
    assert "action" in dmp.undecided


# --- dates -----------------------------------------------------------------------------------------

JANUARY = datetime.date(2025, 1, 1)
PARIS = datetime.timezone(datetime.timedelta(hours=1))


@pytest.fixture
def curfew(tmp_path: Path) -> Authorizer:
    """Open until the end of 2024, closed from 2025 on; a second closing is learnt of on 2026-03-01."""
    rules = (
        rule("permit", "open_house", "invited", "applicable until 2025-01-01")
        + rule("forbid", "curfew", "invited", "applicable from 2025-01-01")
        + rule("forbid", "learnt_later", "invited and late", "known from 2026-03-01")
    )
    return opened(tmp_path, rules, world(fact("invited"), fact("late", default="false")))


@pytest.mark.parametrize(
    ("moment", "effect"),
    [
        ("2024-12-31", Effect.PERMIT),
        ("2025-01-01", Effect.DENY),
        (datetime.date(2024, 12, 31), Effect.PERMIT),
        (JANUARY, Effect.DENY),
        (datetime.datetime(2024, 12, 31, 23, 59, 59), Effect.PERMIT),  # noqa: DTZ001  # the caller's legal time
        (datetime.datetime(2025, 1, 1, 0, 30, tzinfo=PARIS), Effect.DENY),
        ("2024-12-31T23:59:59", Effect.PERMIT),
        ("2025-01-01T00:30:00+01:00", Effect.DENY),
        ("2024-12-31T23:30:00Z", Effect.PERMIT),
        (datetime.date.min, Effect.PERMIT),
        (datetime.date.max, Effect.DENY),
        ("9999-12-31", Effect.DENY),
    ],
)
def test_a_request_is_judged_by_the_edition_of_its_day_in_the_callers_legal_time(
    curfew: Authorizer, moment: Any, effect: Effect
) -> None:
    assert curfew.at(moment).decide(invited=True).effect is effect
    assert curfew.at(moment).given(invited=True).decide().effect is effect
    assert curfew.given(invited=True).at(moment).decide().effect is effect


@pytest.mark.parametrize(
    "moment", ["", "yesterday", "2025-13-01", "2025-02-30", "01/03/2025", 20250301, None, True, 1.5]
)
def test_what_is_not_a_date_is_refused(curfew: Authorizer, moment: Any) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        curfew.at(moment)
    if moment is not None:
        with pytest.raises(ValueError, match="is not a date"):
            curfew.at("2025-01-01", known_on=moment)


def test_a_request_may_be_judged_as_it_would_have_been_on_an_earlier_day(curfew: Authorizer) -> None:
    late = {"invited": True, "late": True}
    assert curfew.at("2024-06-01").decide(late).effect is Effect.DENY
    assert curfew.at("2024-06-01", known_on="2026-03-01").decide(late).effect is Effect.DENY
    assert curfew.at("2024-06-01", known_on=datetime.date(2026, 2, 28)).decide(late).effect is Effect.PERMIT
    assert curfew.at("2024-06-01", known_on="9999-12-31").decide(late).effect is Effect.DENY
    assert curfew.at("2024-06-01", known_on="2026-02-28").edition != curfew.at("2024-06-01").edition


def test_before_the_first_edition_nothing_is_decided_and_the_reason_says_so(dmp: Authorizer) -> None:
    early = dmp.at("2024-09-24")
    decision = early.decide(READ)
    assert (decision.effect, decision.edition, bool(decision)) == (Effect.INDETERMINATE, "", False)
    assert [reason.rule for reason in decision.reasons] == ["before_first_edition"]
    assert "2024-09-25" in decision.reasons[0].message.en
    assert decision.as_json()["edition"] is None
    assert decision.facts["profession"] == "G15_60"
    assert (early.edition, early.undecided, early.permitted("profession")) == ("", (), ())
    assert early.given(READ).decide() == decision
    assert early.explain(decision).changes == ()


def test_an_edition_is_not_known_before_it_is_known(dmp: Authorizer) -> None:
    assert dmp.at("2025-11-03").edition == "2025-07-08"
    assert dmp.at("2025-11-03", known_on="2025-03-01").edition == "2025-07-08@2024-09-25"
    assert dmp.at("2025-11-03", known_on="2024-03-01").edition == ""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.date], None]:
    def set_to(day: datetime.date) -> None:
        monkeypatch.setattr(door, "_today", lambda: day)

    return set_to


def test_an_object_that_lives_past_midnight_follows_the_edition_in_force(
    curfew: Authorizer, clock: Callable[[datetime.date], None]
) -> None:
    clock(datetime.date(2024, 12, 31))
    living = Authorizer(curfew.tables)
    view = living.given(invited=True)
    fixed = living.at("2024-12-31").given(invited=True)
    for policy in (living, view):
        assert policy.decide({"invited": True}).effect is policy.decide(invited=True).effect is Effect.PERMIT
        assert policy.edition == "always"
    assert living.permitted("invited") == (True,)
    assert view.decide_table({"late": np.array([False])}).reason_names == ("open_house",)

    clock(JANUARY)
    for policy in (living, view):
        assert policy.decide({"invited": True}).effect is policy.decide(invited=True).effect is Effect.DENY
        assert policy.decide(invited=True).edition == policy.edition == policy.answers.edition == "2025-01-01"
        assert "2025-01-01" in repr(policy)
    assert living.permitted("invited") == ()
    assert view.decide_table({"late": np.array([False])}).reason_names == ("curfew",)
    assert view.given(late=False).decide().effect is Effect.DENY
    assert fixed.decide().effect is Effect.PERMIT  # a day that was asked for does not move


def test_what_is_undecided_moves_at_midnight_too(tmp_path: Path, clock: Callable[[datetime.date], None]) -> None:
    rules = rule("permit", "open_house", "invited") + rule("forbid", "curfew", "late", "applicable from 2025-01-01")
    clock(datetime.date(2024, 12, 31))
    living = opened(tmp_path, rules, world(fact("invited"), fact("late")))
    before = living.undecided
    clock(JANUARY)
    assert (before, living.undecided) == (("invited",), ("invited", "late"))


def test_a_living_object_keeps_what_was_known_when_it_moves(
    curfew: Authorizer, clock: Callable[[datetime.date], None]
) -> None:
    clock(datetime.date(2024, 12, 31))
    uninformed = Authorizer(curfew.tables, known_on=datetime.date(2026, 2, 28))
    assert uninformed.decide(invited=True, late=True).effect is Effect.PERMIT
    clock(JANUARY)
    assert {reason.rule for reason in uninformed.decide(invited=True, late=True).reasons} == {"curfew"}


# --- travelling, and several at once ---------------------------------------------------------------


def again(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301  # our own bytes


def test_an_authorizer_a_view_and_a_dated_view_travel_by_pickle(dmp: Authorizer, patient: Authorizer) -> None:
    for policy in (dmp, patient, dmp.at("2024-10-01"), patient.at("2025-11-03", known_on="2025-03-01")):
        copy = again(policy)
        assert (copy.facts, copy.edition, copy.policy) == (policy.facts, policy.edition, policy.policy)
        assert copy.decide(document_type="11488-4") == policy.decide(document_type="11488-4")


@pytest.fixture
def nervous() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def random_requests(policy: Authorizer, count: int) -> list[dict[str, Any]]:
    choice = Random(11)  # noqa: S311  # repeatable, not secret
    found = []
    for _ in range(count):
        request: dict[str, Any] = {}
        for table in policy.tables.axes:
            if choice.random() < 0.6:
                value = choice.randrange(len(table.values))
                request[table.name] = bool(value) if table.fact else table.values[value].name
        found.append({**request, "action": "consult", "capacity": "professional"} if choice.random() < 0.7 else request)
    return found


@pytest.mark.usefixtures("nervous")
def test_threads_on_one_authorizer_and_on_views_of_it_answer_as_one_would(dmp: Authorizer) -> None:
    requests = random_requests(dmp, 60)
    alone = Authorizer(dmp.tables)
    expected = [alone.decide(request).as_json() for request in requests]
    shared = Authorizer(dmp.tables)

    def ask(thread: int) -> list[dict[str, Any]]:
        answers = []
        for number in range(len(requests)):
            request = requests[(number + thread * 7) % len(requests)]
            split = {name: request[name] for name in list(request)[: thread % 4]}
            rest = {name: value for name, value in request.items() if name not in split}
            answers.append((shared if thread % 2 else shared.given(split)).decide(rest if not thread % 2 else request))
        return [answer.as_json() for answer in answers]

    with ThreadPoolExecutor(8) as pool:
        for thread, answers in enumerate(pool.map(ask, range(8))):
            assert answers == [expected[(number + thread * 7) % len(requests)] for number in range(len(requests))]


def test_what_is_remembered_stays_bounded_and_answers_the_same(
    dmp: Authorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = random_requests(dmp, 60)
    expected = [dmp.decide(request) for request in requests]
    monkeypatch.setattr(one, "_KEPT_AT_MOST", 3)
    monkeypatch.setattr(views, "_KEPT_AT_MOST", 3)
    forgetful = Authorizer(dmp.tables)
    assert [forgetful.decide(request) for request in requests] == expected
    assert [forgetful.decide(request) for request in reversed(requests)] == expected[::-1]
    row = forgetful.given({**READ, "document_type": None, "masked": None})
    types = [value.name for value in dmp.tables.axes[dmp.answers.asked.index["document_type"]].values]
    for _ in range(2):
        found = [row.decide(document_type=name, masked=False).effect for name in types]
        assert found == [dmp.decide({**READ, "document_type": name}).effect for name in types]


# --- opening ---------------------------------------------------------------------------------------


def test_a_policy_that_is_not_there_is_a_mistake_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        Authorizer.load(tmp_path / "nowhere")
    (mistake,) = caught.value.diagnostics
    assert (mistake.code, mistake.help) == ("missing_file", "give the folder that holds vocabulary.yaml")


def test_a_policy_with_mistakes_does_not_open_and_shows_them_all(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        opened(tmp_path, rule("permit", "r", "invted") + rule("permit", "r", "bnned"))
    assert len(caught.value.diagnostics) >= 2
    assert again(caught.value).diagnostics == caught.value.diagnostics


def test_a_folder_opens_by_its_path_or_by_its_name(tmp_path: Path) -> None:
    policy = opened(tmp_path)
    assert Authorizer.load(str(tmp_path)).policy == Authorizer.load(tmp_path).policy == policy.policy
    assert policy.policy["name"] == "small"


def test_a_decision_names_the_policy_that_judged(dmp: Authorizer) -> None:
    decision: Decision = dmp.decide(READ)
    assert decision.policy == {name: dmp.policy[name] for name in ("name", "digest")}

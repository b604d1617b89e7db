"""Inverse questions answer as the enumeration of every situation does, and the command line tells them."""

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation import Authorizer, Effect
from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.inverse import Inverse
from habilitation.compiled.from_checked import tabulate
from habilitation.diagnostic import RequestError
from tests.command_line import run
from tests.random_policies import policies
from tests.small_policies import axis, fact, opened, policy_folder, rule, world

Situation = tuple[int, ...]


def situations(policy: Authorizer, known: Mapping[int, int]) -> Iterator[Situation]:
    """Every situation in which the axes known have their values."""
    axes = policy.tables.axes
    ranges = [[known[number]] if number in known else range(len(axis.values)) for number, axis in enumerate(axes)]
    yield from itertools.product(*ranges)


def effect(policy: Authorizer, situation: Situation) -> Effect:
    return policy.answers.judge(situation).effect


def inside(situation: Situation, box: Box) -> bool:
    return all(situation[line] in values for line, values in box.items())


Question = tuple[Authorizer, dict[int, int], int | None]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A random policy in force, what is known, and an axis to answer by."""
    policy = Authorizer(tabulate(draw(policies()))).at("2027-01-01")
    axes = range(len(policy.tables.axes))
    by = draw(st.none() | st.sampled_from(list(axes)))
    known = draw(st.lists(st.sampled_from(list(axes)), max_size=1))
    values = {one: draw(st.integers(0, len(policy.tables.axes[one].values) - 1)) for one in known if one != by}
    return policy, values, by


@st.composite
def groups(draw: st.DrawFn, question: Question) -> dict[int, frozenset[int]]:
    """Sets of values of some axes, that of the answer among them or not."""
    policy, known, _ = question
    axes = [number for number in range(len(policy.tables.axes)) if number not in known]
    chosen = draw(st.lists(st.sampled_from(axes), max_size=2, unique=True)) if axes else []
    sizes = {number: len(policy.tables.axes[number].values) for number in chosen}
    return {
        number: draw(st.frozensets(st.integers(0, size - 1), min_size=1, max_size=size))
        for number, size in sizes.items()
    }


@settings(max_examples=300, deadline=None)
@given(questions(), st.data())
def test_the_ways_that_are_told_are_the_situations_that_are_permitted(question: Question, data: st.DataObject) -> None:
    policy, known, by = question
    within = data.draw(groups(question))
    if not policy.edition:
        return
    about = data.draw(st.frozensets(st.sampled_from(list(known) + list(within)))) if known or within else frozenset()
    found = Inverse(policy).openings(known, by, within, about)
    every = range(len(policy.tables.axes[by].values)) if by is not None else [0]
    values = [value for value in every if value in within.get(by, every)] if by is not None else [0]
    placed = [*found.only_common, *(value for group in found.groups for value in group.values)]
    assert sorted(placed) == values
    for value in values:
        group = next((one for one in found.groups if value in one.values), None)
        ways = [*found.common, *(group.ways if group else ())]
        here = {**known, by: value} if by is not None else known
        kept = {line: some for line, some in within.items() if line != by}
        asked = [one for one in situations(policy, here) if inside(one, kept)]
        permitted = {one for one in asked if effect(policy, one) is Effect.PERMIT}
        assert {one for one in asked if any(inside(one, way) for way in ways)} == permitted
        if group:
            assert group.situations == len(permitted)
        for way in ways:
            assert not known.keys() & way.keys()
            assert all(way[line] < values for line, values in within.items() if line in way)
    for head, shown, proper in [
        ({}, found.common, found.common_proper),
        *(({} if by is None else {by: group.values}, group.ways, group.proper) for group in found.groups),
    ]:
        counts = [counting(policy, {**as_box(known), **within, **head, **way}, about) for way in shown]
        assert counts == sorted(counts, reverse=True)
        assert proper == any(counts)
    assert [group.proper for group in found.groups] == sorted((one.proper for one in found.groups), reverse=True)


def as_box(known: Mapping[int, int]) -> Box:
    return {axis: frozenset({value}) for axis, value in known.items()}


def counting(policy: Authorizer, box: Box, about: frozenset[int]) -> int:
    """Of how many axes a value that is not that of the box may refuse a situation of the box."""
    every = [range(len(axis.values)) for axis in policy.tables.axes]
    count = 0
    for number in about:
        freed = {line: values for line, values in box.items() if line != number}
        asked = (one for one in itertools.product(*every) if inside(one, freed))
        count += any(effect(policy, one) is not Effect.PERMIT for one in asked)
    return count


@settings(max_examples=150, deadline=None)
@given(questions(), st.data())
def test_what_separates_two_values_is_every_situation_that_differs(
    question: tuple[Authorizer, dict[int, int], int | None], data: st.DataObject
) -> None:
    policy, known, by = question
    free = [
        number
        for number, axis in enumerate(policy.tables.axes)
        if number not in known and number != by and len(axis.values) > 1
    ]
    if not policy.edition or not free:
        return
    apart = data.draw(st.sampled_from(free))
    one, other = data.draw(
        st.lists(st.integers(0, len(policy.tables.axes[apart].values) - 1), min_size=2, max_size=2, unique=True)
    )
    gaps = Inverse(policy).apart(known, apart, (one, other), by)
    total = 0
    for situation in situations(policy, {**known, apart: one}):
        twin = (*situation[:apart], other, *situation[apart + 1 :])
        effects = effect(policy, situation).value, effect(policy, twin).value
        told = [
            gap.effects
            for gap in gaps
            for group in gap.groups
            if (by is None or situation[by] in group.values) and any(inside(situation, way) for way in group.ways)
        ]
        assert told == ([effects] if effects[0] != effects[1] else []), situation
        total += effects[0] != effects[1]
    assert sum(gap.situations for gap in gaps) == total


def test_an_inverse_question_before_the_first_edition_is_refused(dmp: Authorizer) -> None:
    with pytest.raises(RequestError, match="no edition of the policy is in force"):
        Inverse(dmp.at("1990-01-01"))


# --- the command line ----------------------------------------------------------------------------

VOCABULARY = world(
    axis("action", "consult", "deposit"),
    axis("profession", "nurse", "doctor", "clerk"),
    axis("document_type", "letter", "image", "bill"),
    fact("care_team"),
    fact("blocked"),
)
RULES = (
    rule("permit", "team", "care_team and profession in {nurse, doctor} and document_type is letter", "for consult")
    + rule("permit", "doctors", "profession is doctor and document_type in {letter, image}", "for consult")
    + rule("permit", "bills", "document_type is bill", "for consult")
    + rule("forbid", "closed", "blocked")
)


@pytest.fixture
def ward(tmp_path: Path) -> str:
    return str(policy_folder(tmp_path, RULES, VOCABULARY))


def asked(ward: str, *words: str, lang: str = "en") -> list[str]:
    ran = run("who", *words, "--policy", ward, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.splitlines()


def test_who_may_consult_a_type_and_under_which_conditions(ward: str) -> None:
    lines = asked(ward, "letter")
    assert asked(ward, "--type", "letter") == lines
    assert asked(ward, "--may", "consult", "document_type=letter") == lines
    assert lines == [
        "action (en): consult (en) (consult); document_type (en): letter (en) (letter) – edition always",
        "",
        "nurse (en) (nurse):",
        "  - care_team (en): yes; blocked (en): no",
        "",
        "doctor (en) (doctor):",
        "  - blocked (en): no",
        "",
        "never permitted: clerk (en) (clerk)",
    ]


def test_what_a_profession_may_consult(ward: str) -> None:
    lines = asked(ward, "nurse", "blocked=false", lang="fr")
    known = "action (fr) : consult (fr) (consult) ; profession (fr) : nurse (fr) (nurse) ; blocked (fr) : non"
    assert lines == [
        f"{known} – édition always",
        "",
        "letter (fr) (letter) :",
        "  - care_team (fr) : oui",
        "",
        "bill (fr) (bill) :",
        "  - sans condition",
        "",
        "jamais permis : image (fr) (image)",
    ]


def test_what_separates_two_professions(ward: str) -> None:
    lines = asked(ward, "nurse", "doctor")
    assert lines[2:] == [
        "nurse (en) (nurse): does not permit (NOT_APPLICABLE) / doctor (en) (doctor): permits (PERMIT) – 3 situations",
        "",
        "image (en) (image):",
        "  - blocked (en): no",
        "",
        "letter (en) (letter):",
        "  - care_team (en): no; blocked (en): no",
    ]
    assert asked(ward, "nurse", "doctor", "bill")[-1] == "nothing separates them"
    assert asked(ward, "nurse", "doctor", "image")[2:] == [
        "nurse (en) (nurse): does not permit (NOT_APPLICABLE) / doctor (en) (doctor): permits (PERMIT) – 2 situations",
        "",
        "  - blocked (en): no",
    ]


def test_a_profession_and_a_type_have_their_conditions(ward: str) -> None:
    assert asked(ward, "nurse", "letter")[2:] == ["when:", "  - care_team (en): yes; blocked (en): no"]
    assert asked(ward, "clerk", "letter")[1:] == ["never permitted"]
    assert asked(ward, "clerk", "--may", "deposit")[2:] == [
        "never permitted: letter (en) (letter), image (en) (image) and bill (en) (bill)"
    ]


def test_what_all_values_share_is_told_once(ward: str) -> None:
    lines = asked(ward, "bill")
    assert lines[2:4] == ["whatever the “profession (en)”:", "  - blocked (en): no"]
    assert lines[-1] == "only as above: nurse (en) (nurse), doctor (en) (doctor) and clerk (en) (clerk)"
    by_fact = asked(ward, "doctor", "letter", "--by", "care_team")
    assert by_fact[2] == "whatever the “care_team (en)”:"


COUNTER = world(
    axis("action", "consult"),
    axis("profession", "nurse", "doctor", "clerk"),
    axis("document_type", "letter", "image", "bill", "card"),
    axis("capacity", "staff", "holder"),
    fact("care_team"),
)
AT_THE_COUNTER = (
    rule("permit", "holders", "capacity is holder")
    + rule("permit", "nurses", "profession is nurse and document_type is letter and care_team")
    + rule("permit", "doctors", "profession is doctor and document_type is letter")
    + rule("permit", "cards", "document_type is card and not care_team")
)


def test_the_ways_in_which_what_is_asked_counts_come_first(tmp_path: Path) -> None:
    folder = str(policy_folder(tmp_path, AT_THE_COUNTER, COUNTER))
    holder, team = "  - capacity (en): holder (en) (holder)", "  - care_team (en): yes"
    common = ["whatever the “document_type (en)”:", holder]
    assert asked(folder, "nurse")[2:] == [
        "letter (en) (letter):",
        team,
        "",
        *common,
        "",
        "card (en) (card):",  # to any profession
        "  - care_team (en): no",
        "",
        "only as above: image (en) (image) and bill (en) (bill)",
    ]
    assert asked(folder, "nurse", "letter")[2:] == ["when:", team, holder]
    assert asked(folder, "clerk")[2:4] == common


LABELLED = world(
    axis("action", "consult"),
    """  profession:
    fr: Profession
    en: Profession
    values:
      P1: {fr: Sage-Femme, en: Midwife}
      P2: {fr: Médecin, en: Physician}
      P3: {fr: Médecin en formation, en: Physician in training}
      P4: {fr: Aide soignant, en: Nursing assistant}
      P5: {fr: Aide-soignant, en: Nursing assistant, status: deprecated}
      P6: {fr: Psychologue, en: Psychologist}
      P7: {fr: Psychologue, en: Psychologist}
    groups:
      doctors: {fr: Médecins, en: Doctors, values: [P2, P3]}
      helpers: {fr: Aides, en: Helpers, values: [P4]}
""",
    axis("document_type", "letter", "image"),
    fact("care_team"),
    fact("senior"),
)
OF_LABELS = (
    rule("permit", "doctors", "profession in doctors and document_type is letter and care_team")
    + rule("permit", "trained", "profession is P2 and document_type is image")
    + rule("permit", "midwives", "profession is P1 and care_team and senior")
)


@pytest.fixture
def clinic(tmp_path: Path) -> str:
    return str(policy_folder(tmp_path, OF_LABELS, LABELLED))


@pytest.mark.parametrize(
    ("word", "code"),
    [("sage-femme", "P1"), ("SAGE FEMME", "P1"), ("midwife", "P1"), ("medecin", "P2"), ("aide_soignant", "P4")],
)
def test_a_label_stands_for_its_code_accents_capitals_and_hyphens_aside(clinic: str, word: str, code: str) -> None:
    assert asked(clinic, word) == asked(clinic, code)


def test_a_group_is_asked_about_by_its_name_or_its_label(clinic: str) -> None:
    lines = asked(clinic, "doctors", "--type", "letter")
    assert lines[0].startswith(
        "Profession: Doctors (doctors, 2); document_type (en): letter (en) (letter); action (en)"
    )
    assert lines[1:] == ["", "when:", "  - care_team (en): yes"]
    assert asked(clinic, "médecins", "letter") == lines
    assert asked(clinic, "doctors", "image")[3:] == ["  - Profession: Physician (P2)"]
    assert "Profession: Nursing assistant (P4);" in asked(clinic, "helpers", "letter")[0]


def test_the_values_of_a_group_may_be_told_apart(clinic: str) -> None:
    assert asked(clinic, "doctors", "--by", "profession", "care_team=false")[2:] == [
        "Physician (P2):",
        "  - document_type (en): image (en) (image)",
        "",
        "never permitted: Physician in training (P3)",
    ]
    data = json.loads(run("who", "doctors", "--json", "--policy", clinic).out)
    assert (data["given"], data["by"]) == ({"action": "consult", "profession": ["P2", "P3"]}, "document_type")
    assert data["groups"] == [
        {"values": ["letter"], "ways": [{"care_team": ["true"]}], "situations": 4},
        {"values": ["image"], "ways": [{"profession": ["P2"]}], "situations": 4},
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["psychologue"], "write `P6` (Psychologue, profession) or `P7` (Psychologue, profession)"),
        (["sage"], "did you mean `P1` (Sage-Femme, profession)? `habilitation show axis profession` lists codes"),
        (["phisician"], "did you mean `P2` (Médecin, profession)? `habilitation show axis profession`"),
        (["leter"], "did you mean `letter`? `habilitation show axis document"),
        (
            ["radiographer"],
            "help: `habilitation show axes` lists the axes, and `habilitation show axis NAME` their codes",
        ),
        (["profession=radiographer"], "help: `habilitation show axis profession` lists codes and groups"),
        (["doctors", "P1"], "two codes are compared, and not groups"),
        (["doctors", "helpers", "P1"], "two codes of one axis are compared, no more"),
        (["P1", "P2", "classes"], "no axis has the code `classes`"),
        (["doctors", "profession=P1"], "`profession` is given twice"),
        (["doctors", "doctors"], "`doctors` is given twice"),
        (["P1", "P1"], "`P1` is given twice"),
    ],
)
def test_a_word_that_names_nothing_or_too_much_is_refused_with_what_is_near(
    clinic: str, words: list[str], said: str
) -> None:
    ran = run("who", *words, "--policy", clinic)
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_where_one_code_is_asked_a_group_is_refused(clinic: str) -> None:
    ran = run("show", "type", "doctors", "--policy", clinic)
    assert (ran.code, "one of `P2`, `P3`" in ran.err) == (2, True)
    assert run("show", "type", "sage-femme", "--policy", clinic).code == 0


@pytest.mark.parametrize(
    ("words", "like"),
    [
        (["profession=doctors"], ["doctors"]),
        (["profession=médecins"], ["doctors"]),
        (["profession=sage-femme"], ["P1"]),
        (["P1", "--may", "Consulter"], ["P1", "action=consult"]),
        (["P1", "consult"], ["P1"]),
        (["--type", "Lettre"], ["letter"]),
        (["--type", "papers"], ["papers"]),
    ],
)
def test_a_word_is_read_alike_bare_behind_its_axis_and_behind_a_flag(
    tmp_path: Path, words: list[str], like: list[str]
) -> None:
    labels = {"letter (fr)": "Lettre", "consult (fr)": "Consulter"}
    papers = "    groups:\n      papers: {fr: Papiers, en: Papers, values: [letter, image]}\n"
    vocabulary = LABELLED.replace("  care_team:", f"{papers}  care_team:")
    for old, new in labels.items():
        vocabulary = vocabulary.replace(old, new)
    folder = str(policy_folder(tmp_path, OF_LABELS, vocabulary))
    assert asked(folder, *words) == asked(folder, *like)


@pytest.mark.parametrize(
    "words",
    [
        ["nurse", "--may", "deposit", "action=consult"],
        ["nurse", "--may", "deposit", "--may", "consult"],
        ["nurse", "--may", "deposit", "consult"],
        ["nurse", "--type", "letter", "--type", "image"],
        ["nurse", "letter", "--type", "image"],
    ],
)
def test_two_values_of_one_axis_are_refused_however_they_are_given(ward: str, words: list[str]) -> None:
    ran = run("who", *words, "--policy", ward)
    assert (ran.code, "is given twice" in ran.err) == (2, True)


def test_an_action_asked_of_a_policy_without_actions_is_refused(tmp_path: Path) -> None:
    policy_folder(tmp_path, rule("permit", "open", "desk is front"), world(axis("desk", "front", "back")))
    ran = run("who", "front", "--may", "deposit", "--policy", str(tmp_path))
    assert (ran.code, "unknown axis `action`" in ran.err) == (2, True)


STAFF = """  {0}:
    fr: {0}
    en: {0}
    values:
      {0}_a: {{fr: A, en: Night shift}}
      {0}_b: {{fr: B, en: B}}
    groups:
      staff: {{fr: Personnel, en: Staff, values: [{0}_a]}}
      nights: {{fr: Nuits, en: Shifts, values: [{0}_a]}}
      evenings: {{fr: Soirs, en: Shifts, values: [{0}_b]}}
"""


@pytest.mark.parametrize(
    ("word", "ways"),
    [
        ("staff", "write `role=staff` or `desk=staff`"),
        ("Personnel", "write `role=Personnel` or `desk=Personnel`"),
        ("night shift", "write `'role=night shift'` or `'desk=night shift'`"),
        ("role=shifts", "write `nights` or `evenings`"),
    ],
)
def test_a_name_of_several_axes_is_asked_behind_its_axis(tmp_path: Path, word: str, ways: str) -> None:
    vocabulary = world(STAFF.format("role"), STAFF.format("desk"))
    folder = str(policy_folder(tmp_path, rule("permit", "open", "role in staff"), vocabulary))
    ran = run("who", word, "--policy", folder)
    assert (ran.code, f"help: {ways}" in ran.err) == (2, True), ran.err
    assert run("who", "role=staff", "--policy", folder).code == 0


def test_what_nothing_of_an_axis_bears_is_refused_with_what_is_near(clinic: str) -> None:
    ran = run("who", "profession=sage", "--policy", clinic)
    assert (ran.code, "unknown `profession`: `sage`" in ran.err, "`P1` (Sage-Femme, profession)" in ran.err) == (
        2,
        True,
        True,
    )


def test_what_every_way_asks_is_told_once(tmp_path: Path) -> None:
    vocabulary = world(axis("desk", "front", "back"), *(fact(f"fact_{number}") for number in range(14)))
    ways = " or ".join(f"fact_{number}" for number in range(1, 14))
    policy_folder(tmp_path, rule("permit", "any_of_them", f"fact_0 and ({ways})"), vocabulary)
    lines = asked(str(tmp_path), "front")
    assert lines[3] == "  in any case: fact_0 (en): yes"
    assert lines[-1] == "  - 1 other way (--list tells it)"
    data = json.loads(run("who", "front", "--json", "--policy", str(tmp_path)).out)
    assert len(data["common"]) == 13
    assert data["by"] is None
    assert "action" not in data["given"]


ROOMS = [f"room_{number}" for number in range(16)]
FLOORS = """    groups:
      ground: {fr: Rez-de-chaussée, en: Ground floor, values: [room_0, room_1, room_2]}
      first: {fr: Premier étage, en: First floor, values: [room_3, room_4, room_5, room_15]}
      lit: {fr: Éclairées, en: Lit, values: [room_0, room_2, room_4, room_6, room_7, room_14]}
"""
ROOMS_TOLD = [
    "room (en) (10 of 16):",
    "    Ground floor (ground, 3): room_0 (en) (room_0), room_1 (en) (room_1), room_2 (en) (room_2)",
    "    First floor (first, 3 of 4): room_3 (en) (room_3), room_4 (en) (room_4), room_5 (en) (room_5)",
    "    Lit (lit, 2 of 6): room_6 (en) (room_6), room_7 (en) (room_7)",
    "    room_8 (en) (room_8), room_9 (en) (room_9)",
]


@pytest.fixture
def house(tmp_path: Path) -> str:
    """A house of sixteen rooms: ten open with a key, six do not."""
    vocabulary = world(axis("guest", "adult", "child"), axis("room", *ROOMS) + FLOORS, fact("key"))
    rules = rule("permit", "rooms", f"key and guest is adult and room in {{{', '.join(ROOMS[:10])}}}")
    return str(policy_folder(tmp_path, rules, vocabulary))


def test_the_line_that_cuts_values_says_what_names_them(house: str) -> None:
    assert asked(house, "adult")[2].endswith("room_7 (en) (room_7) and 2 others (10 of 16; --list names them):")
    assert asked(house, "adult", lang="fr")[2].endswith("et 2 autres (10 sur 16 ; --list les nomme) :")
    assert "and 2 others (10 of 16; --list names them)" in asked(house, "key", "--by", "guest")[3]


def test_every_value_is_named_under_its_group(house: str) -> None:
    rest = ", ".join(f"room_{number} (en) (room_{number})" for number in (10, 11, 12, 13))
    assert asked(house, "adult", "--list")[2:] == [
        *ROOMS_TOLD,
        "  - key (en): yes",
        "",
        f"never permitted: {rest}, room_14 (en) (room_14) and room_15 (en) (room_15)",
    ]
    never = asked(house, "child", "--list", lang="fr")[2:]
    assert never[0] == "jamais permis (16 sur 16) :"
    assert never[3].startswith("    Éclairées (lit, 6) : room_0 (fr) (room_0), room_2 (fr) (room_2)")
    assert [line.partition(" :")[0] for line in never[1:3]] == [
        "    Rez-de-chaussée (ground, 1 sur 3)",
        "    Premier étage (first, 3 sur 4)",
    ]


def test_every_value_of_a_condition_is_named(house: str) -> None:
    lines = asked(house, "key", "--by", "guest", "--list")
    assert lines[2] == "adult (en) (adult):"
    assert lines[3].startswith("  - room (en): Ground floor (ground, 3), room_3 (en) (room_3), ")
    assert lines[3].endswith("room_8 (en) (room_8) and room_9 (en) (room_9)")


def test_on_a_terminal_the_values_are_cut_between_words(house: str) -> None:
    ran = run("who", "adult", "--list", "--policy", house, "--lang", "en", terminal=True, NO_COLOR="1", COLUMNS="60")
    assert ran.out.splitlines()[5:7] == [
        "    First floor (first, 3 of 4): room_3 (en) (room_3),",
        "      room_4 (en) (room_4), room_5 (en) (room_5)",
    ]


def test_no_way_is_cut_either(tmp_path: Path) -> None:
    vocabulary = world(axis("desk", "front", "back"), *(fact(f"fact_{number}") for number in range(13)))
    policy_folder(tmp_path, rule("permit", "any", " or ".join(f"fact_{number}" for number in range(13))), vocabulary)
    assert asked(str(tmp_path), "front")[-1] == "  - 1 other way (--list tells it)"
    assert len([line for line in asked(str(tmp_path), "front", "--list") if line.startswith("  - ")]) == 13


def test_an_answer_is_plain_data(ward: str) -> None:
    data = json.loads(run("who", "letter", "--json", "--policy", ward).out)
    assert (data["given"], data["by"]) == ({"action": "consult", "document_type": "letter"}, "profession")
    assert data["groups"] == [
        {"values": ["nurse"], "ways": [{"care_team": ["true"], "blocked": ["false"]}], "situations": 1},
        {"values": ["doctor"], "ways": [{"blocked": ["false"]}], "situations": 2},
    ]
    assert data["nothing_else"] == ["clerk"]
    apart = json.loads(run("who", "nurse", "doctor", "--json", "--policy", ward).out)
    assert apart["between"] == {"axis": "profession", "values": ["nurse", "doctor"]}
    (gap,) = apart["differences"]
    assert (gap["effects"], gap["situations"]) == ({"nurse": "NOT_APPLICABLE", "doctor": "PERMIT"}, 3)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nurse", "doctor", "clerk"], "two codes of one axis are compared, no more"),
        (["nurse", "doctor", "letter", "image"], "two codes of one axis are compared, no more"),
        (["nurse", "profession=doctor"], "`profession` is given twice"),
        (["nurse", "--by", "profession"], "`profession` is already given"),
        (["nurse", "--by", "proffession"], "unknown axis `proffession`"),
        (["nurze"], "no axis has the code `nurze`"),
        (["letter", "--may", "consul"], "unknown"),
    ],
)
def test_a_question_that_cannot_be_understood_is_refused(ward: str, words: list[str], message: str) -> None:
    ran = run("who", *words, "--policy", ward)
    assert ran.code == 2
    assert message in ran.err


def test_a_question_is_about_the_edition_of_a_day() -> None:
    ran = run("who", "G15_60", "--at", "1990-01-01")
    assert (ran.code, "no edition of the policy is in force" in ran.err) == (2, True)
    then = run("who", "11488-4", "capacity=professional", "motive=normal", "--at", "2025-01-01", "--lang", "en")
    assert "edition 2024-09-25" in then.out
    assert then.code == 0


def test_a_question_is_about_what_was_known_on_a_day() -> None:
    known = run("who", "11488-4", "motive=normal", "--at", "2025-09-01", "--known-on", "2025-01-01", "--lang", "en")
    assert (known.code, "edition 2025-07-08@2024-09-25" in known.out) == (0, True)
    unknown = run("who", "G15_60", "--known-on", "1990-01-01")
    assert (unknown.code, "no edition of the policy is in force" in unknown.err) == (2, True)


@pytest.mark.parametrize("flag", ["--at", "--known-on"])
def test_a_day_that_is_no_date_is_refused(flag: str) -> None:
    ran = run("who", "G15_60", flag, "01/02/2026")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "`01/02/2026` is not a date: give YYYY-MM-DD or an RFC 3339 date-time",
        "  code: invalid_date",
    ]


def test_a_policy_of_one_edition_answers_at_any_day(tmp_path: Path) -> None:
    policy = opened(tmp_path, RULES, VOCABULARY)
    assert Inverse(policy.at("1950-01-01")).openings({}).common


def test_a_question_is_about_who_asks_and_for_what_whatever_has_most_values(tmp_path: Path) -> None:
    motives = axis("motive", *(f"m{number}" for number in range(9)))
    staff, papers = (
        axis("staff", "nurse", "clerk", category="subject"),
        axis("kind", "note", "bill", category="resource"),
    )
    vocabulary = world(axis("action", "consult"), motives, papers, staff)
    folder = policy_folder(tmp_path, rule("permit", "notes", "staff is nurse and kind is note"), vocabulary)

    answers = [json.loads(run("who", word, "--policy", str(folder), "--json").out) for word in ("note", "nurse")]
    assert [answer["by"] for answer in answers] == ["staff", "kind"]

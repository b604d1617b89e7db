"""What words come to mean: axes, matrices, conditions and the two clocks, each on a small policy of its own."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation.authoring.check import examine
from habilitation.authorizer import checked
from habilitation.checked.policy import And, Cell, Condition, Is, Labels, Matrix, Not, Or, Period, Policy
from habilitation.checked.spreadsheet import as_rows, coordinates, latest
from habilitation.diagnostic import Diagnostic
from habilitation.source import Source
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST
from habilitation.written.from_folder import PolicyFiles

VOCABULARY = """
policy: ward
fr: Service
en: Ward
systems:
  G15: {oids: ["1.2", "1.1"], uri: "urn:g15", title: Professions}
  G16: {oids: ["1.3"]}
  OLD: {}
obligations:
  trace: {fr: Tracer, en: Trace, source: "Règlement, art. 1"}
advice:
  ask: {fr: Demander, en: Ask}
axes:
  action:
    fr: Opération
    en: Operation
    values:
      consult: {fr: Consulter, en: Consult}
      search: {fr: Rechercher, en: Search}
      deposit: {fr: Déposer, en: Deposit}
    groups:
      reading: {fr: Lecture, en: Reading, values: [consult, search]}
  profession:
    category: subject
    fr: Profession
    en: Profession
    values:
      physician: {code: "10", system: G15, fr: Médecin, en: Physician}
      resident: {code: "10", system: G16, fr: Interne, en: Resident}
      nurse: {code: "60", system: G15, fr: Infirmier, en: Nurse, from: 2000-12-13, until: 2000-12-13}
      aide: {code: "35", system: G15, fr: Aide, en: Aide, status: deprecated, note: "Supprimé en 2024."}
    groups:
      doctors: {fr: Médecins, en: Doctors, values: [physician, resident]}
  masked: {fact: true, fr: Masqué, en: Masked}
  blocked: {fact: yes, fr: Bloqué, en: Blocked, default: true, counterfactual: false}
code_lists:
  old:
    fr: Anciens codes
    en: Old codes
    codes:
      - {code: INF, system: OLD, fr: Infirmier, en: Nurse, axis: profession, value: nurse}
      - {code: ASH, system: OLD, fr: Agent, en: Agent}
"""
MATRIX = """
matrix: {name}
fr: Matrice
en: Matrix
axes: [{axes}]
{rows}
values:
  permitted: {{mark: O, fr: peut, en: may}}
  refused: {{mark: N, fr: ne peut pas, en: may not}}
  own: {{fr: les siens, en: own}}
notes:
  "8": {{fr: Sauf le dimanche, en: Except on Sundays}}
editions:
{editions}
"""
EDITION = """
  - id: {id}
    applicable: {{{applicable}}}
    known: {{{known}}}
    provenance: {{id: M1, title: Règlement, url: "https://example.org", note: Copie}}
    blocks: [{blocks}]
    disputes: [{disputes}]
"""
ROWS = "{columns: [physician, nurse], rows: {consult: O N(8), deposit: own .}}"


def edition(blocks: str = ROWS, id_: str = "first", applicable: str = "", known: str = "", disputes: str = "") -> str:
    return EDITION.format(id=id_, applicable=applicable, known=known, blocks=blocks, disputes=disputes)


def matrix(*editions: str, name: str = "m", axes: str = "action, profession", rows: str = "rows: action") -> str:
    return MATRIX.format(name=name, axes=axes, rows=rows, editions="".join(editions or [edition()]))


def rule(condition: str, name: str = "x", more: str = "") -> str:
    when = f"\n  when {condition}" if condition else ""
    return f'permit {name}{when}\n  because "a", "b"\n  fr "le"\n  en "the"{more}\n'


def files(rules: str = "", *matrices: str, vocabulary: str = VOCABULARY, csv: str = "") -> PolicyFiles:
    return PolicyFiles(
        vocabulary=(Source("vocabulary.yaml", vocabulary),),
        matrices=tuple(Source(f"matrices/{n}.yaml", text) for n, text in enumerate(matrices)),
        spreadsheets=(Source("matrices/m.csv", csv),) if csv else (),
        rules=(Source("rules/r.hab", rules),),
        cases=(),
    )


def found(rules: str = "", *matrices: str, vocabulary: str = VOCABULARY, csv: str = "") -> list[Diagnostic]:
    _, diagnostics = checked(files(rules, *matrices, vocabulary=vocabulary, csv=csv))
    return diagnostics


def sound(rules: str = "", *matrices: str, vocabulary: str = VOCABULARY) -> Policy:
    policy, diagnostics = checked(files(rules, *matrices, vocabulary=vocabulary))
    assert [one.render() for one in diagnostics] == []
    assert policy is not None
    return policy


def read(text: str, *matrices: str, vocabulary: str = VOCABULARY) -> Condition:
    return sound(rule(text), *matrices, vocabulary=vocabulary).rules[0].condition


# --- the vocabulary ------------------------------------------------------------------------------


def test_axes_keep_the_order_of_the_vocabulary() -> None:
    policy = sound()
    assert [axis.name for axis in policy.axes] == ["action", "profession", "masked", "blocked"]
    assert [value.name for value in policy.axes[1].values] == ["physician", "resident", "nurse", "aide"]
    assert (policy.name, policy.title) == ("ward", Labels("Service", "Ward"))
    assert (policy.title["fr"], policy.title["en"]) == ("Service", "Ward")


def test_a_value_has_its_code_and_every_name_of_its_system() -> None:
    physician, resident, nurse, aide = sound().axes[1].values
    assert (physician.code, physician.systems) == ("10", ("1.2", "1.1", "urn:g15", "G15"))
    assert (resident.code, resident.systems) == ("10", ("1.3", "G16"))
    assert (nurse.labels, nurse.deprecated, nurse.note) == (Labels("Infirmier", "Nurse"), False, "")
    assert (aide.deprecated, aide.note) == (True, "Supprimé en 2024.")
    consult = sound().axes[0].values[0]
    assert (consult.code, consult.systems) == ("consult", ())


def test_a_fact_is_false_then_true_and_may_appear_in_a_counterfactual() -> None:
    action, _, masked, blocked = sound().axes
    assert [value.name for value in masked.values] == ["false", "true"]
    assert (masked.fact, masked.counterfactual, masked.default) == (True, True, None)
    assert (blocked.fact, blocked.counterfactual, blocked.default) == (True, False, 1)
    assert (action.fact, action.counterfactual, action.default) == (False, False, None)


def test_an_axis_may_say_what_its_values_are_about() -> None:
    assert [axis.category for axis in sound().axes] == ["", "subject", "", ""]


def test_groups_and_codes_of_other_lists_are_ordinals() -> None:
    profession = sound().axes[1]
    assert profession.groups == {"doctors": {0, 1}}
    assert profession.group_labels == {"doctors": Labels("Médecins", "Doctors")}
    assert profession.synonyms == (("INF", ("OLD",), 2),)


def test_obligations_and_advice_are_kept_with_their_source() -> None:
    policy = sound()
    assert policy.obligations["trace"].labels == Labels("Tracer", "Trace")
    assert policy.obligations["trace"].source == "Règlement, art. 1"
    assert policy.advice["ask"].source == ""


# --- conditions ----------------------------------------------------------------------------------

# Ordinals of the vocabulary above: action 0, profession 1, masked 2, blocked 3.


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("masked", Is(2, frozenset({1}))),
        ("masked is false", Is(2, frozenset({0}))),
        ("profession is nurse", Is(1, frozenset({2}))),
        ("profession is 60", Is(1, frozenset({2}))),
        ("profession is doctors", Is(1, frozenset({0, 1}))),
        ("profession in {doctors, nurse}", Is(1, frozenset({0, 1, 2}))),
        ("profession not in doctors", Not(Is(1, frozenset({0, 1})))),
        ("not masked", Not(Is(2, frozenset({1})))),
        ("matrix m is permitted", Cell(0, frozenset({1}))),
        ("matrix m is not refused", Not(Cell(0, frozenset({2})))),
        ("matrix m in {permitted, own}", Cell(0, frozenset({1, 3}))),
        ("matrix m is not covered", Cell(0, frozenset({0}))),
        ("matrix m is covered", Not(Cell(0, frozenset({0})))),
        ("masked and blocked", And((Is(2, frozenset({1})), Is(3, frozenset({1}))))),
        ("masked or blocked", Or((Is(2, frozenset({1})), Is(3, frozenset({1}))))),
    ],
)
def test_each_form_of_condition_becomes_ordinals(text: str, condition: Condition) -> None:
    assert read(text, matrix()) == And((condition,))


def test_the_condition_of_a_rule_is_its_actions_and_when_and_not_unless() -> None:
    policy = sound(
        'forbid x\n  for reading, deposit\n  when masked\n  unless blocked\n  because "a"\n  fr "b"\n  en "c"'
    )
    parts = Is(0, frozenset({0, 1, 2})), Is(2, frozenset({1})), Not(Is(3, frozenset({1})))
    assert policy.rules[0].condition == And(parts)


def test_a_rule_without_a_condition_holds_everywhere() -> None:
    assert sound(rule("")).rules[0].condition == And(())


def test_a_rule_keeps_what_it_rests_on_and_what_it_asks() -> None:
    more = "\n  oblige trace\n  advise ask\n  applicable from 2024-01-01 until 2025-01-01\n  known from 2024-02-01"
    (kept,) = sound(rule("masked", more=more)).rules
    assert (kept.citations, kept.message) == (("a", "b"), Labels("le", "the"))
    assert (kept.obligations, kept.advice) == (("trace",), ("ask",))
    assert kept.applicable == Period(datetime.date(2024, 1, 1), datetime.date(2025, 1, 1))
    assert kept.known == datetime.date(2024, 2, 1)
    assert str(kept.span) == "rules/r.hab:1"


def test_a_definition_is_written_into_the_place_of_its_name_before_or_after_it() -> None:
    plain = And((And((Not(Is(2, frozenset({1}))), Is(3, frozenset({1})))),))
    assert sound("define a: not masked\n" + rule("a and blocked")).rules[0].condition == plain
    assert sound(rule("a and blocked") + "define a: b\ndefine b: not masked\n").rules[0].condition == plain


def test_a_deprecated_code_is_told_in_a_rule_and_not_in_a_group_or_a_matrix() -> None:
    blocks = "{columns: [aide], rows: {consult: O}}"
    assert [one.code for one in found(rule("profession is aide"))] == ["deprecated_code"]
    assert found(rule("masked"), matrix(edition(blocks))) == []


# --- definitions that swell or turn in circles ---------------------------------------------------


def doubled(levels: int) -> str:
    return "".join(f"define d{n}: d{n + 1} and d{n + 1}\n" for n in range(levels)) + f"define d{levels}: masked\n"


def chained(length: int) -> str:
    return "".join(f"define d{n}: not d{n + 1}\n" for n in range(length)) + f"define d{length}: masked\n"


@pytest.mark.parametrize("definitions", [doubled(1_000), chained(4_000)], ids=["doubled", "chained"])
def test_definitions_without_measure_are_told_and_not_written_out(definitions: str) -> None:
    # Written out, the doubled ones would be 2 to the 1,000: this would never end.
    codes = {one.code for one in found(rule("d0") + definitions)}
    assert codes <= {"too_many", "too_deep"}
    assert codes


def test_definitions_that_stay_small_may_double_and_follow_one_another() -> None:
    assert found(doubled(10) + rule("d0")) == []
    assert found(chained(98) + rule("d0")) == []


def test_every_circle_is_told_once_whoever_uses_it() -> None:
    rules = "define a: b\ndefine b: c or masked\ndefine c: a\ndefine d: d and b\n" + rule("a and c and not d")
    told = {(one.code, one.message, one.help) for one in found(rules)}
    assert told == {
        ("circular_definition", "the definition of `a` uses itself", "through `b`, `c`"),
        ("circular_definition", "the definition of `d` uses itself", ""),
    }


def test_the_words_of_a_definition_that_nobody_uses_are_checked_too() -> None:
    assert {one.code for one in found("define a: zut\n")} == {"unknown_axis", "unused_definition"}


def test_a_definition_is_used_through_another_only_if_that_one_is() -> None:
    unused = [one.message for one in found("define a: masked\ndefine b: a\ndefine c: masked\n" + rule("c"))]
    assert unused == ["`a` is never used", "`b` is never used"]


def test_while_an_item_cannot_be_read_no_condition_is_said_to_be_unused_and_no_name_to_be_unknown() -> None:
    unreadable = "permit night\n  when team adn masked\n"
    assert {one.code for one in found("define team: masked\n" + rule("masked") + unreadable)} == {"syntax_error"}
    misspelt = "definr team: masked\n"
    assert [one.code for one in found(misspelt + rule("team"))] == ["syntax_error"]
    assert found("define a: masked\ndefine b: a\n" + rule("blocked", more="\n  unless not b")) == []


# --- matrices ------------------------------------------------------------------------------------


def only(policy: Policy) -> Matrix:
    (kept,) = policy.matrices
    return kept


def test_cells_are_found_by_the_coordinates_of_their_axes_in_order() -> None:
    kept = only(sound("", matrix()))
    assert kept.values == ("not covered", "permitted", "refused", "own")
    assert kept.marks == (".", "O", "N", "own")
    assert kept.rows == 0
    assert kept.editions[0].cells == {(0, 0): 1, (0, 2): 2, (2, 0): 3}
    assert kept.editions[0].notes == {(0, 2): "8"}
    assert kept.notes == {"8": Labels("Sauf le dimanche", "Except on Sundays")}
    assert kept.editions[0].provenance == {
        "id": "M1",
        "title": "Règlement",
        "url": "https://example.org",
        "note": "Copie",
    }


def test_the_axis_that_runs_down_the_rows_is_the_first_unless_another_is_named() -> None:
    across = edition("{columns: [consult], rows: {nurse: O}}")
    down = edition("{columns: [nurse], rows: {consult: O}}")
    first = only(sound("", matrix(across, axes="profession, action", rows="")))
    second = only(sound("", matrix(down, axes="profession, action", rows="rows: action")))
    assert (first.rows, second.rows) == (0, 1)
    assert first.editions[0].cells == second.editions[0].cells == {(2, 0): 1}


def test_groups_codes_and_all_values_name_several_cells_at_once() -> None:
    blocks = "{columns: ['60', doctors], rows: {reading: O N}}, {columns: ['*'], rows: {deposit: own}}"
    (kept,) = only(sound("", matrix(edition(blocks)))).editions
    reading = {(action, profession): 1 if profession == 2 else 2 for action in (0, 1) for profession in (0, 1, 2)}
    assert kept.cells == {**reading, **{(2, profession): 3 for profession in range(4)}}


def test_three_axes_stand_across_in_pairs() -> None:
    blocks = "{columns: [nurse/true, doctors/*], rows: {consult: 'O N'}}"
    (kept,) = only(sound("", matrix(edition(blocks), axes="profession, action, masked", rows="rows: action"))).editions
    assert kept.cells == {(2, 0, 1): 1, (0, 0, 0): 2, (0, 0, 1): 2, (1, 0, 0): 2, (1, 0, 1): 2}


def test_the_cell_of_a_matrix_may_be_a_coordinate_of_another() -> None:
    outer = matrix(
        edition("{columns: [permitted, '*'], rows: {nurse: O ., physician: . N}}"),
        name="a_outer",
        axes="profession, inner",
        rows="",
    )
    policy = sound("", outer, matrix(name="inner"))
    assert [one.name for one in policy.matrices] == ["inner", "a_outer"]
    assert (policy.matrices[1].inputs[1].is_matrix, policy.matrices[1].inputs[1].index) == (True, 0)
    assert policy.matrices[1].editions[0].cells == {(2, 1): 1, (0, 1): 2, (0, 2): 2, (0, 3): 2}


def test_a_row_knows_its_line_and_the_first_place_is_kept() -> None:
    blocks = "{columns: [nurse], rows: {reading: O}},\n {columns: [physician], rows: {consult: N}}"
    (kept,) = only(sound("", matrix(edition(blocks)))).editions
    assert set(kept.places) == {0, 1}
    assert len(set(kept.places.values())) == 1


def test_a_dispute_is_about_a_cell_a_row_a_column_or_a_group() -> None:
    said = "fr: Désaccord, en: Disagreement, source: S"
    disputes = ", ".join(
        f"{{at: {at}, {said}}}"
        for at in (
            "{action: consult, profession: nurse}",
            "{action: deposit}",
            "{profession: doctors, action: '*'}",
            "{}",
        )
    )
    (kept,) = only(sound("", matrix(edition(disputes=disputes)))).editions
    assert [one.at for one in kept.disputes] == [(0, 2), (2, None), (None, 0), (None, 1), (None, None)]
    assert kept.disputes[0].labels == Labels("Désaccord", "Disagreement")
    assert kept.disputes[0].source == "S"


@pytest.mark.parametrize(
    ("row", "culprit"),
    [
        *(("O zz", "zz"), ('"O zz"', "zz"), ("'O  zz'", "zz"), ("O\n          zz", "zz")),
        ('"O \\x7Az"', '"O \\x7Az"'),
    ],
)
def test_a_cell_is_told_at_its_own_place_when_the_row_is_written_plainly(row: str, culprit: str) -> None:
    blocks = f"{{columns: [physician, nurse], rows: {{consult: {row}}}}}"
    (told,) = found("", matrix(edition(blocks)))
    assert told.code == "unknown_cell_value"
    assert told.span is not None
    assert told.span.source.text[told.span.start : told.span.end] == culprit


def test_matrices_that_turn_in_circles_are_told_once_and_their_users_are_not() -> None:
    circle = [
        matrix("[]", name="b", axes="c, action", rows="").replace("editions:\n[]", "editions: []"),
        matrix("[]", name="c", axes="b, action", rows="").replace("editions:\n[]", "editions: []"),
        matrix("[]", name="a", axes="b, action", rows="").replace("editions:\n[]", "editions: []"),
    ]
    told = found(rule("matrix a is permitted and matrix b is own"), *circle)
    assert [(one.code, one.message) for one in told] == [("circular_definition", "the matrix `b` depends on itself")]


# --- the two clocks ------------------------------------------------------------------------------


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def in_force(policy: Policy, on: str, known: str) -> str | None:
    (stretch,) = [one for one in policy.timeline if one.applicable.holds(day(on)) and one.known.holds(day(known))]
    return None if stretch.edition is None else policy.editions[stretch.edition].id


TWO = matrix(
    edition(id_="one", applicable="from: 2024-01-01, until: 2025-01-01", known="from: 2024-01-01"),
    edition(id_="two", applicable="from: 2025-01-01", known="from: 2024-11-01"),
    edition(id_="corrected", applicable="from: 2024-06-01", known="from: 2025-06-01"),
)


@pytest.mark.parametrize(
    ("on", "known", "edition_id"),
    [
        ("2023-12-31", "9999-01-01", None),
        ("2024-01-01", "9999-01-01", "2024-01-01"),
        ("2024-05-31", "9999-01-01", "2024-01-01"),
        ("2024-06-01", "9999-01-01", "2024-06-01"),
        ("2025-01-01", "9999-01-01", "2024-06-01"),
        ("2024-06-01", "2025-05-31", "2024-01-01"),
        ("2025-01-01", "2025-05-31", "2025-01-01@2024-11-01"),
        ("2025-01-01", "2024-10-31", "2025-01-01@2024-01-01"),
        ("2024-01-01", "2023-12-31", None),
    ],
)
def test_the_edition_in_force_is_the_last_known_of_those_that_apply(
    on: str, known: str, edition_id: str | None
) -> None:
    assert in_force(sound("", TWO), on, known) == edition_id


def test_without_matrices_or_dates_there_is_one_edition_for_ever() -> None:
    policy = sound(rule("masked"))
    assert [one.id for one in policy.editions] == ["always"]
    assert [(one.applicable, one.known) for one in policy.timeline] == [(Period(), Period())]


def test_a_rule_comes_and_goes_with_its_dates() -> None:
    dates = "\n  applicable from 2024-01-01 until 2025-01-01\n  known from 2024-03-01"
    policy = sound(rule("masked", more=dates))
    days = [("2023-12-31", "2025-01-01"), ("2024-01-01", "2025-01-01"), ("2024-01-01", "2024-02-29")]
    assert [in_force(policy, on, known) for on, known in days] == ["always", "2024-01-01", "always"]


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (("from: 2024-01-01, until: 2025-01-01", "from: 2025-01-01"), []),
        (("from: 2024-01-01", "from: 2025-01-01"), ["overlapping_editions"]),
        (("until: 2025-01-01", "from: 2024-12-31"), ["overlapping_editions"]),
        (("", ""), ["overlapping_editions"]),
        (("until: 2025-01-01", "from: 2025-01-02"), ["edition_gap"]),
        (("from: 2025-01-02", "until: 2025-01-01"), ["edition_gap"]),
        (("until: 2025-01-01, from: 2025-01-01", "from: 2026-01-01"), ["empty_period", "overlapping_editions"]),
    ],
)
def test_editions_follow_one_another_without_overlap_or_gap(dates: tuple[str, str], told: list[str]) -> None:
    editions = [edition(id_=f"e{number}", applicable=applicable) for number, applicable in enumerate(dates)]
    assert [one.code for one in found("", matrix(*editions))] == told


def test_an_edition_inside_another_known_later_leaves_no_gap() -> None:
    editions = (
        edition(id_="long", applicable="from: 2024-01-01, until: 2026-01-01"),
        edition(id_="short", applicable="from: 2024-06-01, until: 2024-07-01", known="from: 2024-08-01"),
        edition(id_="next", applicable="from: 2026-01-01"),
    )
    assert found("", matrix(*editions)) == []


@pytest.mark.parametrize("text", ["applicable from 9999-12-31", "known from 9999-12-31", "applicable from 0001-01-01"])
def test_the_ends_of_time_are_days_as_others(text: str) -> None:
    policy = sound(rule("masked", more=f"\n  {text}"))
    assert policy.timeline[0].applicable.start in (DISTANT_PAST, DISTANT_FUTURE)


# --- spreadsheets --------------------------------------------------------------------------------


def sheet(policy: Policy) -> list[list[str]]:
    kept = only(policy)
    return list(as_rows(coordinates(policy.axes, policy.matrices, kept), kept, latest(kept)))


def test_a_matrix_as_a_spreadsheet_and_back_is_the_same() -> None:
    policy = sound("", matrix())
    rows = sheet(policy)
    assert rows == [["action", "physician", "nurse"], ["consult", "O", "N(8)"], ["deposit", "own", "."]]
    for separator in ",;":
        csv = "\n".join(separator.join(row) for row in rows)
        assert found("", matrix(), csv=csv) == []


def test_a_spreadsheet_shows_the_edition_in_force_last() -> None:
    old = edition("{columns: [nurse], rows: {consult: N}}", "old", "until: 2024-01-01", "from: 2025-01-01")
    new = edition("{columns: [nurse], rows: {consult: O}}", "new", "from: 2024-01-01", "from: 2024-01-01")
    assert sheet(sound("", matrix(new, old))) == [["action", "nurse"], ["consult", "O"]]


def test_three_axes_and_the_cell_of_another_matrix_have_their_columns() -> None:
    inner = matrix(name="inner")
    blocks = "{columns: [nurse/own], rows: {consult: O}}"
    outer = matrix(edition(blocks), axes="profession, action, inner", rows="rows: action")
    policy = sound("", inner, outer)
    kept = policy.matrices[1]
    rows = list(as_rows(coordinates(policy.axes, policy.matrices, kept), kept, latest(kept)))
    assert rows == [["action", "nurse/own"], ["consult", "O"]]


@pytest.mark.parametrize(
    ("csv", "messages"),
    [
        ("action,nurse,physician\nconsult,N(8),O\ndeposit,.,own\n\n", []),
        ("action,nurse\nconsult,N(8)\n", ["no cell for (consult, physician)", "no cell for (deposit, physician)"]),
        ("action,physician,nurse\nconsult,O,N\ndeposit,own,.", ["`N` for (consult, nurse), where `m` has `N(8)`"]),
        ("action,physician,nurse\nconsult,O,N(8)\ndeposit,own", ["a row of 1 under 2 columns"]),
        ("action,nurse,physician\n\n", ["no cell at all: the spreadsheet of `m` has no row"]),
        (
            "consult,N(8),O\ndeposit,.,own\n",
            ["the first line names no column of `m`: a spreadsheet begins with its header"],
        ),
    ],
)
def test_a_spreadsheet_that_differs_is_told_cell_by_cell(csv: str, messages: list[str]) -> None:
    told = [one.message.removesuffix(", which `m` has") for one in found("", matrix(), csv=csv)]
    assert told == messages


@pytest.mark.parametrize(("rows", "last"), [(51, "1 more difference with `m`"), (60, "10 more differences with `m`")])
def test_of_many_differences_of_a_spreadsheet_the_last_are_counted(rows: int, last: str) -> None:
    right = "action,nurse,physician\nconsult,N(8),O\ndeposit,.,own\n"
    told = found("", matrix(), csv=right + "".join(f"other_{number},O,.\n" for number in range(rows)))
    assert len(told) == 51
    assert last in {one.message for one in told}


def test_a_spreadsheet_beside_a_matrix_without_editions_has_nothing_to_differ_from() -> None:
    empty = matrix("[]").replace("editions:\n[]", "editions: []")
    assert found("", empty, csv="a,b\nc,O") == []


# --- everything is found in one run --------------------------------------------------------------

WRONG = [
    rule("zut", "no_axis"),
    rule("profession is zut", "no_value"),
    rule("matrix zut is a", "no_matrix"),
    rule("masked", "no_notice", "\n  oblige zut"),
    'permit no_text\n  when masked\n  fr "b"\n',
    rule("profession", "no_fact"),
    "define a: masked\n",
]


@settings(max_examples=20, deadline=None)
@given(st.permutations(WRONG))
def test_the_same_mistakes_are_told_whatever_the_order_of_the_rules(rules: list[str]) -> None:
    told = sorted((one.code, one.message) for one in examine(files("\n".join(rules), matrix())).diagnostics)
    assert [code for code, _ in told] == [
        "missing_translation",
        "no_citation",
        "not_a_fact",
        "unknown_axis",
        "unknown_matrix",
        "unknown_obligation",
        "unknown_value",
        "unused_definition",
    ]


def test_a_policy_of_nothing_is_a_policy() -> None:
    assert found(vocabulary="policy: p\naxes: {}") == []
    examined = examine(files(vocabulary="policy: p\naxes: {}"))
    assert [one.code for one in examined.errors] == ["no_rule"]
    assert examined.tables is not None


def test_a_thousand_axes_are_not_read_in_silence() -> None:
    axes = "".join(f"  f{n}: {{fact: true, fr: a, en: a}}\n" for n in range(1_000))
    assert [one.code for one in found(vocabulary=f"policy: p\naxes:\n{axes}")] == ["too_many"]


def test_past_two_thousand_mistakes_the_others_wait() -> None:
    told = [one.code for one in found(rule(" or ".join(f"w{n}" for n in range(3_000))))]
    assert told == ["unknown_axis"] * 2_000 + ["too_many"]

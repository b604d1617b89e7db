"""A log under two policies: the accesses judged otherwise are all those, and only those, that the definition says."""

import dataclasses
import datetime
import filecmp
import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from habilitation import Authorizer
from habilitation.audit.from_yaml import read
from habilitation.audit.in_words import InWords, WordsError
from habilitation.audit.refusals import UsageError
from habilitation.audit.replay import Named, Replay, Side, Teller, answers, asked_of_both, held_at, replayed, telling
from habilitation.audit.replay.dimensions import dimensions
from habilitation.audit.replay.plain import plain
from habilitation.sample import write
from habilitation.source import Source, Span, Word
from tests import test_audit_places as places
from tests.naive_audit import GRAINS, PAST, NaiveAudit, instant, physical_lines, table
from tests.small_policies import axis, fact, opened, rule, world

ROOT = Path(__file__).parent.parent
HOSPITAL = Path(__file__).parent / "data" / "hospital"
RANKS = ("DENY", "NOT_APPLICABLE", "INDETERMINATE", "PERMIT")

# --- a hospital, line by line --------------------------------------------------------------------


def shipped(ground: Path, file: str, changes: list[tuple[str, str]]) -> Authorizer:
    """The shipped policy, where texts of one file of rules are replaced."""
    shutil.copytree(ROOT / "matrices" / "dmp", ground / "matrices")
    shutil.copytree(ROOT / "rules" / "dmp", ground / "rules")
    (ground / "rules" / "vocabulary.yaml").rename(ground / "vocabulary.yaml")
    shutil.rmtree(ground / "rules" / "tests")
    text = (ground / "rules" / file).read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (ground / "rules" / file).write_text(text, "utf-8")
    return Authorizer.load(ground)


def sides(folder: Path, old: Authorizer, new: Authorizer, **more: Any) -> tuple[Side, Side]:
    """The audit of a hospital under both policies, as its own file asks for it."""
    words, found = read("audit.yaml", (folder / "audit.yaml").read_text("utf-8"), folder)
    assert words is not None
    one, other = asked_of_both(words, old, new, found)
    return tuple(Side(side.policy, dataclasses.replace(side.asked, **more)) for side in (one, other))  # type: ignore[return-value]


class Defined(NaiveAudit):
    """The definition, under any policy: of the instants of a rounded stamp, the best answer, first of its rank."""

    def judged(self, line: dict[str, str]) -> tuple[Any, tuple[str, ...]]:
        first = instant(line["time"], PAST)
        moments = self.moments(line, first, first + GRAINS[line["time_granularity"]])
        return max((self.at(line, moment) for moment in moments), key=lambda answer: RANKS.index(answer[0].value))


def judged(folder: Path, policy: Authorizer) -> dict[int, tuple[str, str]]:
    """The effect and rules of each line that can be read, by a loop over the lines."""
    audit, log = Defined(folder, policy), dict(physical_lines(folder / "log.csv"))
    read = [told["line"] for told in table(folder / "truth.parquet") if told["kind"] != "rejected"]
    answers = {number: audit.judged(log[number]) for number in read}
    return {number: (effect.value, "+".join(rules)) for number, (effect, rules) in answers.items()}


CHANGES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "every document is masked but for those who wrote it": (
        "masking.hab",
        [("professional_capacity and masked and motive is normal", "professional_capacity and motive is normal")],
    ),
    "glass is broken without its conditions, under another name": (
        "emergency.hab",
        [
            ("unless unable_to_express and immediate_danger", "unless unable_to_express or immediate_danger or masked"),
            ("forbid opposition_to_bris_de_glace", "forbid objection_to_bris_de_glace"),
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_accesses_judged_otherwise_are_those_of_the_definition_line_by_line(
    change: str, dmp: Authorizer, tmp_path: Path
) -> None:
    seed = list(CHANGES).index(change) + 11
    write(tmp_path / "hospital", patients=25, accesses=700, seed=seed)
    new = shipped(tmp_path / "new", *CHANGES[change])
    before, after = (judged(tmp_path / "hospital", policy) for policy in (dmp, new))
    found = replayed(*sides(tmp_path / "hospital", dmp, new), out=tmp_path / "out")
    rows = pq.read_table(tmp_path / "out" / "changed.parquet").to_pylist()
    told = {row["line"]: ((row["old_effect"], row["new_effect"]), row["kind"]) for row in rows}
    otherwise = {line: (before[line][0], after[line][0]) for line in before if before[line][0] != after[line][0]}
    assert {line: effects for line, (effects, kind) in told.items() if kind != "reason"} == otherwise
    assert len(otherwise) == found.changed > 0
    same = {line for line in before if before[line][0] == after[line][0] and before[line][1] != after[line][1]}
    assert {line for line, (_, kind) in told.items() if kind == "reason"} == same


def test_a_policy_compared_with_itself_changes_nothing(dmp: Authorizer) -> None:
    found = replayed(*sides(HOSPITAL, dmp, dmp))
    assert (found.changed, found.groups, found.opens) == (0, (), False)
    (file,) = found.old_files
    assert found.compared == file.accesses
    assert file.read == file.judged + file.rejected == 600


def test_an_edition_held_for_all_days_judges_the_accesses_that_came_before_it(dmp: Authorizer) -> None:
    then = held_at(dmp, datetime.date(2025, 9, 1), None)
    assert then.at("1990-01-01").edition == dmp.at("2025-09-01").edition
    found = replayed(*sides(HOSPITAL, dmp, then))
    assert found.changed == found.kinds["opened"] == found.assessable > 0
    assert {group.old.rules.split("+")[0] for group in found.groups} == {"air_not_yet_defined", "before_first_edition"}
    assert {group.new.effect for group in found.groups} == {"PERMIT"}


def test_a_policy_held_as_known_on_a_day_keeps_its_editions(dmp: Authorizer) -> None:
    then = held_at(dmp, None, datetime.date(2024, 10, 1))
    for day in ("2024-09-01", "2024-10-01", "2025-09-01"):
        assert then.at(day).edition == dmp.at(day, known_on="2024-10-01").edition
    assert held_at(dmp, None, None) is dmp


# --- a small ward --------------------------------------------------------------------------------

JOBS = axis("profession", "nurse", "doctor")
TYPES = axis("document_type", "letter", "image")
WARD = world(axis("action", "consult", "deposit"), JOBS, TYPES, fact("care_team"), fact("blocked"))
OLD = rule("permit", "team", "care_team", "for consult") + rule("forbid", "closed", "blocked")
NEW = rule("permit", "ward_team", "care_team and profession is doctor", "for consult") + rule(
    "permit", "images", "document_type is image", "for consult"
)
NO_MASK = rule("permit", "team", "care_team", "for consult") + rule("forbid", "closed", "blocked")
LOG = """time,patient_id,professional_id,profession,document_type,outcome,care_team,blocked
2026-03-01T10:00:00Z,p-1,pro-1,nurse,letter,done,true,false
2026-03-01T10:01:00Z,p-1,pro-1,nurse,letter,refused,true,false
2026-03-01T10:02:00Z,p-2,pro-2,doctor,letter,done,true,false
2026-03-01T10:03:00Z,p-2,pro-2,doctor,image,done,false,false
2026-03-01T10:04:00Z,p-3,pro-3,doctor,image,done,true,true
2026-03-01T10:05:00Z,p-3,pro-3,doctor,letter,done,,false
not a time,p-3,pro-3,doctor,letter,done,true,false
2026-03-01T10:06:00Z,p-3,,doctor,image,done,true,false
"""


def policy(ground: Path, rules: str, vocabulary: str = WARD) -> Authorizer:
    return opened(ground, rules, vocabulary)


def words(**said: Any) -> InWords:
    """What is asked, as typed."""

    def word(text: str) -> Word:
        return Word(text, Span(Source("typed", text), 0, len(text)))

    def meant(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(word, value))
        return {word(key): word(text) for key, text in value.items()} if isinstance(value, dict) else word(value)

    return InWords(**{name: meant(value) for name, value in said.items()})


@pytest.fixture
def ward(tmp_path: Path) -> tuple[Side, Side]:
    """The log of the ward, under its old rules and its new ones."""
    log = tmp_path / "log.csv"
    log.write_text(LOG, "utf-8")
    old, new = policy(tmp_path / "old", OLD), policy(tmp_path / "new", NEW)
    return asked_of_both(words(logs=(str(log),)), old, new)


def moves(found: Replay) -> list[tuple[str, str, str, int, int]]:
    return [
        (
            group.kind,
            f"{group.old.effect} {group.old.rules}",
            f"{group.new.effect} {group.new.rules}",
            group.accesses,
            group.done,
        )
        for group in found.groups
    ]


def test_accesses_are_grouped_by_where_they_went_from_and_to(ward: tuple[Side, Side]) -> None:
    found = replayed(*ward)
    assert moves(found) == [
        ("opened", "DENY closed", "PERMIT images+ward_team", 1, 1),
        ("opened", "NOT_APPLICABLE no_rule", "PERMIT images", 1, 1),
        ("closed", "PERMIT team", "NOT_APPLICABLE no_rule", 2, 1),
        ("reason", "PERMIT team", "PERMIT ward_team", 1, 1),
    ]
    assert found.opens
    assert (found.changed, found.records, found.professionals) == (4, 3, 3)
    assert (found.compared, found.only_old, found.only_new) == (7, 0, 0)
    assert [file.rejected for file in (*found.old_files, *found.new_files)] == [1, 1]


def test_what_becomes_assessable_is_counted_with_the_fact_that_lacked(tmp_path: Path, ward: tuple[Side, Side]) -> None:
    images = rule("permit", "images", "document_type is image", "for consult")
    new = dataclasses.replace(ward[1], policy=policy(tmp_path / "images", images))
    found = replayed(ward[0], new)
    (group,) = (group for group in found.groups if group.old.effect == "INDETERMINATE")
    assert (group.kind, group.old.missing, group.new.effect, found.assessable) == (
        "otherwise",
        "care_team",
        "NOT_APPLICABLE",
        1,
    )
    back = replayed(new, ward[0])
    assert (back.assessable, back.not_assessable) == (0, 1)


def test_the_values_of_an_axis_are_told_with_what_became_of_their_accesses(ward: tuple[Side, Side]) -> None:
    found = replayed(*ward)
    assert [(share.value, share.opened, share.closed, share.reason) for share in found.by["profession"]] == [
        ("doctor", 2, 0, 1),
        ("nurse", 0, 2, 0),
    ]
    assert list(found.by) == ["profession", "document_type", "action"]  # of no motive: the policies have no such axis
    assert found.groups[2].by["document_type"] == {"letter": 2}


def test_examples_are_the_first_of_each_group_with_their_places(ward: tuple[Side, Side]) -> None:
    found = replayed(*ward, examples=1)
    closed = found.groups[2]
    (example,) = closed.examples
    assert example.place.endswith("log.csv:2")
    assert (example.time, example.professional_id, example.patient_id) == ("2026-03-01T11:00:00+01:00", "pro-1", "p-1")
    assert [len(group.examples) for group in replayed(*ward, examples=0).groups] == [0, 0, 0, 0]


def test_rules_that_hold_together_are_compared_whatever_their_order(tmp_path: Path, ward: tuple[Side, Side]) -> None:
    one, other = rule("permit", "team", "care_team", "for consult"), rule("permit", "ours", "care_team", "for consult")
    old, new = policy(tmp_path / "a", one + other), policy(tmp_path / "b", other + one)
    sided = [dataclasses.replace(side, policy=now) for side, now in zip(ward, (old, new), strict=True)]
    assert replayed(*sided).groups == ()


def test_of_an_event_that_names_several_documents_each_is_compared_by_itself(tmp_path: Path) -> None:
    old, new = (
        opened(tmp_path / "old", places.RULES, places.VOCABULARY),
        opened(tmp_path / "new", NO_MASK, places.VOCABULARY),
    )
    (tmp_path / "log.ndjson").write_text(json.dumps(places.event("d1", "d2")) + "\n", "utf-8")
    (tmp_path / "facts.csv").write_text(places.FACTS + places.TEAM.replace("T14:10", "T14:00"), "utf-8")
    (tmp_path / "documents.csv").write_text(places.DOCUMENTS, "utf-8")
    found = replayed(*(Side(policy, places.asked(tmp_path)) for policy in (old, new)))
    assert [move[:3] for move in moves(found)] == [("opened", "DENY masked_document", "PERMIT team")]
    assert (found.compared, found.groups[0].examples[0].part) == (2, 1)


# --- two vocabularies ----------------------------------------------------------------------------


def test_an_access_of_a_code_that_one_policy_does_not_know_opens_where_the_other_permits_it(
    tmp_path: Path, ward: tuple[Side, Side]
) -> None:
    before = world(
        axis("action", "consult", "deposit"), JOBS, axis("document_type", "letter"), fact("care_team"), fact("blocked")
    )
    old = policy(tmp_path / "before", OLD, before)
    new = dataclasses.replace(ward[1], policy=policy(tmp_path / "after", OLD))
    found = replayed(dataclasses.replace(ward[0], policy=old), new, out=tmp_path / "out")
    assert (found.compared, found.only_old, found.only_new) == (7, 0, 3)
    assert [move[:3] for move in moves(found)] == [
        ("otherwise", "INDETERMINATE not_read", "DENY closed"),
        ("otherwise", "INDETERMINATE not_read", "NOT_APPLICABLE no_rule"),
        ("reason", "INDETERMINATE not_read", "INDETERMINATE missing_fact"),
    ]
    assert "does not know one of its codes" in found.groups[0].old.told.message_en
    back = replayed(new, dataclasses.replace(ward[0], policy=old))
    assert (back.compared, back.only_old, back.only_new, back.not_assessable) == (7, 3, 0, 2)


def test_the_accesses_compared_are_never_fewer_than_those_that_change(tmp_path: Path, ward: tuple[Side, Side]) -> None:
    nothing_known = world(
        axis("action", "deposit"), JOBS, axis("document_type", "map"), fact("care_team"), fact("blocked")
    )
    old = policy(tmp_path / "before", rule("permit", "team", "care_team"), nothing_known)
    found = replayed(dataclasses.replace(ward[0], policy=old), ward[1])
    assert found.compared == found.only_new > 0
    assert found.compared >= found.changed + found.kinds["reason"] > 0
    lines = [line.text for line in Teller(found, old, ward[1].policy, "en").in_text()][_HEADING + 1 :]
    assert lines[0].startswith(f"Accesses compared: {found.compared} (")
    assert lines[1] == (
        f"Of which read under one policy only: 0 before, {found.compared} after; "
        "the other does not know one of their codes"
    )


def test_what_is_declared_of_an_axis_of_one_policy_is_asked_of_that_one(tmp_path: Path) -> None:
    more = WARD + fact("consented") + axis("channel", "direct", "indirect")
    old, new = policy(tmp_path / "old", OLD), policy(tmp_path / "new", OLD, more)
    said = words(
        logs=("log.csv",),
        complete=("blocked", "consented"),
        assume={"channel": "direct"},
        lag={"consented": "7d", "care_team": "1d"},
        policy="elsewhere",
    )
    one, other = asked_of_both(said, old, new)
    assert (set(one.asked.complete), set(one.asked.lag)) == ({"blocked"}, {"care_team"})
    assert not one.asked.assume
    assert other.asked.complete == {"blocked", "consented"}
    assert (other.asked.assume, set(other.asked.lag)) == ({"channel": "direct"}, {"consented", "care_team"})
    assert one.asked.policy is other.asked.policy is None


def test_what_is_declared_of_an_axis_that_neither_policy_has_is_refused(tmp_path: Path) -> None:
    old, new = policy(tmp_path / "old", OLD), policy(tmp_path / "new", NEW)
    with pytest.raises(WordsError, match="unknown axis `consnted`"):
        asked_of_both(words(logs=("log.csv",), complete=("consnted",)), old, new)


def test_a_default_is_not_taken_for_what_a_log_leaves_unsaid_unless_its_table_is_complete(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("time,patient_id,professional_id\n2026-03-01T10:00:00Z,p-1,pro-1\n", "utf-8")
    old, new = (
        policy(
            tmp_path / default,
            rule("permit", "team", "care_team", "for consult"),
            world(axis("action", "consult"), fact("care_team", default=default)),
        )
        for default in ("false", "true")
    )
    assert [side.decide(action="consult").effect.value for side in (old, new)] == ["NOT_APPLICABLE", "PERMIT"]
    found = replayed(*asked_of_both(words(logs=(str(log),)), old, new))
    assert (found.nothing_assessed, found.changed) == (True, 0)
    found = replayed(*asked_of_both(words(logs=(str(log),), complete=("care_team",)), old, new))
    assert moves(found) == [("opened", "NOT_APPLICABLE no_rule", "PERMIT team", 1, 1)]


# --- other axes ----------------------------------------------------------------------------------

NAMES = {"profession": "job", "document_type": "kind"}  # `kind` is a column of what is written, too


def renamed(text: str) -> str:
    for name, other in NAMES.items():
        text = re.sub(rf"\b{name}\b", other, text)
    return text


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Side, Side]:
    """The ward, where its vocabulary names what it has otherwise, and says what it is about."""
    kinds = axis("kind", "letter", "image", category="resource")
    why = axis("purpose", "care", "study", category="environment")
    vocabulary = world(
        axis("action", "consult", "deposit"),
        kinds,
        axis("job", "nurse", "doctor", category="subject"),
        why,
        fact("care_team"),
        fact("blocked"),
    )
    log = tmp_path / "desk.csv"
    log.write_text(renamed(LOG), "utf-8")
    old, new = (policy(tmp_path / side, renamed(rules), vocabulary) for side, rules in (("o", OLD), ("n", NEW)))
    return asked_of_both(words(logs=(str(log),), assume={"purpose": "care"}), old, new)


def test_who_and_for_what_are_told_by_the_categories_of_axes_whatever_their_names(
    desk: tuple[Side, Side], ward: tuple[Side, Side]
) -> None:
    found, usual = replayed(*desk), replayed(*ward)
    assert list(found.by) == ["job", "axis_kind", "action", "purpose"]
    for name, key in (("profession", "job"), ("document_type", "axis_kind"), ("action", "action")):
        assert found.by[key] == usual.by[name]
        assert [group.by[key] for group in found.groups] == [group.by[name] for group in usual.groups]
    closed = told(desk, "fr", examples=1).index("▼ Fermés : 2 (ont eu lieu : 1 ; dossiers : 1 ; professionnels : 1)")
    lines = told(desk, "fr", examples=1)[closed + 3 : closed + 8]
    assert lines[:4] == [
        "  job (fr) : nurse nurse (fr) × 2",
        "  kind (fr) : letter letter (fr) × 2",
        "  action (fr) : consult consult (fr) × 2",
        "  purpose (fr) : care care (fr) × 2",
    ]
    assert lines[4].endswith("  pro-1  p-1  nurse  letter  a ouvert")
    markdown = Teller(replayed(*desk, examples=1), desk[0].policy, desk[1].policy, "en").in_markdown()
    assert any("| where | time | who | record | job (en) | kind (en) | system |" in line for line in markdown)


def test_what_is_written_has_the_axes_of_the_policies_beside_its_own_columns(
    desk: tuple[Side, Side], tmp_path: Path
) -> None:
    found = replayed(*desk, out=tmp_path / "out")
    (first, *_) = pq.read_table(tmp_path / "out" / "changed.parquet").to_pylist()
    assert list(first)[:10] == [
        *("place", "kind", "time", "professional_id", "patient_id"),
        *("job", "axis_kind", "action", "purpose", "outcome"),
    ]
    assert (first["kind"], first["job"], first["axis_kind"], first["purpose"]) == ("closed", "nurse", "letter", "care")
    assert rows_of(tmp_path / "out" / "changed.csv")[0]["axis_kind"] == "letter"
    example = plain(found)["groups"][0]["examples"][0]
    assert list(example)[5:] == ["job", "axis_kind", "action", "purpose", "outcome"]


def test_the_columns_of_the_shipped_policy_are_those_they_were(dmp: Authorizer, tmp_path: Path) -> None:
    found = replayed(*sides(HOSPITAL, dmp, held_at(dmp, datetime.date(2025, 9, 1), None)), out=tmp_path / "out")
    axes = ["profession", "document_type", "action", "motive"]
    assert list(found.by) == axes
    assert pq.read_schema(tmp_path / "out" / "changed.parquet").names[5:9] == axes
    assert list(plain(found)["groups"][0]["examples"][0])[5:9] == axes


def test_a_category_prevails_over_a_usual_name_whichever_policy_says_it(
    desk: tuple[Side, Side], ward: tuple[Side, Side]
) -> None:
    for old, new in ((ward[0], desk[1]), (desk[0], ward[1])):
        assert [one.axis for one in dimensions(old.policy, new.policy)] == ["job", "kind", "action", "purpose"]


def test_facts_and_other_axes_are_no_breakdown(tmp_path: Path) -> None:
    vocabulary = world(
        axis("room", "hall"),
        axis("role", "guest"),
        axis("motive", "visit"),
        axis("way", "in", category="environment"),
        fact("a"),
    )
    one = policy(tmp_path / "one", rule("permit", "one", "a"), vocabulary)
    assert [(each.axis, each.category) for each in dimensions(one, one)] == [
        ("role", "subject"),
        ("motive", "environment"),
    ]


# --- written -------------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = duckdb.read_csv(str(path), all_varchar=True).to_arrow_table().to_pylist()
    return found


def test_every_changed_access_is_written_for_programs_and_for_people(ward: tuple[Side, Side], tmp_path: Path) -> None:
    found = replayed(*ward, out=tmp_path / "out")
    rows = pq.read_table(tmp_path / "out" / "changed.parquet").to_pylist()
    assert [(row["line"], row["kind"]) for row in rows] == [
        (2, "closed"),
        (3, "closed"),
        (4, "reason"),
        (5, "opened"),
        (6, "opened"),
    ]
    assert rows[0]["place"].endswith("log.csv:2")
    assert (rows[0]["old_message_en"], rows[0]["old_citations"]) == ("team, in English.", "a text")
    in_words = rows_of(tmp_path / "out" / "changed.csv")
    assert [row["line"] for row in in_words] == ["2", "3", "4", "5", "6"]
    assert in_words[0]["old_message_fr"] == "team, en français."
    assert "old_message_en" not in in_words[0]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["counts"]["changed"] == found.changed == 4
    assert manifest["files"]["changed.csv"]["rows"] == 5
    assert [one["role"] for one in manifest["inputs"]] == ["log"]


def test_the_same_inputs_give_the_same_bytes(ward: tuple[Side, Side], tmp_path: Path) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    found = [replayed(*ward, out=out) for out in (first, again)]
    assert plain(found[0]) == plain(found[1])
    names = sorted(path.name for path in first.iterdir())
    assert names == ["changed.csv", "changed.parquet", "manifest.json", "rejects.csv"]
    assert filecmp.cmpfiles(first, again, names, shallow=False)[0] == names


def test_an_earlier_comparison_is_replaced_and_no_other_folder(ward: tuple[Side, Side], tmp_path: Path) -> None:
    replayed(*ward, out=tmp_path / "out")
    replayed(*ward[::-1], out=tmp_path / "out")
    assert rows_of(tmp_path / "out" / "changed.csv")[0]["kind"] == "opened"
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "manifest.json").write_text('{"made_by": "habilitation audit", "files": {}}', "utf-8")
    with pytest.raises(UsageError, match="is not a comparison of two policies"):
        replayed(*ward, out=tmp_path / "audit")


def test_people_bear_other_names_where_that_is_asked(ward: tuple[Side, Side], tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k" * 32, "utf-8")
    sided = [Side(side.policy, dataclasses.replace(side.asked, pseudonymise=key, lang="en")) for side in ward]
    found = replayed(*sided, out=tmp_path / "out")
    example = found.groups[0].examples[0]
    assert example.professional_id.startswith("pro-")
    assert example.patient_id.startswith("pat-")
    text = (tmp_path / "out" / "changed.csv").read_text("utf-8")
    assert "pro-1," not in text
    assert ",p-1," not in text
    assert example.patient_id in text
    assert "team, in English." in text


def test_logs_on_the_standard_input_are_judged_under_both_policies(
    ward: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "log.csv").open("rb") as stream:
        monkeypatch.setattr("sys.stdin", type("Standard", (), {"buffer": stream}))
        found = replayed(*(Side(side.policy, dataclasses.replace(side.asked, logs=("-",))) for side in ward))
    assert found.changed == 4
    assert found.groups[0].examples[0].place == "-:6"


def test_answers_go_to_disk_as_they_come(ward: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = replayed(*ward)
    monkeypatch.setattr(answers, "_TOGETHER", 1)
    assert replayed(*ward) == whole


def test_progress_is_told_of_each_pass(ward: tuple[Side, Side]) -> None:
    seen: list[str] = []
    replayed(*ward, on_progress=lambda progress: seen.append(progress.phase))
    assert list(dict.fromkeys(seen)) == ["facts", "log", "evidence"]
    assert seen.count("facts") == 2


def test_a_comparison_is_plain_data(ward: tuple[Side, Side]) -> None:
    data = plain(replayed(*ward))
    assert json.loads(json.dumps(data)) == data
    assert (data["opened"], data["closed"], data["otherwise"], data["reason_only"]) == (2, 2, 0, 1)
    assert data["groups"][0]["new"]["rules"] == ["images", "ward_team"]
    assert data["old"]["rejected"] == 1


# --- told ----------------------------------------------------------------------------------------


_HEADING = 3  # lines that say what is compared


def told(sided: tuple[Side, Side], lang: str, **more: Any) -> list[str]:
    """What is told after its heading."""
    teller = Teller(replayed(*sided, **more), sided[0].policy, sided[1].policy, lang)
    return [line.text for line in teller.in_text()][_HEADING:]


def test_what_was_compared_is_told_first(ward: tuple[Side, Side], tmp_path: Path) -> None:
    day, learnt = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)
    one, other = (
        Named(asked, side.policy.policy) for asked, side in zip(("main", "./new@2026-01-01"), ward, strict=True)
    )
    sided = (
        dataclasses.replace(ward[0], said=one),
        dataclasses.replace(ward[1], said=dataclasses.replace(other, at=day, known_on=learnt)),
    )
    found = replayed(*sided, out=tmp_path / "out")
    digests = [named.policy["digest"][:16] for named in (one, other)]
    for lang, words in (
        (
            "en",
            (
                "before:",
                "after:",
                "the edition in force on 2026-01-01 for every access, as known on 2026-02-01",
                "digest",
            ),
        ),
        (
            "fr",
            (
                "avant :",
                "après :",
                "édition en vigueur le 2026-01-01 pour chaque accès, telle que connue le 2026-02-01",
                "empreinte",
            ),
        ),
    ):
        before, after, days, digest = words
        heading = [
            "main → ./new@2026-01-01",
            f"  {before} small, {digest} {digests[0]}",
            f"  {after} small, {days}, {digest} {digests[1]}",
        ]
        teller = Teller(found, ward[0].policy, ward[1].policy, lang)
        assert [line.text for line in teller.in_text()][:_HEADING] == heading
        assert "\n\n- main → ./new&#64;2026-01-01\n  - " in "\n".join(teller.in_markdown())
    data, manifest = plain(found), json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert list(data)[:2] == ["old", "new"]
    assert manifest["policies"]["new"] == {
        "asked": "./new@2026-01-01",
        **ward[1].policy.policy,
        "at": "2026-01-01",
        "known_on": "2026-02-01",
    }
    for side, policy in manifest["policies"].items():
        assert {name: data[side][name] for name in policy} == policy


def test_a_policy_that_was_not_named_has_its_own_name_and_the_day_of_the_audit(ward: tuple[Side, Side]) -> None:
    asked = dataclasses.replace(ward[0].asked, known_on=datetime.date(2026, 4, 1))
    named = dataclasses.replace(ward[0], asked=asked).named
    assert (named.asked, named.at, named.known_on) == ("small", None, asked.known_on)


def test_a_comparison_is_told_with_what_opens_first(ward: tuple[Side, Side]) -> None:
    lines = told(ward, "en", examples=1)
    assert lines[0].startswith("Not readable: ")
    assert lines[7].startswith("  bad_time: 1 before, 1 after; first ")
    assert [*lines[1:7], *lines[8:9]] == [
        "Accesses compared: 7 (lines read: 8; not readable: 1 before, 1 after)",
        "Settled neither before nor after: 2; what becomes of them is not known",
        (
            "Judged otherwise: 4 – opened: 2, closed: 2, permitted neither before nor after: 0 "
            "(records: 3; professionals: 3)"
        ),
        "Become assessable: 0; no longer are: 0",
        "Same effect, another reason: 1",
        "Lines that cannot be read:",
        "",
    ]
    closed = lines.index("▼ Closed: 2 (took place: 1; records: 1; professionals: 1)")
    assert lines[closed + 1 : closed + 6] == [
        "  before: permitted (PERMIT) – team – team, in English. – [a text]",
        "  after: not permitted (NOT_APPLICABLE) – no_rule – No rule permits this access.",
        "  profession (en): nurse nurse (en) × 2",
        "  document_type (en): letter letter (en) × 2",
        "  action (en): consult consult (en) × 2",
    ]
    assert lines[closed + 6].endswith("log.csv:2  2026-03-01T11:00:00+01:00  pro-1  p-1  nurse  letter  opened")


def test_a_comparison_is_told_in_french(ward: tuple[Side, Side]) -> None:
    lines = told(ward, "fr")
    assert "▼ Fermés : 2 (ont eu lieu : 1 ; dossiers : 1 ; professionnels : 1)" in lines
    assert "  avant : permis (PERMIT) – team – team, en français. – [a text]" in lines
    assert "Des autres accès, aucun n'est jugé autrement." in told((ward[0], ward[0]), "fr")


def test_what_could_not_be_read_or_was_missing_is_told(tmp_path: Path, ward: tuple[Side, Side]) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("patient_id,fact,value\np-1,nonsense,true\n", "utf-8")
    letters = axis("document_type", "letter")
    before = world(axis("action", "consult", "deposit"), JOBS, letters, fact("care_team"), fact("blocked"))
    old = Side(policy(tmp_path / "before", OLD, before), dataclasses.replace(ward[0].asked, facts=(str(facts),)))
    new = Side(ward[1].policy, dataclasses.replace(ward[1].asked, facts=(str(facts),)))
    lines = told((old, new), "en")
    assert "Of which read under one policy only: 0 before, 3 after; the other does not know one of their codes" in lines
    assert "Rows of the other tables not readable: 1 before, 1 after" in lines
    assert any(line.endswith("missing professional_id") for line in lines)


LATE = rule("permit", "doctors", "profession is doctor", "for consult", "applicable from 2027-01-01")


def test_an_edition_that_begins_after_the_log_is_said_to_have_judged_none_of_it(
    tmp_path: Path, ward: tuple[Side, Side]
) -> None:
    new = dataclasses.replace(ward[0], policy=policy(tmp_path / "late", OLD + LATE))
    found = replayed(ward[0], new)
    assert (found.changed, found.later) == (0, ((), (datetime.date(2027, 1, 1),)))
    text = told((ward[0], new), "en")
    none = text.index("Of the other accesses, none is judged otherwise.")
    log = "Log from 2026-03-01 to 2026-03-01; no access of it is judged by an edition that begins later: "
    assert text[none + 1 : none + 3] == [
        f"{log}2027-01-01 (after)",
        "To have them all judged by it: OLD@2027-01-01 NEW@2027-01-01",
    ]
    french = told((new, _renamed(new)), "fr")
    assert any(line.endswith("commence plus tard : 2027-01-01 (avant, après)") for line in french)
    data = plain(found)
    assert (data["first_day"], data["last_day"]) == ("2026-03-01", "2026-03-01")
    assert data["editions_after"] == {"old": [], "new": ["2027-01-01"]}


def _renamed(side: Side) -> Side:
    """The same policy, of other texts."""
    tables = dataclasses.replace(side.policy.tables, name="renamed")
    return dataclasses.replace(side, policy=Authorizer(tables))


def test_no_edition_is_said_to_be_later_where_it_is_held_or_both_policies_are_the_same(
    tmp_path: Path, ward: tuple[Side, Side]
) -> None:
    late = dataclasses.replace(ward[0], policy=policy(tmp_path / "late", OLD + LATE))
    held = dataclasses.replace(late, policy=held_at(late.policy, datetime.date(2027, 1, 1), None))
    assert replayed(late, late).later == ((), ())
    assert replayed(ward[0], held).later == ((), ())
    assert replayed(ward[0], held).changed > 0


def test_many_later_editions_are_told_in_part(tmp_path: Path, ward: tuple[Side, Side]) -> None:
    rules = "".join(
        rule("permit", f"late_{year}", "profession is doctor", "for consult", f"applicable from {year}-01-01")
        for year in range(2027, 2035)
    )
    new = dataclasses.replace(ward[0], policy=policy(tmp_path / "late", OLD + rules))
    assert any(line.endswith("2032-01-01 (after), others: 2") for line in told((ward[0], new), "en"))


def test_a_log_without_an_access_has_no_days(tmp_path: Path, ward: tuple[Side, Side]) -> None:
    (tmp_path / "log.csv").write_text("time,patient_id,professional_id\nnever,p-1,pro-1\n", "utf-8")
    found = replayed(*ward)
    assert (found.days, plain(found)["first_day"]) == (None, None)


def test_an_axis_of_many_values_is_told_in_part(tmp_path: Path) -> None:
    types = axis("document_type", *(f"type-{number}" for number in range(9)))
    vocabulary = world(
        axis("action", "consult"), types.replace("document_type (en)", "document types"), fact("care_team")
    )
    log = tmp_path / "log.csv"
    lines = [f"2026-03-01T10:00:00Z,p-1,pro-1,{one}\n" for one in [*(f"type-{number}" for number in range(9)), ""]]
    log.write_text("time,patient_id,professional_id,document_type\n" + "".join(lines), "utf-8")
    permits, forbids = (rule(effect, "all_of_them", "care_team or not care_team") for effect in ("permit", "forbid"))
    old, new = policy(tmp_path / "old", permits, vocabulary), policy(tmp_path / "new", forbids, vocabulary)
    text = told(asked_of_both(words(logs=(str(log),)), old, new), "en")
    (types_told,) = (line for line in text if "document types" in line)
    assert types_told.startswith("  document types: (unknown) × 1, type-0 type-0 (en) × 1")
    assert types_told.endswith(", others: 4")


def test_many_moves_are_told_in_part_and_counted(ward: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_GROUPS", 2)
    rest = "More moves from one reason to another: 2, accesses: 3 (--json and --out tell them all)"
    assert told(ward, "en")[-1] == f"\n{rest}"
    found = replayed(*ward)
    told_to_a_forge = list(Teller(found, ward[0].policy, ward[1].policy, "en").in_markdown())
    assert told_to_a_forge[-1] == f"\n{rest}"
    assert len(plain(found)["groups"]) == 4


def test_in_markdown_nothing_of_a_log_is_markup(ward: tuple[Side, Side], tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG.replace("pro-1", "@all|<b>`x`"), "utf-8")
    found = replayed(*ward, examples=1)
    text = "\n".join(Teller(found, ward[0].policy, ward[1].policy, "en").in_markdown())
    assert "| &#64;all\\|&lt;b&gt;`x` |" in text
    assert text.startswith("### Past accesses, judged again\n\n- small → small\n  - before: small, digest ")
    assert "\n- Accesses compared: 7" in text
    assert text.index("⚠ Opened") < text.index("▼ Closed")
    assert text.count("<details>") == text.count("</details>") == len(found.groups)
    without = Teller(replayed(*ward, examples=0), ward[0].policy, ward[1].policy, "fr")
    assert not any("details" in line for line in without.in_markdown())


def test_a_log_of_which_nothing_could_be_read_is_told_apart(ward: tuple[Side, Side], tmp_path: Path) -> None:
    assert not replayed(*ward).nothing_read
    (tmp_path / "log.csv").write_text("time,patient_id,professional_id\nnever,p-1,pro-1\n", "utf-8")
    found = replayed(*ward, out=tmp_path / "out")
    assert found.nothing_read
    assert rows_of(tmp_path / "out" / "changed.csv") == []

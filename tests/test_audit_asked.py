"""What an audit is asked: from `audit.yaml`, from flags, or both; and every mistake of it, each with its place."""

import datetime
import re
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.from_flags import typed
from habilitation.audit.from_yaml import read
from habilitation.audit.in_words import InWords, WordsError, settled
from habilitation.audit.intake.from_mapping import read_mapping
from habilitation.audit.refusals import UsageError

FOLDER = Path("hospital")
WHOLE = """
logs: [logs/*.csv, "-"]
facts: facts.csv
memberships: [members.csv]
documents: /archive/documents.parquet
policy: rules
out: report
complete: [care_team, blocked]
assume: {channel: direct, masked: false}
lag_after_discharge: 7d
zone: Europe/Paris
granularity: 1h
known_on: 2026-01-31
mapping: his.yaml
deduplicate: gesture
format: csv
pseudonymise: ../secret.key
csv_dialect: excel-fr
lang: en
jobs: 2
"""


def in_words(text: str) -> InWords:
    words, found = read("hospital/audit.yaml", text, FOLDER)
    assert words is not None
    assert found == []
    return words


def told(text: str, policy: Authorizer, **flags: str | list[str] | None) -> list[str]:
    """Place, sentence and way out of each mistake."""
    words, found = read("audit.yaml", text, FOLDER)
    if words is None:
        error = WordsError(found)
    else:
        with pytest.raises(WordsError) as refused:
            settled(words.under(typed(flags)), policy, found)
        error = refused.value
    lines = [one.render().splitlines() for one in error.diagnostics]
    return [" | ".join([head, *(line.strip() for line in under if "  help: " in line)]) for head, *under in lines]


# --- what is asked -------------------------------------------------------------------------------


def test_every_key_of_the_file_is_asked_and_its_paths_are_beside_it(dmp: Authorizer) -> None:
    assert settled(in_words(WHOLE), dmp) == Asked(
        logs=("hospital/logs/*.csv", "-"),
        facts=("hospital/facts.csv",),
        memberships=("hospital/members.csv",),
        documents=("/archive/documents.parquet",),
        policy=FOLDER / "rules",
        out=FOLDER / "report",
        complete=frozenset({"care_team", "blocked"}),
        assume={"channel": "direct", "masked": "false"},
        lag={"care_team": datetime.timedelta(7)},
        zone="Europe/Paris",
        granularity=datetime.timedelta(hours=1),
        known_on=datetime.date(2026, 1, 31),
        mapping=FOLDER / "his.yaml",
        deduplicate="gesture",
        format="csv",
        pseudonymise=FOLDER / "../secret.key",
        dialect="excel-fr",
        lang="en",
        jobs=2,
    )


def test_the_shipped_policy_is_named_in_the_file_unless_a_folder_has_its_name(tmp_path: Path) -> None:
    def policy() -> str | None:
        words, _ = read("audit.yaml", "logs: log.csv\npolicy: dmp\n", tmp_path)
        assert words is not None
        return words.policy

    assert policy() == "dmp"
    (tmp_path / "dmp").mkdir()
    assert policy() == str(tmp_path / "dmp")


def test_what_is_not_said_is_as_if_nothing_was_asked(dmp: Authorizer) -> None:
    assert settled(in_words("log: a.csv\n"), dmp) == Asked(logs=("hospital/a.csv",))


def test_the_file_of_the_page_is_one_that_can_be_asked(dmp: Authorizer) -> None:
    page = (Path(__file__).parent.parent / "docs" / "audit.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"^```yaml audit\.yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert settled(in_words(written), dmp).out == FOLDER / "report"


def test_the_mapping_of_the_page_is_one_that_can_be_read(dmp: Authorizer, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "audit.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"^```yaml his\.yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "his.yaml").write_text(written, encoding="utf-8")
    assert read_mapping(tmp_path / "his.yaml", dmp).tables["log"].columns["patient_id"] == ("IPP", "NIP")


@pytest.mark.parametrize(
    ("word", "lasting"),
    [("30s", {"seconds": 30}), ("10m", {"minutes": 10}), ("1h", {"hours": 1}), ("7d", {"days": 7})],
)
def test_a_duration_is_a_number_and_a_unit(word: str, lasting: dict[str, int], dmp: Authorizer) -> None:
    lag = settled(in_words(f"log: a\nlag_after_discharge: {{treating_physician: {word}}}\n"), dmp).lag
    assert lag == {"treating_physician": datetime.timedelta(**lasting)}


def test_what_is_typed_says_more_than_the_file_and_its_paths_are_those_of_the_shell(dmp: Authorizer) -> None:
    flags = typed({"logs": ["b.csv"], "out": "elsewhere", "complete": ["author,blocked"], "assume": [], "zone": None})
    asked = settled(in_words(WHOLE).under(flags), dmp)
    assert (asked.logs, asked.out) == (("b.csv",), Path("elsewhere"))
    assert asked.complete == {"author", "blocked"}
    assert asked.assume == {"channel": "direct", "masked": "false"}
    assert asked.zone == "Europe/Paris"


def test_a_typed_fact_is_assumed_true_and_a_typed_lag_is_of_the_care_team(dmp: Authorizer) -> None:
    flags = {"assume": ["unable_to_express", "motive=normal"], "lag_after_discharge": ["7d", "treating_physician=1h"]}
    asked = settled(typed({**flags, "patient": "P1", "since": "2026-01-01", "until": "2026-02-01"}), dmp)
    assert asked.assume == {"unable_to_express": "true", "motive": "normal"}
    assert asked.lag == {"care_team": datetime.timedelta(7), "treating_physician": datetime.timedelta(hours=1)}
    assert (asked.patient, asked.since, asked.until) == ("P1", datetime.date(2026, 1, 1), datetime.date(2026, 2, 1))


def test_an_axis_is_assumed_once() -> None:
    with pytest.raises(UsageError, match="`motive` is given twice"):
        typed({"assume": ["motive=normal", "motive=centre_15"]})


# --- what is wrong with it -----------------------------------------------------------------------


def test_all_mistakes_are_told_together_each_in_its_place(dmp: Authorizer) -> None:
    text = (
        WHOLE.replace("care_team,", "care_taem, motive,").replace("direct", "dierct").replace("masked: false", "x: y")
    )
    text = (
        text.replace("7d", "a week").replace("Europe/Paris", "Europe/Pari").replace("1h", "h").replace("01-31", "02-31")
    )
    text = text.replace("gesture", "gestures").replace("format: csv", "format: cvs").replace("excel-fr", "word")
    text = text.replace("lang: en", "lang: de").replace("jobs: 2", "jobs: 0")
    assert [one.removeprefix("audit.yaml:") for one in told(text, dmp)] == [
        "8:12: unknown axis `care_taem` | help: did you mean `care_team`?",
        "8:23: `motive` is no fact and has no default: no row can mean nothing | help: state it with `assume`",
        "9:19: unknown `channel`: `dierct` | help: did you mean `direct`?",
        "9:27: unknown axis `x` | help: `habilitation show axes` lists them",
        "10:22: `a week` is not a duration | help: write a number and a unit: `30s`, `10m`, `1h`, `7d`",
        "11:7: unknown time zone `Europe/Pari` | help: did you mean `Europe/Paris`?",
        "12:14: `h` is not a duration | help: write a number and a unit: `30s`, `10m`, `1h`, `7d`",
        "13:11: `2026-02-31` is not a date | help: write YYYY-MM-DD",
        "15:14: unknown `deduplicate`: `gestures` | help: did you mean `gesture`?",
        "16:9: unknown `format`: `cvs` | help: did you mean `csv`?",
        "18:14: unknown `csv_dialect`: `word` | help: write `rfc4180` or `excel-fr`",
        "19:7: unknown `lang`: `de` | help: write `fr` or `en`",
        "20:7: `jobs` should be a whole number from 1 to 999",
    ]


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("log: a\nlgo: b\n", ["2:1: unknown key `lgo` | help: did you mean `log`?"]),
        ("log: a\nlogs: b\n", ["1:6: `log` and `logs` are one key | help: keep one of them"]),
        ("log: {a: b}\n", ["1:6: `log` should be a text or a list of texts"]),
        ("log: [[a]]\n", ["1:7: `log` should be a text or a list of texts"]),
        ("log: a\nfacts:\n", ["2:7: `facts` should be a text or a list of texts"]),
        ("log: a\nzone: ''\nassume: {masked: }\n", ["2:7: `zone` should be said", "3:18: `masked` should be said"]),
        ("log: a\nzone: BST\n", ["2:7: unknown time zone `BST` | help: write the name of a place"]),
        ("log: a\nassume: [masked]\n", ["2:9: `assume` should be a mapping"]),
        ("log: a\nlag_after_discharge: [7d]\n", ["2:22: `lag_after_discharge` should be a duration, or a mapping"]),
        ("log: a\nlag_after_discharge: {care_team: [7d]}\n", ["2:22: `lag_after_discharge` should be a duration"]),
        (
            "log: a\nfacts: '-'\nout: '-'\n",
            ["2:8: `facts` should be a path: only a log", "3:6: `out` should be a path"],
        ),
        ("log: a\nassume: {masked: maybe}\n", ["2:18: `masked` is a fact: it is true or false, not `maybe`"]),
        ("log: a\nassume: {masked: non}\n", ["2:18: `masked` is a fact: it is true or false | help: write `false`"]),
        ("log: a\nassume: {profession: '10'}\n", ["2:22: `10` is a code of several systems | help: write `G15_10`"]),
        ("log: a\nlag_after_discharge: {motive: 7d}\n", ["2:23: `motive` is not a fact | help: only a fact outlasts"]),
        ("log: a\nlag_after_discharge: {care: 7d}\n", ["2:23: unknown axis `care`"]),
        ("log: a\ncomplete: [masked]\nassume: {masked: true}\n", ["2:12: `masked` is both complete and assumed"]),
    ],
)
def test_a_mistake_has_a_place_and_a_way_out(text: str, mistakes: list[str], dmp: Authorizer) -> None:
    found = told(text, dmp)
    assert len(found) == len(mistakes)
    for got, expected in zip(found, mistakes, strict=True):
        head, _, way_out = expected.partition(" | ")
        assert got.startswith(f"audit.yaml:{head}")
        assert way_out in got


def test_an_axis_with_a_restrictive_default_may_be_complete(dmp: Authorizer) -> None:
    assert settled(in_words("log: a\ncomplete: authorization\n"), dmp).complete == {"authorization"}


def test_a_lag_of_no_named_fact_wants_a_policy_that_has_a_care_team(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yaml").write_text(
        "policy: door\nfr: Porte\nen: Door\naxes:\n  key: {fact: true, fr: Clé, en: Key}\n", encoding="utf-8"
    )
    (tmp_path / "rules").mkdir()
    rule = 'permit entry\n  when key\n  because "Article 1"\n  fr "Oui."\n  en "Yes."\n'
    (tmp_path / "rules" / "door.hab").write_text(rule, encoding="utf-8")
    (found,) = told("log: a\nlag_after_discharge: 7d\n", Authorizer.load(tmp_path))
    assert found.startswith("audit.yaml:2:22: this policy has no fact `care_team`")
    assert found.endswith("name the fact: `lag_after_discharge: {FACT: 7d}`")


@pytest.mark.parametrize(
    ("flags", "mistake"),
    [
        ({"complete": ["masked,blokced"]}, "command line:1:19: unknown axis `blokced` | help: did you mean `blocked`?"),
        ({"assume": ["motive=norml"]}, "command line:1:17: unknown `motive`: `norml` | help: did you mean `normal`?"),
        ({"assume": ["motiv=normal"]}, "command line:1:10: unknown axis `motiv` | help: did you mean `motive`?"),
        ({"lag_after_discharge": ["care_team="]}, "command line:1:33: `` is not a duration | help: write a number"),
        ({"facts": ["-"]}, "command line:1:9: `facts` should be a path: only a log is read from the standard input"),
        ({"known_on": "today"}, "command line:1:12: `today` is not a date | help: write YYYY-MM-DD"),
        (
            {"since": "2026-02-01", "until": "2026-02-01"},
            "command line:1:9: there is no day from `2026-02-01` until `2026-02-01` | help: `until` is the first day",
        ),
    ],
)
def test_a_mistake_typed_is_shown_in_what_was_typed(
    flags: dict[str, str | list[str] | None], mistake: str, dmp: Authorizer
) -> None:
    (found,) = told("log: a\n", dmp, **flags)
    assert found.startswith(mistake)

"""Columns and values of other systems: by name, by alias, by a mapping file whose mistakes are all found."""

from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.audit.intake.aliases import COLUMNS, folded
from habilitation.audit.intake.mapping import read_mapping
from habilitation.audit.refusals import InputError, MappingError
from tests.intake_arrangement import TIME, read, table, written


def mapped(folder: Path, text: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_headers_are_known_by_their_french_names_whatever_the_case(dmp: Authorizer, tmp_path: Path) -> None:
    header = "HORODATAGE;Identifiant PS;IPP;Unité Fonctionnelle;Résultat;Type-Document;Motif d'accès inconnu"
    path = written(tmp_path, f"{TIME};pro1;p1;u1;Échec;11488-4;x", header=header)
    (row,) = read(dmp, path).rows
    assert (row["professional_id"], row["patient_id"], row["unit_id"], row["outcome"]) == ("pro1", "p1", "u1", 2)
    assert row["document_type"] is not None


def test_no_alias_is_the_name_of_another_column_and_each_is_as_it_is_compared() -> None:
    aliases = [alias for names in COLUMNS.values() for alias in names]
    assert [alias for alias in aliases if folded(alias) != alias] == []
    assert not set(aliases) & set(COLUMNS)


@pytest.mark.parametrize("word", ["oui", "VRAI", "true", "1", "Yes", " o "])
def test_truths_are_read_in_french_and_in_english(dmp: Authorizer, tmp_path: Path, word: str) -> None:
    path = written(tmp_path, f"{TIME},pro1,p1,{word}", header="time,professional_id,patient_id,masked")
    assert read(dmp, path).column("masked") == [1]


def test_an_unknown_code_is_refused_in_the_words_of_the_policy(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        f"{TIME},a,b,G15_6O,",
        f"{TIME},a,b,10,",
        f"{TIME},a,b,,maybe",
        f"{TIME},a,b,,",
        header="time,professional_id,patient_id,profession,masked",
    )
    found = read(dmp, path)
    assert found.rejects == [(2, "unknown_code"), (3, "ambiguous_code"), (4, "unknown_code")]
    assert "did you mean `G15_" in found.sentences[0]
    assert found.column("profession") == [None]


def test_a_column_of_garbage_is_refused_without_comparing_each_word(dmp: Authorizer, tmp_path: Path) -> None:
    lines = [f"{TIME},a,b,junk{number}" for number in range(300)]
    path = written(tmp_path, *lines, header="time,professional_id,patient_id,profession")
    assert len(read(dmp, path).rejects) == 300


def test_an_action_that_is_not_said_is_a_consultation(dmp: Authorizer, tmp_path: Path) -> None:
    header = "time,professional_id,patient_id,action"
    consult = next(one for one in dmp.answers.asked.encoders if one.axis.name == "action").ordinal("consult")
    assert read(dmp, written(tmp_path, f"{TIME},a,b,", header=header)).column("action") == [consult]
    assert read(dmp, written(tmp_path, f"{TIME},a,b")).column("action") == [consult]


def test_blanks_around_a_value_are_not_part_of_it(dmp: Authorizer, tmp_path: Path) -> None:
    header = "time,professional_id,patient_id,profession,document_id"
    (row,) = read(dmp, written(tmp_path, f" {TIME} , pro1,p1\u00a0, G15_60 ,  ", header=header)).rows
    assert (row["professional_id"], row["patient_id"], row["document_id"]) == ("pro1", "p1", None)
    assert row["profession"] is not None


def test_a_line_without_a_professional_is_read_and_one_without_a_patient_rejected(
    dmp: Authorizer, tmp_path: Path
) -> None:
    found = read(dmp, written(tmp_path, f"{TIME},,p1", f"{TIME},pro1,"))
    assert found.column("professional_id") == [None]
    assert found.rejects == [(3, "missing_patient_id")]


MAPPING = """
log:
  encoding: latin-1
  delimiter: "|"
  zone: Europe/Paris
  granularity: 1m
  columns:
    time: Quand
    professional_id: [Badge, Compte]
    patient_id: Dossier
    profession: Métier
  values:
    profession: {IDE: G15_60}
    patient_id: {x: p9}
  system: {profession: G15, professional_id: RPPS}
  constants: {channel: direct}
"""


def test_a_mapping_file_says_how_another_layout_is_read(dmp: Authorizer, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    lines = [
        "Quand|Badge|Compte|Dossier|Métier|unit_id",
        "27/06/2025 18:03| |c1|x|60|u1",
        "27/06/2025 18:04|b1|c1|y|IDE|u1",
    ]
    path.write_bytes("\n".join(lines).encode("cp1252"))
    first, second = read(dmp, path, mapping=mapped(tmp_path, MAPPING)).rows
    assert [row["professional_id"] for row in (first, second)] == ["c1^RPPS", "b1^RPPS"]
    assert [row["patient_id"] for row in (first, second)] == ["p9", "y"]
    assert first["profession"] == second["profession"] is not None
    assert first["channel"] is not None
    assert first["t_end"] - first["t"] == 60_000_000
    assert first["unit_id"] == "u1"


def test_a_mapping_file_may_name_the_values_of_facts(dmp: Authorizer, tmp_path: Path) -> None:
    mapping = mapped(
        tmp_path,
        """
facts:
  columns: {fact: lien, actor_id: service}
  constants: {actor_kind: unit}
  values: {fact: {hospitalisation: care_team}, value: {en cours: "true"}}
""",
    )
    path = written(tmp_path, "p1,u1,hospitalisation,en cours", header="ipp,service,lien,valeur", name="facts.csv")
    (row,), rejects = table(dmp, tmp_path, "facts", path, mapping=mapping)
    assert rejects == []
    assert (row["actor_kind"], row["actor_id"], row["value"]) == (2, "u1", 1)


def test_every_mistake_of_a_mapping_file_is_found_with_its_place(dmp: Authorizer, tmp_path: Path) -> None:
    text = """log:
  columns: {tme: a, time: [], patient_id: {a: b}}
  values: {profesion: {a: b}}
  constants: {time: x}
  encoding: utf-7
  delimiter: ab
  zone: Paris
  granularity: soon
"""
    with pytest.raises(MappingError) as refused:
        read_mapping(mapped(tmp_path, text), dmp)
    found = {(one.code, one.span.line if one.span else 0) for one in refused.value.diagnostics}
    assert found == {
        ("unknown_column", 2),
        ("wrong_shape", 2),
        ("unknown_column", 3),
        ("duplicate_key", 4),
        ("unknown_encoding", 5),
        ("unknown_delimiter", 6),
        ("unknown_zone", 7),
        ("bad_granularity", 8),
    }
    assert refused.value.exit_code == 2
    assert "did you mean `time`?" in str(refused.value)


@pytest.mark.parametrize("text", ["log: {column: {}}", "logs: {}", "", "log: [", "log: {columns: x}"])
def test_a_mapping_file_of_another_shape_is_refused(dmp: Authorizer, tmp_path: Path, text: str) -> None:
    with pytest.raises(MappingError):
        read_mapping(mapped(tmp_path, text), dmp)


def test_a_mapping_file_that_is_no_text_or_is_not_there_is_refused(dmp: Authorizer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_mapping(tmp_path / "nowhere.yaml", dmp)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_mapping(tmp_path / "binary.yaml", dmp)


@pytest.mark.parametrize(
    ("header", "code"),
    [("time,who,patient_id", "no_such_column"), ("time,Qui,Qui,patient_id", "two_columns")],
)
def test_a_source_column_that_is_not_there_once_is_refused(
    dmp: Authorizer, tmp_path: Path, header: str, code: str
) -> None:
    mapping = mapped(tmp_path, "log:\n  columns: {professional_id: Qui}\n")
    with pytest.raises(InputError) as refused:
        read(dmp, written(tmp_path, header=header), mapping=mapping)
    assert refused.value.code == code

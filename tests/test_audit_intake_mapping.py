"""Columns and values of other systems: by name, by alias, by a mapping file whose mistakes are all found."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.intake.aliases import COLUMNS, folded
from habilitation.audit.intake.from_mapping import read_mapping
from habilitation.audit.intake.layout import laid_out
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.refusals import InputError, MappingError
from tests.intake_arrangement import TIME, intake, line, read, table, written


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


# --- values held to the policy --------------------------------------------------------------------


def mistakes(policy: Authorizer, folder: Path, text: str) -> list[tuple[int, str, str, str]]:
    """Line, code, sentence and way out of each mistake of a mapping file."""
    with pytest.raises(MappingError) as refused:
        read_mapping(mapped(folder, text), policy)
    found = refused.value.diagnostics
    return [(one.span.line if one.span else 0, one.code, one.message, one.help) for one in found]


def test_every_value_that_the_policy_does_not_read_is_told_at_its_place(dmp: Authorizer, tmp_path: Path) -> None:
    text = """log:
  values:
    motive: {N: norml, U: bris_de_glace, T: TREAT}
    masked: {x: peut-être, y: oui}
    profession: {IDE: "60", MED: "10"}
    outcome: {KO: refusd}
    time_granularity: {heure: 1 heure}
  constants: {channel: drect, action: consult}
  system: {profession: G115, professional_id: RPPS}
  otherwise: {specialty: nune, patient_id: x, activity_genre: none}
facts:
  values: {fact: {equipe: care_tem}, value: {A: activ, B: "false", C: closed}, actor_kind: {P: personne}}
documents:
  values: {document_type: {CR: 11488-9}}
"""
    assert [(line, code) for line, code, _, _ in mistakes(dmp, tmp_path, text)] == [
        (3, "unknown_value"),
        (4, "unknown_value"),
        (5, "ambiguous_code"),
        (6, "unknown_value"),
        (7, "bad_granularity"),
        (8, "unknown_value"),
        (9, "unknown_system"),
        (10, "unknown_value"),
        (10, "wrong_shape"),
        (12, "unknown_value"),
        (12, "unknown_value"),
        (12, "unknown_value"),
        (14, "unknown_value"),
    ]
    told = mistakes(dmp, tmp_path, text)
    assert [way_out for _, _, _, way_out in told if way_out.startswith("did you mean")] == [
        "did you mean `normal`?",
        "did you mean `refused`?",
        "did you mean `direct`?",
        "did you mean `G15`?",
        "did you mean `none`?",
        "did you mean `care_team`?",
        "did you mean `active`?",
        "did you mean `11488-4`?",
    ]


def test_a_value_of_one_fact_alone_is_held_to_that_fact(dmp: Authorizer, tmp_path: Path) -> None:
    text = "facts:\n  constants: {fact: masked}\n  values: {value: {A: active}}\n"
    assert mistakes(dmp, tmp_path, text) == [(3, "unknown_value", "`masked` is true or false, not `active`", "")]


def test_a_constant_is_read_as_a_cell_is(dmp: Authorizer, tmp_path: Path) -> None:
    text = (
        "log:\n  constants: {profession: IDE, motive: N}\n  values: {motive: {N: normal}, profession: {IDE: G15_60}}\n"
    )
    assert read_mapping(mapped(tmp_path, text), dmp).tables["log"].constants["motive"] == "N"
    text = 'log:\n  constants: {profession: "60"}\n  system: {profession: G15}\n'
    assert read_mapping(mapped(tmp_path, text), dmp).tables["log"].system == {"profession": "G15"}


SPECIALTIES = "time,professional_id,patient_id,specialty"


def test_any_other_value_is_read_as_the_mapping_file_says(dmp: Authorizer, tmp_path: Path) -> None:
    lines = [f"{TIME},a,b,{word}" for word in ("SM54^1.2.250.1.71.4.2.5", "BIO", "medical_biology", "", "x")]
    text = "log:\n  values: {specialty: {BIO: medical_biology}}\n  otherwise: {specialty: none}\n"
    found = read(dmp, written(tmp_path, *lines, header=SPECIALTIES), mapping=mapped(tmp_path, text))
    none, biology = (
        next(one for one in dmp.answers.asked.encoders if one.axis.name == "specialty").ordinal(name)
        for name in ("none", "medical_biology")
    )
    assert found.rejects == []
    assert found.column("specialty") == [none, biology, biology, None, none]


def test_a_code_that_means_two_things_is_no_other_value(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, f"{TIME},a,b,10", header="time,professional_id,patient_id,profession")
    mapping = mapped(tmp_path, "log:\n  otherwise: {profession: G15_60}\n")
    assert read(dmp, path, mapping=mapping).rejects == [(2, "ambiguous_code")]


def test_a_fact_may_have_other_values(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, "p1,masked,peut-être", header="patient_id,fact,value", name="facts.csv")
    mapping = mapped(tmp_path, 'facts:\n  otherwise: {value: "true"}\n')
    (row,), rejects = table(dmp, tmp_path, "facts", path, mapping=mapping)
    assert (row["value"], rejects) == (1, [])


@pytest.mark.parametrize("code", ["SM54^1.2.250.1.71.4.2.5", "SM54"])
def test_the_refusal_of_a_code_that_the_policy_does_not_list_says_what_to_write(
    dmp: Authorizer, tmp_path: Path, code: str
) -> None:
    path = written(tmp_path, *(f"{TIME},a,b,{word}" for word in (code, "nune")), header=SPECIALTIES)
    sentence, misspelt = read(dmp, path).sentences
    assert misspelt == "unknown `specialty`: `nune` (did you mean `none`?)"
    assert sentence == (
        f"unknown `specialty`: `{code}` (in its section of the mapping file, name those that matter "
        "under `values`, and say `otherwise: {specialty: none}` of the others)"
    )


# --- the zone -------------------------------------------------------------------------------------

NAIVE_FACTS = "patient_id,fact,valid_from"


@pytest.mark.parametrize(
    ("text", "zone", "start"),
    [
        ("zone: Indian/Reunion\n", "", "2025-02-28T20:00:00+00:00"),
        ("zone: Indian/Reunion\n", "Europe/Paris", "2025-02-28T23:00:00+00:00"),
        ("zone: Indian/Reunion\nfacts: {zone: UTC}\n", "", "2025-03-01T00:00:00+00:00"),
        ("log: {zone: UTC}\n", "Europe/Paris", "2025-02-28T23:00:00+00:00"),
    ],
)
def test_a_table_is_in_the_zone_of_its_section_else_of_the_audit_else_of_the_whole_file(
    dmp: Authorizer, tmp_path: Path, text: str, zone: str, start: str
) -> None:
    path = written(tmp_path, "p1,blocked,2025-03-01", header=NAIVE_FACTS, name="facts.csv")
    (row,), rejects = table(dmp, tmp_path, "facts", path, mapping=mapped(tmp_path, text), zone=zone)
    moment = datetime.datetime.fromisoformat(start)
    assert (rejects, row["start"]) == ([], int(moment.timestamp()) * 1_000_000)


@pytest.mark.parametrize(
    ("text", "zone", "days"),
    [
        ("zone: Indian/Reunion\n", "", "Indian/Reunion"),
        ("zone: Indian/Reunion\n", "UTC", "UTC"),
        ("log: {zone: UTC}\n", "", "Europe/Paris"),  # of stamps, not of the hospital
    ],
)
def test_the_days_are_those_of_the_audit_else_of_the_whole_mapping_file(
    dmp: Authorizer, tmp_path: Path, text: str, zone: str, days: str
) -> None:
    asked = Asked(logs=(str(written(tmp_path, line())),), mapping=mapped(tmp_path, text), zone=zone)
    with intake(dmp, tmp_path, asked) as opened:
        assert opened.asked.calendar == days


def test_the_zone_of_the_log_is_not_that_of_another_table_and_the_refusal_says_where_to_write_it(
    dmp: Authorizer, tmp_path: Path
) -> None:
    path = written(tmp_path, "p1,blocked,2025-03-01", header=NAIVE_FACTS, name="facts.csv")
    mapping = mapped(tmp_path, "log: {zone: UTC}\n")
    assert table(dmp, tmp_path, "facts", path, mapping=mapping)[1] == [(2, "no_zone")]
    sentence = read(dmp, written(tmp_path, line(time="2025-06-27 18:03"))).sentences[0]
    assert "`zone: Europe/Paris`, say, at the top of the audit file or of the mapping file" in sentence


def test_a_zone_of_the_whole_file_that_nobody_knows_is_told(dmp: Authorizer, tmp_path: Path) -> None:
    assert [found[:2] for found in mistakes(dmp, tmp_path, "zone: Paris\nlog: {zone: Pari}\n")] == [
        (1, "unknown_zone"),
        (2, "unknown_zone"),
    ]


# --- columns that are not read --------------------------------------------------------------------

NEEDED = {
    "log": "time,professional_id,patient_id",
    "facts": "patient_id,fact",
    "memberships": "professional_id,actor_id",
    "documents": "document_id,patient_id",
}
INNOCENT = """
commentaire libelle_uf nom prenom poste ip_address service libelle nom_patient prenom_patient patient_name
date_naissance sexe age ville code_postal adresse telephone poste_de_travail adresse_ip ip hostname application
module ecran type_sejour numero_sejour id_sejour nda iep chambre lit etage batiment pole libelle_service
libelle_structure structure_name unit_name user_name nom_utilisateur prenom_utilisateur professional_name
author_name document_name document_title document_date titre date_creation date_modification date_maj date_import
version session session_id section position fonction grade civilite email duree nb_documents taille mime_type url
methode code_retour navigateur user_agent token trace_id source origine destination region groupe equipe role profil
droits habilitation remarque note texte texte_libre description detail details categorie classe type sous_type
niveau priorite urgence etat actif active valide ordre rang numero id code cle hash signature checksum ligne created
updated updated_at modified_at line row_id facture medecin infirmier marque modele serie langue pays date heure jour
mois annee admission sejour
"""
MISSPELT = {
    "log": """time_granularty:time_granularity timegranularity:time_granularity granularit:time_granularity
    profesion:profession moitve:motive chanel:channel ouctome:outcome otucome:outcome speciality:specialty
    document_typ:document_type documentid:document_id unit_ids:unit_id actoin:action care_tem:care_team maskd:masked
    capacite:capacity strucutre_id:structure_id
    structureId:structure_id requset_id:request_id justfication:justification masqe:masked""",
    "facts": """vlue:value vale:value values:value actor_knid:actor_kind valid_form:valid_from validFrom:valid_from
    valid_too:valid_to vaild_to:valid_to date_debu:valid_from recorded_a:recorded_at valeu:value""",
    "memberships": "actor_kin:actor_kind valid_fron:valid_from ValidTo:valid_to valid_t:valid_to date_sorti:valid_to",
    "documents": """masqued:masked hiden_from_patient:hidden_from_patient documnet_state:document_state
    author_structureid:author_structure_id autor_id:author_id document_tpye:document_type""",
}


def looks_like(policy: Authorizer, role: str, column: str) -> str:
    """Which of our columns another looks like, in a table of the columns it needs."""
    header = [*NEEDED[role].split(","), column]
    return dict(laid_out("table.csv", header, role, TableMapping(), policy).misspelt).get(column, "")


@pytest.mark.parametrize("role", NEEDED)
def test_misspelt_columns_are_found(dmp: Authorizer, role: str) -> None:
    expected = dict(pair.split(":") for pair in MISSPELT[role].split())
    assert {column: looks_like(dmp, role, column) for column in expected} == expected


@pytest.mark.parametrize("role", NEEDED)
def test_an_ordinary_column_that_is_none_of_ours_looks_like_none(dmp: Authorizer, role: str) -> None:
    assert {column: ours for column in INNOCENT.split() if (ours := looks_like(dmp, role, column))} == {}


def named_so(policy: Authorizer, folder: Path, role: str, column: str, mapping: str = "") -> str:
    """What the refusal of a table says that has this column beside those it needs; nothing when it is read."""
    path = written(folder, header=f"{NEEDED[role]},{column}", name=f"{role}.csv")
    log = path if role == "log" else written(folder, line())
    given: dict[str, Any] = {} if role == "log" else {role: (str(path),)}
    asked = Asked(logs=(str(log),), **given, mapping=mapped(folder, mapping) if mapping else None)
    try:
        with intake(policy, folder, asked):
            return ""
    except InputError as refused:
        return f"{refused} [{refused.code}]"


@pytest.mark.parametrize(
    ("role", "column", "ours"),
    [
        ("log", "time_granularty", "time_granularity"),
        ("facts", "vlue", "value"),
        ("memberships", "valid_form", "valid_from"),
        ("documents", "maskd", "masked"),
    ],
)
def test_a_misspelt_column_stops_the_run_before_anything_is_read(
    dmp: Authorizer, tmp_path: Path, role: str, column: str, ours: str
) -> None:
    said = named_so(dmp, tmp_path, role, column)
    assert said.endswith("[misspelt_column]")
    assert f"in `{tmp_path / role}.csv`, the column `{column}` looks like `{ours}`" in said


@pytest.mark.parametrize(
    "mapping",
    [
        "facts: {ignore: [vlue]}",
        "facts: {columns: {value: vlue}}",
        'facts: {constants: {value: "true"}}',  # there is a value: no other is looked for
    ],
)
def test_a_column_that_the_mapping_file_speaks_of_is_not_misspelt(
    dmp: Authorizer, tmp_path: Path, mapping: str
) -> None:
    assert named_so(dmp, tmp_path, "facts", "vlue", mapping) == ""


def test_the_way_out_of_a_misspelt_column_is_what_to_write(dmp: Authorizer, tmp_path: Path) -> None:
    said = named_so(dmp, tmp_path, "facts", "vlue")
    assert "in the section `facts` of a mapping file `columns: {value: vlue}`, or `ignore: [vlue]`" in said
    both = named_so(dmp, tmp_path, "facts", "vlue,valid_form")
    assert "the column `vlue` looks like `value` and `valid_form` looks like `valid_from`" in both
    assert "`columns: {value: vlue, valid_from: valid_form}`, or `ignore: [vlue, valid_form]`" in both


def test_a_column_beside_the_one_it_looks_like_stops_nothing(dmp: Authorizer, tmp_path: Path) -> None:
    assert named_so(dmp, tmp_path, "facts", "value,values") == ""


def test_a_column_is_not_read_under_another_name_when_it_is_ignored(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, f"{TIME},pro1,p1,texte", header="time,professional_id,patient_id,Commentaire")
    assert read(dmp, path).column("justification") == ["texte"]
    mapping = mapped(tmp_path, "log: {ignore: [Commentaire]}")
    assert read(dmp, path, mapping=mapping).column("justification") == [None]


def test_a_column_is_read_or_ignored_and_not_both(dmp: Authorizer, tmp_path: Path) -> None:
    text = "log:\n  columns: {time: Quand, patient_id: [IPP, NIP]}\n  ignore: [Quand, NIP, nom]\n"
    assert [found[:3] for found in mistakes(dmp, tmp_path, text)] == [
        (3, "duplicate_key", "`Quand` is both read and ignored"),
        (3, "duplicate_key", "`NIP` is both read and ignored"),
    ]


def test_the_columns_that_are_not_read_are_kept_with_the_input(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, f"{TIME},pro1,p1,x,y", header="time,professional_id,patient_id,poste,nom")
    ((*_, not_read),) = read(dmp, path).inputs
    assert not_read == ["poste", "nom"]

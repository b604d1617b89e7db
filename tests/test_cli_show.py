"""`show` as printed: a matrix, a rule, who may read a document type, the vocabulary, the policy."""

import json
import re
import shlex
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.authoring.check import examine, opened
from tests.command_line import LIBRARY, Ran, run, written
from tests.small_policies import DOOR, policy_folder

ROOT = Path(__file__).parent.parent
ENGLISH = ("--lang", "en")
ESCAPE = "\x1b["


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("library"), LIBRARY)


@pytest.fixture(scope="module")
def dmp(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The DMP policy, compiled: it opens in a few milliseconds."""
    file = tmp_path_factory.mktemp("compiled") / "dmp.hab"
    file.write_bytes(Authorizer.dmp().compile())
    return str(file)


@pytest.fixture(scope="module")
def compiled(library: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("compiled") / "library.hab"
    file.write_bytes(Authorizer.load(library).compile())
    return str(file)


# --- a matrix ------------------------------------------------------------------------------------


def test_a_matrix_is_an_aligned_table_when_piped(library: str) -> None:
    ran = run("show", "matrix", "access", "--policy", library, *ENGLISH)
    assert (ran.code, ran.err) == (0, "")
    assert (
        ran.out
        == """Access to shelves (access, edition 2025-01-01)

shelf  PUB  CUS   label
rare   N    O(1)  Rare books
open   O    O     Open shelf

legend:
  O    may read
  N    may not read
  PUB  public: Public
  CUS  custody: Custody
footnotes:
  (1) On the premises
sources disagree: The keeper doubts it.
source: Règlement de 2025, https://example.org/2025
editions: 2024-01-01, 2025-01-01
"""
    )


@pytest.mark.parametrize(
    ("what", "first"),
    [
        ("matrix", "name    label\npost    "),
        ("rule", "name          label\nreading       "),
        ("axis", "axis  "),
    ],
)
def test_without_a_name_the_names_are_listed(what: str, first: str, library: str) -> None:
    ran = run("show", what, "--policy", library, *ENGLISH)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(first)
    listed = json.loads(run("show", what, "--policy", library, "--json").out)
    assert [one["name"] for one in listed] == [line.split()[0] for line in ran.out.splitlines()[1:]]


def test_a_spreadsheet_is_of_one_matrix(library: str) -> None:
    ran = run("show", "matrix", "--csv", "--policy", library)
    assert (ran.code, ran.out) == (2, "")
    assert "--csv, --from-csv, --edition and days are of one matrix: give its NAME" in ran.err


@pytest.mark.parametrize(
    "words", [["matrix", "--edition", "2024-01-01"], ["matrix", "--at", "2025-01-01"], ["rule", "--at", "1900-01-01"]]
)
def test_what_is_asked_of_one_is_not_dropped_where_names_are_listed(words: list[str], library: str) -> None:
    ran = run("show", *words, "--policy", library)
    assert (ran.code, ran.out, "give its NAME" in ran.err) == (2, "", True)


def test_the_spreadsheet_of_the_shipped_policy_is_not_written_into_another(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(library).parent)
    sheet = Path(library) / "matrices" / "access.csv"
    before = sheet.read_bytes() if sheet.exists() else None
    ran = run("show", "matrix", "consultation", "--csv", "--output", str(sheet))
    assert (ran.code, "would be of the shipped one: name it by --policy, or write elsewhere" in ran.err) == (2, True)
    assert (sheet.read_bytes() if sheet.exists() else None) == before


def test_in_a_policy_the_spreadsheet_of_the_shipped_one_may_be_shown(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(library) / "rules")
    assert run("show", "matrix", "consultation", "--csv", "--output", "-").out.startswith("document_type,MEDECIN,")
    (Path(library) / "rules" / "deep").mkdir()
    assert run("show", "matrix", "consultation", "--csv", "--output", "deep/x.csv").code == 2


def test_an_edition_may_be_named(library: str) -> None:
    ran = run("show", "matrix", "access", "--edition", "2024-01-01", "--policy", library)
    assert "open   O    O    Libre accès\nrare   N    O    Réserve précieuse\n" in ran.out
    assert "Règlement de 2024" in ran.out


def test_a_matrix_without_footnotes_disputes_or_other_editions_says_less(library: str) -> None:
    ran = run("show", "matrix", "post", "--policy", library)
    assert "role    front  back  libellé\nreader  PUB    PUB   Lecteur\n" in ran.out
    assert ran.out.endswith("  front  Accueil\n  back   Réserve\nsource : Règlement de 2024\n")


def test_a_matrix_is_coloured_on_a_terminal(library: str) -> None:
    ran = run("show", "matrix", "access", "--policy", library, terminal=True, COLUMNS="80")
    assert f"{ESCAPE}32mO" in ran.out
    assert f"{ESCAPE}31mN" in ran.out
    assert "───" in ran.out
    assert "Réserve précieuse" in ran.out


def test_a_matrix_too_wide_for_the_terminal_comes_in_bands(dmp: str) -> None:
    ran = run("show", "matrix", "functional_rights", "--policy", dmp, terminal=True, COLUMNS="80", NO_COLOR="1")
    table = ran.out.partition("\n\n")[2].partition("\n\n")[0]
    assert table.count("authenticate ") > 1
    assert max(map(len, table.split("\n"))) <= 80
    assert "…" not in table
    assert run("show", "matrix", "consultation", "--policy", dmp, terminal=True, COLUMNS="20", NO_COLOR="1").code == 0


def test_labels_are_cut_at_the_edge_of_the_terminal(dmp: str) -> None:
    ran = run("show", "matrix", "consultation", "--policy", dmp, terminal=True, COLUMNS="126", NO_COLOR="1")
    assert any(line.rstrip().endswith("CR de biologie déposé par…") for line in ran.out.splitlines())


def test_the_spreadsheet_of_the_shipped_matrix_is_the_one_beside_it() -> None:
    ran = run("show", "matrix", "consultation", "--csv")
    assert ran.out == (ROOT / "matrices" / "dmp" / "consultation.csv").read_text(encoding="utf-8")


def test_a_compiled_policy_shows_its_matrices_alike(library: str, compiled: str) -> None:
    for form in ([], ["--csv"], ["--json"], ["--edition", "2024-01-01", "--csv"]):
        words = ("show", "matrix", "access", *form)
        assert run(*words, "--policy", compiled) == run(*words, "--policy", library)


def test_a_matrix_as_data(library: str) -> None:
    view = json.loads(run("show", "matrix", "access", "--json", "--policy", library, *ENGLISH).out)
    assert view["columns"] == ["public", "custody"]
    assert view["heads"] == ["PUB", "CUS"]
    assert view["lines"][0] == {"name": "rare", "label": "Rare books", "cells": ["N", "O(1)"]}


@pytest.mark.parametrize(
    ("words", "sentence", "way_out"),
    [
        (["matrix", "acess"], "unknown matrix `acess`", "did you mean `access`?"),
        (["matrix", "zzz"], "unknown matrix `zzz`", "one of: post, access"),
        (
            ["matrix", "access", "--csv", "--edition", "2026"],
            "unknown edition `2026`",
            "one of: 2024-01-01, 2025-01-01",
        ),
        (["matrix", "access", "--edition", "2025-01-02"], "unknown edition", "did you mean `2025-01-01`?"),
        (["rule", "readings"], "unknown rule `readings`", "did you mean `reading`?"),
        (["axis", "roles"], "unknown axis `roles`", "did you mean `role`?"),
        (
            ["type", "rarre"],
            "no axis has the code `rarre`",
            "did you mean `rare`? `habilitation show axis shelf` lists codes and groups",
        ),
        (["type", "10"], "`10` is a code of several axes", "write `role=10` or `desk=10`"),
        (["type", "rol=10"], "unknown axis `rol`", "did you mean `role`?"),
        (["type", "role=11"], "unknown `role`: `11`", None),
        (["type", "rare", "acton=read"], "unknown axis `acton`", "did you mean `action`?"),
        (["type", "rare", "shelf=open"], "`shelf` is already given", None),
    ],
)
def test_an_unknown_name_ends_with_2_and_the_closest_one(
    words: list[str], sentence: str, way_out: str | None, library: str
) -> None:
    ran = run("show", *words, "--policy", library)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err.splitlines()[0]
    if way_out:
        assert f"  help: {way_out}\n" in ran.err


# --- to a spreadsheet ----------------------------------------------------------------------------

EMPTIED = ["", "\n\n", "shelf,public,custody\n", "rare,N,O\nopen,O,O\n"]


@pytest.mark.parametrize("emptied", EMPTIED)
def test_a_spreadsheet_that_holds_nothing_is_one_mistake_and_the_verb_that_writes_it_is_not_stopped(
    emptied: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = written(Path("our policy"), LIBRARY)
    sheet = Path(folder, "matrices", "access.csv")
    sheet.write_text(emptied, encoding="utf-8")
    sheet.chmod(0o640)
    told = run("check", folder)
    assert (told.code, told.out.count("code: csv_differs")) == (2, 1)
    command = f"habilitation show matrix access --policy '{folder}' --csv --output '{sheet}'"
    assert f"  help: change one of them (`{command}` writes this file)\n" in told.out
    ran = run(*shlex.split(command)[1:])
    assert ran == Ran(0, f"écrit : {sheet}\n", "")
    assert (sheet.read_text("utf-8"), sheet.stat().st_mode & 0o777) == (
        "shelf,public,custody\nrare,N,O(1)\nopen,O,O\n",
        0o640,
    )
    assert run("check", folder).code == 0


def test_where_a_policy_is_the_current_folder_the_command_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(written(tmp_path, LIBRARY | {"matrices/access.csv": ""}))
    assert "(`habilitation show matrix access --csv --output matrices/access.csv` writes this file)" in run("check").out


def test_a_spreadsheet_that_differs_everywhere_stops_no_other_verb(dmp: str, tmp_path: Path) -> None:
    """The shipped consultation matrix has thousands of cells: as many differences were too many to answer at all."""
    shelves = {"rules": ROOT / "rules" / "dmp", "matrices": ROOT / "matrices" / "dmp"}
    for name, shelf in shelves.items():
        for file in (*shelf.glob("*.hab"), *shelf.glob("*.yaml"), *shelf.glob("*.csv")):
            below = "" if file.name == "vocabulary.yaml" else f"{name}/"
            written(tmp_path, {f"{below}{file.name}": file.read_text(encoding="utf-8")})
    sheet = tmp_path / "matrices" / "consultation.csv"
    right = sheet.read_text("utf-8")
    sheet.write_text(right.replace(",O", ",?").replace(",N", ",O").replace(",?", ",N"), encoding="utf-8")
    words = ("show", "matrix", "consultation", "--policy", str(tmp_path), "--csv")
    assert run(*words).out == right
    found = json.loads(run("check", str(tmp_path), "--json").out)["diagnostics"]
    assert [one["code"] for one in found] == ["csv_differs"] * 51
    assert re.search(r"^[\d]+ more differences with `consultation`$", found[0]["message"])


def test_a_spreadsheet_goes_to_the_standard_output_and_needs_csv(library: str) -> None:
    words = ("show", "matrix", "access", "--policy", library)
    assert run(*words, "--csv", "-o", "-") == run(*words, "--csv")
    ran = run(*words, "--output", "access.csv")
    assert (ran.code, "--output is where a spreadsheet goes: give --csv" in ran.err) == (2, True)


# --- back from a spreadsheet ---------------------------------------------------------------------


def test_a_spreadsheet_comes_back_as_the_rows_of_the_matrix_file(library: str, tmp_path: Path) -> None:
    changed = tmp_path / "access.csv"
    changed.write_text("shelf;public;custody\nrare;N;N\nopen;O;O(1)\n\nlost;.;refused\n", encoding="utf-8-sig")
    ran = run("show", "matrix", "access", "--from-csv", str(changed), "--policy", library)
    assert ran.code == 0
    assert (
        ran.out
        == """    blocks:
      - columns:
          [public, custody]
        rows:
          #     PUB CUS
          rare: N   N        # Réserve précieuse
          open: O   O(1)     # Libre accès
          lost: .   refused  # Livres perdus
"""
    )
    assert run("show", "matrix", "access", "--from-csv", "-", "--policy", library, stdin=changed.read_bytes()) == ran


@pytest.mark.parametrize("name", ["consultation", "functional_rights", "column", "actor", "state_consultation_air"])
def test_every_matrix_comes_back_from_its_spreadsheet_as_it_was(name: str, dmp: str, tmp_path: Path) -> None:
    sheet = run("show", "matrix", name, "--csv", "--policy", dmp).out
    blocks = run("show", "matrix", name, "--from-csv", "-", "--policy", dmp, stdin=sheet.encode()).out
    shelf = ROOT / "matrices" / "dmp"
    for file in shelf.glob("*.yaml"):
        before, _, after = file.read_text(encoding="utf-8").partition("    blocks:\n")
        after = after[after.index("    disputes:") :] if "    disputes:" in after else ""
        text = f"{before}{blocks}{after}" if file.stem == name else file.read_text(encoding="utf-8")
        written(tmp_path, {f"matrices/{file.name}": text})
    rules = ROOT / "rules" / "dmp"
    written(tmp_path, {f"rules/{file.name}": file.read_text(encoding="utf-8") for file in rules.glob("*.hab")})
    written(tmp_path, {"vocabulary.yaml": (rules / "vocabulary.yaml").read_text(encoding="utf-8")})
    again = {matrix.name: matrix.editions[0].cells for matrix in Authorizer.load(tmp_path).tables.matrices}
    assert again == {matrix.name: matrix.editions[0].cells for matrix in Authorizer.load(dmp).tables.matrices}
    assert run("show", "matrix", name, "--csv", "--policy", str(tmp_path)).out == sheet


@pytest.mark.parametrize(
    ("sheet", "sentences"),
    [
        ("", ["a spreadsheet has a header and at least one row"]),
        ("shelf,public,custody\n", ["a spreadsheet has a header and at least one row"]),
        ("shelf,public,custdy\nrare,N,O\n", ["unknown value `custdy`"]),
        ("shelf,public,custody\nraer,N,O\n", ["unknown value `raer`"]),
        ("shelf,public,custody\nrare,N\n", ["1 cells under 2 columns"]),
        ("shelf,public,custody\nrare,N,X\nopen,,O(2)\n", ["`X`", "``", "unknown footnote `2`"]),
        ("shelf,public,public\nrare,N,O\nrare,N,O\n", ["`public` is already given", "`rare` is already given"]),
        ("shelf,public/front,custody\nrare,N,O\n", ["`public/front` should name `post`"]),
    ],
)
def test_a_spreadsheet_with_mistakes_shows_them_all_in_their_place(
    sheet: str, sentences: list[str], library: str
) -> None:
    ran = run("show", "matrix", "access", "--from-csv", "-", "--policy", library, stdin=sheet.encode())
    assert (ran.code, ran.out) == (2, "")
    assert [sentence for sentence in sentences if sentence not in ran.err] == []
    assert ran.err.startswith("-:")


def test_a_spreadsheet_that_cannot_be_read_ends_with_3(library: str, tmp_path: Path) -> None:
    words = ("show", "matrix", "access", "--policy", library, "--from-csv")
    missing = run(*words, str(tmp_path / "nowhere.csv"))
    assert (missing.code, missing.out) == (3, "")
    assert "nowhere.csv`: No such file or directory" in missing.err
    latin = run(*words, "-", stdin="shelf;public\nréserve;O\n".encode("latin-1"))
    assert (latin.code, "not UTF-8 (byte 15)" in latin.err) == (3, True)
    large = run(*words, "-", stdin=b"," * (4 * 1024 * 1024 + 1))
    assert (large.code, "larger than" in large.err) == (3, True)


def test_one_form_at_a_time(library: str) -> None:
    ran = run("show", "matrix", "access", "--csv", "--json", "--policy", library)
    assert ran.code == 2
    assert "exclude one another" in ran.err


# --- a rule --------------------------------------------------------------------------------------


def test_a_rule_is_shown_as_written_with_its_law(library: str) -> None:
    ran = run("show", "rule", "reading", "--policy", library, *ENGLISH)
    assert ran.code == 0
    assert ran.out.startswith(
        "permit reading (rules/library.hab:4)\n\nThe matrix opens it.\n\n# The house rule.\npermit reading\n"
    )
    assert ran.out.endswith(
        """  advise gloves

ground: Règlement, art. 1; Règlement, art. 2
editions: 2024-01-01, 2025-01-01, 2025-01-01@2024-01-01
matrices: access
obligations:
  sign: Sign the register (Règlement, art. 4)
to know:
  gloves: Wear gloves
"""
    )


def test_the_text_of_a_rule_ends_where_the_next_item_begins(library: str) -> None:
    view = json.loads(run("show", "rule", "lending", "--json", "--policy", library).out)
    assert view["text"].startswith("abstain lending\n")
    assert view["text"].endswith('en "The rules say nothing of lending."')


def test_a_rule_of_the_shipped_policy_is_found_on_its_shelf() -> None:
    ran = run("show", "rule", "opposition_to_bris_de_glace")
    assert "\nforbid opposition_to_bris_de_glace\n" in ran.out
    assert "CSP, art. L. 1111-17, I" in ran.out


def test_a_compiled_policy_has_the_law_of_a_rule_and_not_its_text(compiled: str) -> None:
    ran = run("show", "rule", "rare_lending", "--policy", compiled, *ENGLISH)
    assert "(a compiled policy has no rule text)" in ran.out
    assert "ground: Règlement, art. 3" in ran.out


# --- who may read --------------------------------------------------------------------------------


def test_a_type_is_shown_with_who_reads_each_cell(library: str) -> None:
    ran = run("show", "type", "rare", "--policy", library, *ENGLISH)
    assert (
        ran.out
        == """rare – Rare books (Shelf, shelf)

code: rare

Access to shelves (access, edition 2025-01-01)
post     cell          read by
public   may not read  reader Reader; keeper Keeper (depending on desk)
custody  may read      keeper Keeper (depending on desk)
note: On the premises
sources disagree, custody: The keeper doubts it.

A cell does not decide alone: add a situation (AXIS=VALUE …) to know who has access.
"""
    )


def test_with_the_rest_of_a_request_a_type_tells_who_is_permitted(library: str) -> None:
    ran = run("show", "type", "rare", "action=read", "desk=back", "--policy", library, *ENGLISH)
    assert ran.out.endswith("situation: action=read desk=back\npermitted, in this situation, role:\n  keeper Keeper\n")
    ran = run("show", "type", "rare", "action=lend", "member", "--policy", library, *ENGLISH)
    assert ran.out.endswith("situation: action=lend member=true\nDENY\n")
    view = json.loads(run("show", "type", "lost", "action=read", "role=reader", "--policy", library, "--json").out)
    assert (view["permitted"], view["effect"], view["missing"]) == ({}, "NOT_APPLICABLE", [])
    ran = run("show", "type", "keeper", "action=lend", "--policy", library, *ENGLISH)
    assert ran.out.endswith("permitted, in this situation, shelf:\n  (no value)\n")


def test_a_fact_that_is_missing_never_reads_as_if_nobody_may(tmp_path: Path) -> None:
    door = str(policy_folder(tmp_path, vocabulary=DOOR))
    ran = run("show", "type", "enter", "banned=false", "--policy", door, *ENGLISH)
    assert ran.out.endswith("situation: banned=false\nINDETERMINATE (missing: invited)\n")


def test_the_values_that_want_a_fact_are_told_with_it(library: str) -> None:
    ran = run("show", "type", "rare", "action=read", "--policy", library, *ENGLISH)
    assert "(no value)" not in ran.out
    assert ran.out.endswith(
        "undecided, role (missing: desk):\n  keeper Keeper\nundecided, desk (missing: role):\n  back Back\n"
    )
    view = json.loads(run("show", "type", "rare", "action=read", "--policy", library, "--json").out)
    assert view["permitted"] == {"role": [], "desk": []}
    assert view["undecided"]["role"] == [{"missing": ["desk"], "values": [{"name": "keeper", "label": "Gardien"}]}]
    assert (view["effect"], view["missing"]) == ("INDETERMINATE", ["role", "desk"])


def test_the_values_that_the_sources_do_not_settle_are_told_apart(library: str) -> None:
    ran = run("show", "type", "keeper", "action=lend", "member", "--policy", library, *ENGLISH)
    settled = "undecided, shelf (the sources do not settle it):\n  open Open shelf\n  lost Lost books\n"
    assert ran.out.endswith(settled)


def test_a_type_no_matrix_covers_says_so(library: str) -> None:
    assert "cell\nnot covered by the matrix\n" in run("show", "type", "lost", "--policy", library, *ENGLISH).out


def test_a_value_without_readers_is_shown_by_its_labels(library: str) -> None:
    ran = run("show", "type", "back", "--policy", library, *ENGLISH)
    assert "note: closed on Sundays\n" in ran.out
    assert "role    label   cell\nreader  Reader  Public\nkeeper  Keeper  Custody\n" in ran.out


def test_a_code_is_shown_with_its_system_its_groups_and_its_end(library: str) -> None:
    out = run("show", "type", "clerk", "--policy", library, *ENGLISH).out
    assert "code: 30 (R, 1.2.3)\ndeprecated code\nnote: replaced by `keeper`\ngroups: staff\n" in out


def test_a_value_no_matrix_looks_at_says_so(library: str) -> None:
    assert "no matrix looks at it directly" in run("show", "type", "lend", "--policy", library, *ENGLISH).out


def test_a_fact_has_no_cells_but_a_situation(library: str) -> None:
    ran = run("show", "type", "member=true", "--policy", library)
    assert ran.code == 2
    ran = run("show", "type", "action=lend", "member=non", "shelf=rare", "--policy", library, "--json")
    assert json.loads(ran.out)["situation"] == {"member": False, "shelf": "rare"}


def test_the_readers_of_a_shipped_type_are_its_professions() -> None:
    view = json.loads(run("show", "type", "11488-4", "--json").out)
    (consultation,) = view["matrices"]
    cells = {
        line["at"][0]["name"]: (line["value"], [one["name"] for one in line["readers"]])
        for line in consultation["lines"]
    }
    assert len(cells) == 19
    assert cells["INFIRMIER"] == ("permitted", ["G15_60", "G15_69"])
    assert cells["OPTICIEN_LUNETIER"] == ("refused", ["G15_28"])


def test_before_the_first_edition_nothing_is_in_force(tmp_path: Path) -> None:
    later = {name: text.replace("from: 202", "from: 292") for name, text in LIBRARY.items()}
    later = {name: text.replace("until: 202", "until: 292") for name, text in later.items()}
    folder = written(tmp_path, later)
    assert "no edition is in force" in run("show", "type", "rare", "--policy", folder, *ENGLISH).out


# --- the vocabulary and the policy ---------------------------------------------------------------


def test_the_axes_are_shown_a_line_each(library: str) -> None:
    ran = run("show", "axes", "--policy", library, *ENGLISH)
    assert ran.out.splitlines() == [
        "axis    label      values  default  groups",
        "action  Operation  2       –",
        "role    Role       3       –        staff",
        "desk    Desk       2       –",
        "shelf   Shelf      3       –",
        "member  Member     fact    false",
    ]
    data = json.loads(run("show", "axes", "--json", "--policy", library).out)
    assert [axis["name"] for axis in data] == ["action", "role", "desk", "shelf", "member"]


def test_an_axis_is_shown_with_its_codes_and_groups(library: str) -> None:
    ran = run("show", "axis", "role", "--policy", library, *ENGLISH)
    assert (
        ran.out
        == """Role (role)

value   label   code  systems   note
reader  Reader  10    R, 1.2.3
keeper  Keeper  20    R, 1.2.3
clerk   Clerk   30    R, 1.2.3  deprecated code; replaced by `keeper`

groups:
  staff (Staff): keeper, clerk
"""
    )
    assert run("show", "axis", "member", "--policy", library).out.endswith("\n\npar défaut : false\n")
    assert json.loads(run("show", "axis", "role", "--json", "--policy", library).out)["groups"][0]["name"] == "staff"


def test_the_policy_is_shown_with_its_editions_on_both_clocks(library: str) -> None:
    ran = run("show", "policy", "--policy", library, *ENGLISH)
    policy = Authorizer.load(library).policy
    assert ran.out.startswith(
        f"Library (library)\n\ndigest: {policy['digest']}\ndigest of the tables: {policy['tables']}\n\naxes: 5\n"
    )
    assert "2025-01-01@2024-01-01  from 2025-01-01 " in ran.out
    data = json.loads(run("show", "policy", "--json", "--policy", library).out)
    assert data["timeline"][0]["matrices"] == {"post": "2024-01-01", "access": "2025-01-01"}


def test_a_policy_without_matrices_is_always_in_force(tmp_path: Path) -> None:
    folder = written(tmp_path, {name: LIBRARY[name] for name in ("vocabulary.yaml",)})
    ran = run("show", "policy", "--policy", folder, *ENGLISH)
    assert "always   always      always  0      0\n" in ran.out


def test_tables_are_drawn_on_a_terminal(library: str) -> None:
    ran = run("show", "axes", "--policy", library, terminal=True, COLUMNS="60")
    assert ESCAPE in ran.out
    assert "────" in ran.out
    assert ESCAPE in run("show", "type", "rare", "--policy", library, terminal=True).out


def test_what_tables_show_is_what_the_checked_policy_says(dmp: str) -> None:
    import csv  # noqa: PLC0415  # beside its one use
    import io  # noqa: PLC0415  # as above

    from habilitation.checked.spreadsheet import as_rows, coordinates, latest  # noqa: PLC0415  # as above

    policy = examine(opened(None)).policy
    assert policy is not None
    for matrix in policy.matrices:
        text = io.StringIO()
        rows = as_rows(coordinates(policy.axes, policy.matrices, matrix), matrix, latest(matrix))
        csv.writer(text, lineterminator="\n").writerows(rows)
        assert run("show", "matrix", matrix.name, "--csv", "--policy", dmp).out == text.getvalue()


# --- on a day ------------------------------------------------------------------------------------


def test_a_matrix_is_shown_as_in_force_on_a_day_and_as_known_on_another(library: str) -> None:
    def edition(*when: str) -> str | None:
        shown = json.loads(run("show", "matrix", "access", "--json", "--policy", library, *when).out)
        return str(shown["edition"]) if "edition" in shown else None

    assert edition() == "2025-01-01"
    assert edition("--at", "2024-06-01") == "2024-01-01"
    assert edition("--at", "2025-06-01", "--known-on", "2024-06-01") is None
    assert edition("--known-on", "2026-06-01") == "2025-01-01"


def test_a_matrix_without_an_edition_that_day_names_those_it_has(library: str) -> None:
    ran = run("show", "matrix", "access", "--at", "1999-01-01", "--policy", library)
    assert ran.code == 2
    assert "no edition of the matrix `access` is in force that day" in ran.err
    assert "its editions: 2024-01-01, 2025-01-01" in ran.err


@pytest.mark.parametrize("more", [["--edition", "2024-01-01"], ["--from-csv", "-"]])
def test_a_day_chooses_the_edition_alone(library: str, more: list[str]) -> None:
    ran = run("show", "matrix", "access", "--at", "2024-06-01", *more, "--policy", library)
    assert ran.code == 2
    assert "exclude one another" in ran.err


def test_a_rule_tells_whether_it_is_in_force_on_a_day(library: str) -> None:
    then = run("show", "rule", "reading", "--at", "2024-06-01", "--policy", library, *ENGLISH).out
    before = run("show", "rule", "reading", "--at", "1999-06-01", "--policy", library).out
    assert "\nin force that day\n" in then
    assert before.startswith("autoriser reading (")
    assert "\npas en vigueur ce jour-là\n" in before
    assert json.loads(run("show", "rule", "reading", "--json", "--policy", library).out)["in_force"] is None


def test_who_reads_a_type_is_told_of_a_day(library: str) -> None:
    before = run("show", "type", "rare", "--at", "1999-01-01", "--policy", library, *ENGLISH)
    assert "no edition is in force" in before.out
    ran = run("show", "type", "rare", "--at", "01/02/2026", "--policy", library)
    assert (ran.code, "`01/02/2026` is not a date" in ran.err) == (2, True)

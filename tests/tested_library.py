"""The small library with all that may name a thing: a condition, shared facts, cases, tables and spreadsheets."""

from tests.command_line import LIBRARY, POST

CASES = """facts:
  keeper_in: {action: read, role: keeper, desk: back}
cases:
  - name: a keeper reads a rare book
    given: [keeper_in]
    with: {shelf: rare, member: true}
    at: 2025-06-01
    expect: permit
    reasons: [reading]
    obligations: [sign]
tables:
  - name: who reads what
    given: [keeper_in]
    at: 2025-06-01
    columns: shelf
    marks: {O: {expect: permit, reasons: [reading]}}
    blocks:
      - {columns: [rare], rows: {keeper_in: O}}
  - name: as it was published
    rows: shelf
    marks: {O: {expect: permit, reasons: [reading]}}
    at: 2025-06-01
    from: published.csv
    key: shelf
    ignore: [why]
"""
QUIET = "# Quiet.\ndefine quiet: shelf is rare and not desk in {front}\n"
TESTED_LIBRARY = {
    **LIBRARY,
    "rules/library.hab": QUIET + LIBRARY["rules/library.hab"].replace("when member and", "when quiet or member and"),
    "tests/library.yaml": CASES,
    "tests/published.csv": "why;shelf;keeper_in\né;rare;O\n",
    "matrices/access.csv": "shelf;public;custody\nrare;N;O(1)\nopen;O;O\n",
}
CODE_LISTS = """
code_lists:
  jobs:
    fr: Métiers
    en: Jobs
    mapping: own
    codes:
      - {code: LIB, system: R, axis: role, value: keeper}
      - {code: ANY, system: R, fr: Autre, en: Other}
"""
# Rows of names and of marks, with footnotes, in quotes, on two lines; a value without a mark; a spreadsheet.
NAMED_LIBRARY = {
    **TESTED_LIBRARY,
    "vocabulary.yaml": TESTED_LIBRARY["vocabulary.yaml"] + CODE_LISTS,
    "matrices/post.yaml": POST.replace("reader: PUB PUB", "reader: public PUB"),
    "matrices/access.yaml": """matrix: access
fr: Accès aux rayons
en: Access to shelves
axes: [post, shelf]
rows: shelf
values:
  permitted: {mark: O, fr: peut lire, en: may read}
  refused: {fr: ne peut pas lire, en: may not read}
notes:
  "1": {fr: Sur place, en: On the premises}
editions:
  - id: "2025-01-01"
    applicable: {from: 2024-01-01}
    known: {from: 2024-01-01}
    provenance: {id: P2, title: "Règlement de 2025", url: "https://example.org/2025"}
    blocks:
      - columns: [public, "custody"]
        rows:
          rare: refused permitted(1)
          open: "O permitted"
          lost: refused
            O
    disputes:
      - {at: {post: custody, shelf: rare}, fr: "Le gardien en doute.", en: "The keeper doubts it.", source: "Registre"}
""",
    "matrices/access.csv": "shelf;public;custody\nrare;refused;O(1)\nopen;O;O\nlost;refused;O\n",
    "matrices/desks.yaml": """matrix: desks
fr: Guichets
en: Desks
axes: [role, desk, shelf]
values:
  served: {fr: servi, en: served}
editions:
  - id: "2025-01-01"
    applicable: {from: 2024-01-01}
    known: {from: 2024-01-01}
    provenance: {title: "Règlement de 2025"}
    blocks:
      - {columns: [front/rare, back/rare], rows: {staff: served ., "10": . served}}
    disputes:
      - {at: {role: staff, desk: front}, fr: "Non dit.", en: "Not said."}
""",
}

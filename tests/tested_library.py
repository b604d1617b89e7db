"""The small library with all that may name a thing: a condition, shared facts, cases, tables and spreadsheets."""

from tests.command_line import LIBRARY

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

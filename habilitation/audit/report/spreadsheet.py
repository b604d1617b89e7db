"""Tables as CSV, in which no cell is ever a formula."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

EXCEL_FR = "excel-fr"

# A spreadsheet runs a cell that starts with one of these, fullwidth and small forms included, behind blanks and quotes
# too. Opened as another dialect than its own, a file has cells that start at any separator: those within a text count.
_BLANK = (
    r'"\x{00}-\x{20}\x{7f}-\x{a0}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}'
)
_SIGN = r"[=+\-@＝＋－＠﹦﹢﹣﹫−]"
_FORMULA = rf"(?:^|[;,\t\r\n])[{_BLANK}]*{_SIGN}"
_FIRST = rf"^([{_BLANK}]*{_SIGN})"
_WITHIN = rf"([;,\t\r\n][{_BLANK}]*)({_SIGN})"


@dataclass(frozen=True, slots=True)
class Table:
    """A query and the order of its rows, by columns of it."""

    query: str
    order: tuple[str, ...]


class Spreadsheet:
    """A CSV file that grows table by table, all of the same columns.

    Lines end with CRLF. The dialect `excel-fr` has `;`, a decimal comma and a byte-order mark.
    """

    def __init__(self, tables: duckdb.DuckDBPyConnection, path: Path, dialect: str) -> None:
        self._tables, self._path, self._french = tables, path, dialect == EXCEL_FR
        self.rows = 0

    def add(self, table: Table) -> None:
        """Write the rows of a table, under its columns if they are the first."""
        if not self._path.exists():
            self.rows += self._copied(table, self._path, "true")
            return
        part = self._path.with_suffix(".part")
        self.rows += self._copied(table, part, "false")
        with self._path.open("ab") as file, part.open("rb") as more:
            shutil.copyfileobj(more, file)
        part.unlink()

    def _copied(self, table: Table, path: Path, header: str) -> int:
        target = str(path).replace("'", "''")
        # Of `t`: the order is that of the words as they are, before a formula is made harmless.
        order = ", ".join(f"t.{column}" for column in table.order)
        ((rows,),) = self._tables.execute(
            f"COPY (SELECT {self._cells(table)} FROM ({table.query}) AS t ORDER BY {order}) TO '{target}' "  # noqa: S608  # ours
            f"(FORMAT csv, HEADER {header}, DELIMITER '{';' if self._french else ','}', NEW_LINE '\\r\\n')"
        ).fetchall()
        return int(rows)

    def _cells(self, table: Table) -> str:
        described = self._tables.execute(f"DESCRIBE {table.query}").fetchall()
        columns = [(name, kind) for name, kind, *_ in described]
        # DuckDB writes no byte-order mark: the name of the first column carries it.
        marks = ["\ufeff" if self._french else "", *[""] * len(columns)]
        cells = (
            f'{self._cell(name, kind)} AS "{mark}{name}"' for mark, (name, kind) in zip(marks, columns, strict=False)
        )
        return ", ".join(cells)

    def _cell(self, column: str, kind: str) -> str:
        name = f'"{column}"'
        if kind == "VARCHAR":
            # An empty text is written `""` to tell it from a null: here both mean that nothing is said.
            first = f"regexp_replace({name}, '{_FIRST}', '''\\1')"
            harmless = f"regexp_replace({first}, '{_WITHIN}', '\\1''\\2', 'g')"
            return f"nullif(CASE WHEN regexp_matches({name}, '{_FORMULA}') THEN {harmless} ELSE {name} END, '')"
        if self._french and kind.startswith("DECIMAL"):
            # With a point, a French spreadsheet reads 12.5 as the 12th of May.
            return f"replace(CAST({name} AS VARCHAR), '.', ',')"
        return name

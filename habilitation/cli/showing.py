"""`show`: a matrix, a rule, who may read a document type, the vocabulary, the policy."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from habilitation.authorizer import Authorizer
from habilitation.cli import drawing, screen
from habilitation.cli.facts import facts_typed
from habilitation.cli.files import read_text, write_whole
from habilitation.cli.here import VOCABULARY
from habilitation.cli.judge import day_of
from habilitation.cli.options import (
    SAME_CODES,
    AtOption,
    JsonOption,
    KnownOnOption,
    Lang,
    LangOption,
    PolicyOption,
    policy_at,
)
from habilitation.cli.words import colon, word

CODES = f"Exit codes: 0 shown; {SAME_CODES}"

MatrixName = Annotated[
    str, typer.Argument(metavar="NAME", show_default=False, help="A matrix of the policy; without one, their names.")
]
RuleName = Annotated[
    str, typer.Argument(metavar="NAME", show_default=False, help="A rule of the policy; without one, their names.")
]
AxisName = Annotated[
    str, typer.Argument(metavar="NAME", show_default=False, help="An axis of the policy; without one, all of them.")
]
ValueCode = Annotated[
    str, typer.Argument(metavar="CODE", help="A code of any axis; AXIS=CODE when several axes know it.")
]
Situation = Annotated[
    list[str] | None,
    typer.Argument(metavar="AXIS=VALUE", show_default=False, help="The rest of the request, as for decide."),
]
EditionOption = Annotated[
    str | None, typer.Option("--edition", metavar="ID", help="An edition of the matrix; the latest by default.")
]
CsvOption = Annotated[bool, typer.Option("--csv", help="As a spreadsheet.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="With --csv: where the spreadsheet goes; - is stdout."),
]
FromCsvOption = Annotated[
    Path | None,
    typer.Option(
        "--from-csv", metavar="FILE", help="The rows of the matrix file, with the cells of a spreadsheet; - is stdin."
    ),
]


def show_matrix(  # noqa: PLR0913, PLR0917  # as many parameters as flags
    name: MatrixName = "",
    edition: EditionOption = None,
    csv: CsvOption = False,
    output: OutputOption = None,
    from_csv: FromCsvOption = None,
    at: AtOption = None,
    known_on: KnownOnOption = None,
    policy: PolicyOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Show a matrix.

    As a table, as a spreadsheet, or the rows of its file out of a spreadsheet. The latest edition, the one named, or
    the one in force on a day.
    """
    if csv + as_json + (from_csv is not None) > 1:
        raise typer.BadParameter("--csv, --from-csv and --json exclude one another")
    if output is not None and not csv:
        raise typer.BadParameter("--output is where a spreadsheet goes: give --csv")
    if output is not None and policy is None and _in_a_policy(output):
        raise typer.BadParameter(
            f"`{output}` is in a policy, and this would be of the shipped one: name it by --policy, or write elsewhere"
        )
    dated = at is not None or known_on is not None
    if dated + (edition is not None) + (from_csv is not None) > 1:
        raise typer.BadParameter("--edition, --at (or --known-on) and --from-csv exclude one another")
    if not name and (csv or dated or edition is not None or from_csv is not None):
        raise typer.BadParameter("--csv, --from-csv, --edition and days are of one matrix: give its NAME")
    opened = _on(policy, at, known_on)
    if not name:
        from habilitation.authoring.names import matrix_names  # noqa: PLC0415  # each verb reads what it needs

        _shown(matrix_names(opened, lang), drawing.names, lang, as_json=as_json)
        return
    if from_csv is not None:
        from habilitation.authoring.from_sheet import sheet_yaml  # noqa: PLC0415  # as above

        screen.write(sheet_yaml(opened, name, str(from_csv), read_text(from_csv)).removesuffix("\n"))
        return
    from habilitation.authoring.sheet import edition_in_force, sheet, sheet_csv  # noqa: PLC0415  # as above

    if dated:
        edition = edition_in_force(opened, name)
    if csv:
        _spreadsheet(sheet_csv(opened, name, edition), output, lang)
    else:
        _shown(sheet(opened, name, edition, lang), drawing.matrix, lang, as_json=as_json)


def _in_a_policy(file: Path) -> bool:
    """Whether a file lies in a policy folder, or below it; the standard output does not."""
    return file != Path("-") and any(os.path.lexists(folder / VOCABULARY) for folder in file.resolve().parents)


def show_rule(
    name: RuleName = "",
    at: AtOption = None,
    known_on: KnownOnOption = None,
    policy: PolicyOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Show a rule: its text and its law; on a day, whether it is in force."""
    from habilitation.authoring.names import rule_names  # noqa: PLC0415  # as above
    from habilitation.authoring.show import rule_texts, rule_view  # noqa: PLC0415  # as above

    if not name and (at is not None or known_on is not None):
        raise typer.BadParameter("--at and --known-on are of one rule: give its NAME")
    opened = _on(policy, at, known_on)
    if not name:
        _shown(rule_names(opened, lang), drawing.names, lang, as_json=as_json)
        return
    view = rule_view(opened, name, lang, rule_texts(policy))
    if at is None and known_on is None:
        view = dataclasses.replace(view, in_force=None)
    _shown(view, drawing.rule, lang, as_json=as_json)


def show_type(
    code: ValueCode,
    situation: Situation = None,
    at: AtOption = None,
    known_on: KnownOnOption = None,
    policy: PolicyOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Show who may read a document type.

    Its cells, and who reads each; the same for a code of any other axis. With the rest of a request, also the
    professions (or other values still open) for which the answer is a permit.
    """
    from habilitation.authoring.reach import concerned  # noqa: PLC0415  # as above

    opened = _on(policy, at, known_on)
    facts = facts_typed(situation or (), opened)
    _shown(concerned(opened, code, facts, lang), drawing.concerned, lang, as_json=as_json)


def show_axes(policy: PolicyOption = None, lang: LangOption = Lang.FR, as_json: JsonOption = False) -> None:
    """Show the axes and facts of a request."""
    from habilitation.authoring.show import axis_views  # noqa: PLC0415  # as above

    _shown(axis_views(policy_at(policy), lang), drawing.axes, lang, as_json=as_json)


def show_axis(
    name: AxisName = "", policy: PolicyOption = None, lang: LangOption = Lang.FR, as_json: JsonOption = False
) -> None:
    """Show an axis: its values and groups."""
    from habilitation.authoring.show import axis_view  # noqa: PLC0415  # as above

    if not name:
        show_axes(policy, lang, as_json)
        return
    _shown(axis_view(policy_at(policy), name, lang), drawing.axis, lang, as_json=as_json)


def show_policy(policy: PolicyOption = None, lang: LangOption = Lang.FR, as_json: JsonOption = False) -> None:
    """Show the policy: digests and editions."""
    from habilitation.authoring.show import policy_view  # noqa: PLC0415  # as above

    _shown(policy_view(policy_at(policy), lang), drawing.policy, lang, as_json=as_json)


def _spreadsheet(text: str, output: Path | None, lang: Lang) -> None:
    """A spreadsheet printed, or written whole: unlike a redirection, it never leaves an empty file beside a matrix."""
    if output is None:
        screen.write(text.removesuffix("\n"))
        return
    write_whole(output, text.encode("utf-8"))
    if str(output) != "-":
        screen.write(f"{colon(word('written', lang), lang)} {output.as_posix()}")


def _on(path: Path | None, at: str | None, known_on: str | None) -> Authorizer:
    """The policy in force on a day, today by default, as known on another. Raises RequestError for what is no day."""
    opened = policy_at(path)
    if at is None and known_on is None:
        return opened
    day = datetime.date.today() if at is None else day_of("at", at)  # noqa: DTZ011  # legal time of the caller
    return opened.at(day, None if known_on is None else day_of("known_on", known_on))


def _shown(view: Any, drawn: Callable[[Any, Lang], str], lang: Lang, *, as_json: bool) -> None:
    if not as_json:
        screen.write(drawn(view, lang))
        return
    data = [dataclasses.asdict(one) for one in view] if isinstance(view, tuple) else dataclasses.asdict(view)
    screen.write(screen.indented(data))

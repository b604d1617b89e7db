"""`test`: the cases of a policy, run; what fails, in full; what its rules and matrices have seen of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from habilitation.authoring.figures import tenths
from habilitation.authorizer import Authorizer
from habilitation.cli import covering, screen
from habilitation.cli.counted import counted
from habilitation.cli.files import write_whole
from habilitation.cli.formats import (
    NOTICES,
    STANDARD_OUTPUT,
    Format,
    FormatOption,
    refuse_two_on_the_standard_output,
)
from habilitation.cli.options import Code, FolderArgument, JsonOption, Lang, LangOption
from habilitation.cli.words import colon, word
from habilitation.diagnostic import Diagnostic, PolicyError, RequestError

if TYPE_CHECKING:
    from habilitation.authoring.cases import CaseResult, Tested
    from habilitation.authoring.cases.coverage import Coverage

CODES = (
    "Exit codes: 0 every case is answered as expected; 1 a case that fails or cannot be asked, no case at all, a "
    "mistake in a test file, or a coverage under --fail-under; 2 usage error, or a policy that cannot be used."
)
_OF_A_TABLE = 10  # failing cells shown of one table


JunitFile = Annotated[
    Path | None,
    typer.Option("--junit", metavar="FILE", help="Also write JUnit XML, a test case a case; - is the standard output."),
]
Only = Annotated[str, typer.Option("-k", metavar="TEXT", help="Only the cases whose name holds this text.")]
CoverageOption = Annotated[
    bool, typer.Option("--coverage", help="What the cases have not seen of the rules and matrices, by file and line.")
]
FailUnder = Annotated[
    float | None,
    typer.Option(metavar="N", min=0, max=100, help="With the coverage: end with 1 when less than N % of it is seen."),
]


def run_tests(  # noqa: PLR0913, PLR0917  # a verb has as many options as it has
    path: FolderArgument = None,
    coverage: CoverageOption = False,
    fail_under: FailUnder = None,
    junit: JunitFile = None,
    only: Only = "",
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Run the cases written beside a policy (tests/*.yaml), tables of cases cell by cell.

    A case that fails shows its situation, what was expected and what came, and where what decided is written.
    """
    from habilitation.authoring.cases import junit_xml, unseen  # noqa: PLC0415  # text readers only when text is read

    form = Format.JSON if as_json else format_
    refuse_two_on_the_standard_output("--junit", junit, form)
    ran = _ran(path, only, form, lang)
    seen = _measured(ran) if coverage or fail_under is not None else None
    lacking = tuple(unseen(seen, fail_under)) if seen is not None and fail_under is not None else ()
    if junit is not None:
        write_whole(junit, junit_xml(ran, lang.value))
    if junit != STANDARD_OUTPUT:
        _tell(path, ran, seen, lacking, form, lang)
    if lacking and seen is not None and form is Format.TEXT:
        # With JUnit on the standard output, the reason of the failure is told beside it.
        stream = sys.stderr if junit == STANDARD_OUTPUT else None
        under = word("under", lang).format(tenths(seen.total.percent, lang), f"{fail_under:g}")
        screen.write(screen.styled(under, "bold red"), stream)
    raise typer.Exit(Code.FINDINGS if ran.failed or ran.mistakes or lacking else Code.FINE)


def _ran(path: Path | None, only: str, form: Format, lang: Lang) -> Tested:
    """The cases, run. Of a policy that cannot be used, notices tell the mistakes, and the verb ends."""
    from habilitation.authoring.cases import run_suite  # noqa: PLC0415  # as above
    from habilitation.authoring.check import opened  # noqa: PLC0415  # as above

    try:
        ran = run_suite(opened(path), only, Lang.EN.value if form in NOTICES else lang.value)
    except PolicyError as error:
        if form not in NOTICES:
            raise
        _notice(error.diagnostics, form, path)
        raise typer.Exit(Code.INVALID) from None
    if only and not ran.results:
        raise RequestError("no_case", f"no case has `{only}` in its name")
    return ran


def _tell(
    path: Path | None, ran: Tested, seen: Coverage | None, lacking: Sequence[Diagnostic], form: Format, lang: Lang
) -> None:
    if form is Format.TEXT:
        screen.write("\n\n".join(_shown(ran, seen, lang)))
    elif form is Format.JSON:
        screen.write(_data(ran, seen, lacking, lang))
    else:
        from habilitation.authoring.cases import findings  # noqa: PLC0415  # as above

        _notice([*findings(ran), *lacking], form, path)


def _notice(found: Sequence[Diagnostic], form: Format, path: Path | None) -> None:
    from habilitation.authoring.notices import shown  # noqa: PLC0415  # as above

    told = shown(found, form.value, str(path or ""))
    if told:
        screen.write(told)


def _measured(ran: Tested) -> Coverage:
    from habilitation.authoring.cases.coverage import measured  # noqa: PLC0415  # numpy only when coverage is asked for

    return measured(ran)


def _counts(ran: Tested) -> dict[str, int]:
    return {
        "cases": len(ran.results),
        "cells": sum(bool(result.case.table) for result in ran.results),
        "passed": len(ran.results) - len(ran.failed),
        "failed": len(ran.failed),
        "mistakes": len(ran.mistakes),
    }


def _data(ran: Tested, seen: Coverage | None, lacking: Sequence[Diagnostic], lang: Lang) -> str:
    from habilitation.authoring.cases import as_json  # noqa: PLC0415  # as above

    data = {
        "policy": Authorizer(ran.tables).policy,
        "counts": _counts(ran),
        "failures": [as_json(result) for result in ran.failed],
        "diagnostics": [one.as_json() for one in ran.mistakes],
        "coverage": None if seen is None else covering.data(seen, lang),
        "under": bool(lacking),
    }
    return screen.indented(data)


def _shown(ran: Tested, seen: Coverage | None, lang: Lang) -> Iterator[str]:
    yield from (screen.diagnostic(one) for one in ran.mistakes)
    shown: dict[str, int] = {}
    for result in (one for one in ran.failed if one.differs):
        shown[result.case.table] = shown.get(result.case.table, 0) + 1
        if not result.case.table or shown[result.case.table] <= _OF_A_TABLE:
            yield _failure(result, lang)
    for table, failing in shown.items():
        if table and failing > _OF_A_TABLE:
            yield f"{colon(table, lang)} {counted('more_cells', failing - _OF_A_TABLE, lang)}"
    if shown:
        yield screen.styled(word("legend_of_failures", lang), "dim")
    if seen is not None:
        yield from covering.shown(seen, lang)
    counts = _counts(ran)
    said = {key: counted(key, number, lang) for key, number in counts.items()}
    bad = counts["failed"] or counts["mistakes"]
    summary = f"{colon(ran.tables.name, lang)} {said['cases']} ({said['cells']}), {said['passed']}, {said['failed']}"
    if counts["mistakes"]:
        summary += f", {said['mistakes']}"
    if seen is not None:
        summary += f", {tenths(seen.total.percent, lang)} % {word('seen', lang)}"
    yield screen.styled(summary, "bold red" if bad else "bold green")


def _failure(result: CaseResult, lang: Lang) -> str:
    from habilitation.authoring.cases import told  # noqa: PLC0415  # as above

    head, *lines = told(result, lang.value).split("\n")
    return "\n".join(
        [screen.styled(head, "bold red"), *(screen.styled(line, _STYLES.get(line[:1], "dim")) for line in lines)]
    )


_STYLES = {"-": "green", "+": "red"}

"""`diff`: every situation that two policies judge otherwise, and whether anything opens."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from habilitation.cli import declaring, replaying, screen
from habilitation.cli.options import Code, JsonOption, Lang, LangOption, is_typed
from habilitation.diagnostic import PolicyError, one_line
from habilitation.vocabulary import SHIPPED

if TYPE_CHECKING:
    from habilitation.authoring.difference.aside import Beside
    from habilitation.authoring.difference.telling import Section, Told
    from habilitation.authoring.difference.whole import Difference

CODES = (
    "Exit codes: 0 nothing opens; 1 something opens: a situation that was closed is permitted; "
    "2 usage error, or a policy that cannot be used; 3 unreadable input."
)
_STYLES = {"opening": "bold red", "closing": "bold green", "otherwise": "bold yellow"}


class Form(enum.StrEnum):
    """A form of a difference."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    GITHUB = "github"


_NOTICES = (Form.SARIF, Form.GITHUB)


def _one_policy(word: str) -> str:
    from habilitation.authoring.difference.asked import one_policy  # noqa: PLC0415  # each verb reads what it needs

    return one_policy(word)


OldPlace = Annotated[
    str,
    typer.Argument(
        metavar="OLD",
        callback=_one_policy,
        help="A policy folder, a compiled policy, a revision of git (REV or REV:PATH), `dmp`, or `none`; "
        "@DATE after it for the edition of a day, @DATE@DATE as known on another.",
    ),
]
NewPlace = Annotated[
    str, typer.Argument(metavar="NEW", callback=_one_policy, help="As OLD; a @DATE alone is another day of OLD.")
]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="DATE", help="The day of both sides; every edition by default.")
]
KnownOnOption = Annotated[
    str | None,
    typer.Option(
        "--known-on",
        metavar="DATE",
        help="As known on that day; by default as on every day, or with a day of the law, as now.",
    ),
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="As --format markdown: for a pull request.")]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="AXIS=VALUE",
        show_default=False,
        help="Compare only these situations: a code, a group, or a fact by its name; more for more axes or values.",
    ),
]
SummaryOption = Annotated[bool, typer.Option("--summary", help="How many, and nothing else.")]
FormOption = Annotated[
    Form, typer.Option("--format", help="For people, for programs, for a pull request, or openings as notices.")
]


def diff(  # noqa: PLR0913, PLR0917  # as many parameters as flags
    context: typer.Context,
    old: OldPlace,
    new: NewPlace,
    at: AtOption = None,
    known_on: KnownOnOption = None,
    where: WhereOption = None,
    summary: SummaryOption = False,
    form: FormOption = Form.TEXT,
    markdown: MarkdownOption = False,
    log: declaring.LogOption = None,
    facts: declaring.FactsOption = None,
    memberships: declaring.MembershipsOption = None,
    documents: declaring.DocumentsOption = None,
    mapping: declaring.MappingOption = None,
    log_format: declaring.LogFormatOption = None,
    complete: declaring.CompleteOption = None,
    assume: declaring.AssumeOption = None,
    lag_after_discharge: declaring.LagOption = None,
    zone: declaring.ZoneOption = None,
    granularity: declaring.GranularityOption = None,
    deduplicate: declaring.DeduplicateOption = None,
    pseudonymise: declaring.PseudonymiseOption = None,
    csv_dialect: declaring.DialectOption = None,
    examples: declaring.ExamplesOption = 5,
    out: declaring.ChangedOption = None,
    jobs: declaring.JobsOption = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Compare two policies over their whole space.

    Every situation that changes, in sentences, what opens first, with the old and the new reason, and exact counts.
    With --log, the past accesses that would have been judged otherwise instead: an audit under each policy.
    """
    said = dict(locals())
    if as_json + markdown + (form is not Form.TEXT) > 1:
        raise typer.BadParameter("--json, --markdown and --format exclude one another")
    asked = Form.JSON if as_json else Form.MARKDOWN if markdown else form
    if summary and asked in _NOTICES:
        raise typer.BadParameter(f"--format {asked.value} has no counts: with --summary, text, json or markdown")
    from habilitation.authoring.difference.sides import sides  # noqa: PLC0415  # text readers only when text is read
    from habilitation.authoring.difference.whole import difference  # noqa: PLC0415  # as above
    from habilitation.cli.narrowing import narrowed  # noqa: PLC0415  # as above

    if log:
        raise typer.Exit(_judged_again(said, asked, lang))
    if typed := [name for name in replaying.about_a_log(said) if is_typed(context, name)]:
        raise typer.BadParameter(f"--{typed[0].replace('_', '-')} is about a log: give --log LOG...")
    try:
        before, after = sides(old, new, at=at, known_on=known_on)
        wanted = narrowed(where or (), [after.policy(), before.policy()])
        found = difference(before, after, wanted, counts_only=summary)
    except PolicyError as error:
        if asked not in _NOTICES:
            raise
        screen.write(_noticed(error, asked))
        raise typer.Exit(Code.INVALID) from None
    told = _told(found, asked, lang, new)
    if told:
        screen.write(told)
    raise typer.Exit(Code.FINDINGS if found.opens else Code.FINE)


def _judged_again(said: Mapping[str, Any], form: Form, lang: Lang) -> Code:
    """The past accesses of the logs, under each side."""
    if said["where"]:
        raise typer.BadParameter("--where is about situations: a log says which accesses are judged")
    if form in _NOTICES:
        raise typer.BadParameter(f"--format {form.value} is about rules: with --log, text, json or markdown")
    from habilitation.authoring.difference.sides import sides  # noqa: PLC0415  # as above

    # A day on one side only: what if its edition had been in force all along?
    places = sides(said["old"], said["new"], at=said["at"], known_on=said["known_on"], alike=False)
    if not all(place.tables.axes for place in places):
        raise typer.BadParameter("`none` is no policy, and judges no access")
    return replaying.judge_again(*places, said, lang, form.value)


def _told(found: Difference, form: Form, lang: Lang, new: str) -> str:
    if form is Form.TEXT:
        return "\n".join(_text(found, lang))
    if form is Form.JSON:
        from habilitation.authoring.difference.data import data  # noqa: PLC0415  # each form reads what it needs

        return screen.indented(data(found, lang))
    if form is Form.MARKDOWN:
        from habilitation.authoring.difference.markdown import markdown  # noqa: PLC0415  # as above

        return markdown(found, lang)
    from habilitation.authoring.difference.guards_in_words import broken  # noqa: PLC0415  # as above
    from habilitation.authoring.difference.openings import openings  # noqa: PLC0415  # as above
    from habilitation.authoring.notices import github, sarif  # noqa: PLC0415  # as above

    folder = _folder(new)
    # GitHub shows the first ten of a step: what no longer guards comes before what opens.
    notices = (*broken(found, lang, folder), *openings(found, lang, folder))
    return sarif(notices) if form is Form.SARIF else github(notices)


def _noticed(error: PolicyError, form: Form) -> str:
    """The mistakes of a side, on the files of that side."""
    from habilitation.authoring.notices import shown  # noqa: PLC0415  # as above

    return shown(error.diagnostics, form.value, _folder(getattr(error, "asked", "")))


def _folder(place: str) -> str:
    """The folder of a policy, to which its files are relative; nothing for a revision or the shipped policy."""
    from habilitation.authoring.difference.asked import asked  # noqa: PLC0415  # as above

    named = asked(place).place
    return named if named != SHIPPED and Path(named).is_dir() else ""


def _text(found: Difference, lang: Lang) -> Iterator[str]:
    from habilitation.authoring.difference.telling import besides, heading, nothing, told  # noqa: PLC0415  # as above

    yield screen.styled(heading(found), "bold")
    pairs = told(found, lang)
    if not pairs:
        yield nothing(lang)
    for pair in pairs:
        yield ""
        yield from _pair(pair)
    for beside in besides(found, lang):
        yield from _beside(beside)


def _pair(pair: Told) -> Iterator[str]:
    yield screen.styled(one_line(pair.title), "bold")
    for line in filter(None, (pair.among, pair.counts, pair.everywhere, *pair.reach)):
        yield one_line(line)
    for section in pair.sections:
        yield from _section(section)
    for beside in pair.beside:
        yield from _beside(beside)


def _beside(beside: Beside) -> Iterator[str]:
    yield ""
    yield screen.styled(beside.title, "bold")
    yield from (f"  - {one_line(line)}" for line in beside.lines)


def _section(section: Section) -> Iterator[str]:
    if section.entries:
        yield ""
    yield screen.styled(section.title, _STYLES[section.way])
    for number, entry in enumerate(section.entries, 1):
        yield f"{number:3}. {one_line(entry.sentence)} ({entry.situations})"
        for answer in filter(None, (entry.before, entry.after)):
            yield screen.styled(f"     {one_line(answer)}", "dim")

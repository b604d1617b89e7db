"""`audit`: an access log to evidence, or the accesses to one record or of one person, each with its ground."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from habilitation.audit.refusals import UsageError
from habilitation.cli import declaring, screen, summary
from habilitation.cli.accesses import caveats, drawn, listed
from habilitation.cli.extra import need_audit
from habilitation.cli.files import read_text
from habilitation.cli.here import policy_named
from habilitation.cli.options import Code, JsonOption, Lang, is_typed, policy_at
from habilitation.cli.watching import stoppable, watched
from habilitation.diagnostic import HIDES

if TYPE_CHECKING:
    from habilitation.audit.asked import Asked
    from habilitation.audit.in_words import InWords
    from habilitation.audit.question import Heard
    from habilitation.authorizer import Authorizer
    from habilitation.diagnostic import Diagnostic

CODES = (
    "Exit codes: 0 no access is found unjustified; 1 some are; 2 usage error or invalid policy; "
    "3 unreadable input, or no line of the logs could be read; 130 interrupted."
)
_PSEUDONYM = re.compile(r"p(at|ro)-[0-9a-f]{16}")
_YAML = (".yaml", ".yml")
_LANGS = {one.value: one for one in Lang}


def audit(  # noqa: PLR0913, PLR0917  # as many parameters as flags
    context: typer.Context,
    logs: declaring.LogWords = None,
    facts: declaring.FactsOption = None,
    memberships: declaring.MembershipsOption = None,
    documents: declaring.DocumentsOption = None,
    mapping: declaring.MappingOption = None,
    format: declaring.FormatOption = None,  # noqa: A002  # named as the flag is
    complete: declaring.CompleteOption = None,
    assume: declaring.AssumeOption = None,
    lag_after_discharge: declaring.LagOption = None,
    zone: declaring.ZoneOption = None,
    granularity: declaring.GranularityOption = None,
    known_on: declaring.KnownOption = None,
    deduplicate: declaring.DeduplicateOption = None,
    patient: declaring.PatientOption = None,
    professional: declaring.ProfessionalOption = None,
    since: declaring.SinceOption = None,
    until: declaring.UntilOption = None,
    out: declaring.OutOption = None,
    pseudonymise: declaring.PseudonymiseOption = None,
    csv_dialect: declaring.DialectOption = None,
    policy: declaring.PolicyWord = None,
    jobs: declaring.JobsOption = None,
    explain_mapping: declaring.ExplainOption = False,
    lang: declaring.LangWord = Lang.FR,
    as_json: JsonOption = False,
) -> None:
    """Judge a log of accesses.

    Each access by the edition in force at its instant, on the facts as they stood then. A folder of evidence is
    written; with --patient or --professional, the accesses are listed instead, each with its ground. A flag given
    beside an audit.yaml says more than the file.
    """
    said = dict(locals())
    need_audit()
    chosen = is_typed(context, "lang")  # a language of the environment does not overrule the file
    flags = {name: said[name] for name in said if name not in ("context", "explain_mapping", "as_json", "lang")}
    words, found = in_words({**flags, "lang": lang.value if chosen else None})
    lang = _LANGS.get(words.lang or "", lang)
    with stoppable(lang, "interrupted" if patient or professional or explain_mapping else "unwritten"):
        authorizer = policy_at(policy_named(Path(words.policy) if words.policy else None))
        asked = replace(_asked(words, authorizer, found), lang=lang.value)  # one language, here and in the report
        if explain_mapping:
            code = _explained(asked, authorizer, as_json=as_json)
        elif asked.patient or asked.professional:
            code = _answered(asked, authorizer, lang, as_json=as_json)
        else:
            code = _reported(asked, authorizer, lang, as_json=as_json)
    raise typer.Exit(code)


# --- what is asked -------------------------------------------------------------------------------


def in_words(said: Mapping[str, Any]) -> tuple[InWords, list[Diagnostic]]:
    """The words of the file, those typed over them, and what is wrong with the file."""
    from habilitation.audit.from_flags import typed  # noqa: PLC0415  # duckdb only when something is audited
    from habilitation.audit.from_yaml import read  # noqa: PLC0415  # as above
    from habilitation.audit.in_words import WordsError  # noqa: PLC0415  # as above

    named = said["logs"] or []
    files = [one for one in named if one.lower().endswith(_YAML)]
    if len(files) > 1:
        raise UsageError("several_files", f"{len(files)} files that say what to audit", "give one")
    flags = typed({**said, "logs": [one for one in named if one not in files]})
    if not files:
        return flags, []
    words, found = read(files[0], read_text(Path(files[0])), Path(files[0]).parent)
    if words is None:
        raise WordsError(found)
    return words.under(flags), found


def _asked(words: InWords, policy: Authorizer, found: list[Diagnostic]) -> Asked:
    from habilitation.audit.in_words import settled  # noqa: PLC0415  # as above

    asked = settled(words, policy, found)
    if not asked.logs:
        raise UsageError("no_log", "no log to audit", "give LOG... before the options, or an audit.yaml with `logs`")
    if asked.patient and asked.professional:
        raise UsageError("two_questions", "--patient and --professional exclude one another", "ask one, then the other")
    if (asked.since or asked.until) and not (asked.patient or asked.professional):
        raise UsageError("no_question", "--since and --until bound a question", "add --patient or --professional")
    return asked


# --- what is done about it -----------------------------------------------------------------------


def _reported(asked: Asked, policy: Authorizer, lang: Lang, *, as_json: bool) -> Code:
    from habilitation.audit import run  # noqa: PLC0415  # as above

    if asked.out is None:
        raise UsageError(
            "no_report",
            "nowhere to write the evidence",
            "give --out REPORT/, or `out` in audit.yaml; --explain-mapping writes nothing",
        )
    with watched(lang) as watch:
        report = run.audit(asked, policy, watch)
    counts = summary.counts_of(report)
    paragraphs = summary.summed_up(counts, policy, lang, asked)
    screen.write(summary.data(counts, asked.out) if as_json else "\n".join(paragraphs))
    return Code(report.exit_code)


def _answered(asked: Asked, policy: Authorizer, lang: Lang, *, as_json: bool) -> Code:
    from habilitation.audit import run  # noqa: PLC0415  # as above

    told: list[Heard] = []
    streamed = as_json or not screen.on_terminal()
    with watched(lang) as watch:
        found = run.accesses(asked, policy, watch, told.append)
        shown, unjustified = listed(found, lang, as_json=as_json) if streamed else (0, 0)
        kept = list(found)
    if not streamed:  # the bar is gone before the table is drawn
        shown, unjustified = drawn(kept, policy, lang, of_person=bool(asked.professional))
    (heard,) = told
    pseudonym = bool(_PSEUDONYM.fullmatch(asked.patient or asked.professional))
    for line in caveats(heard, found=shown > 0, pseudonym=pseudonym, lang=lang):
        screen.write(line, sys.stderr)
    return Code.UNREADABLE if heard.nothing_read else _code(unjustified)


def _code(unjustified: int) -> Code:
    return Code.FINDINGS if unjustified else Code.FINE


def _explained(asked: Asked, policy: Authorizer, *, as_json: bool) -> Code:
    from habilitation.audit.intake.explaining import explained, in_text  # noqa: PLC0415  # as above

    files = explained(asked, policy)
    screen.write(screen.compact(files) if as_json else HIDES.sub("�", in_text(files)).rstrip("\n"))
    return Code.UNREADABLE if any(file["missing"] or file["misspelt"] for file in files) else Code.FINE

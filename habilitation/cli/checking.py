"""`check`: everything wrong with a policy, in one run, and its certificate."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from habilitation.authorizer import Authorizer
from habilitation.cli import screen
from habilitation.cli.counted import counted
from habilitation.cli.files import write_whole
from habilitation.cli.formats import STANDARD_OUTPUT, Format, FormatOption, refuse_two_on_the_standard_output
from habilitation.cli.options import Code, FolderArgument, JsonOption, Lang, LangOption
from habilitation.cli.words import colon, word
from habilitation.diagnostic import Diagnostic, PolicyError, Severity

if TYPE_CHECKING:
    from habilitation.authoring.check import Examined

CODES = (
    "Exit codes: 0 nothing found, or warnings only; 1 findings: a proof that fails or a mistake in the tests of a "
    "policy that can be used, or, with --strict, a warning; 2 usage error, or a policy that cannot be used."
)
_DIGITS = 16  # of a digest, enough for a person to compare

Strict = Annotated[bool, typer.Option("--strict", help="A warning counts as a finding.")]
CertificateFile = Annotated[
    Path | None,
    typer.Option(
        "--certificate",
        metavar="FILE",
        help="Compare the tables with the definition, in full, and write what was compared and proved; "
        "- is the standard output.",
    ),
]


def check(
    path: FolderArgument = None,
    strict: Strict = False,
    certificate: CertificateFile = None,
    lang: LangOption = Lang.FR,
    as_json: JsonOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Read, resolve, compile and prove a policy.

    Every mistake is shown, each with its place and, where there is one, a way out.
    """
    form = Format.JSON if as_json else format_
    refuse_two_on_the_standard_output("--certificate", certificate, form)
    examined, found = _examined(path)
    agreed = True
    if certificate is not None and examined is not None and examined.tables is not None:
        agreed = _certified(examined, certificate)
    if certificate != STANDARD_OUTPUT:
        _tell(path, examined, found, form, lang)
    for one in found if certificate == STANDARD_OUTPUT else ():  # the certificate goes to the pipe, this beside
        screen.write(screen.diagnostic(one, sys.stderr), sys.stderr)
    raise typer.Exit(_code(examined, found, strict=strict) if agreed else Code.FINDINGS)


def _tell(path: Path | None, examined: Examined | None, found: Sequence[Diagnostic], form: Format, lang: Lang) -> None:
    counts = _counts(examined, found)
    if form is Format.TEXT:
        screen.write("\n\n".join(_shown(examined, found, counts, lang)))
    elif form is Format.JSON:
        screen.write(_data(examined, found, counts))
    else:
        from habilitation.authoring.notices import shown  # noqa: PLC0415  # as above

        told = shown(found, form.value, str(path or ""))
        if told:
            screen.write(told)


def _examined(path: Path | None) -> tuple[Examined | None, Sequence[Diagnostic]]:
    """The policy and what was found; None when its files could not even be gathered."""
    from habilitation.authoring.check import examine, opened  # noqa: PLC0415  # text readers only when text is read

    try:
        examined = examine(opened(path))
    except PolicyError as error:
        return None, error.diagnostics
    return examined, examined.diagnostics


def _certified(examined: Examined, path: Path) -> bool:
    from habilitation.authoring.certificate import certificate  # noqa: PLC0415  # as above

    made = certificate(examined)
    text = json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    write_whole(path, text.encode("utf-8"))
    return bool(made["agreed"])


def _code(examined: Examined | None, found: Sequence[Diagnostic], *, strict: bool) -> Code:
    if examined is None or examined.tables is None:
        return Code.INVALID
    if any(strict or one.severity is Severity.ERROR for one in found):
        return Code.FINDINGS
    return Code.FINE


def _counts(examined: Examined | None, found: Sequence[Diagnostic]) -> dict[str, int]:
    counts: dict[str, int] = {
        "errors": sum(one.severity is Severity.ERROR for one in found),
        "warnings": sum(one.severity is Severity.WARNING for one in found),
    }
    if examined is None or examined.policy is None:
        return counts
    policy = examined.policy
    broken = {one.span for one in found if one.code in ("invariant_fails", "invariant_never_applies")}
    return {
        "rules": len(policy.rules),
        "matrices": len(policy.matrices),
        "editions": len(policy.editions),
        "invariants": len(policy.invariants),
        "invariants_proved": sum(invariant.span not in broken for invariant in policy.invariants),
        **counts,
    }


def _data(examined: Examined | None, found: Sequence[Diagnostic], counts: Mapping[str, int]) -> str:
    tables = None if examined is None else examined.tables
    data = {
        "policy": None if tables is None else Authorizer(tables).policy,
        "diagnostics": [one.as_json() for one in found],
        "counts": counts,
    }
    return screen.indented(data)


def _shown(
    examined: Examined | None, found: Sequence[Diagnostic], counts: Mapping[str, int], lang: Lang
) -> Iterator[str]:
    yield from (screen.diagnostic(one) for one in found)
    bad = "bold red" if counts["errors"] else "bold yellow" if counts["warnings"] else "bold green"
    yield screen.styled(_summary(examined, counts, lang), bad)


def _summary(examined: Examined | None, counts: Mapping[str, int], lang: Lang) -> str:
    parts = [counted(key, counts[key], lang) for key in ("errors", "warnings")]
    if examined is None or examined.tables is None:
        return ", ".join(parts)
    sizes = [counted(key, counts[key], lang) for key in ("rules", "matrices", "editions")]
    share = f"{counts['invariants_proved']}/{counts['invariants']}"
    proved = counted("invariants", counts["invariants"], lang, share)
    digest = f"{word('digest', lang)} {examined.tables.digest[:_DIGITS]}"
    return f"{colon(examined.tables.name, lang)} {', '.join([*sizes, proved, *parts, digest])}"

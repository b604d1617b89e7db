"""`schema`: JSON Schemas of the YAML files, for editors."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Any

import typer

from habilitation.cli import screen
from habilitation.cli.extra import need_audit
from habilitation.cli.files import write_whole, writing
from habilitation.cli.options import JsonOption, Lang, LangOption
from habilitation.cli.words import colon, word

CODES = "Exit codes: 0 shown, or written; 2 usage error, or a file that cannot be written."


class Kind(enum.StrEnum):
    """What a YAML file holds."""

    VOCABULARY = "vocabulary"
    MATRIX = "matrix"
    CASES = "cases"
    AUDIT = "audit"
    MAPPING = "mapping"


Which = Annotated[
    Kind | None, typer.Argument(show_default=False, help="What the file holds; every kind, by its name, when none is.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write NAME.schema.json in that folder, made if need be.")
]


def schema(kind: Which = None, out: Out = None, lang: LangOption = Lang.FR, as_json: JsonOption = False) -> None:
    """Print the JSON Schema of a YAML file, or write it for an editor.

    An editor with YAML support then completes keys, and underlines what is misspelt or missing.
    """
    chosen = {str(one): _schema(one) for one in ([kind] if kind is not None else Kind)}
    if out is None:
        screen.write(_text(chosen[str(kind)] if kind is not None else chosen))
        return
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{name}.schema.json" for name in chosen]
    for path, one in zip(paths, chosen.values(), strict=True):
        write_whole(path, (_text(one) + "\n").encode("utf-8"))
    names = [path.as_posix() for path in paths]
    told = [f"{colon(word('file', lang), lang)} {name}" for name in names]
    screen.write(screen.compact({"files": names}) if as_json else "\n".join(told))


def _schema(kind: Kind) -> dict[str, Any]:
    if kind not in (Kind.AUDIT, Kind.MAPPING):
        from habilitation.authoring.schemas import policy_schemas  # noqa: PLC0415  # the text readers, only here

        return policy_schemas()[kind]
    need_audit()
    from habilitation.audit import from_yaml  # noqa: PLC0415  # what needs the extra, only once it is there
    from habilitation.audit.intake import from_mapping  # noqa: PLC0415  # as above

    return from_yaml.schema() if kind is Kind.AUDIT else from_mapping.schema()


def _text(data: Any) -> str:
    return screen.indented(data)

"""What a key of a YAML file says and how its value is written, for editors and for an author who left it out.

The classes below stand in the annotations of shapes. Whoever makes the schema of a shape asks each, by a method of a
name it knows, what it adds to that of its value: nothing here is needed to read a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from habilitation.source import Word

Schema = dict[str, Any]
NEEDED, FORM = "needed", "form"  # of a key, until its schema is given out


@dataclass(frozen=True, slots=True)
class Says:
    """What a key says, in a sentence; `form` shows it written, `needed` is of one that `check` asks for later."""

    sentence: str
    form: str = ""
    needed: bool = False

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], Schema]) -> Schema:
        more: Schema = {"description": self.sentence}
        more |= {FORM: self.form} if self.form else {}
        more |= {NEEDED: True} if self.needed else {}
        return {**handler(core), **more}


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """How a word is written, as JSON Schema."""

    schema: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], Schema]) -> Schema:
        return dict(self.schema)


def one_of(*choices: str | bool) -> Written:
    """A word that is one of a few."""
    return Written({"enum": list(choices)})


def spelt(pattern: str) -> Written:
    """A word of a form."""
    return Written({"type": "string", "pattern": f"^(?:{pattern})$"})


Day = Annotated[Word, spelt(r"\d{4}-\d{2}-\d{2}")]
# YAML's own booleans for an editor, and the words that stand for them in a text.
Truth = Annotated[Word, one_of(True, False, "true", "false", "yes", "no")]
LASTING = spelt(r"[1-9][0-9]{0,5}[smhd]")
Lasting = Annotated[Word, LASTING]
OneOrMore = Annotated[Any, Written({"type": ["string", "array"], "items": {"type": "string"}})]
FR, EN = Says("in French", 'fr: "…"', needed=True), Says("in English", 'en: "…"', needed=True)
SOURCE, NOTE = Says("where it comes from; for readers"), Says("what to know of it; for readers")

"""Small policy folders, as an author writes them: the arrangement of the tests that need a world of their own."""

from collections.abc import Mapping
from pathlib import Path

from habilitation import Authorizer


def fact(name: str, **more: str) -> str:
    """A fact of the vocabulary: `fact("masked", default="false")`."""
    details = "".join(f", {key}: {value}" for key, value in more.items())
    return f"  {name}: {{fact: true, fr: {name} (fr), en: {name} (en){details}}}\n"


def axis(name: str, *values: str, **more: str) -> str:
    """An axis of the vocabulary; a value may carry its details: `axis("job", "nurse: {code: '60', system: G15}")`."""
    details = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"  {name}:\n    fr: {name} (fr)\n    en: {name} (en)\n{details}    values:\n" + "".join(map(_value, values))


def _value(written: str) -> str:
    name, _, details = written.partition(":")
    inside = details.strip().removeprefix("{").removesuffix("}")
    labels = ", ".join([f"fr: {name} (fr)", f"en: {name} (en)", *([inside] if inside else [])])
    return f"      {name}: {{{labels}}}\n"


def world(*axes: str, **sections: str) -> str:
    """A vocabulary; sections are written as they are, indented (`systems`, `obligations`, `advice`, `code_lists`)."""
    rest = "".join(f"{name}:\n{text}" for name, text in sections.items())
    return f"policy: small\nfr: Petite politique\nen: Small policy\n{rest}axes:\n{''.join(axes) or '  {}'}\n"


def rule(effect: str, name: str, when: str, *more: str) -> str:
    """A rule; more clauses come as they are written: `rule("permit", "r", "a", "oblige trace")`."""
    lines = [f"when {when}", *more, 'because "a text"', f'fr "{name}, en français."', f'en "{name}, in English."']
    return f"{effect} {name}\n" + "".join(f"  {line}\n" for line in lines)


# The smallest door: one action, a fact that opens it and one that closes it.
DOOR = world(axis("action", "enter", "leave"), fact("invited"), fact("banned"))
ENTRY = rule("permit", "guests", "invited", "for enter") + rule("forbid", "banned_guests", "banned")


def policy_folder(
    ground: Path,
    rules: str = ENTRY,
    vocabulary: str = DOOR,
    matrices: Mapping[str, str] | None = None,
    cases: str = "",
) -> Path:
    """A policy folder of these texts."""
    texts = {"vocabulary.yaml": vocabulary, "rules/all.hab": rules}
    texts |= {f"matrices/{name}.yaml": text for name, text in (matrices or {}).items()}
    texts |= {"tests/cases.yaml": cases} if cases else {}
    for name, text in texts.items():
        (ground / name).parent.mkdir(parents=True, exist_ok=True)
        (ground / name).write_text(text, encoding="utf-8")
    return ground


def opened(
    ground: Path, rules: str = ENTRY, vocabulary: str = DOOR, matrices: Mapping[str, str] | None = None
) -> Authorizer:
    """The policy of these texts, opened."""
    return Authorizer.load(policy_folder(ground, rules, vocabulary, matrices))

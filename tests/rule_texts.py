"""Rule files at random, as texts: any layout, comments anywhere, redundant parentheses, clauses in any order."""

import re
from pathlib import Path
from random import Random

from habilitation import shipped

SHIPPED = sorted((shipped.dmp_shelves()["rules"]).glob("*.hab"))
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[^\s,(){}:"#]+|[,(){}:]')
_WORDS = ("masked", "author", "profession", "care_team", "non", "et", "x1")
_VALUES = ("nurse", '"never"', "11488-4", "G15_60", '"a \\"quoted\\" word"', "2024-01-01", '"nurse"', "doctors")
_DAYS = ("2024-01-01", "2025-06-30")


def tokens(text: str) -> list[str]:
    """The words and signs of an item, without its comments."""
    return _TOKEN.findall(re.sub(r'("(?:[^"\\\n]|\\.)*")|#[^\n]*', lambda match: match.group(1) or "", text))


def mangled(item: str, random: Random) -> str:
    """The same words with other blanks, lines and comments between them."""
    first, *others = tokens(item)
    laid = [first]
    for token in others:
        bare = {laid[-1], token} & set(",(){}") and random.random() < 0.3
        laid += ["" if bare else _gap(random), token]
    return "".join(laid)


def _gap(random: Random) -> str:
    if random.random() < 0.8:
        return random.choice((" ", "  ", "\n ", "\n\n\t", " \n    "))
    words = f"# {random.choice('abcdefgh')} {random.randrange(100)}"
    before = random.choice((" ", "\n", "\n   ", "", "\n\n  "))
    return f"{before}{words}\n {_gap(random) if random.random() < 0.3 else ''}"


def between_items(random: Random) -> str:
    some = range(random.randrange(4))
    return "\n" + "".join(_line(random) for _ in some)


def _line(random: Random) -> str:
    """A blank line or a comment."""
    comment = f"{random.choice(('', '  '))}# above {random.randrange(100)}\n"
    return comment if random.random() < 0.6 else "\n"


def rule_file(random: Random) -> str:
    """A file of random items, mangled."""
    items = [_item(random, number) for number in range(random.randrange(5))]
    text = between_items(random)[1:]
    for item in items:
        text += mangled(item, random) + random.choice(("", "  # at the end", "  ")) + between_items(random)
    return text


def _item(random: Random, number: int) -> str:
    kind = random.random()
    if kind < 0.2:
        return f"define d{number}: {condition(random)}"
    effect = random.choice(("permit", "forbid", "abstain"))
    if kind < 0.4:
        return (
            f'{random.choice(("never", "always"))} "sentence {number}, # no comment": {effect} when {condition(random)}'
        )
    clauses = [
        f"for {', '.join(random.sample(('consult', 'search', 'deposit'), random.randint(1, 3)))}",
        f"when {condition(random)}",
        f"unless {condition(random)}",
        "because " + ", ".join(f'"CSP, art. R. 1111-{n}"' for n in range(random.randint(1, 8))),
        'fr "Phrase, # sans commentaire."',
        'en "A \\\\ sentence."',
        random.choice(
            (
                f"applicable from {_DAYS[0]}",
                f"applicable until {_DAYS[1]}",
                f"applicable from {_DAYS[0]} until {_DAYS[1]}",
            )
        ),
        f"known from {_DAYS[0]}",
        "oblige trace, justify",
        "advise strictly_necessary",
    ]
    return " ".join((f"{effect} r{number}", *random.sample(clauses, random.randrange(len(clauses)))))


def condition(random: Random, depth: int = 0) -> str:
    kind = random.random()
    if depth < 4 and kind < 0.5:
        operator = random.choice((" and ", " or "))
        parts = [condition(random, depth + 1) for _ in range(random.randint(2, 5))]
        joined = operator.join(parts)
        return f"({joined})" if depth and random.random() < 0.7 else joined
    if kind < 0.6:
        return f"not {_atom(random)}" if random.random() < 0.5 else f"not ({condition(random, depth + 1)})"
    return f"({_atom(random)})" if kind < 0.65 else _atom(random)


def _atom(random: Random) -> str:
    head = random.choice(("", "matrix ")) + random.choice(_WORDS)
    values = ", ".join(random.sample(_VALUES, random.randint(1, len(_VALUES))))
    ends = (
        f"is {random.choice(_VALUES)}",
        f"is not {random.choice(_VALUES)}",
        "in doctors",
        "not in doctors",
        f"in {{{values}}}",
        f"not in {{{values},}}",
    )
    covered = ("is covered", "is not covered")
    if head.startswith("matrix"):
        return f"{head} {random.choice((*ends, *covered))}"
    return random.choice((head, f"{head} {random.choice(ends)}"))


def shipped_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")

"""Text to words: `.hab` files, with the grammar of `grammar/rules.lark` (the only user of lark)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from habilitation import shipped
from habilitation.diagnostic import Diagnostic
from habilitation.source import Source, Span, Word
from habilitation.vocabulary import RuleEffect
from habilitation.written import limits
from habilitation.written.syntax import (
    And,
    CellTest,
    Comment,
    Condition,
    Item,
    Name,
    Not,
    Or,
    RuleFile,
    Test,
    WrittenDefinition,
    WrittenInvariant,
    WrittenPeriod,
    WrittenRule,
)

_COMMENT_OR_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|(#[^\n]*)')
_ITEM = re.compile(r"^[^\s#]", re.MULTILINE)

# What an author would call a terminal; a terminal that is not here is shown as the keyword it is.
_TERMINALS = {
    "NAME": "a name",
    "CODE": "a code",
    "DATE": "a date (YYYY-MM-DD)",
    "TEXT": 'a text in double quotes ("…")',
    "COLON": "`:`",
    "COMMA": "`,`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "$END": "the end of the rule",
}
_CLAUSES = ("FOR", "WHEN", "UNLESS", "BECAUSE", "FR", "EN", "APPLICABLE", "KNOWN", "OBLIGE", "ADVISE")
KEYWORDS = frozenset(
    [
        "permit",
        "forbid",
        "abstain",
        "define",
        "never",
        "always",
        "for",
        "when",
        "unless",
        "because",
        "fr",
        "en",
        "applicable",
        "known",
        "from",
        "until",
        "oblige",
        "advise",
        "and",
        "or",
        "not",
        "is",
        "in",
        "matrix",
        "covered",
    ]
)


class _Refused(Exception):
    """One mistake in one item; the other items are still read."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@functools.cache
def _parser() -> Lark:
    return Lark(
        shipped.grammar().read_text("utf-8"), parser="lalr", lexer="contextual", propagate_positions=True
    )


def read_rules(source: Source) -> tuple[RuleFile, list[Diagnostic]]:
    """The items of one file that can be read, and a diagnostic for each of the others."""
    items: list[Item] = []
    found: list[Diagnostic] = []
    starts = [match.start() for match in _ITEM.finditer(source.text)]
    if len(starts) > limits.ITEMS:
        span = Span(source, starts[limits.ITEMS], starts[limits.ITEMS] + 1)
        message = f"more than {limits.ITEMS} items in one file"
        return RuleFile((), ()), [Diagnostic("too_many", message, span, "split the file")]
    comments = list(_comments(source))
    bounds = [*starts, len(source.text)]
    for start, end in zip(starts, bounds[1:], strict=False):
        own = tuple(comment for comment in comments if _belongs(comment, start, bounds, source))
        try:
            items.append(_Reader(source, start, end, own).item())
        except _Refused as refused:
            found.append(refused.diagnostic)
    attached = {id(comment) for item in items for comment in item.comments}
    left = tuple(comment for comment in comments if id(comment) not in attached)
    return RuleFile(tuple(items), left), found


def _comments(source: Source) -> Iterator[Comment]:
    for match in _COMMENT_OR_TEXT.finditer(source.text):
        if match.group(1) is not None:
            before = source.text[source.text.rfind("\n", 0, match.start()) + 1 : match.start()]
            yield Comment(
                match.group(1).rstrip(), not before.strip(), Span(source, match.start(), match.end())
            )


def _belongs(comment: Comment, start: int, bounds: list[int], source: Source) -> bool:
    """An item keeps the comments inside it, and the unindented ones between the item before and itself."""
    position = bounds.index(start)
    before = bounds[position - 1] if position else 0
    place = comment.span.start
    unindented = source.position(place)[1] == 1
    if place < start:
        return place >= before and unindented
    return place < bounds[position + 1] and not unindented


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    start: int
    end: int
    comments: tuple[Comment, ...]

    def item(self) -> Item:
        tree = self._parse().children[0]
        assert isinstance(tree, Tree)
        readers = {"rule": self._rule, "definition": self._definition, "invariant": self._invariant}
        return readers[tree.data](tree)

    def _parse(self) -> Tree[Token]:
        text = self.source.text[self.start : self.end]
        try:
            return _parser().parse(text)
        except UnexpectedInput as error:
            raise _Refused(self._explain(error)) from None

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, self.start + start, self.start + end)

    def _whole(self, tree: Tree[Token]) -> Span:
        return self._span(tree.meta.start_pos, tree.meta.end_pos)

    def _explain(self, error: UnexpectedInput) -> Diagnostic:
        if isinstance(error, UnexpectedCharacters):
            start = error.pos_in_stream
            char = self.source.text[self.start + start]
            message = (
                "a text that does not end on its line" if char == '"' else f"unexpected character `{char}`"
            )
            allowed, end = error.allowed, start + 1
        elif isinstance(error, UnexpectedToken) and error.token.type != "$END":
            start, end = error.token.start_pos or 0, error.token.end_pos or 0
            message, allowed = f"unexpected `{error.token}`", error.accepts or error.expected
        else:
            text = re.sub(r"(\s|^#.*$)*\Z", "", self.source.text[self.start : self.end], flags=re.MULTILINE)
            start, end = max(len(text) - 1, 0), len(text)
            message = "the rule stops too early"
            allowed = (error.accepts or error.expected) if isinstance(error, UnexpectedToken) else set()
        return Diagnostic("syntax_error", message, self._span(start, end), _expected(allowed))

    def _word(self, node: Any) -> Word:
        token = node.children[0] if isinstance(node, Tree) else node
        text = str(token)
        if token.type == "TEXT":
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        return Word(text, self._span(token.start_pos, token.end_pos))

    def _words(self, node: Tree[Token]) -> tuple[Word, ...]:
        return tuple(self._word(child) for child in node.children)

    def _rule(self, tree: Tree[Token]) -> WrittenRule:
        effect, name, *clauses = tree.children
        parts: dict[str, Tree[Token]] = {}
        for clause in clauses:
            assert isinstance(clause, Tree)
            kind = str(clause.data).removesuffix("_clause").removesuffix("_until")
            if kind in parts:
                word = str(clause.children[0])
                span = self._word(clause.children[0]).span
                raise _Refused(Diagnostic("repeated_clause", f"`{word}` is written twice in one rule", span))
            parts[kind] = clause
        return WrittenRule(
            name=self._word(name),
            effect=_effect(effect),
            actions=self._listed(parts.get("for")),
            when=self._guard(parts.get("when")),
            unless=self._guard(parts.get("unless")),
            because=self._listed(parts.get("because")),
            fr=self._single(parts.get("fr")),
            en=self._single(parts.get("en")),
            applicable=self._period(parts.get("applicable")),
            known=self._word(parts["known"].children[2]) if "known" in parts else None,
            oblige=self._listed(parts.get("oblige")),
            advise=self._listed(parts.get("advise")),
            comments=self.comments,
            span=self._whole(tree),
        )

    def _listed(self, clause: Tree[Token] | None) -> tuple[Word, ...]:
        if clause is None:
            return ()
        words = clause.children[1]
        assert isinstance(words, Tree)
        return self._words(words)

    def _single(self, clause: Tree[Token] | None) -> Word | None:
        return None if clause is None else self._word(clause.children[1])

    def _guard(self, clause: Tree[Token] | None) -> Condition | None:
        return None if clause is None else self._condition(clause.children[1], 0)

    def _period(self, clause: Tree[Token] | None) -> WrittenPeriod:
        bounds: dict[str, Word] = {}
        keyword = ""
        for token in clause.children if clause is not None else ():
            assert isinstance(token, Token)
            if token.type == "DATE":
                bounds["start" if keyword == "FROM" else "end"] = self._word(token)
            keyword = token.type
        return WrittenPeriod(**bounds)

    def _definition(self, tree: Tree[Token]) -> WrittenDefinition:
        _, name, condition = tree.children
        return WrittenDefinition(
            self._word(name), self._condition(condition, 0), self.comments, self._whole(tree)
        )

    def _invariant(self, tree: Tree[Token]) -> WrittenInvariant:
        kind, sentence, effect, _, condition = tree.children
        return WrittenInvariant(
            always=str(kind) == "always",
            sentence=self._word(sentence),
            effect=_effect(effect),
            condition=self._condition(condition, 0),
            comments=self.comments,
            span=self._whole(tree),
        )

    def _condition(self, node: Any, depth: int) -> Condition:
        if depth > limits.NESTING:
            message = f"a condition nested more than {limits.NESTING} deep"
            raise _Refused(Diagnostic("too_deep", message, self._whole(node), "name its parts with `define`"))
        kind = str(node.data)
        if kind in ("any_of", "all_of"):
            kept = [part for part in node.children if isinstance(part, Tree)]
            if len(kept) == 1:
                return self._condition(kept[0], depth)
            parts = tuple(self._condition(part, depth + 1) for part in kept)
            return Or(parts) if kind == "any_of" else And(parts)
        if kind == "negated":
            return Not(self._condition(node.children[1], depth + 1))
        if kind == "named":
            return Name(self._word(node.children[0]))
        negated = "not" in kind.split("_")
        if kind in ("covered", "not_covered"):
            return CellTest(self._word(node.children[1]), (), not negated)
        values = node.children[-1]
        words = self._words(values) if values.data == "set" else (self._word(values),)
        if kind.startswith("cell"):
            return CellTest(self._word(node.children[1]), words, negated)
        return Test(self._word(node.children[0]), words, negated)


def _effect(node: Any) -> RuleEffect:
    return RuleEffect(str(node.children[0]))


def _expected(terminals: Any) -> str:
    """Honest expectations, in the author's words; the many ways to go on with a rule are one."""
    names = set(terminals) - {"COMMENT"}
    if len(names & set(_CLAUSES)) > 1:
        names = names - set(_CLAUSES) | {"_CLAUSE"}
    spelt = {"_CLAUSE": "a clause (`when`, `unless`, `because`, `fr`, `en`, …)", **_TERMINALS}
    shown = sorted(spelt.get(name, f"`{name.lower()}`") for name in names)
    return "expected " + " or ".join(shown) if shown else ""

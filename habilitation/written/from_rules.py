"""Text to words: `.hab` files, with the grammar of `grammar/rules.lark` (the only user of lark)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from habilitation.diagnostic import Diagnostic
from habilitation.source import Source, Span, Word
from habilitation.vocabulary import RuleEffect
from habilitation.written import limits, ways_out
from habilitation.written.items import Piece, cut, defined
from habilitation.written.slips import Stop, read_before, slip
from habilitation.written.syntax import (
    And,
    CellTest,
    Condition,
    Form,
    Item,
    Keywords,
    Language,
    Name,
    Not,
    Or,
    RuleFile,
    Test,
    WrittenDefinition,
    WrittenInvariant,
    WrittenPeriod,
    WrittenRule,
    keywords,
    keywords_of,
)
from habilitation.written.wording import foreign, grammar

_BEFORE = re.compile(r"\S+(?=\s+\Z)")


class _Refused(Exception):
    """One mistake in one item; the other items are still read."""

    def __init__(self, diagnostic: Diagnostic, meant: str = "") -> None:
        self.diagnostic = diagnostic
        self.meant = [Word(meant, diagnostic.span)] if meant and diagnostic.span else []


@functools.cache
def parser(language: Language = Language.EN) -> Lark:
    """The grammar, with the keywords of a language."""
    # Not the contextual lexer: where no name may stand it would read `permitx` as `permit x`.
    return Lark(grammar(keywords(language)), parser="lalr", lexer="basic", propagate_positions=True)


def read_rules(source: Source) -> tuple[RuleFile, list[Diagnostic]]:
    """The items of one file that can be read, and a diagnostic for each of the others."""
    found: list[Diagnostic] = []
    items: list[Item] = []
    misnamed: list[Word] = []
    pieces, comments = cut(source, found)
    words = keywords_of(source)
    left = list(comments)
    unread = [source.text[: pieces[0].start if pieces else None]]
    for piece in pieces:
        try:
            items.append(_Reader(source, piece, words).item())
        except _Refused as refused:
            found.append(refused.diagnostic)
            misnamed += refused.meant
            left.extend(piece.comments)
            unread.append(source.text[piece.start : piece.end])
    names = tuple(name for text in unread for name in defined(text, words))
    left.sort(key=lambda comment: comment.span.start)
    return RuleFile(tuple(items), tuple(left), names, not found, tuple(misnamed), words.language), found


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    piece: Piece
    words: Keywords

    def item(self) -> Item:
        if self.piece.end - self.piece.start > limits.ITEM_CHARACTERS:
            message = f"an item of more than {limits.ITEM_CHARACTERS} characters"
            raise self._refused("too_many", message, 0, 1, "split it")
        tree = self._parse().children[0]
        assert isinstance(tree, Tree)
        if tree.data == "rule":
            return self._rule(tree)
        return self._definition(tree) if tree.data == "definition" else self._invariant(tree)

    def _parse(self) -> Tree[Token]:
        try:
            return parser(self.words.language).parse(self.source.text[self.piece.start : self.piece.end])
        except UnexpectedInput as error:
            raise self._explained(error) from None

    def _refused(self, code: str, message: str, start: int, end: int, way_out: str = "") -> _Refused:
        return _Refused(Diagnostic(code, message, self._span(start, end), way_out))

    def _explained(self, error: Any) -> _Refused:
        text = self.source.text[self.piece.start : self.piece.end]
        accepted, place = error.interactive_parser.accepts(), error.pos_in_stream
        foreign = None if place is None else self._foreign(text, place)
        if foreign is not None:
            return foreign
        if isinstance(error, UnexpectedCharacters):
            start, end, ended = place, place + 1, text[place] == '"'
        else:
            start, end, ended = error.token.start_pos, error.token.end_pos, error.token.type == "$END"
        meant = None if ended else slip(Stop(text, start, end, read_before(error), accepted, self.words))
        if meant is not None:
            found = Diagnostic("syntax_error", meant.message, self._span(meant.start, meant.end), meant.way_out)
            return _Refused(found, meant.meant)
        if isinstance(error, UnexpectedCharacters):
            message, way_out, start, end = ways_out.of_unreadable(text, place, accepted, self.words)
        elif error.token.type == "$END":
            message, way_out = ways_out.of_end(text.split(maxsplit=1)[0], accepted, self.words)
        else:
            opens = not text[text.rfind("\n", 0, start) + 1 : start].strip()
            message, way_out = ways_out.of_word(text[start:end], opens, accepted, self.words)
        return self._refused("syntax_error", message, start, end, way_out)

    def _foreign(self, text: str, place: int) -> _Refused | None:
        """A keyword of the other language, there or, taken for a name, just before."""
        before = _BEFORE.search(text, 0, place)
        for start in (place, *([before.start()] if before else [])):
            found = foreign(text, start, self.words)
            if found is not None:
                keyword, end = found
                message, way_out = ways_out.of_foreign(text[start:end], keyword, self.words)
                return self._refused("mixed_languages", message, start, end, way_out)
        return None

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, self.piece.start + start, self.piece.start + end)

    def _whole(self, tree: Tree[Token]) -> Span:
        return self._span(tree.meta.start_pos, tree.meta.end_pos)

    def _word(self, node: Any) -> Word:
        token: Any = node.children[0] if isinstance(node, Tree) else node
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
            comments=self.piece.comments,
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
            self._word(name), self._condition(condition, 0), self.piece.comments, self._whole(tree)
        )

    def _invariant(self, tree: Tree[Token]) -> WrittenInvariant:
        kind, sentence, effect, _, condition = tree.children
        assert isinstance(kind, Token)
        return WrittenInvariant(
            always=kind.type == "ALWAYS",
            sentence=self._word(sentence),
            effect=_effect(effect),
            condition=self._condition(condition, 0),
            comments=self.piece.comments,
            span=self._whole(tree),
        )

    def _condition(self, node: Any, depth: int) -> Condition:
        kind = str(node.data)
        # A parenthesis opens an `any_of`, needed or not, so that this counts parentheses and `not`.
        depth += kind in ("any_of", "negated")
        if depth > limits.NESTING:
            message, start = f"a condition nested more than {limits.NESTING} deep", node.meta.start_pos
            way_out = f"name its parts with `{self.words['define']}`"
            raise self._refused("too_deep", message, start, start + 1, way_out)
        if kind in ("any_of", "all_of"):
            parts = tuple(self._condition(part, depth) for part in node.children if isinstance(part, Tree))
            if len(parts) == 1:
                return parts[0]
            return Or(parts) if kind == "any_of" else And(parts)
        if kind == "negated":
            return Not(self._condition(node.children[1], depth))
        return self._test(node, kind)

    def _test(self, node: Any, kind: str) -> Condition:
        if kind == "named":
            return Name(self._word(node.children[0]))
        negated = "not" in kind.split("_")
        if kind in ("covered", "not_covered"):
            covered = self._word(node.children[-1])
            return CellTest(self._word(node.children[1]), (), not negated, covered=covered)
        values = node.children[-1]
        words = self._words(values) if values.data in ("set", "group") else (self._word(values),)
        form = {"set": Form.SET, "group": Form.IN}.get(values.data, Form.IS)
        if kind.startswith("cell"):
            return CellTest(self._word(node.children[1]), words, negated, form)
        return Test(self._word(node.children[0]), words, negated, form)


def _effect(node: Any) -> RuleEffect:
    return RuleEffect(node.children[0].type.lower())

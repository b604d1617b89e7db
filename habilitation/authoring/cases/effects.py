"""The words by which a case expects an effect: those of a rule, and one for silence, in either language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from habilitation.diagnostic import Diagnostic, did_you_mean, folded
from habilitation.source import Word
from habilitation.vocabulary import EFFECT_OF, SILENCE, Effect, RuleEffect
from habilitation.written.syntax import EFFECT_WORDS, SILENT, Language, keywords

_CURLY = "’"
# Words of habit, by how they begin, accents aside.
_MEANT = {
    "permis": (Language.FR, RuleEffect.PERMIT),
    "autoris": (Language.FR, RuleEffect.PERMIT),
    "refus": (Language.FR, RuleEffect.FORBID),
    "interdi": (Language.FR, RuleEffect.FORBID),
    "allow": (Language.EN, RuleEffect.PERMIT),
    "den": (Language.EN, RuleEffect.FORBID),
}


def words_of(language: Language) -> dict[str, Effect]:
    """The four words of a language.

    >>> list(words_of(Language.FR))
    ['autoriser', 'refuser', "s'abstenir", 'silence']
    """
    written = keywords(language)
    return {**{written[kind.value]: EFFECT_OF[kind] for kind in RuleEffect}, SILENT[language]: SILENCE}


EFFECTS: Mapping[str, Effect] = {
    form: effect
    for language in Language
    for word, effect in words_of(language).items()
    for form in (word, word.replace("'", _CURLY))
}


def unknown_effect(word: Word) -> Iterator[Diagnostic]:
    """What is wrong with the word of an effect; the name an answer has (`DENY`) leads to it."""
    if word not in EFFECTS:
        named = {effect.value: expected for expected, effect in words_of(Language.EN).items()}
        meant = named.get(word.upper())
        english, french = (", ".join(f"`{one}`" for one in words_of(language)) for language in Language)
        for beginning, (language, kind) in _MEANT.items():
            if not meant and folded(word).startswith(beginning):
                meant = keywords(language)[kind.value]
        way_out = f"did you mean `{meant}`?" if meant else did_you_mean(word, EFFECT_WORDS)
        yield Diagnostic("unknown_value", f"unknown effect `{word}`", word.span, way_out or f"{english}, or {french}")

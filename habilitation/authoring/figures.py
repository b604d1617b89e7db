"""Numbers as people write them in French and in English, and what is counted in agreement with them."""

from __future__ import annotations

from dataclasses import dataclass

_NARROW_SPACE = "\u202f"


def grouped(number: int, lang: str) -> str:
    """A whole number, its thousands apart.

    >>> grouped(169869312, "en")
    '169,869,312'
    """
    return f"{number:,}".replace(",", _NARROW_SPACE) if lang == "fr" else f"{number:,}"


def tenths(share: float, lang: str) -> str:
    """A share with one decimal, after a comma in French.

    >>> tenths(89.25, "fr")
    '89,2'
    """
    return f"{share:.1f}".replace(".", ",") if lang == "fr" else f"{share:.1f}"


def alone(number: int, lang: str) -> bool:
    """Whether what is counted is singular: of 1, and in French of 0 too.

    >>> alone(0, "fr"), alone(0, "en")
    (True, False)
    """
    return number in (0, 1) if lang == "fr" else number == 1


@dataclass(frozen=True, slots=True)
class Countable:
    """What is counted, as one and as several; the first `{}` is the number.

    >>> SITUATIONS.of(0, "fr"), SITUATIONS.of(0, "en")
    ('0 situation', '0 situations')
    """

    fr: tuple[str, str]
    en: tuple[str, str]

    def of(self, number: int, lang: str, *more: str, written: str = "") -> str:
        """So many of it, then what more there is to say; `written` is how the number is shown, if not by itself."""
        one, several = self.fr if lang == "fr" else self.en
        return (one if alone(number, lang) else several).format(written or grouped(number, lang), *more)


SITUATIONS = Countable(("{} situation", "{} situations"), ("{} situation", "{} situations"))

"""What the command line counts, in agreement with its number."""

from __future__ import annotations

from habilitation.authoring.figures import SITUATIONS, Countable
from habilitation.cli.options import Lang

# One, then several; `{}` is the number.
_FR = {
    "rules": ("{} règle", "{} règles"),
    "matrices": ("{} matrice", "{} matrices"),
    "editions": ("{} édition", "{} éditions"),
    "invariants": ("{} invariant prouvé", "{} invariants prouvés"),
    "errors": ("{} erreur", "{} erreurs"),
    "warnings": ("{} avertissement", "{} avertissements"),
    "cases": ("{} cas", "{} cas"),
    "cells": ("{} cellule de tableau", "{} cellules de tableaux"),
    "passed": ("{} réussi", "{} réussis"),
    "failed": ("{} échoué", "{} échoués"),
    "mistakes": ("{} faute dans les fichiers de tests", "{} fautes dans les fichiers de tests"),
    "more_cells": ("{} autre cellule échoue", "{} autres cellules échouent"),
    "more_places": ("{} autre endroit (--json les donne tous)", "{} autres endroits (--json les donne tous)"),
    "other_ways": ("{} autre façon (--list la dit)", "{} autres façons (--list les dit)"),
    "situations": SITUATIONS.fr,
    "mutants": ("{} mutant", "{} mutants"),
    "killed": ("{} tué", "{} tués"),
    "equivalent": ("{} équivalent", "{} équivalents"),
    "survived": ("{} survivant", "{} survivants"),
}
_EN = {
    "rules": ("{} rule", "{} rules"),
    "matrices": ("{} matrix", "{} matrices"),
    "editions": ("{} edition", "{} editions"),
    "invariants": ("{} invariant proved", "{} invariants proved"),
    "errors": ("{} error", "{} errors"),
    "warnings": ("{} warning", "{} warnings"),
    "cases": ("{} case", "{} cases"),
    "cells": ("{} cell of tables", "{} cells of tables"),
    "passed": ("{} passed", "{} passed"),
    "failed": ("{} failed", "{} failed"),
    "mistakes": ("{} mistake in the test files", "{} mistakes in the test files"),
    "more_cells": ("{} more cell fails", "{} more cells fail"),
    "more_places": ("{} more place (--json gives them all)", "{} more places (--json gives them all)"),
    "other_ways": ("{} other way (--list tells it)", "{} other ways (--list tells them)"),
    "situations": SITUATIONS.en,
    "mutants": ("{} mutant", "{} mutants"),
    "killed": ("{} killed", "{} killed"),
    "equivalent": ("{} equivalent", "{} equivalent"),
    "survived": ("{} survivor", "{} survivors"),
}


def counted(key: str, number: int, lang: Lang, written: str = "") -> str:
    """A number and what it counts; `written` is how the number is shown, if not by itself."""
    return Countable(_FR[key], _EN[key]).of(number, lang, written=written)

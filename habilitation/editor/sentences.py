"""What the editor's cards say around the policy's own words, in both languages."""

from __future__ import annotations

_SENTENCES = {
    "axis": ("axe", "axis"),
    "fact": ("fait", "fact"),
    "value": ("valeur", "value"),
    "group": ("groupe", "group"),
    "matrix": ("matrice", "matrix"),
    "cell": ("valeur de case", "cell value"),
    "obligation": ("obligation", "obligation"),
    "advised": ("à savoir", "advice"),
    "system": ("système de codes", "code system"),
    "facts": ("faits partagés", "shared facts"),
    "values": ("Valeurs :", "Values:"),
    "groups": ("Groupes :", "Groups:"),
    "default": ("Par défaut :", "Default:"),
    "code": ("Code officiel :", "Official code:"),
    "deprecated": ("Code déprécié.", "Deprecated code."),
    "rules_concerned": ("Règles qui peuvent la concerner :", "Rules that may concern it:"),
    "law": ("Fondement :", "Ground:"),
    "obligations": ("Oblige à :", "Obliges to:"),
    "advice": ("À savoir :", "To know:"),
    "editions": ("Éditions (cases) :", "Editions (cells):"),
    "edition": ("édition", "edition"),
    "footnote": ("Note :", "Footnote:"),
    "disputed": ("⚠ Les sources divergent :", "⚠ The sources disagree:"),
    "read_by": ("Lu par les matrices :", "Read by the matrices:"),
    "used_by": ("Nommé par :", "Named by:"),
    "applicable": ("Applicable :", "Applicable:"),
    "from": ("du {}", "from {}"),
    "until": ("jusqu'au {} exclu", "until {} excluded"),
    "not_in_force": ("Pas en vigueur aujourd'hui.", "Not in force today."),
    "more": ("et {} de plus", "and {} more"),
}


def say(key: str, lang: str) -> str:
    """A sentence in one of the two languages."""
    fr, en = _SENTENCES[key]
    return fr if lang == "fr" else en

"""The words of the command line in both languages."""

from __future__ import annotations

from habilitation.cli.options import Lang

_WORDS = {
    "missing": ("il manque", "missing"),
    "obligations": ("obligations", "obligations"),
    "advice": ("à savoir", "to know"),
    "rules": ("règles", "rules"),
    "matrices": ("matrices", "matrices"),
    "axes": ("axes", "axes"),
    "editions": ("éditions", "editions"),
    "invariants": ("invariants prouvés", "invariants proved"),
    "errors": ("erreurs", "errors"),
    "warnings": ("avertissements", "warnings"),
    "digest": ("empreinte", "digest"),
    "tables": ("empreinte des tables", "digest of the tables"),
    "size": ("octets", "bytes"),
    "edition": ("édition", "edition"),
    "applicable": ("applicable", "applicable"),
    "known": ("connu", "known"),
    "from": ("du", "from"),
    "until": ("jusqu'au", "until"),
    "always": ("toujours", "always"),
    "axis": ("axe", "axis"),
    "fact": ("fait", "fact"),
    "values": ("valeurs", "values"),
    "default": ("par défaut", "default"),
    "value": ("valeur", "value"),
    "label": ("libellé", "label"),
    "code": ("code", "code"),
    "systems": ("systèmes", "systems"),
    "groups": ("groupes", "groups"),
    "note": ("note", "note"),
    "deprecated": ("code déprécié", "deprecated code"),
    "effect": ("effet", "effect"),
    "law": ("fondement", "ground"),
    "source": ("source", "source"),
    "cell": ("case", "cell"),
    "readers": ("lue par", "read by"),
    "depends": ("selon", "depending on"),
    "disputed": ("désaccord des sources", "sources disagree"),
    "footnotes": ("notes", "footnotes"),
    "legend": ("légende", "legend"),
    "permitted": ("permis, dans cette situation", "permitted, in this situation"),
    "situation": ("situation", "situation"),
    "nobody": ("(aucune valeur)", "(no value)"),
    "no_edition": ("aucune édition n'est en vigueur", "no edition is in force"),
    "no_matrix": ("aucune matrice ne la regarde directement", "no matrix looks at it directly"),
    "not_alone": (
        "Une case ne décide pas seule : ajoutez une situation (AXE=VALEUR …) pour savoir qui a accès.",
        "A cell does not decide alone: add a situation (AXIS=VALUE …) to know who has access.",
    ),
    "no_text": ("(le texte de la règle n'est pas dans une politique compilée)", "(a compiled policy has no rule text)"),
    "line": ("ligne", "line"),
}


def word(key: str, lang: Lang) -> str:
    """The word in a language."""
    return _WORDS[key][0 if lang is Lang.FR else 1]


def colon(text: str, lang: Lang) -> str:
    """A text followed by a colon, as the language spaces it."""
    return f"{text} :" if lang is Lang.FR else f"{text}:"

"""The words of the command line in both languages."""

from __future__ import annotations

from habilitation.audit.conclusions import NOTHING_ASSESSED, NOTHING_JUDGED
from habilitation.cli.options import Lang

_WORDS = {
    "missing": ("il manque", "missing"),
    "obligations": ("obligations", "obligations"),
    "advice": ("à savoir", "to know"),
    "rules": ("règles", "rules"),
    "matrices": ("matrices", "matrices"),
    "axes": ("axes", "axes"),
    "editions": ("éditions", "editions"),
    "seen": ("vu", "seen"),
    "under": ("Échec : {} % vu, moins que --fail-under {}", "Failed: {} % seen, less than --fail-under {}"),
    "whole": ("en tout", "in all"),
    "impossible": ("Aucune situation ne peut montrer (non comptés)", "No situation can show (not counted)"),
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
    "name": ("nom", "name"),
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
    "undecided": ("sans réponse", "undecided"),
    "situation": ("situation", "situation"),
    "nobody": ("(aucune valeur)", "(no value)"),
    "permit": ("autoriser", "permit"),
    "forbid": ("refuser", "forbid"),
    "abstain": ("s'abstenir", "abstain"),
    "in_force": ("en vigueur ce jour-là", "in force that day"),
    "not_in_force": ("pas en vigueur ce jour-là", "not in force that day"),
    "no_edition": ("aucune édition n'est en vigueur", "no edition is in force"),
    "no_matrix": ("aucune matrice ne la regarde directement", "no matrix looks at it directly"),
    "not_alone": (
        "Une case ne décide pas seule : ajoutez une situation (AXE=VALEUR …) pour savoir qui a accès.",
        "A cell does not decide alone: add a situation (AXIS=VALUE …) to know who has access.",
    ),
    "no_text": ("(le texte de la règle n'est pas dans une politique compilée)", "(a compiled policy has no rule text)"),
    "file": ("fichier", "file"),
    "laid_out": ("mis en forme", "laid out"),
    "written": ("écrit", "written"),
    "to_lay_out": ("à mettre en forme", "to lay out"),
    "no_mark": ("la marque d'ordre des octets (BOM) s'en va", "the byte-order mark (BOM) goes"),
    "ends_of_line": ("les lignes finissent par LF, et non CRLF", "lines end with LF, not CRLF"),
    "last_line": ("la dernière ligne a une fin", "the last line has an end"),
    "next": ("Ensuite", "Next"),
    "legend_of_failures": ("- ce qui est attendu, + ce qui est répondu", "- what is expected, + what is answered"),
    "line": ("ligne", "line"),
    "lines": ("lignes", "lines"),
    "findings": ("constats", "findings"),
    "facts": ("lecture des faits", "reading facts"),
    "log": ("lecture du journal", "reading the log"),
    "evidence": ("mise en forme des preuves", "putting evidence together"),
    "interrupted": ("Interrompu.", "Interrupted."),
    "unwritten": ("Interrompu : aucun rapport n'a été écrit.", "Interrupted: no report was written."),
    "no_access": ("Aucun accès.", "No access."),
    "known_person": (
        "Connu, mais aucun accès qui se lise dans ce qui est demandé.",
        "Known, but no access that can be read in what is asked.",
    ),
    "unknown_person": (
        "Identifiant inconnu : aucune ligne lue des journaux ni des tables ne le porte.",
        "Unknown identifier: no line read of the logs, no row read of the tables bears it.",
    ),
    "by_identifier": (
        "C'est un pseudonyme : la question se pose avec l'identifiant.",
        "That is a pseudonym: ask with the identifier.",
    ),
    "unread": (
        "Lignes des journaux qui n'ont pas pu être lues : {}. La réponse peut être incomplète.",
        "Lines of the logs that could not be read: {}. The answer may be incomplete.",
    ),
    "unread_rows": (
        "Lignes des tables qui n'ont pas pu être lues : {}. Les motifs peuvent être incomplets.",
        "Rows of the tables that could not be read: {}. The grounds may be incomplete.",
    ),
    "nothing_read": (
        "Aucune ligne des journaux n'a pu être lue : il n'y a rien à en conclure.",
        "No line of the logs could be read: nothing is to be concluded.",
    ),
    "time": ("heure", "time"),
    "who": ("qui", "who"),
    "whose": ("dossier de", "record of"),
    "what": ("quoi", "what"),
    "motive": ("motif", "motive"),
    "place": ("où", "where"),
    "accesses": ("accès", "accesses"),
    "found": ("Accès non justifiés par les règles", "Accesses not justified by the rules"),
    "no_rule": ("(aucune règle ne l'autorise)", "(no rule permits it)"),
    "not_assessable": ("Non évaluables", "Not assessable"),
    "rejects": ("Lignes illisibles", "Lines that cannot be read"),
    "not_read": ("Colonnes non lues", "Columns not read"),
    "nameless": ("(sans nom)", "(without a name)"),
    "rejected_rows": (
        "  dont {} de la table {} : ce qu'elles disaient n'est pas connu",
        "  of which {} of the {} table: what they said is not known",
    ),
    "unnamed": (
        (
            "  dont {} sur un dossier dont la table des faits n'a aucune ligne :\n"
            "  les identifiants y sont-ils écrits comme dans le journal (zéros en tête, « .0 ») ?"
        ),
        (
            "  of which {} on a record of which the facts have no row:\n"
            "  are identifiers written there as in the log (leading zeros, `.0`)?"
        ),
    ),
    "break_glass": ("Bris de glace", "Bris de glace (broken glass)"),
    "report": ("Rapport", "Report"),
    "lines_read": ("Lignes lues", "Lines read"),
    "judged": ("jugées", "judged"),
    "rejected": ("rejetées", "rejected"),
    "duplicates": ("doublons", "duplicates"),
    "outside": ("hors de la question", "outside the question"),
    "empty_logs": ("Journaux sans aucune ligne", "Logs without a line"),
    "rule_says": ("la règle", "the rule"),
    "system_did": ("le système", "the system"),
    "done": ("a ouvert", "opened"),
    "refused": ("a refusé", "refused"),
    "failed": ("a échoué", "failed"),
    "PERMIT": ("permet", "permits"),
    "DENY": ("refuse", "refuses"),
    "NOT_APPLICABLE": ("ne permet pas", "does not permit"),
    "INDETERMINATE": ("ne tranche pas", "does not settle it"),
    "others": ("(les autres)", "(the others)"),
    "log_file": ("fichier", "file"),
    "log_files": ("fichiers", "files"),
    "unsettled": ("les sources ne tranchent pas", "the sources do not settle it"),
    "give_person": ("le journal ne dit pas qui", "the log does not say who"),
    "give_table": (
        "donnez la table qui le dit (--facts, --documents)",
        "give the table that tells it (--facts, --documents)",
    ),
    "give_rows": ("donnez les lignes qui manquent", "give the rows that are missing"),
    "declare": (
        (
            "Seulement si la personne responsable affirme que les tables disent tout de ces faits : --complete {}\n"
            "  (pas de ligne vaut alors non, donc des refus, donc des constats)."
        ),
        (
            "Only if the person responsible states that the tables hold every such fact: --complete {}\n"
            "  (no row then means no, hence refusals, hence findings)."
        ),
    ),
    "nothing_judged": NOTHING_JUDGED,
    "nothing_assessed": NOTHING_ASSESSED,
    "many_unread": (
        "Illisibles : {rejected} lignes sur {lines} de {file}. Lisez rejects.csv avant de conclure.",
        "Not readable: {rejected} lines of {lines} of {file}. Read rejects.csv before concluding.",
    ),
    "give_day": (
        "plus tard que ce jour-là : auditez avec un --known-on plus récent",
        "later than that day: give a later --known-on",
    ),
    "give_column": (
        "donnez la colonne dans le journal, ou une valeur pour toutes : --assume {}",
        "give the column in the log, or one value for all: --assume {}",
    ),
    "whatever": ("quelle que soit la valeur de « {} »", "whatever the “{}”"),
    "when": ("quand", "when"),
    "in_any_case": ("dans tous les cas", "in any case"),
    "without_condition": ("sans condition", "without a condition"),
    "never": ("jamais permis", "never permitted"),
    "nothing_else": ("seulement comme ci-dessus", "only as above"),
    "so_many": ("{} ({} sur {})", "{} ({} of {})"),
    "no_gap": ("rien ne les sépare", "nothing separates them"),
    "changed_in": ("Tous les accès jugés autrement :", "Every access judged otherwise:"),
    "not_justified": ("non justifiés par les règles", "not justified by the rules"),
}


def word(key: str, lang: Lang) -> str:
    """The word in a language."""
    return _WORDS[key][0 if lang is Lang.FR else 1]


def colon(text: str, lang: Lang) -> str:
    """A text followed by a colon, as the language spaces it."""
    return f"{text} :" if lang is Lang.FR else f"{text}:"

"""The words in which a comparison is told, in both languages: numbers come after a colon, and agree with nothing."""

from __future__ import annotations

from collections.abc import Mapping

EFFECTS: Mapping[str, tuple[str, str]] = {
    "PERMIT": ("permis", "permitted"),
    "DENY": ("refusé", "refused"),
    "NOT_APPLICABLE": ("non permis", "not permitted"),
    "INDETERMINATE": ("non tranché", "not settled"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "opened": ("Ouverts", "Opened"),
    "closed": ("Fermés", "Closed"),
    "otherwise": ("Jugés autrement, permis ni avant ni après", "Judged otherwise, permitted neither before nor after"),
    "reason": ("Même effet, autre motif", "Same effect, another reason"),
}
TITLE = ("Les accès passés, rejugés", "Past accesses, judged again")
IN_FORCE = ("édition en vigueur le {} pour chaque accès", "the edition in force on {} for every access")
KNOWN = ("telle que connue le {}", "as known on {}")
DIGEST = ("empreinte {}", "digest {}")
LINES = (
    "Accès comparés : {compared} (lignes lues : {lines} ; illisibles : {old} avant, {new} après)",
    "Accesses compared: {compared} (lines read: {lines}; not readable: {old} before, {new} after)",
)
ONE_SIDED = (
    "Dont lus sous une seule des politiques : {old} avant, {new} après ; l'autre ne connaît pas un de leurs codes",
    "Of which read under one policy only: {old} before, {new} after; the other does not know one of their codes",
)
ROWS = (
    "Lignes des autres tables illisibles : {old} avant, {new} après",
    "Rows of the other tables not readable: {old} before, {new} after",
)
UNREAD_FILE = (
    "Illisibles : {file}, {old} avant, {new} après (sur {lines}). À voir avant de conclure.",
    "Not readable: {file}, {old} before, {new} after (of {lines}). To be looked at before concluding.",
)
UNREAD_LINES = ("Lignes illisibles", "Lines that cannot be read")
REASON_UNREAD = (
    "{code} : {old} avant, {new} après ; d'abord {first} – {error}",
    "{code}: {old} before, {new} after; first {first} – {error}",
)
UNDECIDED = (
    "Non tranchés, ni avant ni après : {undecided} ; ce qu'ils deviennent n'est pas connu",
    "Settled neither before nor after: {undecided}; what becomes of them is not known",
)
NONE_OF_THE_OTHERS = (
    "Des autres accès, aucun n'est jugé autrement.",
    "Of the other accesses, none is judged otherwise.",
)
NOTHING = ("Aucun accès n'est jugé autrement.", "No access is judged otherwise.")
LATER = (
    "Journal du {first} au {last} ; aucun accès n'y est jugé par une édition qui commence plus tard : {days}",
    "Log from {first} to {last}; no access of it is judged by an edition that begins later: {days}",
)
ASK_LATER = (
    "Pour les faire tous juger par elle : OLD@{day} NEW@{day}",
    "To have them all judged by it: OLD@{day} NEW@{day}",
)
CHANGED = (
    "Jugés autrement : {changed} – ouverts : {opened}, fermés : {closed}, permis ni avant ni après : {otherwise}",
    "Judged otherwise: {changed} – opened: {opened}, closed: {closed}, permitted neither before nor after: {otherwise}",
)
WHOSE = (
    "dossiers : {records} ; professionnels : {professionals}",
    "records: {records}; professionals: {professionals}",
)
ASSESSABLE = (
    "Deviennent évaluables : {assessable} ; ne le sont plus : {not_assessable}",
    "Become assessable: {assessable}; no longer are: {not_assessable}",
)
REASON = ("Même effet, autre motif : {reason}", "Same effect, another reason: {reason}")
GROUP = (
    "{kind} : {accesses} (ont eu lieu : {done} ; {whose})",
    "{kind}: {accesses} (took place: {done}; {whose})",
)
MORE_GROUPS = (
    "Autres passages d'un motif à un autre : {groups}, accès : {accesses} (--json et --out les disent tous)",
    "More moves from one reason to another: {groups}, accesses: {accesses} (--json and --out tell them all)",
)
BEFORE, AFTER = ("avant", "before"), ("après", "after")
MISSING = ("il manque {}", "missing {}")
OTHERS = ("autres : {}", "others: {}")
UNKNOWN = ("(inconnu)", "(unknown)")
EXAMPLES = ("exemples", "examples")
COLUMNS = (
    ("où", "heure", "qui", "dossier"),
    ("where", "time", "who", "record"),
)
SYSTEM = ("système", "system")
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "done": ("a ouvert", "opened"),
    "refused": ("a refusé", "refused"),
    "failed": ("a échoué", "failed"),
}

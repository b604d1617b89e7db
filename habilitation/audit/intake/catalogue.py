"""The sentences of what is rejected, by key: a code, and a variant where one code has several sentences.

In French, then in English, with the same words in braces. What a file says stands between backticks, which pseudonyms
withhold; what a library says of a damage is quoted in its English.
"""

from __future__ import annotations

CATALOGUE: dict[str, tuple[str, str]] = {
    # Cells
    "missing": ("pas de `{name}`", "no `{name}`"),
    "missing_value": ("pas de `value` pour `{name}`", "no `value` for `{name}`"),
    "bad_period": ("`valid_to` n’est pas postérieur à `valid_from`", "`valid_to` is not after `valid_from`"),
    "bad_actor_kind": ("`any`, et pourtant un `actor_id`", "`any`, and yet an `actor_id`"),
    "bad_actor_kind.member": (
        "on est membre d’une unité (`unit`) ou d’une structure (`structure`)",
        "one is a member of a `unit` or of a `structure`",
    ),
    "bad_time": ("`{text}` n’est pas une date-heure : écrivez {shapes}", "`{text}` is no date-time: write {shapes}"),
    "bad_time.day": ("un jour sans heure : écrivez {shapes}", "a day and no time: write {shapes}"),
    "year_out_of_range": ("une année hors de {first} à {last}", "a year out of {first} to {last}"),
    "no_zone": (
        (
            "une heure sans décalage, et aucun fuseau n’est déclaré : écrivez par exemple `zone: Europe/Paris` en tête "
            "du fichier d’audit ou du fichier de correspondance, ou tapez `--zone`"
        ),
        (
            "a time without an offset, and no zone is declared: write `zone: Europe/Paris`, say, at the top of the "
            "audit file or of the mapping file, or type `--zone`"
        ),
    ),
    "missing_hour": (
        "une heure sautée au passage à l’heure d’été dans {zone}",
        "a time that was skipped when the clocks went forward in {zone}",
    ),
    # Words that the policy or the mapping does not know
    "unknown_code": ("`{name}` inconnu : `{text}`", "unknown `{name}`: `{text}`"),
    "unknown_code.truth": ("`{name}` est vrai ou faux, pas `{text}`", "`{name}` is true or false, not `{text}`"),
    "ambiguous_code": (
        "`{text}` est un code de plusieurs systèmes pour `{name}`",
        "`{text}` is a code of several systems for `{name}`",
    ),
    "unknown_fact": ("fait inconnu : `{text}`", "unknown fact `{text}`"),
    "unknown_outcome": ("`{name}` inconnu : `{text}`", "unknown `{name}`: `{text}`"),
    "unknown_actor_kind": ("`{name}` inconnu : `{text}`", "unknown `{name}`: `{text}`"),
    "bad_granularity": ("`{text}` n’est pas une granularité", "`{text}` is no granularity"),
    "refused": ("valeur refusée : {detail}", "{detail}"),
    "with_a_way_out": ("{told} ({way_out})", "{told} ({way_out})"),
    "did_you_mean": ("vouliez-vous dire {words} ?", "did you mean {words}?"),
    "write": ("écrivez {words}", "write {words}"),
    "otherwise": (
        (
            "dans sa section du fichier de correspondance, nommez sous `values` celles qui comptent, et dites "
            "`otherwise: {{{line}}}` des autres"
        ),
        (
            "in its section of the mapping file, name those that matter under `values`, and say "
            "`otherwise: {{{line}}}` of the others"
        ),
    ),
    "any_of": ("{others} ou {last}", "{others} or {last}"),
    # Lines and files
    "wrong_columns": (
        "{found} colonnes là où l’en-tête en a {expected}",
        "{found} columns where the header has {expected}",
    ),
    "wrong_columns.one": (
        "{found} colonne là où l’en-tête en a {expected}",
        "{found} column where the header has {expected}",
    ),
    "bad_quotes": (
        "des guillemets ou des fins de ligne qu’aucun CSV n’a : {detail}",
        "quotes or ends of line that no CSV has: {detail}",
    ),
    "bad_quotes.records": ("{count} enregistrements sur une ligne", "{count} records on one line"),
    "bad_quotes.open": (
        "un guillemet est ouvert sur cette ligne et n’est pas fermé à la fin d’un champ",
        "a quote is opened on this line and not closed where a field ends",
    ),
    "zero_byte": (
        "un octet nul : le fichier a été endommagé, ou est dans un autre encodage",
        "a zero byte: the file was damaged, or is in another encoding",
    ),
    "bad_encoding": (
        (
            "l’octet {byte}, en position {place}, n’est pas une lettre dans cet encodage : écrivez celui du fichier "
            "dans un fichier de correspondance, `encoding: latin-1` par exemple"
        ),
        (
            "byte {byte}, at {place}, is no letter in this encoding: write that of the file in a mapping file, "
            "`encoding: latin-1`, say"
        ),
    ),
    "bad_encoding.text": ("un texte qui n’est pas en UTF-8", "a text that is not UTF-8"),
    "not_utf8": ("la ligne n’est pas en UTF-8", "the line is not in UTF-8"),
    "line_too_long": ("une ligne de plus de {most} octets", "a line of more than {most} bytes"),
    "line_too_long.json": ("une ligne de plus de {most} Mio", "a line of more than {most} MiB"),
    "damaged_file": (
        "le fichier est endommagé ici, et la suite est perdue : {detail}",
        "the file is damaged here, and what follows is lost: {detail}",
    ),
    "damaged_rows": (
        "les lignes {first} à {last} ne peuvent être lues : {detail}",
        "rows {first} to {last} cannot be read: {detail}",
    ),
    "broken_file": ("la suite ne peut être lue : {detail}", "what follows cannot be read: {detail}"),
    "broken_file.document": (
        "un seul document JSON de plus de {most} Mio : donnez une ressource par ligne (NDJSON)",
        "one JSON document of more than {most} MiB: give one resource a line (NDJSON)",
    ),
    "truncated_line": (
        "la ligne se termine au milieu de son JSON",
        "the line ends in the middle of its JSON",
    ),
    "invalid_json": ("ce n’est pas du JSON : {detail}", "{detail}"),
    "invalid_json.deep": ("les objets sont imbriqués trop profondément", "the objects are nested too deep"),
    # FHIR
    "entry": ("entrée {number} : {told}", "entry {number}: {told}"),
    "wrong_type": ("un élément n’a pas le type attendu : {detail}", "{detail}"),
    "wrong_resource": ("une ressource `{kind}`, là où on lit {wanted}", "a resource `{kind}`, where {wanted} is read"),
    "wrong_resource.none": (
        "un objet sans `resourceType`, là où on lit {wanted}",
        "an object without a `resourceType`, where {wanted} is read",
    ),
    "an_event": ("un AuditEvent", "an AuditEvent"),
    "a_team_or_a_consent": ("un CareTeam ou un Consent", "a CareTeam or a Consent"),
    "several_professions": (
        "un accès a une seule profession, pas {several}",
        "one access has one profession, not {several}",
    ),
    "several_specialties": (
        "un accès a une seule spécialité, pas {several}",
        "one access has one specialty, not {several}",
    ),
    "several_purposes": ("un accès a un seul motif, pas {several}", "one access has one motive, not {several}"),
    "several_patients": (
        "un accès porte sur un seul dossier, pas sur {several}",
        "an access is to one record, not to {several}",
    ),
    "not_in_force.team": (
        "un cercle de soins `{status}` ne dit rien de qui en fait partie",
        "a care team that is `{status}` says nothing of who is in it",
    ),
    "not_in_force.consent": (
        "un consentement `{status}` n’est pas en vigueur",
        "a consent that is `{status}` is not in force",
    ),
    "missing_patient.team": (
        "le cercle de soins n’est pas celui d’un patient identifié",
        "the care team is not that of an identified patient",
    ),
    "missing_patient.consent": (
        "le consentement n’est pas celui d’un patient identifié",
        "the consent is not that of an identified patient",
    ),
    "care_team_not_expressible": (
        "le cercle de soins a une `modifierExtension`, qui peut en changer tout le sens",
        "the care team has a `modifierExtension`, which may change all of it",
    ),
    "participant": ("le participant {number} {told}", "participant {number} {told}"),
    "actor.nobody": ("n’a pas d’identifiant", "has no identifier"),
    "actor.other": ("est un `{kind}`", "is a `{kind}`"),
    "actor.untold": ("n’est d’aucun type déclaré", "is of no stated type"),
    "member.at_times": (
        "vient par moments (`coverageTiming`), pas sur une période",
        "comes at times (`coverageTiming`), not over a period",
    ),
    "consent": ("le consentement {told}", "the consent {told}"),
    "exception": ("l’exception {number} {told}", "exception {number} {told}"),
    "consent.save": (
        "permet, sauf son exception {number}, qui {told}",
        "permits, save for its exception {number}, which {told}",
    ),
    "consent.scope": (
        "a la portée `{scope}`, et non `patient-privacy`",
        "has the scope `{scope}`, not `patient-privacy`",
    ),
    "consent.neither": ("ne dit ni de permettre ni de refuser", "says neither permit nor deny"),
    "consent.both": ("dit à la fois de permettre et de refuser", "says both permit and deny"),
    "consent.purposes": (
        "est pour des finalités qu’aucun fait ne porte : {codes}",
        "is for purposes that no fact carries: {codes}",
    ),
    "consent.role": (
        "a un acteur dans le rôle `{role}`, et non `{wanted}`",
        "has an actor in the role `{role}`, not `{wanted}`",
    ),
    "consent.actor": ("a un acteur qui {told}", "has an actor that {told}"),
    "consent.part": (
        "vaut pour une partie du temps de ce dont elle est l’exception",
        "holds for a part of the time of what it excepts",
    ),
    "beyond.action": ("porte sur certaines actions", "is about some actions"),
    "beyond.security_label": ("porte sur une étiquette de sécurité", "is about a label"),
    "beyond.classes": ("porte sur une classe de ressources", "is about a class of resources"),
    "beyond.resource_type": ("porte sur un type de ressources", "is about a type of resources"),
    "beyond.document_type": ("porte sur un type de documents", "is about a type of documents"),
    "beyond.code": ("porte sur certaines données, par leur code", "is about some data, by code"),
    "beyond.data_period": ("porte sur les données d’une période", "is about the data of a period"),
    "beyond.data": ("porte sur certaines données", "is about some data"),
    "beyond.expression": ("a une expression", "has an expression"),
    "beyond.provision": ("a ses propres exceptions", "has exceptions of its own"),
    "beyond.modifier_extension": (
        "a une `modifierExtension`, qui peut en changer tout le sens",
        "has a `modifierExtension`, which may change all of it",
    ),
}

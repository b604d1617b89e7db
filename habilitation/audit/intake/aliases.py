"""Other names of our columns and values, as French and English hospital systems write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# Canonical column -> headers it is also found under, once folded (see `folded`). A header names one column only.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    # Before the professional: where a table has both, the actor is the actor.
    "actor_kind": ("type_acteur", "nature_acteur", "actor_type"),
    "actor_id": ("acteur", "id_acteur", "identifiant_acteur", "actor"),
    "event_id": ("id_evenement", "identifiant_evenement", "evenement_id", "access_id", "id_acces", "id_trace", "uuid"),
    "time": (
        "date_heure",
        "horodatage",
        "datetime",
        "timestamp",
        "date_time",
        "date_acces",
        "date_heure_acces",
        "heure_acces",
        "event_time",
        "access_time",
        "dt_acces",
    ),
    "time_granularity": ("granularite", "granularity", "precision", "arrondi", "round_datetime"),
    "professional_id": (
        "rpps",
        "identifiant_ps",
        "id_ps",
        "ps_id",
        "identifiant_professionnel",
        "id_professionnel",
        "professionnel",
        "professionnel_id",
        "utilisateur",
        "id_utilisateur",
        "identifiant_utilisateur",
        "user",
        "user_id",
        "userid",
        "username",
        "login",
        "matricule",
        "agent",
        "id_agent",
        "subject_id",
        "acteur",
        "id_acteur",
    ),
    "profession": ("code_profession", "metier", "role_professionnel", "subject_role"),
    "activity_genre": ("genre_activite", "code_genre_activite"),
    "specialty": ("specialite", "savoir_faire", "code_savoir_faire"),
    "capacity": ("qualite", "en_qualite_de"),
    "structure_id": (
        "structure",
        "finess",
        "finess_geo",
        "id_structure",
        "identifiant_structure",
        "etablissement",
        "id_etablissement",
        "site",
        "group_id",
        "organization_id",
    ),
    "unit_id": (
        "unite",
        "unit",
        "id_unite",
        "uf",
        "code_uf",
        "unite_fonctionnelle",
        "service",
        "id_service",
        "code_service",
        "ward",
        "department",
    ),
    "patient_id": (
        "patient",
        "id_patient",
        "identifiant_patient",
        "ipp",
        "ins",
        "matricule_ins",
        "numero_patient",
        "num_patient",
        "nip",
        "mrn",
    ),
    "document_id": (
        "document",
        "id_document",
        "identifiant_document",
        "ressource",
        "id_ressource",
        "resource_id",
        "numero_document",
    ),
    "document_type": ("type_document", "type_doc", "code_type_document", "type_de_document", "document_type_code"),
    "action": ("operation", "type_action", "type_acces", "access_type"),
    "motive": (
        "motif",
        "mode_acces",
        "motif_acces",
        "mode_d_acces",
        "raison_acces",
        "purpose",
        "purpose_of_use",
        "motive_of_access",
    ),
    "channel": ("canal", "canal_acces", "mode_authentification", "authentification_mode"),
    "outcome": ("resultat", "statut", "status", "statut_acces", "result", "issue"),
    "request_id": ("id_requete", "identifiant_requete", "requete", "x_request_id", "xrequestid", "correlation_id"),
    "justification": ("commentaire", "comment", "texte_justificatif", "raison", "reason"),
    "fact": ("fait", "relation", "type_fait", "axe"),
    "value": ("valeur",),
    "valid_from": (
        "debut",
        "date_debut",
        "du",
        "depuis",
        "entree",
        "date_entree",
        "start",
        "start_date",
        "from",
        "begin",
    ),
    "valid_to": ("fin", "date_fin", "au", "jusqu_a", "sortie", "date_sortie", "end", "end_date", "stop", "to", "until"),
    "recorded_at": ("enregistre_le", "date_enregistrement", "date_saisie", "connu_le", "recorded", "created_at"),
    "author_id": ("auteur", "id_auteur", "identifiant_auteur"),
    "author_structure_id": ("structure_auteur", "id_structure_auteur", "finess_auteur"),
    "masked": ("masque",),
    "hidden_from_patient": ("invisible_patient", "non_visible_patient"),
    "hidden_from_representatives": ("invisible_representants", "non_visible_representants_legaux"),
    "document_state": ("etat_document", "statut_document", "availability_status"),
    "care_team": ("equipe_de_soins",),
    "treating_physician": ("medecin_traitant",),
    "blocked": ("bloque", "opposition"),
}

OUTCOMES: Mapping[str, str] = {
    "done": "done",
    "realise": "done",
    "accorde": "done",
    "autorise": "done",
    "succes": "done",
    "success": "done",
    "ok": "done",
    "0": "done",
    "refused": "refused",
    "refuse": "refused",
    "denied": "refused",
    "interdit": "refused",
    "failed": "failed",
    "echec": "failed",
    "echoue": "failed",
    "erreur": "failed",
    "failure": "failed",
    "error": "failed",
}

TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "vrai", "oui", "yes", "1", "o", "y", "t", "v"), True),
    **dict.fromkeys(("false", "faux", "non", "no", "0", "n", "f"), False),
}

ACTOR_KINDS: Mapping[str, str] = {
    "any": "any",
    "tous": "any",
    "professional": "professional",
    "professionnel": "professional",
    "ps": "professional",
    "unit": "unit",
    "unite": "unit",
    "service": "unit",
    "uf": "unit",
    "structure": "structure",
    "etablissement": "structure",
}


def folded(name: str) -> str:
    """A header or a word as it is compared: small letters, no accents, `_` for what is no letter.

    >>> folded(" Unité Fonctionnelle ")
    'unite_fonctionnelle'
    """
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "_".join("".join(letter if letter.isalnum() else " " for letter in kept).split())

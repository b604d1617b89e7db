"""What is written beside the tables: the audit ready to run, and a page that says that nobody here exists."""

from __future__ import annotations


def settings(suffix: str) -> str:
    """The `audit.yaml` of a hospital whose files end so."""
    return _SETTINGS.format(suffix=suffix)


def leaflet(patients: int, accesses: int, seed: int) -> str:
    """The page beside the tables, in French and in English."""
    command = f"habilitation sample-hospital DIR --patients {patients} --accesses {accesses} --seed {seed}"
    return _LEAFLET.format(command=command)


_SETTINGS = """\
# Everything here is synthetic. Run: habilitation audit audit.yaml
log: log.{suffix}
facts: facts.{suffix}
memberships: memberships.{suffix}
documents: documents.{suffix}
zone: Europe/Paris
lag_after_discharge: 7d

# For these, no row means false (or the default of the policy): the tables hold all there is.
complete:
  - care_team
  - initial_consent
  - consent_this_time
  - authorization
  - blocked
  - treating_physician
  - resident_agreement
  - express_consent
  - opposes_bris_de_glace
  - opposes_centre_15
  - masked_open_in_emergency
  - author
  - own_structure
  - activity_genre
  - specialty

# What no table and no column says of any access.
assume:
  secret_connection: "false"
  patient_objects_without_reason: "false"

out: report
"""

_LEAFLET = """\
# Un groupement hospitalier de synthèse

**Rien ici n'est réel** : ni patient, ni professionnel, ni structure, ni accès. Tout a été tiré au sort par

    {command}

| fichier | contenu |
|---|---|
| `log` | le journal des accès, un par ligne |
| `facts` | soins, consentements, oppositions, blocages, état des dossiers, avec leurs dates |
| `memberships` | qui appartenait à quelle unité, et quand |
| `documents` | les documents, et ce qu'ils sont devenus : masqués, démasqués, archivés |
| `audit.yaml` | l'audit, prêt à lancer |
| `truth.parquet` | ce que chaque ligne du journal est, par construction : effet, règles, constat attendu |

Certaines lignes sont illisibles, d'autres doublées ou arrondies à l'heure : c'est voulu. Un accès « non justifié par
les règles » ouvre une question, il n'accuse personne.

# A synthetic hospital group

**Nothing here is real**: no patient, no professional, no structure, no access. Everything was drawn by the command
above. `truth.parquet` says what each line of the log is, because of how it was made:

| column | content |
|---|---|
| `file`, `line` | the place: physical lines, the header of a CSV being line 1; row numbers in Parquet |
| `event_id`, `scenario` | the line, and the kind of access it is |
| `effect` | what the rules say; empty for a line that cannot be read |
| `rules` | the rules that settle it, joined by `+`; empty where the kind of access does not pin them |
| `kind` | `not_justified`, `no_rule`, `over_restriction`, `not_assessable`, `rejected`, or empty |
| `duplicate` | the server's copy of the line before it, with its `request_id` |
"""

"""What is said first where nothing is to be concluded, in French and in English: one wording for every verb."""

from __future__ import annotations

NOTHING_JUDGED = (
    "Aucune ligne des journaux n'a pu être lue : rien n'a été jugé, et rien n'est à en conclure.",
    "No line of the logs could be read: nothing was judged, and nothing is to be concluded.",
)
NOTHING_ASSESSED = (
    (
        "Rien n'a pu être évalué : à chaque accès il manque un fait, ou les textes ne tranchent pas.\n"
        "Rien n'est donc conclu, ni que ces accès étaient justifiés, ni qu'ils ne l'étaient pas."
    ),
    (
        "Nothing could be assessed: each access lacks a fact, or the texts do not settle it.\n"
        "So nothing is concluded, neither that these accesses were justified nor that they were not."
    ),
)

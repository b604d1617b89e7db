"""What a hospital does all day: accesses that are justified because of how they are made."""

from __future__ import annotations

from habilitation.sample.lines import Lines
from habilitation.sample.scenarios.case import PERMIT, Case, Scenario


def _made_elsewhere(_: Case) -> Lines:
    raise AssertionError  # the traffic makes its own lines


# In the order of `traffic`: members of the unit of the stay, an active record, a consent given, a document that their
# column opens, not masked, by somebody whom the patient has not blocked (CSP, art. R. 1111-46, L. 1110-4 III); a
# search needs no document; a deposit needs no ground (CSP, art. L. 1111-15; IG PDSM4DMP, TD0.2, NB2).
USUAL = tuple(Scenario(name, PERMIT, "", 0.0, _made_elsewhere) for name in ("consultation", "search", "deposit"))
CONSULTATION, SEARCHING, DEPOSITING = range(len(USUAL))

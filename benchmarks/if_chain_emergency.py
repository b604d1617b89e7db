"""The baseline, in bris de glace and in regulation, by those who ask on the side of care."""

from __future__ import annotations

from benchmarks.if_chain_matrices import (
    CODED_BY_ROLE,
    DOCTORS,
    FOREIGN_DIPLOMA,
    HEALTH_PROFESSIONALS,
    IN_ANOTHER_CAPACITY,
    Request,
)


def emergency_closed(request: Request, motive: str, found: list[str]) -> None:
    """What closes bris de glace and regulation."""
    if motive == "centre_15":
        if request["opposes_centre_15"]:
            found.append("opposition_to_regulation")
        return
    if request["opposes_bris_de_glace"]:
        found.append("opposition_to_bris_de_glace")
    if not (request.get("unable_to_express") and request.get("immediate_danger")):
        found.append("bris_de_glace_without_its_conditions")


def not_for_health(profession: str, found: list[str]) -> None:
    """Bris de glace by who is no health professional."""
    if profession in HEALTH_PROFESSIONALS or profession in CODED_BY_ROLE or profession in FOREIGN_DIPLOMA:
        return
    found.append("bris_de_glace_by_other_professional")


def emergency_unsettled(request: Request, capacity: str, motive: str, profession: str, found: list[str]) -> None:
    """Who opens a record in an emergency, where the sources do not say whether it is theirs to open."""
    if motive == "centre_15":
        if profession not in DOCTORS and request["channel"] != "indirect":
            found.append("regulation_by_non_doctor")
        if capacity in IN_ANOTHER_CAPACITY:
            found.append("regulation_in_another_capacity")
    elif profession in CODED_BY_ROLE:
        found.append("bris_de_glace_by_role_code")
    elif profession in FOREIGN_DIPLOMA:
        found.append("bris_de_glace_with_foreign_diploma")

"""What the codes of an AuditEvent mean here: data tables, ours where the standards leave it open."""

from __future__ import annotations

import re
from functools import lru_cache

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"

# Terminologies of the ANS, by the number in their name: the column they fill and the OID that a policy knows them by.
TERMINOLOGIES = {
    "G15": ("profession", "1.2.250.1.71.1.2.7"),
    "G16": ("profession", "1.2.250.1.71.1.2.8"),
    "R94": ("profession", "1.2.250.1.213.1.6.1.4"),
    "R95": ("profession", "1.2.250.1.213.1.6.1.109"),
    "R291": ("profession", "1.2.250.1.213.1.6.1.140"),
    "R85": ("profession", "1.2.250.1.213.1.6.1.107"),
    "A00": ("profession", "1.2.250.1.213.1.1.4.6"),
    "R38": ("specialty", "1.2.250.1.71.4.2.5"),
    "R248": ("motive", "1.2.250.1.213.1.1.4.336"),
}
# The same systems, and HL7's, under the other names they are sent by.
SYSTEMS = {
    **{oid: found for found in TERMINOLOGIES.values() for oid in found[1:]},
    "1.2.250.1.213.1.1.4.248": TERMINOLOGIES["R248"],  # the OID of R248 before 2025-01-31
    ACT_REASON: ("motive", ACT_REASON),
    "http://hl7.org/fhir/v3/ActReason": ("motive", ACT_REASON),
    "2.16.840.1.113883.5.8": ("motive", ACT_REASON),
}
_TERMINOLOGY = re.compile(r"TRE[_-]([A-Z]\d{2,3})(?!\d)")
# Systems whose codes say what part an agent plays in an exchange, never a profession.
_PARTS_PLAYED = re.compile(
    r"v3-ParticipationType|v3-RoleClass|extra-security-role-type|/DCM$|UserAgentTypes|/NOS/TRE_|1\.2\.250\.1\.213\."
)

# Agent types (codes only: their systems are written in many ways).
MACHINES = frozenset({"110150", "110152", "110153", "110154", "110155", "authserver", "AuthzOauthService"})
ORGANISATIONS = frozenset({"PROV", "userorg", "homeCommunityId"})
HUMANS = {"IRCP": 1, "humanuser": 2, "UserSamlAgent": 3, "UserOauthAgent": 3}  # the lower, the surer

# Our reading: interactions of FHIR, transactions of IHE and one event of DICOM, as operations of the policy. They
# prevail over C/R/U/D/E: a consumer that retrieves a document (ITI-43) records an import, with action C.
INTERACTIONS = {
    **dict.fromkeys(("read", "vread", "history", "history-instance", "ITI-43", "ITI-68"), "consult"),
    **dict.fromkeys(("search", "search-type", "search-system", "search-compartment"), "search"),
    **dict.fromkeys(("ITI-18", "ITI-66", "ITI-67", "110112"), "search"),
    **dict.fromkeys(("create", "ITI-41", "ITI-65"), "deposit"),
    "delete": "delete",
}
ACTIONS = {"R": "consult", "C": "deposit", "D": "delete"}

# HL7 likens 4 to an HTTP 400 (the request was turned down) and 8 to an HTTP 500; a decision writes its refusals as 8.
OUTCOMES = {"0": "done", "4": "refused", "8": "failed", "12": "failed"}
OUTCOMES |= {"success": "done", "information": "done", "warning": "done", "error": "failed", "fatal": "failed"}
REFUSALS = frozenset({"security", "login", "forbidden", "suppressed", "expired"})  # issue types, in `outcome.detail`
DECISIONS = frozenset({"AuthZ-Consent", "AuthZ-Role"})
OVERRIDE_STARTED = "110127"

BREAK_GLASS = ("BTG", "bris_de_glace")
REGULATION = ("ETREAT", "centre_15")

# Names of entity details, in lower case and without separators, and the column they fill.
DETAILS = {
    **dict.fromkeys(("documenttype", "typededocument", "typedocument"), "document_type"),
    **dict.fromkeys(("justification", "motif", "reason"), "justification"),
}


@lru_cache(maxsize=4096)
def detailed(name: str) -> str:
    """The column that a detail fills: `document_type` for `document_type`, `documentType` and `Document-Type`."""
    return DETAILS.get(re.sub(r"[\W_]", "", name).lower(), "")


@lru_cache(maxsize=4096)
def known_system(system: str) -> tuple[str, str]:
    """The column that a code system fills and the name a policy knows it by; no column when it is not known here."""
    bare = system.strip().removeprefix("urn:oid:")
    found = _TERMINOLOGY.search(bare)
    number = found.group(1) if found else ""
    return SYSTEMS.get(bare) or TERMINOLOGIES.get(number) or ("", bare)


@lru_cache(maxsize=4096)
def may_be_profession(system: str) -> bool:
    """Whether a code of an unknown system may be meant as a profession."""
    return not _PARTS_PLAYED.search(system)


def written(code: str, system: str | None) -> str:
    """`code^system`, the system by the name that a policy knows; the bare code without a system."""
    return f"{code}^{known_system(system)[1]}" if system else code

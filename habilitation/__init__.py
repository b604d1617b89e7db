"""A compiled authorization engine: dated matrices and rules in text, decisions with their reason and legal source."""

from habilitation.authorizer import Authorizer
from habilitation.decided.decision import CellView, Decision, Outcome, Reason
from habilitation.decided.explanation import Change, Explanation
from habilitation.diagnostic import (
    ArtefactError,
    Diagnostic,
    HabilitationError,
    PolicyError,
    RequestError,
    Severity,
)
from habilitation.vocabulary import MISSING, Effect

__version__ = "0.1.0"

__all__ = [
    "MISSING",
    "ArtefactError",
    "Authorizer",
    "CellView",
    "Change",
    "Decision",
    "Diagnostic",
    "Effect",
    "Explanation",
    "HabilitationError",
    "Outcome",
    "PolicyError",
    "Reason",
    "RequestError",
    "Severity",
]

"""The matrices and the rules of a policy by name, for who does not know what to ask for."""

from __future__ import annotations

from habilitation.authoring.show import Named
from habilitation.authorizer import Authorizer


def matrix_names(policy: Authorizer, lang: str) -> tuple[Named, ...]:
    """Every matrix with its label, one before those it is a coordinate of."""
    return tuple(Named(matrix.name, matrix.text[lang]) for matrix in policy.tables.matrices)


def rule_names(policy: Authorizer, lang: str) -> tuple[Named, ...]:
    """Every rule with its message, in the order of the files."""
    return tuple(Named(rule.name, rule.message[lang]) for rule in policy.tables.rules)

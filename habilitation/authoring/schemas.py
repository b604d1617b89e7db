"""JSON Schemas of the YAML files of a policy, made from the shapes they are read by."""

from __future__ import annotations

from typing import Any

from habilitation.written.shapes import editor_schema
from habilitation.written.syntax import WrittenCases, WrittenMatrix, WrittenVocabulary


def policy_schemas() -> dict[str, dict[str, Any]]:
    """By what a file holds."""
    return {
        "vocabulary": editor_schema(WrittenVocabulary, "habilitation: the vocabulary of a policy"),
        "matrix": editor_schema(WrittenMatrix, "habilitation: a matrix"),
        "cases": editor_schema(WrittenCases, "habilitation: the tests of a policy"),
    }

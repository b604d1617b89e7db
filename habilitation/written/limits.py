"""Bounds on what a policy folder may hold; a policy is untrusted input, each bound has its own error."""

from __future__ import annotations

FILE_BYTES = 4 * 1024 * 1024
FILES = 500
NESTING = 60  # parentheses and `not` in a condition, mappings and lists in YAML
ITEMS = 5_000  # rules, definitions and invariants of one file
NODES = 400_000  # scalars, mappings and lists of one YAML file
AXES = 200
VALUES = 20_000  # values of one axis
CELLS = 2_000_000  # cells of one edition of a matrix


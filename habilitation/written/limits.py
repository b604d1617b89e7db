"""Bounds on what a policy folder may hold; a policy is untrusted input, each bound has its own error."""

from __future__ import annotations

FILES = 500
FILE_BYTES = 4 * 1024 * 1024
POLICY_CHARACTERS = 16 * 1024 * 1024
NESTING = 60  # parentheses and `not` in a condition, mappings and lists in YAML
ITEMS = 5_000  # rules, definitions and invariants of one file
ITEM_CHARACTERS = 100_000
NODES = 400_000  # scalars, mappings and lists of one YAML file
MISTAKES = 1_000  # of shape in one YAML file; the next ones wait until these are gone

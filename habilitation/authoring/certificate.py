"""The certificate of a policy: what was compared and proved, with digests and counts, re-runnable by anyone."""

from __future__ import annotations

import math
from typing import Any

from habilitation.authoring.check import Examined
from habilitation.authoring.comparison import compared
from habilitation.authoring.proofs import Proofs
from habilitation.checked.policy import Policy
from habilitation.compiled import artefact
from habilitation.compiled.tables import FORMAT, Tables


def certificate(examined: Examined) -> dict[str, Any]:
    """What was compared and proved of a policy, with digests and counts; the same on every run and machine.

    Raises ValueError for a policy that cannot be used.
    """
    policy, tables = examined.policy, examined.tables
    if policy is None or tables is None:
        raise ValueError("no certificate for a policy that `check` refuses")
    editions = [_edition(policy, tables, number) for number in range(len(tables.editions))]
    codes = [one.code for one in examined.diagnostics]
    return {
        "certificate": "habilitation",
        "format": FORMAT,
        "policy": {"name": tables.name, "digest": tables.digest, "tables": artefact.digest(tables)},
        "argument": "habilitation/authoring/comparison.py, steps 1 to 4",
        "editions": editions,
        "agreed": all(not step["disagreements"] for one in editions for step in one["compared"].values()),
        "rules": len(tables.rules),
        "idle_rules": codes.count("never_applies") + codes.count("never_decides"),
        "defaults_proved_restrictive": [axis.name for axis in tables.axes if axis.default >= 0]
        if "default_opens" not in codes
        else [],
        "proved": not {"invariant_fails", "invariant_never_applies"}.intersection(codes),
    }


def _edition(policy: Policy, tables: Tables, number: int) -> dict[str, Any]:
    proofs = Proofs(policy, tables, number)
    found = compared(policy, tables, number)
    return {
        "edition": tables.editions[number].id,
        "rules": len(tables.editions[number].rules),
        "clauses": len(tables.editions[number].clauses),
        "situations": str(math.prod(len(axis.values) for axis in tables.axes)),
        "compared": {
            step: {"statements": one.compared, "disagreements": one.disagreements} for step, one in found.items()
        },
        "invariants": [
            {
                "sentence": invariant.sentence,
                "kind": "always" if invariant.always else "never",
                "effect": invariant.effect.value,
                "proved": proofs.counterexample(index) is None,
            }
            for index, invariant in enumerate(policy.invariants)
        ],
    }

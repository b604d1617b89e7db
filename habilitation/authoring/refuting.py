"""What `check` says of the proofs of a policy: those that fail, each once, with the editions where they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from habilitation.authoring.proofs import Proofs
from habilitation.checked.policy import Invariant, Policy
from habilitation.compiled.tables import Tables
from habilitation.diagnostic import Diagnostic
from habilitation.vocabulary import EFFECT_OF
from habilitation.written.syntax import keywords_of

_EDITIONS_AT_MOST = 8  # named in one sentence


def refutations(policy: Policy, tables: Tables) -> Iterator[Diagnostic]:
    """Every proof that fails, in any edition: one diagnostic a rule, a default, an invariant."""
    editions = [Proofs(policy, tables, number) for number in range(len(tables.editions))]
    if editions:
        yield from idle_rules(policy, editions)
        yield from opening_defaults(policy, editions)
        yield from silent_invariants(policy, editions)
        yield from failing_invariants(policy, editions)


def idle_rules(policy: Policy, editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    """The rules that decide nothing in any of all the editions."""
    for number, rule in enumerate(policy.rules):
        where = [one for one in editions if number in one.tables.editions[one.number].rules]
        if any(one.decides(number) for one in where):
            continue
        if not any(one.applies(number) for one in where):
            message = f"the rule `{rule.name}` can never apply"
            way_out = "no situation satisfies its condition" if where else "it is in force in no edition"
            yield Diagnostic("never_applies", message, rule.span, way_out)
        else:
            message = f"the rule `{rule.name}` never decides anything"
            way_out = f"wherever it holds, the effect is not {EFFECT_OF[rule.effect].value}"
            yield Diagnostic("never_decides", message, rule.span, way_out)


def opening_defaults(policy: Policy, editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    """The defaults that open something in one of some editions."""
    for number, axis in enumerate(policy.axes):
        if axis.default is not None:
            shown = _counterexample([(one, one.opened_by_default(number)) for one in editions])
            if shown:
                default = axis.values[axis.default].name
                message = f"the default `{default}` of `{axis.name}` opens what another value closes"
                yield Diagnostic("default_opens", message, axis.span, shown)


def silent_invariants(policy: Policy, editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    """The invariants whose condition no situation satisfies in any of all the editions: they refute nothing."""
    for index, invariant in enumerate(policy.invariants):
        if not any(one.speaks(index) for one in editions):
            message = f"says nothing: {_sentence(invariant)}"
            way_out = "no situation satisfies its condition, in any edition"
            yield Diagnostic("invariant_never_applies", message, invariant.span, way_out)


def failing_invariants(policy: Policy, editions: Sequence[Proofs]) -> Iterator[Diagnostic]:
    """The invariants that are not true in one of some editions."""
    for index, invariant in enumerate(policy.invariants):
        shown = _counterexample([(one, one.counterexample(index)) for one in editions])
        if shown:
            yield Diagnostic("invariant_fails", f"not true: {_sentence(invariant)}", invariant.span, shown)


def _sentence(invariant: Invariant) -> str:
    word = keywords_of(invariant.span.source)["always" if invariant.always else "never"]
    return f"{word} “{invariant.sentence}”"


def _counterexample(situations: Sequence[tuple[Proofs, dict[str, str] | None]]) -> str:
    """The situation of the first edition that has one, and the other editions that have one; empty where none does."""
    shown = [(one, situation) for one, situation in situations if situation is not None]
    if not shown:
        return ""
    first, *others = (one.tables.editions[one.number].id for one, _ in shown)
    facts = ", ".join(f"{axis} {value}" for axis, value in shown[0][1].items()) or "any request"
    named = others[:_EDITIONS_AT_MOST]
    if len(others) > _EDITIONS_AT_MOST:
        named.append(f"{len(others) - _EDITIONS_AT_MOST} more")
    also = f"; also in {', '.join(named)}" if named else ""
    return f"counterexample: {facts} (edition {first}{also})"

"""Meanings to ordinals: the only way into `compiled`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from habilitation.checked.policy import (
    And,
    Axis,
    Cell,
    Condition,
    Dispute,
    Edition,
    Is,
    Labels,
    Matrix,
    MatrixEdition,
    Not,
    Notice,
    Or,
    Policy,
    Rule,
)
from habilitation.compiled.clauses import (
    CLAUSES_AT_MOST,
    Clause,
    Symbol,
    TooManyClausesError,
    clauses_of,
)
from habilitation.compiled.tables import (
    AxisTable,
    CellNote,
    CellsTable,
    EditionTable,
    MatrixTable,
    NoticeTable,
    RuleTable,
    StretchTable,
    Tables,
    Text,
    ValueTable,
)
from habilitation.diagnostic import Diagnostic, PolicyError

CELLS_AT_MOST = 8_000_000


def tabulate(policy: Policy) -> Tables:
    """The tables of a policy. Raises PolicyError when they would not stay small."""
    sizes = symbol_sizes(policy)
    found = [diagnostic for matrix in policy.matrices for diagnostic in _too_many_cells(matrix, policy)]
    clauses: list[list[Clause]] = []
    for rule in policy.rules:
        clauses.append(rule_clauses(rule, sizes, found))
        if sum(map(len, clauses)) > CLAUSES_AT_MOST:
            message = f"the rules make more than {CLAUSES_AT_MOST} clauses"
            found.append(Diagnostic("compiled_too_large", message, rule.span, "split the policy"))
            break
    if found:
        raise PolicyError(found)
    return Tables(
        name=policy.name,
        text=_text(policy.title),
        axes=tuple(map(axis_table, policy.axes)),
        matrices=tuple(_matrix(matrix, policy) for matrix in policy.matrices),
        rules=tuple(_rule(rule) for rule in policy.rules),
        obligations=tuple(_notices(policy.obligations)),
        advice=tuple(_notices(policy.advice)),
        editions=tuple(_edition(edition, clauses, policy) for edition in policy.editions),
        timeline=tuple(
            StretchTable(
                stretch.applicable.start,
                stretch.applicable.end,
                stretch.known.start,
                stretch.known.end,
                -1 if stretch.edition is None else stretch.edition,
            )
            for stretch in policy.timeline
        ),
        digest=policy.digest,
    )


def symbol_sizes(policy: Policy) -> dict[Symbol, int]:
    """How many values each axis and each matrix has, `not covered` included."""
    axes: dict[Symbol, int] = {("axis", index): len(axis.values) for index, axis in enumerate(policy.axes)}
    return axes | {("matrix", index): len(matrix.values) for index, matrix in enumerate(policy.matrices)}


def rule_clauses(rule: Rule, sizes: dict[Symbol, int], found: list[Diagnostic]) -> list[Clause]:
    """The clauses of one rule; a condition too tangled to distribute is a mistake with a place."""
    try:
        return clauses_of(rule.condition, sizes)
    except TooManyClausesError:
        message = f"the condition of `{rule.name}` makes more than {CLAUSES_AT_MOST} clauses"
        found.append(Diagnostic("compiled_too_large", message, rule.span, "split the rule"))
        return []


def _too_many_cells(matrix: Matrix, policy: Policy) -> Iterator[Diagnostic]:
    size = math.prod(_shape(matrix, policy))
    if size > CELLS_AT_MOST:
        message = f"the matrix `{matrix.name}` has {size} combinations, more than {CELLS_AT_MOST}"
        yield Diagnostic("compiled_too_large", message, matrix.span, "group an axis through another matrix")


def _shape(matrix: Matrix, policy: Policy) -> tuple[int, ...]:
    return tuple(
        len(policy.matrices[given.index].values) if given.is_matrix else len(policy.axes[given.index].values)
        for given in matrix.inputs
    )


def _text(labels: Labels) -> Text:
    return Text(labels.fr, labels.en)


def axis_table(axis: Axis) -> AxisTable:
    """An axis as requests are read by it."""
    return AxisTable(
        name=axis.name,
        text=_text(axis.labels),
        values=tuple(
            ValueTable(value.name, _text(value.labels), value.code, value.systems, value.deprecated, value.note)
            for value in axis.values
        ),
        groups=tuple(
            (name, _text(axis.group_labels[name]), tuple(sorted(values))) for name, values in axis.groups.items()
        ),
        default=-1 if axis.default is None else axis.default,
        fact=axis.fact,
        counterfactual=axis.counterfactual,
        synonyms=axis.synonyms,
        category=axis.category,
    )


def _matrix(matrix: Matrix, policy: Policy) -> MatrixTable:
    shape = _shape(matrix, policy)
    return MatrixTable(
        name=matrix.name,
        text=_text(matrix.labels),
        inputs=tuple(~given.index if given.is_matrix else given.index for given in matrix.inputs),
        shape=shape,
        rows=matrix.rows,
        values=matrix.values,
        marks=matrix.marks,
        value_texts=tuple(map(_text, matrix.value_labels)),
        notes=tuple((key, _text(labels)) for key, labels in matrix.notes.items()),
        editions=tuple(_cells(edition, shape) for edition in matrix.editions),
    )


def _cells(edition: MatrixEdition, shape: Sequence[int]) -> CellsTable:
    cells = [0] * math.prod(shape)
    for where, value in edition.cells.items():
        cells[_offset(where, shape)] = value
    return CellsTable(
        id=edition.id,
        cells=tuple(cells),
        footnotes=tuple(sorted((_offset(where, shape), note) for where, note in edition.notes.items())),
        places=tuple(sorted(edition.places.items())),
        disputes=tuple(_dispute(dispute) for dispute in edition.disputes),
        provenance=tuple(sorted(edition.provenance.items())),
    )


def _offset(where: Sequence[int], shape: Sequence[int]) -> int:
    offset = 0
    for at, size in zip(where, shape, strict=True):
        offset = offset * size + at
    return offset


def _dispute(dispute: Dispute) -> CellNote:
    return CellNote(tuple(-1 if at is None else at for at in dispute.at), _text(dispute.labels), dispute.source)


def _rule(rule: Rule) -> RuleTable:
    return RuleTable(
        name=rule.name,
        effect=rule.effect,
        message=_text(rule.message),
        citations=rule.citations,
        obligations=rule.obligations,
        advice=rule.advice,
        place=str(rule.span),
        matrices=tuple(dict.fromkeys(_matrices_of(rule.condition))),
    )


def _matrices_of(condition: Condition) -> Iterator[int]:
    match condition:
        case Cell(matrix, _):
            yield matrix
        case Not(part):
            yield from _matrices_of(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _matrices_of(part)
        case Is():
            pass


def _notices(notices: Mapping[str, Notice]) -> Iterator[NoticeTable]:
    for name, notice in notices.items():
        yield NoticeTable(name, _text(notice.labels), notice.source)


def _edition(edition: Edition, clauses: Sequence[list[Clause]], policy: Policy) -> EditionTable:
    in_force = [(rule, clause) for rule in edition.rules for clause in clauses[rule]]
    return EditionTable(
        id=edition.id,
        rules=edition.rules,
        matrices=tuple(-1 if chosen is None else chosen for chosen in edition.matrices),
        clauses=tuple(rule for rule, _ in in_force),
        axis_bits=tuple(
            clause_bits(("axis", index), len(axis.values), in_force) for index, axis in enumerate(policy.axes)
        ),
        cell_bits=tuple(
            clause_bits(("matrix", index), len(matrix.values), in_force) for index, matrix in enumerate(policy.matrices)
        ),
    )


def clause_bits(symbol: Symbol, size: int, clauses: Sequence[tuple[int, Clause]]) -> tuple[int, ...]:
    """Bit c of entry v is set where the value v of the symbol is compatible with clause c."""
    free = sum(1 << bit for bit, (_, clause) in enumerate(clauses) if symbol not in clause)
    bits = [free] * size
    for bit, (_, clause) in enumerate(clauses):
        for value in clause.get(symbol, ()):
            bits[value] |= 1 << bit
    return tuple(bits)

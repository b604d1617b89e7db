"""A difference as plain data: all of it, nothing summed up. Counts are texts: they pass what a float can hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from habilitation.authoring.difference.blocks import Box
from habilitation.authoring.difference.dates import DateMove, Force
from habilitation.authoring.difference.definitions import definitions, definitions_as_data
from habilitation.authoring.difference.effects import NAMES, WAYS
from habilitation.authoring.difference.frame import Frame
from habilitation.authoring.difference.guards_in_words import guards_as_data
from habilitation.authoring.difference.sentences import Sentences
from habilitation.authoring.difference.sides import Side
from habilitation.authoring.difference.stretches import Area, bound
from habilitation.authoring.difference.whole import Difference, Found, Pair
from habilitation.authoring.difference.wordings import Wording
from habilitation.authorizer import Authorizer


def data(found: Difference, lang: str) -> dict[str, Any]:
    """The difference, sentences in one language."""
    return {
        "old": _side(found.old),
        "new": _side(found.new),
        "where": {axis: sorted(values) for axis, values in found.where.items()},
        "opens": found.opens,
        **guards_as_data(found.guards),
        "definitions": definitions_as_data(definitions(found.old.written, found.new.written)),
        "compared": [{**_counts(pair), **({} if found.counts_only else _whole(pair, lang))} for pair in found.pairs],
        **({} if found.counts_only else {"dates": list(map(_dates, found.dates)), "wordings": _plain(found.wordings)}),
    }


def _plain(moves: Iterable[Wording]) -> list[dict[str, Any]]:
    return [
        {
            "kind": move.kind,
            "name": f"{move.name} {move.at}".rstrip(),
            "field": move.field,
            "old": move.old,
            "new": move.new,
        }
        for move in moves
    ]


def _dates(move: DateMove) -> dict[str, Any]:
    return {
        "matrix": move.matrix or None,
        "edition" if move.matrix else "rule": move.name,
        **{side: _force(force) for side, force in (("old", move.old), ("new", move.new))},
    }


def _force(force: Force | None) -> dict[str, str | None] | None:
    if force is None:
        return None
    start, end = map(bound, force.applicable)
    return {"from": start, "until": end, "known_from": bound(force.known)}


def _side(side: Side) -> dict[str, Any]:
    return {
        "asked": side.asked,
        **Authorizer(side.tables).policy,
        "at": side.at.isoformat() if side.at else None,
        "known_on": side.known_on.isoformat() if side.known_on else None,
    }


def _counts(pair: Pair) -> dict[str, Any]:
    old, new = (half.edition.id if half.edition else None for half in pair.frame.halves)
    ways = {way: sum(count for change, count in pair.counts.items() if change.way == way) for way in WAYS}
    return {
        "old_edition": old,
        "new_edition": new,
        "periods": list(map(_period, pair.together.areas)),
        "situations": str(pair.frame.situations),
        "changed": str(pair.changed),
        **{way: str(count) for way, count in ways.items()},
        "counts": [
            {"way": change.way, "old": NAMES[change.old], "new": NAMES[change.new], "situations": str(count)}
            for change, count in pair.counts.items()
        ],
        "reach": {way: _box(pair.frame, box) for way, box in pair.reach.items()},
    }


def _period(area: Area) -> dict[str, str | None]:
    start, end = map(bound, area.days)
    learnt, forgotten = map(bound, area.known) if area.known else (None, None)
    return {"from": start, "until": end, "known_from": learnt, "known_until": forgotten}


def _whole(pair: Pair, lang: str) -> dict[str, Any]:
    sentences = Sentences(pair.frame, lang, known=pair.together.known)
    return {
        "blocks": [_block(pair.frame, found, sentences, lang) for found in pair.found],
        "reasons": {
            "situations": str(pair.reasons.situations),
            "rules": [
                {"rule": move.rule, "gained": str(move.gained), "lost": str(move.lost)} for move in pair.reasons.moves
            ],
        },
        "texts": _texts(pair),
    }


def _block(frame: Frame, found: Found, sentences: Sentences, lang: str) -> dict[str, Any]:
    alone = found.unmoved
    return {
        "way": found.change.way,
        "old": NAMES[found.change.old],
        "new": NAMES[found.change.new],
        "situations": str(found.block.situations),
        "sentence": sentences.of(found),
        "values": _box(frame, found.block.head),
        "when": [_box(frame, way) for way in found.block.ways],
        "rules": dict(zip(("old", "new"), map(list, found.rules), strict=True)),
        "unchanged": {"axis": frame.lines[alone.line].name, "values": alone.values} if alone else None,
        "example": {
            "situation": dict(found.witness.situation),
            "old": [reason.as_json(lang) for reason in found.witness.old],
            "new": [reason.as_json(lang) for reason in found.witness.new],
        },
    }


def _box(frame: Frame, box: Box) -> dict[str, list[str | None]]:
    return {frame.lines[line].name: [frame.lines[line].word(one) for one in sorted(box[line])] for line in box}


def _texts(pair: Pair) -> Mapping[str, Any]:
    plain = dataclasses.asdict(pair.texts)
    return {
        **plain,
        "sources": _plain(pair.texts.sources),
        "cells": [{**cell, "at": dict(cell["at"])} for cell in plain["cells"]],
        "rules": [{**rule, "situations": str(rule["situations"])} for rule in plain["rules"]],
    }

"""Cases that no short text can spell: policies that are too large, or that are not texts."""

import itertools
import os
from collections.abc import Callable
from pathlib import Path

from habilitation.authorizer import Authorizer
from habilitation.written import limits

RULE = """forbid {name}
  when {condition}
  because "Règlement, art. 20"
  fr "Fermé."
  en "Closed."{more}
"""
MATRIX = """matrix: rota
fr: Tour de garde
en: Rota
axes: [{axes}]
values:
  night: {{mark: N, fr: de nuit, en: on nights}}
editions:
{editions}
"""
EDITION = """  - id: "{id}"
    applicable: {{from: {start}, until: {end}}}
    known: {{from: 2024-01-01}}
    provenance: {{title: Tableau de garde}}
    blocks: [{blocks}]
    disputes: [{disputes}]
"""


def add(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as opened:
        opened.write(text)


def facts(folder: Path, count: int) -> None:
    add(folder, "vocabulary.yaml", "".join(f"  f{n}: {{fact: true, fr: Fait, en: Fact}}\n" for n in range(count)))


def axes(folder: Path, sizes: list[int]) -> list[str]:
    for number, size in enumerate(sizes):
        values = ", ".join(f"v{value}: {{fr: V, en: V}}" for value in range(size))
        add(folder, "vocabulary.yaml", f"  x{number}: {{fr: Axe, en: Axis, values: {{{values}}}}}\n")
    return [f"x{number}" for number in range(len(sizes))]


def rule(folder: Path, condition: str, name: str = "closed", more: str = "") -> None:
    add(folder, "rules/closed.hab", RULE.format(name=name, condition=condition, more=more))


def rota(folder: Path, names: list[str], blocks: str = "", disputes: str = "") -> None:
    edition = EDITION.format(id="2024", start="2024-01-01", end="2025-01-01", blocks=blocks, disputes=disputes)
    add(folder, "matrices/rota.yaml", MATRIX.format(axes=", ".join(names), editions=edition))


def too_many_clauses(folder: Path, kind: str) -> None:
    facts(folder, 26)
    pairs = 13 if kind == "bad" else 2
    rule(folder, " and ".join(f"(f{2 * n} or f{2 * n + 1})" for n in range(pairs)))


def too_many_combinations(folder: Path, kind: str) -> None:
    rota(folder, axes(folder, [201, 200, 200] if kind == "bad" else [20, 20, 20]))


def too_large_a_file(folder: Path, kind: str) -> None:
    add(folder, "rules/large.hab", "#" * (limits.FILE_BYTES + (kind == "bad")))


def too_large_a_policy(folder: Path, kind: str) -> None:
    for number in range(5 if kind == "bad" else 1):
        add(folder, f"rules/large{number}.hab", "#" * limits.FILE_BYTES)


def hidden_characters(folder: Path, kind: str) -> None:
    turned = "\u202edeksam ton\u202c" if kind == "bad" else "masked"
    rule(folder, f"masked # {turned}")
    add(folder, "rules/windows.hab", "\ufeff# Une fin de ligne.\r\n")


def hidden_names(folder: Path, kind: str) -> None:
    for name in (b"\xe9t\xe9.hab", b"red\x1b[31m.hab") if kind == "bad" else ("été.hab".encode(),):
        Path(os.fsdecode(os.fsencode(folder) + b"/rules/" + name)).write_text("", encoding="utf-8")


def no_vocabulary(folder: Path, kind: str) -> None:
    if kind == "bad":
        (folder / "vocabulary.yaml").unlink()


def latin_1(folder: Path, kind: str) -> None:
    (folder / "rules" / "été.hab").write_text("# Règle d'été.\n# Suite.", "latin-1" if kind == "bad" else "utf-8")


def unreadable_files(folder: Path, kind: str) -> None:
    (folder / "rules" / "linked.hab").symlink_to("linked.hab" if kind == "bad" else "ward.hab")
    if kind == "good":
        (folder / "rules" / "linked.hab").unlink()
        return
    (folder / "rules" / "lost.hab").symlink_to("nowhere.hab")
    (folder / "rules" / "folder.hab").mkdir()
    (folder / "rules" / "shared").symlink_to("..")
    os.mkfifo(folder / "rules" / "pipe.hab")
    add(folder, "tests", "not a folder")


def too_deep_a_condition(folder: Path, kind: str) -> None:
    depth = limits.NESTING if kind == "bad" else limits.NESTING - 1
    rule(folder, "(" * depth + "masked" + ")" * depth)


def too_deep_definitions(folder: Path, kind: str) -> None:
    length = 190 if kind == "bad" else 90
    defined = (f"define d{n}: not d{n + 1}\n" for n in range(length - 1))
    add(folder, "rules/chain.hab", "".join(defined) + f"define d{length - 1}: masked\n")
    rule(folder, "d0")


def too_deep_yaml(folder: Path, kind: str) -> None:
    add(folder, "matrices/rota.yaml" if kind == "bad" else "rules/rota.yaml", "[" * 500)


def too_many_axes(folder: Path, kind: str) -> None:
    facts(folder, 198 if kind == "bad" else 197)


def too_many_cells(folder: Path, kind: str) -> None:
    names = axes(folder, [127, 126, 126] if kind == "bad" else [12, 12, 12])
    rota(folder, names, blocks="{columns: ['*/*'], rows: {'*': N}}")


def too_many_words(folder: Path, kind: str) -> None:
    doubled = (f"define d{n}: d{n + 1} and d{n + 1}\n" for n in range(40 if kind == "bad" else 6))
    add(folder, "rules/doubled.hab", "".join(doubled) + f"define d{40 if kind == 'bad' else 6}: masked\n")
    rule(folder, "d0")


def too_many_words_in_a_rule(folder: Path, kind: str) -> None:
    add(folder, "rules/words.hab", "define thousand: " + " or ".join(["masked"] * 999) + "\n")
    condition = " or ".join(["thousand"] * (11 if kind == "bad" else 2))
    rule(folder, condition)
    add(folder, "rules/never.hab", f'always "too long": forbid when {condition}\n')


def too_many_disputes(folder: Path, kind: str) -> None:
    sizes = [101, 100] if kind == "bad" else [20, 20]
    for number, size in enumerate(sizes):
        values = ", ".join(f"v{value}: {{fr: V, en: V}}" for value in range(size))
        groups = f"all{number}: {{fr: Tout, en: All, values: [{', '.join(f'v{value}' for value in range(size))}]}}"
        body = f"{{fr: Axe, en: Axis, values: {{{values}}}, groups: {{{groups}}}}}"
        add(folder, "vocabulary.yaml", f"  x{number}: {body}\n")
    rota(folder, ["x0", "x1"], disputes="{at: {x0: all0, x1: all1}, fr: Désaccord, en: Disagreement}")


def too_many_editions(folder: Path, kind: str) -> None:
    days = [f"{year}-{month:02}-01" for year in range(2024, 2042) for month in range(1, 13)]
    wanted = itertools.islice(itertools.pairwise(days), 201 if kind == "bad" else 20)
    editions = (EDITION.format(id=start, start=start, end=end, blocks="", disputes="") for start, end in wanted)
    add(folder, "matrices/rota.yaml", MATRIX.format(axes="profession, action", editions="".join(editions)))


def too_many_files(folder: Path, kind: str) -> None:
    for number in range(limits.FILES - (kind == "good")):
        add(folder, f"rules/r{number}.hab", "")


def too_long_an_item(folder: Path, kind: str) -> None:
    rule(folder, "masked", more="" if kind == "good" else " " * limits.ITEM_CHARACTERS)


def too_many_items(folder: Path, kind: str) -> None:
    extra = limits.ITEMS + 1 if kind == "bad" else 10
    add(folder, "rules/many.hab", "".join(f"define d{n}: masked\n" for n in range(extra)))


def too_many_stretches(folder: Path, kind: str) -> None:
    for number in range(70 if kind == "bad" else 3):
        day = f"20{number:02}-01-01"
        rule(folder, "masked", f"closed_{number}", f"\n  applicable from {day}\n  known from {day}")


def too_many_values(folder: Path, kind: str) -> None:
    axes(folder, [20_001 if kind == "bad" else 200])


def too_many_nodes(folder: Path, kind: str) -> None:
    count = limits.NODES if kind == "bad" else 3
    add(folder, "matrices/rota.yaml" if kind == "bad" else "rules/rota.yaml", "a: [" + "b," * count + "]\n")


def truncated_artefact(folder: Path, kind: str) -> None:
    compiled = Authorizer.load(folder).compile()
    (folder / "ward.habilitation").write_bytes(compiled[: len(compiled) // 2] if kind == "bad" else compiled)


Build = Callable[[Path, str], None]

BUILT: dict[str, Build] = {
    "compiled_too_large": too_many_clauses,
    "compiled_too_large.matrix": too_many_combinations,
    "file_too_large": too_large_a_file,
    "hidden_character": hidden_characters,
    "hidden_character.name": hidden_names,
    "missing_file": no_vocabulary,
    "not_utf8": latin_1,
    "policy_too_large": too_large_a_policy,
    "too_deep": too_deep_a_condition,
    "too_deep.definitions": too_deep_definitions,
    "too_deep.yaml": too_deep_yaml,
    "too_many.axes": too_many_axes,
    "too_many.cells": too_many_cells,
    "too_many.definitions": too_many_words,
    "too_many.disputes": too_many_disputes,
    "too_many.editions": too_many_editions,
    "too_many.files": too_many_files,
    "too_many.item": too_long_an_item,
    "too_many.items": too_many_items,
    "too_many.nodes": too_many_nodes,
    "too_many.stretches": too_many_stretches,
    "too_many.values": too_many_values,
    "too_many.words": too_many_words_in_a_rule,
    "unreadable_file": unreadable_files,
    "unreadable_policy": truncated_artefact,
}

"""From a keystroke to its diagnostics, on the DMP policy: `python benchmarks/bench_editor.py`.

A real server in its own process, driven as an editor does. Of each keystroke: the time to the diagnostics of names and
sentences, which come first, and the time a pause takes to bring the cases that fail, then the proofs. Printed beside:
where the first goes.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from habilitation.checked.from_written import check  # noqa: E402  # the path first
from habilitation.checked.world import World  # noqa: E402
from habilitation.editor.homes import home_of  # noqa: E402
from habilitation.written.from_folder import Kept, read_policy  # noqa: E402
from tests.language_client import Editor, subprocess_server  # noqa: E402

Result = TypeVar("Result")
KEYSTROKES = 40
RIGHT, WRONG = "masked and motive is normal", "masked and motiv is normal"
FALSE = 'never "nobody reads": permit when action is consult\n'


def bench_a_keystroke(editor: Editor, uri: str) -> list[float]:
    times = []
    for number in range(KEYSTROKES):
        begun = time.perf_counter()
        if number % 2:
            editor.replace(uri, WRONG, RIGHT)
            editor.wait_for(uri)
        else:
            editor.replace(uri, RIGHT, WRONG)
            editor.wait_for(uri, "unknown_axis")
        times.append(time.perf_counter() - begun)
        time.sleep(0.05)
    return times


def bench_the_cases(editor: Editor, uri: str) -> float:
    """From a rule that is widened to the first of its cases that fails; the pause is counted."""
    begun = time.perf_counter()
    editor.replace(uri, "forbid masked_document", "permit masked_document")
    editor.until(lambda: any("case_fails" in editor.codes(other) for other in editor.problems))
    taken = time.perf_counter() - begun
    editor.replace(uri, "permit masked_document", "forbid masked_document")
    editor.until(lambda: not any(editor.problems.values()))
    return taken


def bench_the_proofs(editor: Editor, uri: str) -> float:
    begun = time.perf_counter()
    editor.type(uri, editor.texts[uri] + FALSE)
    editor.until(lambda: "invariant_fails" in editor.codes(uri))
    return time.perf_counter() - begun


def bench_where_it_goes(file: Path) -> dict[str, float]:
    home, kept = home_of(file), Kept()
    world = World()
    assert home is not None
    name, text = home.name_of(file), file.read_text(encoding="utf-8")
    times: dict[str, list[float]] = {"gather the texts": [], "read what changed": [], "resolve the names": []}
    for number in range(12):
        texts = {name: text + "#" * number}
        kept.start_again()
        files = timed(times["gather the texts"], partial(home.files, texts))
        written, _ = timed(times["read what changed"], partial(read_policy, files, kept))
        assert written is not None
        timed(times["resolve the names"], partial(check, written, world))
    return {step: statistics.median(found[1:]) for step, found in times.items()}


def timed(times: list[float], work: Callable[[], Result]) -> Result:
    begun = time.perf_counter()
    done = work()
    times.append(time.perf_counter() - begun)
    return done


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for part in ("rules", "matrices"):
            shutil.copytree(ROOT / part / "dmp", Path(folder) / part / "dmp")
        file = Path(folder).resolve() / "rules" / "dmp" / "masking.hab"
        with subprocess_server() as editor:
            editor.start()
            uri = editor.open(file)
            editor.wait_for(uri)
            times = sorted(bench_a_keystroke(editor, uri))
            first, *cases = (bench_the_cases(editor, uri) for _ in range(6))
            proofs = bench_the_proofs(editor, uri)
        median, late = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"a keystroke: median {median * 1e3:.0f} ms, 95 % under {late * 1e3:.0f} ms ({KEYSTROKES} keystrokes)")
        again = statistics.median(cases)
        print(f"the cases: median {again:.1f} s, the first time {first:.1f} s; the proofs: {proofs:.1f} s")
        for step, taken in bench_where_it_goes(file).items():
            print(f"  {step}: {taken * 1e3:.0f} ms")


if __name__ == "__main__":
    main()

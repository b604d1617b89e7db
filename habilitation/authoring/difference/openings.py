"""What opens, as notices on the lines of the rules that open it."""

from __future__ import annotations

from collections.abc import Iterator

from habilitation.authoring.difference.effects import OPENING
from habilitation.authoring.difference.sentences import Sentences
from habilitation.authoring.difference.whole import Difference
from habilitation.authoring.notices.notice import Notice, in_folder
from habilitation.diagnostic import Severity

CODE = "opens"


def openings(found: Difference, lang: str, folder: str = "") -> Iterator[Notice]:
    """A notice a sentence, at the first rule that gives the new answer; files are those of a policy in `folder`."""
    for pair in found.pairs:
        sentences = Sentences(pair.frame, lang)
        for one in pair.found:
            if one.change.way == OPENING:
                # A permit always has a rule for reason.
                file, _, line = one.witness.new[0].source.rpartition(":")
                reason = sentences.reason(one.witness.new[0])
                yield Notice(
                    CODE,
                    sentences.of(one),
                    reason,
                    Severity.WARNING,
                    in_folder(file, folder),
                    int(line),
                    end_line=int(line),
                )

"""What opens, as notices on the lines that open it: of a matrix where a cell does, of a rule otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from habilitation.authoring.difference.causes import changed_cell
from habilitation.authoring.difference.effects import OPENING
from habilitation.authoring.difference.sentences import Sentences
from habilitation.authoring.difference.whole import Difference
from habilitation.authoring.notices.notice import Notice, in_folder
from habilitation.diagnostic import Severity

CODE = "opens"


def openings(found: Difference, lang: str, folder: str = "") -> Iterator[Notice]:
    """A notice a sentence, at the changed row of a matrix that its rules read, or at the first rule of the new answer.

    Files are those of a policy in `folder`.
    """
    for pair in found.pairs:
        sentences = Sentences(pair.frame, lang, known=pair.together.known)
        for one in pair.found:
            if one.change.way == OPENING:
                # A permit always has a rule for reason.
                place = changed_cell(pair, one) or one.witness.new[0].source
                file, _, line = place.rpartition(":")
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

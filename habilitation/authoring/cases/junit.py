"""What was tested as JUnit XML, which servers of continuous integration read: a suite a file, a suite a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from habilitation.authoring.cases.running import CaseResult, Tested
from habilitation.authoring.cases.telling import told
from habilitation.diagnostic import Diagnostic

# All that XML 1.0 has no way to write, not even escaped: a name or a value of a case may hold it.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(tested: Tested, lang: str) -> bytes:
    """One `testcase` a case, a cell of a table too; no times, so that the same policy gives the same bytes.

    What XML cannot carry, a control character for one, is `�`.
    """
    root = ET.Element("testsuites", name=tested.tables.name)
    suites: dict[tuple[str, str], list[CaseResult]] = {}
    for result in tested.results:
        suites.setdefault((result.case.span.source.name, result.case.table), []).append(result)
    for (file, table), results in suites.items():
        _suite(root, f"{file}: {table}" if table else file, results, lang)
    told_of_cases = {one for result in tested.results for one in result.differences}
    others = [one for one in tested.mistakes if one not in told_of_cases]
    if others:
        _of_files(root, others)
    _count(root, root.iter("testcase"))
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{_NOT_XML.sub('�', text)}\n".encode()


def _suite(root: ET.Element, name: str, results: Sequence[CaseResult], lang: str) -> None:
    suite = ET.SubElement(root, "testsuite", name=name)
    for result in results:
        span = result.case.span
        file = span.source.name
        case = ET.SubElement(suite, "testcase", name=result.case.name, classname=file, file=file, line=str(span.line))
        if result.differences:
            kind = "failure" if result.differs else "error"
            message = (" ; " if lang == "fr" else "; ").join(one.message for one in result.differences)
            wrong = ET.SubElement(case, kind, type=result.differences[0].code, message=message)
            wrong.text = "\n".join([told(result, lang), *(one.render() for one in result.differences)])
    _count(suite, suite.iter("testcase"))


def _of_files(root: ET.Element, found: Sequence[Diagnostic]) -> None:
    """What is wrong with the test files themselves is no case, but must not pass for none."""
    suite = ET.SubElement(root, "testsuite", name="test files")
    for one in found:
        file = one.span.source.name if one.span is not None else ""
        case = ET.SubElement(suite, "testcase", name=one.message, classname=file)
        ET.SubElement(case, "error", type=one.code, message=one.message).text = one.render()
    _count(suite, suite.iter("testcase"))


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    listed = list(cases)
    element.set("tests", str(len(listed)))
    element.set("failures", str(sum(case.find("failure") is not None for case in listed)))
    element.set("errors", str(sum(case.find("error") is not None for case in listed)))

"""The page of an audit: what it says, that it is well formed and bounded, that no log can speak for it."""

import base64
import datetime
import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.ledger import REPORTED
from habilitation.audit.report.page import first, render
from habilitation.audit.report.page.access import access, moment
from habilitation.audit.report.page.counted import table_of
from habilitation.audit.report.page.pictures import time_line
from habilitation.audit.report.page.words import Glossary
from tests.fabricated_ledger import KINDS, Fabricated, asked, fabricated, line, log_of

VOID = {"meta", "link", "input", "br", "img"}
DENIED, MASKED, OPPOSED, UNJUSTIFIED_GLASS, NO_RULE, OVER, UNSETTLED = 3, 4, 6, 7, 9, 10, 13


class Element:
    """An element of a page: its name, its attributes, and what is inside, in order."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.content: list[Element | str] = []

    @property
    def inside(self) -> list["Element"]:
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def own(self) -> str:
        return "".join(one for one in self.content if isinstance(one, str))

    def all(self, *names: str) -> Iterator["Element"]:
        for element in self.inside:
            if not names or element.name in names:
                yield element
            yield from element.all(*names)

    def text(self, lang: str = "") -> str:
        """The text; of one language when it is given."""
        if lang and self.attributes.get("lang", lang) != lang and self.name not in {"html", "label"}:
            return ""
        return " ".join(one if isinstance(one, str) else one.text(lang) for one in self.content)


class Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(html)
        self.close()
        assert self.open == [self.root], f"never closed: {[element.name for element in self.open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of {tag} is said twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def rendered(audit: Fabricated, **changes: Any) -> str:
    return render(audit.ledger, replace(audit.asked, **changes), audit.run, audit.counts)


def page_of(folder: Path, policy: Authorizer, log: list[dict[str, Any]], **changes: Any) -> str:
    with fabricated(folder, policy, log) as audit:
        return rendered(audit, **changes)


def numbers(html: str) -> str:
    """The page with counts as a program reads them."""
    return html.replace("\u202f", "")


@pytest.fixture(scope="module")
def log() -> list[dict[str, Any]]:
    return log_of(6_000)


@pytest.fixture(scope="module")
def html(dmp: Authorizer, log: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(tmp_path_factory.mktemp("ledger"), dmp, log)


@pytest.fixture(scope="module")
def page(html: str) -> Element:
    return Page(html).root


# ---------------------------------------------------------------- what it says


def kind(log: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [one for one in log if one["kind"] in names]


def test_the_square_counts_every_line_judged_once(page: Element, log: list[dict[str, Any]]) -> None:
    (square,) = [table for table in page.all("table") if table.attributes.get("class") == "square"]
    cells = [int(number.own.replace("\u202f", "")) for number in square.all("b")]
    effects = ("PERMIT", "DENY", "NOT_APPLICABLE", "INDETERMINATE")
    lines = Counter((one["effect"], one["outcome"]) for one in log)
    assert cells == [lines[effect, outcome] for effect in effects for outcome in ("done", "refused", "failed")]


def test_the_lines_read_are_accounted_for_aloud(html: str) -> None:
    assert "6014 lignes lues = 6000 jugées + 4 rejetées + 10 doublons." in numbers(html)
    assert "6014 lines read = 6000 judged + 4 rejected + 10 duplicates." in numbers(html)


def test_lines_that_a_question_leaves_out_are_accounted_for_too(dmp: Authorizer, tmp_path: Path) -> None:
    with fabricated(tmp_path, dmp, log_of(50)) as audit:
        counts = [replace(file, read=file.read + 3, outside=3) for file in audit.counts]
        html = render(audit.ledger, replace(audit.asked, patient="ins-1"), audit.run, counts)
    assert "+ 10 doublons + 6 hors de la question." in numbers(html)
    assert "Seulement le dossier" in html


def test_every_rule_against_a_finding_is_shown_with_its_law(page: Element, log: list[dict[str, Any]]) -> None:
    against = Counter(rule for one in kind(log, "not_justified", "no_rule") for rule in one["rules"].split("+"))
    (section,) = [section for section in page.all("section") if section.attributes["aria-labelledby"] == "rules"]
    rows = [row for row in section.all("tr") if not any(row.all("button")) and next(row.all("td"), None)]
    shown = {next((code.own for code in row.all("code")), ""): row for row in rows}
    assert {name: int(next(row.all("td")).own.replace("\u202f", "")) for name, row in shown.items()} == against
    assert "CSP, art. R. 1111-49" in shown["masked_document"].text()


def test_what_is_declared_and_assumed_is_said(page: Element) -> None:
    (said,) = [section for section in page.all("section") if section.attributes["aria-labelledby"] == "audited"]
    text = " ".join(said.text("en").split())
    assert "Europe/Paris" in text
    assert "State of the DMP = Active" in text
    assert "7 d" in text
    assert "10 min" in text
    assert re.search(r"[0-9a-f]{64}", page.text())
    assert "as known when the audit was made" in text


def test_the_options_of_an_audit_are_said(dmp: Authorizer, tmp_path: Path) -> None:
    options = {
        "professional": "rpps-7",
        "since": datetime.date(2025, 1, 1),
        "until": datetime.date(2026, 1, 1),
        "known_on": datetime.date(2026, 2, 3),
        "deduplicate": "gesture",
        "pseudonymise": tmp_path / "key",
        "complete": frozenset[str](),
        "lag": {"care_team": datetime.timedelta(hours=36)},
    }
    said = ("rpps-7", "since 2025-01-01", "before 2026-01-01", "as known on 2026-02-03", "gesture", "keyed hashes")
    html = page_of(tmp_path, dmp, log_of(30), **options)
    for words in (*said, "none: a fact without a row is unknown", "36 h"):
        assert words in html
    assert "/key" not in html  # where the key lies is nobody's business


def test_a_finding_says_where_when_who_whose_what_why_and_on_which_facts(dmp: Authorizer, tmp_path: Path) -> None:
    (finding,) = log = [line(36, MASKED, 3, 14, 25, 9, 4, 0)]
    row = row_of(Page(page_of(tmp_path, dmp, log)).root, "accesses-table")
    text = " ".join(row.text("fr").split())
    assert f"log-2025-01.csv.gz:{finding['line']}" in text
    assert "2025-01-09 14:20–14:30" in text  # stamped to ten minutes
    for name in ("professional_id", "patient_id", "document_id", "unit_id", "event_id", "edition"):
        assert finding[name] in text
    for words in ("Document masqué aux professionnels par le patient.", "masked_document", "CSP, art. R. 1111-49",
                  "documents.csv:4127", "depuis le 2025-02-11 09:30", "supposé pour tout le journal",
                  "Aurait été permis", "si équipe de soins"):  # fmt: skip
        assert words in text


def row_of(page: Element, table: str) -> Element:
    (found,) = [one for one in page.all("table") if one.attributes.get("id") == table]
    return next(row for row in found.all("tr") if "data-rules" in row.attributes)


def test_break_the_glass_accesses_show_their_justification_and_the_unjustified_come_first(page: Element) -> None:
    (table,) = [one for one in page.all("table") if one.attributes.get("id") == "glass-table"]
    rows = [row for row in table.all("tr") if "data-rules" in row.attributes]
    unjustified = [any(row.all("strong")) for row in rows]
    assert unjustified == sorted(unjustified, reverse=True)
    assert True in unjustified
    assert False in unjustified
    assert {"Patient inconscient, déchocage", "urgence"} == {quoted.own for quoted in table.all("q")}


def test_over_restrictions_are_shown_to_those_they_slow(page: Element, log: list[dict[str, Any]]) -> None:
    (table,) = [one for one in page.all("table") if one.attributes.get("id") == "restrictions-table"]
    shown = [row for row in table.all("tr") if "data-rules" in row.attributes]
    assert len(shown) == min(first.RESTRICTIONS_AT_MOST, len(kind(log, "over_restriction")))


def test_what_is_not_assessable_names_the_table_that_would_settle_it(page: Element, log: list[dict[str, Any]]) -> None:
    (section,) = [one for one in page.all("section") if one.attributes["aria-labelledby"] == "unassessed"]
    text = " ".join(section.text("en").split())
    missing = Counter(fact for one in kind(log, "not_assessable") for fact in one["missing"].split("+") if fact)
    for fact, lines in missing.items():
        assert f" {fact} {lines} " in text
    assert "the documents table" in text
    assert "the facts table" in text
    assert "masked_by_own_structure" in text


@pytest.mark.parametrize(
    ("axis", "table"),
    [("professional_id", "access log"), ("author", "documents table"), ("care_team", "facts table")],
)
def test_each_fact_is_settled_by_one_table(axis: str, table: str) -> None:
    assert table in table_of(axis).en


def test_what_the_engine_says_when_no_rule_does_is_said_in_words(dmp: Authorizer, tmp_path: Path) -> None:
    without = [line(0, NO_RULE, 0, 9, 0, 1, 1, 0), line(1, UNSETTLED, 1, 9, 0, 2, 2, 0)]
    log = [{**one, "rules": rules} for one, rules in zip(without, ("no_rule", "before_first_edition"), strict=True)]
    html = page_of(tmp_path, dmp, log)
    assert "No rule permits this access." in html
    assert "Access before the first edition." in html


def test_rejects_are_counted_by_cause_with_their_first_line(page: Element) -> None:
    (section,) = [one for one in page.all("section") if one.attributes["aria-labelledby"] == "rejected"]
    text = section.text()
    assert re.search(r"bad_time\s+2\s+log-2025-01\.csv\.gz:17\s+`2025-13-02` is not a date", text)


def test_a_finding_is_never_called_a_fraud(html: str) -> None:
    assert "accès non justifiés par les règles" in html
    assert "Un constat ouvre une enquête, il ne la conclut pas" in html
    assert "A finding starts an inquiry, it does not conclude one" in html
    assert not re.search(r"fraud|abusi|illicit|violation|coupable|guilty|suspect", html, re.IGNORECASE)


def test_an_empty_audit_has_a_page(dmp: Authorizer, tmp_path: Path) -> None:
    html = page_of(tmp_path, dmp, [])
    root = Page(html).root
    assert "Aucun accès non justifié par les règles." in html
    assert "Every line was read." in html
    assert not any(root.all("figure"))


def test_an_audit_without_a_finding_draws_its_accesses(dmp: Authorizer, tmp_path: Path) -> None:
    root = Page(page_of(tmp_path, dmp, [line(n, 0, n, 9, 0, n, n, n % 6) for n in range(20)])).root
    assert len(list(root.all("figure"))) == 2  # no finding, no map of their hours


# ---------------------------------------------------------------- what to look at first


def cases(folder: Path, policy: Authorizer, log: list[dict[str, Any]]) -> list[tuple[str, str, str, int, int]]:
    with fabricated(folder, policy, log) as audit, audit.ledger.connection.cursor() as found:
        found.execute(first.FOUND)
        found_cases = first.first_cases(found, Glossary(policy))
    return [(case.why.en, case.professional, case.patient, case.accesses, len(case.shown)) for case in found_cases]


def test_what_a_patient_objected_to_comes_first_and_what_stands_alone_comes_last(
    dmp: Authorizer, tmp_path: Path
) -> None:
    log = [
        line(0, DENIED, 0, 9, 0, 1, 1, 0),
        *(line(1 + n, DENIED, n, 9, 0, 2, 10 + n, 0) for n in range(4)),  # 2 opens four records
        *(line(5 + n, DENIED, n, 9, 0, 3, 50, 0) for n in range(5)),  # 3 opens one record five times
        *(line(10 + n, DENIED, 5, 9, 0, 4 + n, 60, 0) for n in range(3)),  # three people open one record
        line(13, UNJUSTIFIED_GLASS, 0, 9, 0, 7, 70, 0),
        line(14, OPPOSED, 20, 9, 0, 8, 80, 0),
    ]
    whose = {n: line(0, 0, 0, 0, 0, n, n, 0) for n in range(90)}
    people = {n: one["professional_id"] for n, one in whose.items()}
    records = {n: one["patient_id"] for n, one in whose.items()}
    assert cases(tmp_path, dmp, log) == [
        ("Break-the-glass despite the patient's objection", people[8], "", 1, 1),
        ("Other break-the-glass not justified by the rules", people[7], "", 1, 1),
        ("Many records opened by one person", people[2], "", 4, 4),
        ("One record reopened several times by one person", people[3], records[50], 5, 5),
        ("One record opened by several people", "", records[60], 3, 3),
        ("The others, by date", "", "", 15, 1),
    ]


def test_a_line_is_shown_once_whatever_the_cases_it_is_in(dmp: Authorizer, tmp_path: Path) -> None:
    log = [line(n, DENIED, n, 9, 0, 2, n // 3, 0) for n in range(12)]  # four records, three times each, by one person
    found = cases(tmp_path, dmp, log)
    assert sum(shown for *_, shown in found) == 12
    assert found[0][0] == "Many records opened by one person"


def test_all_the_findings_are_shown_when_they_fit(dmp: Authorizer, tmp_path: Path) -> None:
    log = [line(n, (DENIED, MASKED, NO_RULE)[n % 3], n, 9, 0, n % 5, n, 0) for n in range(first.ACCESSES_AT_MOST)]
    html = page_of(tmp_path, dmp, log)
    (table,) = [one for one in Page(html).root.all("table") if one.attributes.get("id") == "accesses-table"]
    assert len([row for row in table.all("tr") if "data-rules" in row.attributes]) == first.ACCESSES_AT_MOST
    assert "Tous les constats sont montrés ici" in html


def test_when_they_do_not_fit_the_page_says_where_the_rest_is(html: str, log: list[dict[str, Any]]) -> None:
    findings = len(kind(log, "not_justified", "no_rule"))
    shown = re.search(rf"La page montre (\d+) des {findings} constats", numbers(html))
    assert shown
    assert int(shown[1]) <= first.ACCESSES_AT_MOST
    assert "findings.csv" in html


# ---------------------------------------------------------------- that it is well made


def test_the_headings_go_down_one_step_at_a_time_from_one_title(page: Element) -> None:
    levels = [int(heading.name[1]) for heading in page.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_every_landmark_is_there_once(page: Element) -> None:
    assert Counter(element.name for element in page.all("header", "nav", "main", "footer")) == {
        "header": 1, "nav": 1, "main": 1, "footer": 1,
    }  # fmt: skip


def test_every_table_has_a_caption_and_every_header_a_scope(page: Element) -> None:
    tables = list(page.all("table"))
    assert len(tables) > 10
    for table in tables:
        assert next(table.all("caption")).text().strip()
        assert {header.attributes.get("scope") for header in table.all("th")} <= {"row", "col"}


def test_every_picture_is_told_or_beside_its_number(page: Element) -> None:
    pictures = list(page.all("svg"))
    charts = [picture for picture in pictures if picture.attributes.get("role") == "img"]
    assert len(charts) == 6  # three, in two languages
    for chart in charts:
        named = [next(chart.all("title")), next(chart.all("desc"))]
        assert chart.attributes["aria-labelledby"].split() == [one.attributes["id"] for one in named]
        assert all(one.own.strip() for one in named)
    assert all(picture.attributes.get("aria-hidden") == "true" for picture in pictures if picture not in charts)
    for figure in page.all("figure"):
        assert any(figure.all("table"))


def test_every_name_that_is_pointed_at_is_there_once(page: Element) -> None:
    names = Counter(element.attributes["id"] for element in page.all() if "id" in element.attributes)
    assert set(names.values()) == {1}
    for element in page.all():
        pointed = element.attributes.get("aria-labelledby", "").split() + element.attributes.get("for", "").split()
        if element.attributes.get("href", "").startswith("#"):
            pointed.append(element.attributes["href"][1:])
        assert set(pointed) <= set(names)


def test_everything_said_in_one_language_is_said_in_the_other(page: Element) -> None:
    for element in page.all():
        texts = [inner for inner in element.inside if inner.name in {"span", "svg"} and "lang" in inner.attributes]
        assert [text.attributes["lang"] for text in texts] == ["fr", "en"] * (len(texts) // 2)
    fr, en = (" ".join(page.text(lang).split()) for lang in ("fr", "en"))
    assert "Les accès à regarder d’abord" in fr
    assert "The accesses to look at first" in en
    assert "The accesses to look at first" not in fr


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_opens_in_the_language_asked(lang: str, dmp: Authorizer, tmp_path: Path) -> None:
    root = Page(page_of(tmp_path, dmp, log_of(40), lang=lang)).root
    (html,) = root.all("html")
    assert html.attributes["lang"] == lang
    chosen = [choice.attributes["id"] for choice in root.all("input") if "checked" in choice.attributes]
    assert chosen == [f"lang-{lang}"]
    assert next(root.all("title")).own == html.attributes[f"data-{lang}"]


def test_nothing_is_fetched_and_only_what_is_written_here_runs(html: str, page: Element) -> None:
    assert not re.search(r"https?:|//[a-z]|@import|url\(|\bsrc=|\bstyle=|\son[a-z]+=", html)
    (policy,) = [meta.attributes["content"] for meta in page.all("meta") if "http-equiv" in meta.attributes]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for name in ("style", "script"):
        (element,) = page.all(name)
        digest = base64.b64encode(hashlib.sha256(element.own.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style></script>{{ 7*7 }}", "' onclick='x")
TEXTS = ("professional_id", "patient_id", "document_id", "event_id", "unit_id", "profession", "document_type", "action",
         "motive", "rules", "citations", "message_fr", "message_en", "changes_fr", "changes_en", "missing", "edition",
         "justification", "file", "time")  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_log_speaks_for_the_page(text: str, dmp: Authorizer, tmp_path: Path) -> None:
    log = [line(n, n, n, 9, 0, n, n, n % 6) for n in range(len(KINDS))]
    facts = '[{"axis": "%s", "value": "%s", "origin": "%s", "row": "%s", "from": "%s", "until": "%s"}]'
    hostile = [{**one, **dict.fromkeys(TEXTS, text), "facts": facts % ((text.replace('"', '\\"'),) * 6)} for one in log]
    with fabricated(tmp_path, dmp, log) as audit:
        audit.ledger.connection.execute("DELETE FROM reported")
        from_hostile(audit, hostile, text)
        root = Page(rendered(audit)).root
    assert Counter(element.name for element in root.all("script", "style", "img")) == {"script": 1, "style": 1}
    assert not any(name.startswith("on") for element in root.all() for name in element.attributes)
    assert text in root.text()


def from_hostile(audit: Fabricated, lines: list[dict[str, Any]], text: str) -> None:
    audit.ledger.add("reported", pa.Table.from_pylist([one for one in lines if one["kind"]], REPORTED))
    audit.ledger.reject(text, 3, text, text)
    audit.ledger.connection.execute(
        "UPDATE tally SET key = ? WHERE dimension NOT IN ('day', 'hour', 'weekday')", [text]
    )


def test_the_same_tables_give_the_same_bytes_in_whatever_order_they_were_filled(
    dmp: Authorizer, tmp_path: Path, log: list[dict[str, Any]], html: str
) -> None:
    backwards = page_of(tmp_path, dmp, log[::-1])
    assert hashlib.sha256(backwards.encode()).hexdigest() == hashlib.sha256(html.encode()).hexdigest()


def test_the_size_of_a_page_does_not_follow_that_of_the_log(
    dmp: Authorizer, tmp_path: Path, log: list[dict[str, Any]]
) -> None:
    with fabricated(tmp_path, dmp, log) as audit:
        sizes = []
        for _ in range(3):
            grow = "INSERT INTO reported SELECT r.* REPLACE (line + 1000000 AS line) FROM reported r, range(4)"
            audit.ledger.connection.execute(grow)
            sizes.append(len(rendered(audit).encode()))
    assert sizes[2] < 1.05 * sizes[1]
    assert sizes[2] < 700_000


def test_long_texts_are_cut(dmp: Authorizer, tmp_path: Path) -> None:
    long = {name: "é" * 3_000 for name in TEXTS if name not in {"time", "rules", "missing"}}
    log = [{**line(n, DENIED, n % 180, 9, 0, n, n, 0), **long} for n in range(first.ACCESSES_AT_MOST)]
    html = page_of(tmp_path, dmp, log)
    assert len(html.encode()) < 2_000_000
    assert "é…" in html


def test_many_facts_are_counted_beyond_those_shown(dmp: Authorizer) -> None:
    facts = str([{"axis": f"a{n}", "value": None} for n in range(20)]).replace("'", '"').replace("None", "null")
    shown = access({**line(0, OVER, 0, 9, 0, 1, 1, 0), "facts": facts}, Glossary(dmp))
    assert (len(shown.facts), shown.facts_left) == (12, 8)


@pytest.mark.parametrize(
    ("fact", "value", "origin", "period"),
    [
        ({"value": True, "origin": "log", "row": "log.csv:3"}, "yes", "stated by the log", ""),
        ({"value": False, "row": "facts.csv:9", "until": "2025-03-01"}, "no", "facts.csv:9", "until 2025-03-01"),
        ({"value": "true", "origin": "elsewhere"}, "yes", "elsewhere", ""),
        (
            {
                "value": "unknown",
                "origin": "unknown; the last ended",
                "row": "f.csv:9",
                "from": "2025-01-01T08:30:15+01:00",
                "until": "2025-02-01T12:00:00+01:00 + 7 d",
            },
            "unknown",
            "no row; the last ended: f.csv:9",
            "from 2025-01-01 08:30 to 2025-02-01 12:00 + 7 d",
        ),
        ({"value": "false", "origin": "complete"}, "no", "no row, in a table declared complete", ""),
        ({"value": "false", "origin": "no row, declared complete"}, "no", "no row, in a table declared complete", ""),
        (
            {"value": "true", "origin": "unit", "row": "facts.csv:3 (memberships.csv:8)"},
            "yes",
            "facts.csv:3 (memberships.csv:8)",
            "",
        ),
        ({"value": "", "from": "2025-01-01", "until": "2025-02-01"}, "not stated", "", "from 2025-01-01 to 2025-02-01"),
    ],
)
def test_a_fact_says_its_value_where_it_comes_from_and_since_when(
    fact: dict[str, Any], value: str, origin: str, period: str, dmp: Authorizer
) -> None:
    row = {**line(0, DENIED, 0, 9, 0, 1, 1, 0), "facts": json.dumps([{"axis": "care_team", **fact}])}
    (shown,) = access(row, Glossary(dmp)).facts
    assert (shown.value.en, shown.origin.en, shown.period.en) == (value, origin, period)


def test_an_exact_stamp_has_its_seconds_and_a_rounded_one_its_interval() -> None:
    assert moment("2025-03-14T10:42:07+01:00", "") == "2025-03-14 10:42:07"
    assert moment("2025-03-14T10:00:00+01:00", "2025-03-14T11:00:00+01:00") == "2025-03-14 10:00–11:00"


# ---------------------------------------------------------------- the pictures


@pytest.mark.parametrize(("days", "step", "bins"), [(10, "day", 10), (100, "week", 15), (900, "month", 30)])
def test_a_longer_period_is_drawn_by_longer_steps(
    days: int, step: str, bins: int, dmp: Authorizer, tmp_path: Path
) -> None:
    log = [line(0, DENIED, 0, 9, 0, 1, 1, 0), line(1, 0, days - 1, 9, 0, 1, 1, 0)]
    with fabricated(tmp_path, dmp, log) as audit:
        drawn = time_line(audit.ledger.connection)
    assert drawn
    assert (drawn.step, len(drawn.bins)) == (step, bins)
    assert (sum(b.findings for b in drawn.bins), sum(b.accesses for b in drawn.bins)) == (1, 2)
    assert drawn.peak.start <= "2025-01-06"


def test_a_stamp_rounded_to_a_day_is_at_no_hour(dmp: Authorizer, tmp_path: Path) -> None:
    day = line(0, DENIED, 0, 0, 0, 1, 1, 0)
    log = [line(1, DENIED, 0, 9, 0, 1, 1, 0), {**day, "time_end": "2025-01-07T00:00:00+01:00"}]
    html = page_of(tmp_path, dmp, log)
    assert "Without 1 accesses whose time is rounded to more than an hour." in html


def test_units_beyond_the_first_are_counted_together(page: Element, log: list[dict[str, Any]]) -> None:
    (table,) = [one for one in page.all("table") if next(one.all("caption")).attributes.get("id") == "by-unit"]
    rows = [[cell.own.replace("\u202f", "") for cell in row.all("td")] for row in table.all("tr")]
    assert sum(int(row[1]) for row in rows if row) == len(log)
    assert "all others" in table.text("en")
    assert len(rows) == 1 + 12 + 1


def test_asked_of_another_calendar_says_so(dmp: Authorizer, tmp_path: Path) -> None:
    assert isinstance(asked(), Asked)
    assert "Indian/Reunion" in page_of(tmp_path, dmp, log_of(5), zone="Indian/Reunion")

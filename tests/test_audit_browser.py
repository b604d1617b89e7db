"""The page of an audit in a browser without a network: it renders, sorts, filters and changes language."""

import base64
import json
import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from habilitation import Authorizer
from habilitation.audit.report.page import render
from tests.fabricated_ledger import fabricated, line, log_of

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # whatever a page asks for, there is nobody
)
DESKTOP, PHONE, SHEET = (1280, 900), (390, 844), (690, 980)  # the last is A4 between its margins, in CSS pixels
HOSTILE = '"><img src=x onerror=spoken=1><script>spoken=1</script>'


def programs() -> tuple[str, str]:
    """The browser and its driver; skips without them, unless they are required (as they are in CI)."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which(DRIVER)
    if browser and driver:
        return browser, driver
    reason = "no chromium with its chromedriver (on Debian: apt-get install chromium chromium-driver)"
    if os.environ.get("HABILITATION_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    browser, driver = programs()
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium has none for root
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    window = Chrome(options=options, service=ChromeService(executable_path=driver))
    yield window
    window.quit()


@pytest.fixture(scope="module")
def report(dmp: Authorizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page on disk; one of its findings has ids that would like to be HTML."""
    folder = tmp_path_factory.mktemp("report")
    hostile = {**line(7_000, 3, 2, 9, 30, 1, 1, 0), "professional_id": HOSTILE, "patient_id": HOSTILE}
    with fabricated(
        folder, dmp, [*log_of(800), hostile, {**hostile, "line": 9_000}, {**hostile, "line": 9_001}]
    ) as audit:
        text = render(audit.ledger, replace(audit.asked, lang="fr"), audit.run, audit.counts)
    (folder / "index.html").write_text(text, encoding="utf-8")
    return folder / "index.html"


@pytest.fixture
def page(chrome: Chrome, report: Path) -> Chrome:
    """The page as just opened, on a desktop, in light."""
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    shown_as(chrome, DESKTOP)
    chrome.get(report.as_uri())
    return chrome


@pytest.fixture
def still(chrome: Chrome, report: Path) -> Chrome:
    """The page on a desktop, in light and in French, for tests that change nothing that stays."""
    shown_as(chrome, DESKTOP)
    if chrome.current_url != report.as_uri():
        chrome.get(report.as_uri())
    one(chrome, "label[for=lang-fr]").click()
    return chrome


def shown_as(chrome: Chrome, size: tuple[int, int], media: str = "screen", scheme: str = "light") -> None:
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    # A click does not wait for a smooth scroll to end.
    wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wanted.items()]
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def one(page: Chrome, selector: str) -> WebElement:
    return page.find_element(By.CSS_SELECTOR, selector)


def column(page: Chrome, table: str, place: int) -> list[str]:
    """What the rows on show say in a column."""
    script = (
        "return [...document.querySelectorAll(arguments[0])].filter(row => !row.hidden)"
        ".map(row => row.cells[arguments[1]].innerText)"
    )
    cells: list[str] = page.execute_script(script, f"{table} tbody tr", place)
    return cells


def told(page: Chrome, kind: str) -> list[dict[str, Any]]:
    """What the browser has logged since it was last asked."""
    entries: list[dict[str, Any]] = page.get_log(kind)  # type: ignore[no-untyped-call]  # selenium has no type here
    return entries


def text_of(page: Chrome, selector: str) -> str:
    text: str = page.execute_script("return document.querySelector(arguments[0]).innerText", selector)
    return text


def picture(page: Chrome) -> bytes:
    shot = page.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    return base64.b64decode(shot)


def rows_of(png: bytes) -> tuple[int, int, set[bytes]]:
    """The width and height of a PNG, and its different rows of (filtered) pixels."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    at, data = 8, b""
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    pixels = zlib.decompress(data)
    row = 1 + width * {2: 3, 6: 4}[colour] * depth // 8
    return width, height, {pixels[start : start + row] for start in range(0, len(pixels), row)}


# ---------------------------------------------------------------- it renders


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_page_is_drawn(size: tuple[int, int], scheme: str, still: Chrome) -> None:
    shown_as(still, size, scheme=scheme)
    width, height, rows = rows_of(picture(still))
    assert (width, height) == size
    assert len(rows) > 100  # a blank page has two


def test_a_blank_page_would_be_seen(page: Chrome) -> None:
    page.get("about:blank")
    *size, rows = rows_of(picture(page))
    assert tuple(size) == DESKTOP
    assert len(rows) < 5


def test_the_pictures_take_their_place(still: Chrome) -> None:
    charts = [chart for chart in still.find_elements(By.CSS_SELECTOR, "svg.chart") if chart.is_displayed()]
    assert len(charts) == 3  # of one language
    assert all(chart.size["width"] > 1000 and chart.size["height"] > 150 for chart in charts)


def test_nothing_is_asked_of_anybody_and_nothing_is_complained_of(chrome: Chrome, report: Path) -> None:
    for kind in ("performance", "browser"):
        told(chrome, kind)  # what came before
    chrome.get(report.as_uri())
    one(chrome, "label[for=lang-en]").click()
    messages = [json.loads(entry["message"])["message"] for entry in told(chrome, "performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert report.as_uri() in asked
    assert [url for url in asked if url != report.as_uri() and not url.startswith("data:")] == []
    assert told(chrome, "browser") == []


def test_the_ids_of_a_log_are_read_and_never_run(still: Chrome) -> None:
    assert HOSTILE in text_of(still, "#accesses-table")
    assert still.execute_script("return window.spoken === undefined") is True
    assert still.find_elements(By.TAG_NAME, "img") == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("size", "media"), [(DESKTOP, "screen"), (PHONE, "screen"), (SHEET, "print")])
def test_the_page_does_not_overflow(size: tuple[int, int], media: str, language: str, still: Chrome) -> None:
    one(still, f"label[for=lang-{language}]").click()
    shown_as(still, size, media)
    assert still.execute_script("return document.documentElement.scrollWidth") <= size[0]


def test_a_printed_page_leaves_out_what_paper_cannot_do(still: Chrome) -> None:
    shown_as(still, SHEET, "print")
    assert not any(one(still, selector).is_displayed() for selector in ("nav", ".languages", ".tools", "summary"))
    assert one(still, "#accesses-table").is_displayed()
    assert base64.b64decode(still.print_page()).startswith(b"%PDF-")


FAINT = """
const channels = (color) => color.match(/[\\d.]+/g).map(Number);
const light = (color) => {
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = channels(color).map((c) => linear(c / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor;
    if (channels(color)[3] !== 0) return color;
  }
  return "rgb(255, 255, 255)";
};
const faint = new Set();
let seen = 0;
for (const e of document.querySelectorAll("body *:not(option, script)")) {
  if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
  seen += 1;
  const style = getComputedStyle(e);
  const written = e.namespaceURI.endsWith("svg") ? style.fill : style.color;
  const [a, b] = [light(written), light(behind(e))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) faint.add(`${e.localName}.${e.className}`);
}
return [seen, [...faint]];
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_enough_to_be_read(scheme: str, still: Chrome) -> None:
    shown_as(still, DESKTOP, scheme=scheme)
    seen, faint = still.execute_script(FAINT)
    assert seen > 500
    assert faint == []


# ---------------------------------------------------------------- it sorts


def header(page: Chrome, table: str, place: int) -> WebElement:
    return one(page, f"{table} thead th:nth-child({place + 1})")


def test_a_column_of_numbers_is_sorted_both_ways(page: Chrome) -> None:
    table, place = "table:has(#by-unit)", 2
    before = column(page, table, place)
    numbers = sorted(int(text.replace("\u202f", "")) for text in before)
    for order, expected in (("ascending", numbers), ("descending", numbers[::-1])):
        header(page, table, place).find_element(By.TAG_NAME, "button").click()
        assert header(page, table, place).get_attribute("aria-sort") == order
        assert [int(text.replace("\u202f", "")) for text in column(page, table, place)] == expected
    header(page, table, 0).find_element(By.TAG_NAME, "button").click()
    assert header(page, table, place).get_attribute("aria-sort") is None  # one column sorts at a time


def test_a_column_of_texts_is_sorted_from_the_keyboard_in_the_language_shown(page: Chrome) -> None:
    one(page, "label[for=lang-en]").click()
    header(page, "table:has(#by-profession)", 0).find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    names = column(page, "table:has(#by-profession)", 0)
    assert names[:3] == ["Midwife", "Nurse", "Pharmacist"]


def test_places_in_the_log_are_sorted_as_people_count(page: Chrome) -> None:
    table = "#accesses-table"
    groups = column(page, table, 0)
    header(page, table, 1).find_element(By.TAG_NAME, "button").click()
    stamps = column(page, table, 1)
    assert stamps == sorted(stamps)
    header(page, table, 0).find_element(By.TAG_NAME, "button").click()
    assert column(page, table, 0) == groups  # back to the order of ranking


# ---------------------------------------------------------------- it filters


def test_a_text_leaves_the_lines_that_have_its_words_whatever_their_accents(page: Chrome) -> None:
    whole = len(column(page, "#accesses-table", 0))
    one(page, ".tools[data-table=accesses-table] input").send_keys("MASQUE infirmier")
    left = column(page, "#accesses-table", 4)
    assert 0 < len(left) < whole
    assert all("Document masqué" in text for text in left)
    assert one(page, ".tools[data-table=accesses-table] output").text == f"{len(left)} / {whole}"


def test_a_rule_leaves_the_accesses_it_is_against(page: Chrome) -> None:
    rules = Select(one(page, ".tools[data-table=accesses-table] select"))
    rules.select_by_visible_text("blocked_by_patient")
    left = column(page, "#accesses-table", 4)
    assert left
    assert all("blocked_by_patient" in text for text in left)
    rules.select_by_index(0)
    assert len(column(page, "#accesses-table", 4)) > len(left)


# ---------------------------------------------------------------- it speaks two languages


def test_the_language_changes_all_that_is_shown(still: Chrome) -> None:
    assert one(still, "h1").text == "Audit des accès"
    one(still, "label[for=lang-en]").click()
    assert one(still, "h1").text == "Access audit"
    assert still.title == "Access audit"
    assert one(still, "html").get_attribute("lang") == "en"
    shown = text_of(still, "main")
    assert "Accesses not justified by the rules" in shown
    assert "non justifiés" not in shown


def test_the_language_changes_from_the_keyboard(still: Chrome) -> None:
    one(still, "#lang-fr").send_keys(Keys.ARROW_RIGHT)
    assert one(still, "h1").text == "Access audit"


def test_without_scripts_everything_is_read_in_both_languages_and_no_control_is_dead(
    chrome: Chrome, report: Path
) -> None:
    shown_as(chrome, DESKTOP)
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    chrome.get(report.as_uri())
    assert one(chrome, "h1").text == "Audit des accès"
    one(chrome, "label[for=lang-en]").click()
    assert one(chrome, "h1").text == "Access audit"
    assert chrome.find_elements(By.TAG_NAME, "button") == []
    assert not one(chrome, ".tools").is_displayed()
    rows: list[Any] = chrome.find_elements(By.CSS_SELECTOR, "#accesses-table tbody tr")
    assert len(rows) > 20
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

"""What a policy or a log says stays text in Markdown: read by a parser of Markdown, it says what it said."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from habilitation.diagnostic import in_markdown, one_line
from tests.command_line import Ran, run
from tests.small_policies import policy_folder, rule

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = {"text", "text_special", "code_inline"}
EVIL = "x``` <img src=x> [l](http://evil) ` y"


def shown(inline: Token) -> str:
    """What a reader sees, code between backticks."""
    children = inline.children or []
    assert {child.type for child in children} <= PLAIN
    return "".join(f"`{one.content}`" if one.type == "code_inline" else one.content for one in children)


@given(st.text(alphabet="`<>[]()!*_~#&|@\\:/.-+ab1 \t\n\x1b\u202e", max_size=30) | st.text(max_size=30))
@example(EVIL)
@example("1. one")
@example("- one")
@example("``a``")
@example("&lt;b&gt; &#64;a")
def test_a_text_in_an_item_is_read_as_that_text_and_nothing_else(text: str) -> None:
    tokens = READER.parse(f"- {in_markdown(text)}")
    inlines = [token for token in tokens if token.type == "inline"]
    said = one_line(text).strip()
    assert [shown(inline).strip() for inline in inlines] == ([said] if said else [])
    assert [token.type for token in tokens if token.type.endswith("_open")] == [
        "bullet_list_open",
        "list_item_open",
        *(["paragraph_open"] if said else []),
    ]


@given(st.text(alphabet="`|\\ab \n", max_size=12))
def test_a_text_in_a_cell_stays_in_its_cell(text: str) -> None:
    tokens = READER.parse(f"| a | b |\n| --- | --- |\n| {in_markdown(text)} | c |")
    inlines = [token for token in tokens if token.type == "inline"]
    assert [shown(inline) for inline in inlines] == ["a", "b", one_line(text).strip(), "c"]


def test_nobody_is_called_and_no_address_is_a_link() -> None:
    assert in_markdown("@everyone https://example.org WWW.example.org") == (
        "&#64;everyone https&#58;//example.org WWW&#46;example.org"
    )


def test_names_between_backticks_stay_code() -> None:
    assert in_markdown("`is_masked`: code `60^1.2.250`, a `b` c") == "`is_masked`: code `60^1.2.250`, a `b` c"


@pytest.fixture
def evil(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The Markdown of a change of a policy that says all it can to be more than a text."""
    old, new = (
        policy_folder(
            tmp_path_factory.mktemp("evil"),
            rule("permit", "guests", condition, f'because "{EVIL} | @all"')
            .replace('because "a text"\n  ', "")
            .replace('en "guests, in English."', f'en "{EVIL}"'),
        )
        for condition in ("invited", "invited and not banned")
    )
    return run("diff", str(old), str(new), "--markdown", "--lang", "en")


def test_no_policy_puts_a_tag_or_a_link_in_a_pull_request(evil: Ran) -> None:
    tokens = READER.parse(evil.out)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {*PLAIN, "html_inline", "em_open", "em_close", "softbreak"}
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<br>", "<sub>", "</sub>"}
    blocks = "".join(token.content for token in tokens if token.type == "html_block")
    assert "img" not in blocks
    assert "<img src=x>" in "".join(child.content for child in inline)

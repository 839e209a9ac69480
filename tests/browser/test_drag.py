"""The cut-off under a real hand: figures from the frame while it moves, not one message, and the answer on release."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from jiebei_dash.answers import what_if
from jiebei_dash.book.engine import Book, ask
from jiebei_dash.book.scope import Reader
from jiebei_dash.terms import Language
from jiebei_dash.text import numbers
from jiebei_dash.text.words import load_words
from tests.browser.site import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def curve(small_book: Book) -> pd.DataFrame:
    """The frame that the page is given, its rows by kind and threshold."""
    scope = small_book.scope(Reader("Test", "analyst"))
    frame = what_if.trade_off(scope, lambda question: ask(small_book, question)).frame
    return frame.set_index(["kind", "threshold"])


@pytest.fixture
def sent(page: Page) -> list[object]:
    """What the browser tells the server, message by message."""
    messages: list[object] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda message: messages.append(message))

    page.on("websocket", listen)
    return messages


def opened(page: Page, site: str, lang: Language = "en", link: str = "") -> Locator:
    page.goto(f"{site}/what_if?lang={lang}&role=analyst{link}")
    settle(page)
    drag = page.locator(".dragging")
    drag.evaluate("drag => drag.scrollIntoView({block: 'center'})")
    expect(drag).to_have_attribute("data-state", "answered")
    page.wait_for_timeout(400)
    return drag


def handle(drag: Locator) -> tuple[float, float, float, float]:
    """Where the handle is, its height, and the ends of its way."""
    slider = drag.locator("input[type=range]")
    box = slider.bounding_box()
    assert box is not None
    share = float(slider.input_value()) / float(slider.get_attribute("max") or 1)
    left, right = box["x"] + 9, box["x"] + box["width"] - 9
    return left + share * (right - left), box["y"] + box["height"] / 2, left, right


def figures(drag: Locator) -> dict[str, list[str]]:
    """Texts of the table by its first column, ranges without their line."""
    rows = drag.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => (cell.querySelector('span') ?? cell).textContent))"
    )
    return {str(row[0]): [str(text) for text in row[1:]] for row in rows}


def expected(words_of: Language, row: pd.Series, today: pd.Series) -> dict[str, list[str]]:
    words = load_words(words_of)
    change = row["approved_count"] - today["approved_count"]
    rates = {"what_if.row_approval": "approval_rate", "what_if.row_expected": "expected_bad_rate"}
    amounts = {"what_if.row_loss": "loss_fen", "what_if.row_margin": "margin_fen"}
    return (
        {
            words(label): [
                *(numbers.yuan(each[column], words_of) for each in (today, row)),
                ("+" if row[column] > today[column] else "") + numbers.yuan(row[column] - today[column], words_of),
            ]
            for label, column in amounts.items()
        }
        | {
            words(label): [
                numbers.rate(today[column]),
                numbers.rate(row[column]),
                numbers.rate_change(row[column] - today[column], words_of),
            ]
            for label, column in rates.items()
        }
        | {
            words("what_if.row_approved"): [
                numbers.count(today["approved_count"]),
                numbers.count(row["approved_count"]),
                ("+" if change > 0 else "") + numbers.count(change),
            ]
        }
    )


def test_while_the_hand_moves_the_figures_are_those_of_the_frame_and_nothing_is_sent(
    page: Page, site: str, sent: list[object], curve: pd.DataFrame
) -> None:
    drag = opened(page, site)
    today = curve.loc["TODAY"].iloc[0]
    at, height, left, right = handle(drag)
    page.mouse.move(at, height)
    page.mouse.down()
    before = len(sent)
    passed = set()
    for share in (0.9, 0.75, 0.6, 0.5, 0.42, 0.35, 0.3):
        page.mouse.move(left + share * (right - left), height, steps=5)
        threshold = float(drag.get_attribute("data-threshold") or "nan")
        assert drag.get_attribute("data-state") == "moving"
        assert figures(drag) == expected("en", curve.loc[("CURVE", threshold)], today)
        said = drag.locator("input").get_attribute("aria-valuetext") or ""
        assert said.startswith(
            f"{threshold:g}: approval {numbers.rate(curve.loc[('CURVE', threshold), 'approval_rate'])}"
        )
        passed.add(threshold)
    assert len(passed) == 7
    # Long enough for a message that is put off to be sent, and for the server to have answered it.
    page.wait_for_timeout(700)
    assert sent[before:] == []
    assert "score_floor" not in page.url
    last = figures(drag)
    page.mouse.up()
    expect(drag).to_have_attribute("data-state", "answered")
    page.wait_for_url(re.compile(rf"score_floor={threshold:g}(&|$)"))
    settle(page)
    assert len(sent) > before
    # Equal on the grid: the exact answer is what the hand saw last.
    assert figures(drag) == last
    slider = page.locator(".st-key-score_floor input[type=range]")
    expect(slider).to_have_value(f"{threshold:g}")


def test_an_answer_never_moves_a_handle_that_is_held(page: Page, site: str, curve: pd.DataFrame) -> None:
    drag = opened(page, site)
    at, height, left, right = handle(drag)
    page.mouse.move(at, height)
    page.mouse.down()
    page.mouse.move(left + 0.5 * (right - left), height, steps=3)
    page.mouse.up()
    # The hand is back before the answer is: the answer comes while it holds.
    page.mouse.down()
    page.mouse.move(left + 0.4 * (right - left), height, steps=3)
    held = drag.get_attribute("data-threshold")
    page.wait_for_url(re.compile("score_floor="))
    settle(page)
    assert drag.get_attribute("data-threshold") == held
    assert drag.get_attribute("data-state") == "moving"
    page.mouse.up()
    page.wait_for_url(re.compile(rf"score_floor={float(held or 'nan'):g}(&|$)"))
    settle(page)
    expect(drag).to_have_attribute("data-state", "answered")
    assert drag.get_attribute("data-threshold") == held


def test_keys_move_it_and_it_keeps_the_focus(page: Page, site: str, sent: list[object], curve: pd.DataFrame) -> None:
    drag = opened(page, site)
    slider = drag.locator("input[type=range]")
    slider.focus()
    start = float(drag.get_attribute("data-threshold") or "nan")
    before = len(sent)
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    page.wait_for_timeout(500)
    assert sent[before:] == []
    assert drag.get_attribute("data-threshold") == f"{start + 6:g}"
    page.keyboard.up("ArrowRight")
    page.wait_for_url(re.compile(rf"score_floor={start + 6:g}(&|$)"))
    settle(page)
    assert drag.evaluate("drag => drag.getRootNode().activeElement?.type") == "range"
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(rf"score_floor={start + 4:g}(&|$)"))
    settle(page)
    assert figures(drag) == expected("en", curve.loc[("CURVE", start + 4)], curve.loc["TODAY"].iloc[0])


def test_in_chinese_and_from_a_link_it_starts_where_the_proposal_is(page: Page, site: str, curve: pd.DataFrame) -> None:
    drag = opened(page, site, "zh", "&score_floor=620")
    assert drag.get_attribute("data-threshold") == "620"
    assert figures(drag) == expected("zh", curve.loc[("CURVE", 620.0)], curve.loc["TODAY"].iloc[0])
    text = drag.inner_text()
    assert "推断区间" in text
    assert not re.search(r"[A-Za-z]{3,}", text)


def test_the_sliders_of_the_page_move_it_too(page: Page, site: str) -> None:
    drag = opened(page, site)
    other = page.locator(".st-key-score_floor input[type=range]")
    other.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("score_floor="))
    settle(page)
    wanted = re.findall(r"score_floor=(\d+)", page.url)[0]
    expect(drag).to_have_attribute("data-threshold", wanted)
    expect(drag).to_have_attribute("data-state", "answered")


def test_a_cap_runs_from_loose_to_strict_as_a_floor_does_and_its_fractions_stay_exact(page: Page, site: str) -> None:
    drag = opened(page, site, link="&rule_key=dti_cap&score_floor=600")
    at, height, left, right = handle(drag)
    page.mouse.move(at, height)
    page.mouse.down()
    page.mouse.move(at + 0.2 * (right - left), height, steps=4)
    threshold = float(drag.get_attribute("data-threshold") or "nan")
    assert threshold < 0.7
    assert threshold == round(threshold, 2)
    last = figures(drag)
    page.mouse.up()
    page.wait_for_url(re.compile(rf"dti_cap={threshold:g}(&|$)"))
    settle(page)
    expect(drag).to_have_attribute("data-state", "answered")
    assert figures(drag) == last
    assert "score_floor=600" in page.url
    assert float(page.locator(".st-key-dti_cap input[type=range]").input_value()) == threshold

"""Each reader's first task, walked through in a real browser on an invented book."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from jiebei_dash import ask
from jiebei_dash.asking import answer_of
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.text import numbers
from jiebei_dash.text.words import load_words
from jiebei_dash.ui.meeting import QUESTIONS
from tests.browser.site import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN = load_words("en")


def test_a_manager_goes_from_a_key_figure_to_a_vintage_cell_to_its_loans(
    page: Page, site: str, small_book: Book
) -> None:
    page.goto(f"{site}/?lang=en&role=manager")
    settle(page)
    late = page.locator("[data-testid=stMetric]", has_text=EN("overview.kpi_past_due_30_rate"))
    headline = ask(small_book, "overview.headline").set_index("kpi")
    expect(late.locator("[data-testid=stMetricValue]")).to_have_text(numbers.rate(headline.loc["past_due_30", "value"]))
    page.get_by_role("link", name=EN("vintages.menu"), exact=True).click()
    page.wait_for_url(re.compile("/vintages"))
    settle(page)
    assert page.locator("h1").inner_text() == EN("vintages.title")
    square = page.locator("[data-testid=stPlotlyChart]").nth(1).locator("path.point").nth(30)
    square.scroll_into_view_if_needed()
    square.click(force=True)
    title = page.locator("h3", has_text=re.compile(r"\d{4}-\d{2}.*\d+"))
    title.wait_for()
    settle(page)
    found = re.search(r"(\d{4}-\d{2})\D+(\d+)", title.inner_text())
    assert found is not None
    cell = {"opened_month": found.group(1), "mob": int(found.group(2))}
    total = int(ask(small_book, "loans.count", **cell)["loans"].iloc[0])
    rows = page.locator("[data-testid=stDataFrame] [role=grid]").first
    assert int(str(rows.get_attribute("aria-rowcount"))) - 1 == min(total, 25)
    listed = ask(small_book, "loans.of_cell", **cell)
    frame = page.locator("[data-testid=stDataFrame]").first
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 14, box["y"] + 52)
    page.wait_for_url(re.compile("/loan"))
    settle(page)
    assert page.locator("h1").inner_text() == EN("loan.title")
    assert f"loan={listed['loan_id'].iloc[0]}&" in page.url
    assert str(listed["loan_id"].iloc[0]) in page.locator("[data-testid=stMain]").inner_text()


def test_a_cell_that_was_picked_is_in_the_link_and_a_bar_narrows_every_page(page: Page, site: str) -> None:
    page.goto(f"{site}/roll_rates?lang=en&role=manager")
    settle(page)
    page.locator("[data-testid=stPlotlyChart]").first.locator("path.point").nth(1).click(force=True)
    page.wait_for_url(re.compile(r"cell=C\.M1"))
    settle(page)
    title = EN("standing.title", cell="")
    seen = page.locator("h3", has_text=title).inner_text()
    page.goto(page.url)
    settle(page)
    assert page.locator("h3", has_text=title).inner_text() == seen
    page.goto(f"{site}/?lang=en&role=manager")
    settle(page)
    bar = page.locator("[data-testid=stPlotlyChart]").last.locator(".bars .point path").first
    bar.scroll_into_view_if_needed()
    bar.click(force=True)
    page.wait_for_url(re.compile("product_class="))
    code = re.findall(r"product_class=(\w+)", page.url)[0]
    settle(page)
    assert EN.code("product_class", code) in page.locator("[data-testid=stMain]").inner_text()


ANSWERS: dict[str, tuple[str, ...]] = {
    "shrank": ("bridge.said_shrank", "bridge.said_grew"),
    "cohort": ("same_age.said_first", "same_age.said_none"),
    "cells": ("bridge.said_cells", "bridge.said_cells_more"),
    "added_back": ("non_performing.said_managed",),
    "three_months": ("projection.said_thirty",),
    "sale": tuple(f"non_performing.said_{which}" for which in ("no_sale", "sale_made", "sale_helped", "sale_idle")),
    "limits": tuple(f"portfolio_limits.said_{which}" for which in ("broken", "inside", "warned")),
    "margin": tuple(f"unit_economics.said_{which}" for which in ("below", "above", "near")),
    "funder": ("portfolio_limits.said_funder",),
    "pool": ("portfolio_limits.said_pools",),
    "shock": tuple(f"entry.verdict_{which}" for which in ("both", "entry", "past_due_30", "none")),
}
"""Question of the meeting -> the sentences one of which is its answer."""


def test_each_question_of_the_meeting_is_answered_one_click_from_the_front_page(page: Page, site: str) -> None:
    assert set(ANSWERS) == {question.key for question in QUESTIONS}
    for question in QUESTIONS:
        page.goto(f"{site}/?lang=en&role=manager")
        settle(page)
        page.get_by_role("link", name=EN(f"meeting.{question.key}")).click()
        page.wait_for_url(re.compile(f"/{question.page}"))
        settle(page)
        text = " ".join(page.locator("[data-testid=stMain]").inner_text().split())
        assert any(_said(key).search(text) for key in ANSWERS[question.key]), (question.key, text[:2_000])


def _said(key: str) -> re.Pattern[str]:
    """A sentence with something in each of its places."""
    fixed = re.split(r"\{\w+\}", " ".join(EN.texts[key].split()))
    return re.compile(".+?".join(re.escape(part) for part in fixed))


def test_an_analyst_goes_from_a_slider_to_swap_set_and_reasons_and_the_link_shows_the_same(
    page: Page, site: str, browser: Browser, small_book: Book
) -> None:
    page.goto(f"{site}/what_if?lang=en&role=analyst")
    settle(page)
    before = page.locator(".st-key-compact_table_consequences").inner_text()
    page.locator(".st-key-score_floor input[type=range]").focus()
    start = float(page.locator(".st-key-score_floor input[type=range]").input_value())
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.st-key-compact_table_consequences').innerText !== before", arg=before
    )
    # Moves that come faster than the answers are neither lost nor undone by an address that lags behind.
    page.wait_for_url(re.compile(f"score_floor={start + 10:g}$"))
    settle(page)
    page.wait_for_function("() => document.querySelectorAll('[data-testid=stPlotlyChart]').length >= 1", timeout=90_000)
    settle(page)
    floor = float(re.findall(r"score_floor=([\d.]+)", page.url)[0])
    cells = answer_of(small_book, "what_if.swap_set", {"score_floor": floor}, "analyst").frame.set_index("cell")
    swap = page.locator(".st-key-compact_table_swap").inner_text()
    assert numbers.count(cells.loc["SWAPPED_OUT", "decided_count"]) in swap
    assert "nferred" in swap
    seen = [page.locator(f".st-key-compact_table_{name}").inner_text() for name in ("consequences", "swap")]

    afresh = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    afresh.goto(page.url)
    settle(afresh)
    afresh.wait_for_selector(".st-key-compact_table_swap")
    assert [afresh.locator(f".st-key-compact_table_{name}").inner_text() for name in ("consequences", "swap")] == seen
    afresh.context.close()


def test_an_auditor_goes_from_a_number_to_the_explanation_and_the_identical_replay(
    page: Page, site: str, small_book: Book, fetch_as: Callable[..., Fetch], scope_of: Callable[..., Scope]
) -> None:
    d = schema.decision.c
    newest = sa.select(d.decision_id, d.score_points).where(d.decision == "DECLINED").order_by(d.decided_at.desc())
    with small_book.engine.connect() as connection:
        number, score = connection.execute(newest.limit(1)).one()
    page.goto(f"{site}/decision?lang=en&role=auditor")
    settle(page)
    page.get_by_label(EN("decision.number")).fill(number)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=EN("decision.replay_button")).wait_for(timeout=90_000)
    settle(page)
    text = page.locator("[data-testid=stMain]").inner_text()
    assert number in text
    assert numbers.points(score) in text
    page.get_by_role("button", name=EN("decision.replay_button")).click()
    said = page.locator("[data-testid=stAlert]", has_text="identical")
    said.wait_for(timeout=60_000)
    assert page.url.count(f"number={number}") == 1


def test_a_link_shows_the_same_in_the_other_language(page: Page, site: str) -> None:
    page.goto(f"{site}/vintages?lang=en&role=manager&channel=HOME&measure=ever")
    settle(page)
    page.get_by_role("radio", name="中文").click()
    page.wait_for_url(re.compile("lang=zh"))
    settle(page)
    assert "channel=HOME" in page.url
    assert "measure=ever" in page.url
    zh = load_words("zh")
    assert page.locator("h1").inner_text() == zh("vintages.title")
    assert zh.code("channel", "HOME") in page.locator("[data-testid=stMain]").inner_text()

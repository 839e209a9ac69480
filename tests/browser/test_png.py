"""Every figure can be taken along as a picture, made by the browser alone."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jiebei_dash.text.words import load_words
from tests.browser.site import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_button_on_hover_gives_a_figure_as_png(page: Page, site: str, tmp_path: Path, language: str) -> None:
    page.context.route("**/*", lambda route: route.continue_() if "127.0.0.1" in route.request.url else route.abort())
    page.goto(f"{site}/delinquency?lang={language}&role=manager")
    settle(page)
    figure = page.get_by_test_id("stPlotlyChart").first
    bar = figure.locator(".modebar-group")
    assert bar.get_by_role("button").count() == 1
    assert bar.evaluate("bar => getComputedStyle(bar).opacity") == "0"
    figure.hover()
    button = bar.get_by_role("button")
    words = load_words(language)  # type: ignore[arg-type]
    assert button.get_attribute("data-title") == words("proof.png")
    with page.expect_download() as waiting:
        button.click()
    taken = waiting.value
    assert taken.suggested_filename.startswith("delinquency.buckets_20")
    assert taken.suggested_filename.endswith(".png")
    taken.save_as(tmp_path / "figure.png")
    content = (tmp_path / "figure.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    box = figure.bounding_box()
    assert box is not None
    assert width > 1.8 * box["width"]
    assert height >= 2 * 220

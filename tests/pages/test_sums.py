"""A first visitor gets the figures from the rows, and is told; later ones get the same figures from the sums."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jiebei_dash.book.engine import open_book
from jiebei_dash.marts.serving import fresh_file
from jiebei_dash.text.words import load_words
from tests.pages.conftest import OpenPage

SAID = load_words("en")("marts.summing", share="|").split("|")[0]


def wait_for_sums() -> None:
    for thread in threading.enumerate():
        if thread.name == "marts":
            thread.join(timeout=120)


def test_sums_are_made_beside_the_first_visit_and_change_no_figure(
    open_page: OpenPage, dozen_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIEBEI_MARTS", str(tmp_path / "marts"))
    first = open_page(dozen_url, "vintages", role="manager", lang="en")
    assert any(SAID in caption.value for caption in first.caption)
    wait_for_sums()
    book = open_book(dozen_url)
    assert fresh_file(book, tmp_path / "marts") is not None
    second = open_page(dozen_url, "vintages", role="manager", lang="en")
    assert not any(SAID in caption.value for caption in second.caption)
    assert not second.exception
    specs = [[chart.proto.spec for chart in test.get("plotly_chart")] for test in (first, second)]
    assert specs[0] == specs[1] != []


def test_why_there_are_no_sums_is_said_once_and_pages_stand(
    open_page: OpenPage, dozen_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JIEBEI_MARTS", str(tmp_path / "file"))
    open_page(dozen_url, "overview", role="manager", lang="en")
    wait_for_sums()
    test = open_page(dozen_url, "overview", role="manager", lang="en")
    assert sum("could not be made" in caption.value for caption in test.caption) == 1
    assert not test.exception

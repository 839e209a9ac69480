"""The part of a drag that runs in the browser: constant text, no network, nothing formatted or summed."""

import re

import pandas as pd
import pytest

from jiebei_dash.answers import what_if
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.settings import ROOT
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import dragging, dragging_words

JS = (ROOT / "static" / "dragging.js").read_text(encoding="utf-8")
CSS = (ROOT / "static" / "dragging.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "way", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"]
)
def test_no_text_becomes_markup_or_code(way: str) -> None:
    assert way not in JS


@pytest.mark.parametrize("way", ["fetch(", "XMLHttpRequest", "import(", "import ", "@import", "url("])
def test_nothing_is_loaded(way: str) -> None:
    assert way not in JS
    assert way not in CSS
    assert set(re.findall(r"https?://[^\"' ]+", JS + CSS)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("way", ["toFixed", "toLocaleString", "toPrecision", "Intl.", "reduce("])
def test_no_number_is_formatted_or_summed_there(way: str) -> None:
    assert way not in JS


def test_the_styles_name_every_colour_by_its_meaning() -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb", CSS)
    assert set(re.findall(r"var\(--(\w+)\)", CSS)) <= set(dragging_words.COLOURS)


def test_the_page_hands_over_the_rules_grid_from_the_loosest(
    monkeypatch: pytest.MonkeyPatch, scope_of: object, fetch_as: object
) -> None:
    given: dict[str, object] = {}

    def mounted(**arguments: object) -> None:
        given.update(arguments)

    monkeypatch.setattr(dragging, "_MOUNT", mounted)

    class Page:
        words, look = load_words("en"), LIGHT

    scope: Scope = scope_of("analyst")  # type: ignore[operator]
    fetch: Fetch = fetch_as("analyst")  # type: ignore[operator]
    frame = what_if.trade_off(scope, fetch, "score_floor", maturity_months=6, score_floor=560.0).frame
    assert dragging.along(Page(), frame, "score_floor") is None  # type: ignore[arg-type]
    data: dict = given["data"]  # type: ignore[assignment, type-arg]
    steps = data["steps"]
    assert steps["threshold"] == sorted(steps["threshold"])
    assert steps["x"] == sorted(steps["x"], reverse=True)
    # Eleven decided: today eight pass, at 560 ten; as on the page's own table
    assert data["proposed"]["value"]["approved_count"] == ["10"]
    assert data["today"]["value"]["approved_count"] == ["8"]
    assert steps["change"]["approved_count"][steps["threshold"].index(560.0)] == "+2"
    assert data["proposed"]["value"] == {
        key: [texts[steps["threshold"].index(560.0)]] for key, texts in steps["value"].items()
    }
    assert given["key"] == "drag_score_floor"


def test_a_rule_without_a_point_shows_nothing() -> None:
    frame = pd.DataFrame({"kind": ["TODAY", "PROPOSED"], "threshold": [590.0, 590.0]})
    assert dragging.along(object(), frame, "score_floor") is None  # type: ignore[arg-type]

"""The list of rules in the browser: constant text, no network; and what it may send."""

from __future__ import annotations

import re

import pytest
import streamlit as st

from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.settings import ROOT
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import ordering

JS = (ROOT / "static" / "ordering.js").read_text(encoding="utf-8")
CSS = (ROOT / "static" / "ordering.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "way",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc", "fetch(",
     "XMLHttpRequest", "import(", "import ", "http"],
)  # fmt: skip
def test_no_text_becomes_markup_or_code_and_nothing_is_loaded(way: str) -> None:
    assert way not in JS


def test_the_styles_load_nothing_and_name_every_colour_by_its_meaning() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb", CSS)
    assert set(re.findall(r"var\(--(\w+)\)", CSS)) <= set(ordering.COLOURS)


def test_what_a_browser_sends_is_held_to_what_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr(ordering, "_MOUNT", lambda **arguments: given.update(arguments))
    state: dict[str, object] = {ordering.KEY: ""}
    monkeypatch.setattr(st, "session_state", state)
    keys = ["zhima_floor", "dti_cap", "score_floor"]
    ordering.arrange(load_words("en"), LIGHT, keys, keys)
    data = given["data"]
    assert [row["label"] for row in data["rows"]] == [load_words("en").code("rule", key) for key in keys]  # type: ignore[index]
    told = given["on_ordered_change"]

    def send(*sent: str) -> object:
        state["order_list"] = {"ordered": {"keys": list(sent), "id": "1"}}
        told()  # type: ignore[operator]
        return state[ordering.KEY]

    assert send("dti_cap", "score_floor", "zhima_floor") == "dti_cap,score_floor,zhima_floor"
    # A key too few, too many, or twice changes nothing.
    for wrong in (("dti_cap",), (*keys, "amount_cap"), ("dti_cap", "dti_cap", "zhima_floor"), ("<b>", "x", "y")):
        assert send(*wrong) == "dti_cap,score_floor,zhima_floor"
    assert send(*keys) == ""

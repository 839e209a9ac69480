"""What a drag of the cut-off shows, said beforehand: rates from counts, texts by the house's rules, unknown a dash."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import dragging_words

EN, ZH = load_words("en"), load_words("zh")
COUNTS = pd.DataFrame(
    {
        "threshold": [580.0, 590.0, 600.0],
        "approved_count": [800, 600, 0],
        "loan_count": [500.0, 400.0, 0.0],
        "observed_count": [200, 300, 0],
        "observed_bad_count": [10, 12, 0],
        "expected_low_rate": [0.05, 0.04, np.nan],
        "expected_bad_rate": [0.06, 0.04, np.nan],
        "expected_high_rate": [0.08, 0.04, np.nan],
        "drawn_fen": [50_000_00.0, 40_000_00.0, 0.0],
        "loss_fen": [3_000_00.0, 1_600_00.0, 0.0],
        "margin_low_fen": [-500_00.0, 900_00.0, 0.0],
        "margin_fen": [500_00.0, 1_000_00.0, 0.0],
        "margin_high_fen": [900_00.0, 1_100_00.0, 0.0],
    }
)


def given(words: object = EN, counts: pd.DataFrame = COUNTS) -> dict:
    """The payload in which today stands at 590 and the proposal at 580."""
    rows = dragging_words.with_rates(counts, 1000)
    today, proposed = rows.iloc[1].to_dict(), rows.iloc[0].to_dict()
    return dragging_words.payload(words, LIGHT, rows, "points", today, proposed, "Score floor")  # type: ignore[arg-type]


def test_rates_are_made_from_the_counts_and_are_unknown_where_nobody_is() -> None:
    rows = dragging_words.with_rates(COUNTS, 1000)
    assert rows["approval_rate"].to_list() == [0.8, 0.6, 0.0]
    assert rows["observed_share_rate"].to_list()[:2] == [0.4, 0.75]
    assert rows["observed_bad_rate"].to_list()[:2] == [0.05, 0.04]
    assert rows[["observed_share_rate", "observed_bad_rate"]].iloc[2].isna().all()


def test_rates_that_stand_in_the_frame_are_not_made_again() -> None:
    rates = COUNTS.assign(approval_rate=0.5, observed_share_rate=0.5, observed_bad_rate=0.5)
    shown = dragging_words.with_rates(rates.drop(columns=["observed_count", "observed_bad_count"]), None)
    assert shown["approval_rate"].to_list() == [0.5, 0.5, 0.5]


def test_every_figure_is_said_at_every_threshold_in_the_rules_of_the_house() -> None:
    steps = given()["steps"]
    assert steps["value"] == {
        "approval_rate": ["80.00%", "60.00%", "0.00%"],
        "approved_count": ["800", "600", "0"],
        "expected_bad_rate": ["6.00%", "4.00%", "–"],
        "loss_fen": ["¥3.00k", "¥1.60k", "¥0"],
        "margin_fen": ["¥500", "¥1.00k", "¥0"],
    }
    assert steps["change"] == {
        "approval_rate": ["+20.00 pp", "0 bp", "-60.00 pp"],
        "approved_count": ["+200", "0", "-600"],
        "expected_bad_rate": ["+2.00 pp", "0 bp", "–"],
        "loss_fen": ["+¥1.40k", "¥0", "-¥1.60k"],
        "margin_fen": ["-¥500", "¥0", "-¥1.00k"],
    }
    assert steps["range"]["expected_bad_rate"] == ["5.00–8.00%", "", ""]
    assert steps["range"]["margin_fen"] == ["-¥500 to ¥900", "¥900 to ¥1.10k", ""]
    assert steps["mark"][0] == "Proposed 580"
    assert given()["today"]["mark"] == ["Today 590"]
    assert given(ZH)["steps"]["change"]["approval_rate"] == ["+20.00个百分点", "0个基点", "-60.00个百分点"]


@pytest.mark.parametrize(("words", "word"), [(EN, "inferred"), (ZH, "推断")])
def test_a_rate_that_is_inferred_in_part_carries_its_word(words: object, word: str) -> None:
    said = given(words)
    assert word in said["words"]["inferred"]
    assert word in said["words"]["range"]
    assert all(word in text for text in said["steps"]["said"])
    labels = {figure["key"]: figure["label"] for figure in said["figures"]}
    assert all(word in labels[key] for key in ("expected_bad_rate", "loss_fen", "margin_fen"))


def test_the_browser_is_given_no_number_that_json_lacks() -> None:
    said = given()
    assert "NaN" not in json.dumps(said)
    assert said["steps"]["middle"] == [0.06, 0.04, None]
    assert said["steps"]["threshold"] == [580.0, 590.0, 600.0]


def test_amounts_that_are_not_there_are_left_out() -> None:
    amounts = [name for name in COUNTS if name.endswith("_fen")]
    assert [each["key"] for each in given(counts=COUNTS.drop(columns=amounts))["figures"]] == [
        "approval_rate",
        "approved_count",
        "expected_bad_rate",
    ]
    with_middle = given(counts=COUNTS.drop(columns=["margin_low_fen", "margin_high_fen"]))
    assert [each["has_range"] for each in with_middle["figures"]] == [False, False, True, False, False]


def test_points_are_drawn_where_enough_was_seen_and_loans_are_enough() -> None:
    assert (dragging_words.SEEN_ENOUGH_RATE, dragging_words.LEAST_LOANS_RATE) == (0.5, 0.01)
    # At 580 four in ten loans were seen, at 600 there is no loan
    assert given()["steps"]["seen"] == [None, 0.04, None]
    assert given()["steps"]["drawn"] == [True, True, False]


@pytest.mark.parametrize("largest", [0.0, 0.0007, 0.013, 0.0849, 0.21, 0.7, 1.0, float("nan")])
def test_an_axis_has_a_handful_of_round_marks(largest: float) -> None:
    axis = dragging_words._axis([largest], most_digits=1)
    places, texts = axis["place"], axis["text"]
    assert 1 <= len(places) <= 6  # type: ignore[arg-type]
    assert places[-1] <= axis["end"]  # type: ignore[index, operator]
    assert len(set(texts)) == len(texts)  # type: ignore[arg-type, call-overload]
    assert all(re.fullmatch(r"\d+(\.\d)?%", text) for text in texts)  # type: ignore[union-attr]


def test_colours_are_those_of_the_theme() -> None:
    assert given()["colours"]["inferred"] == LIGHT.inferred


@pytest.mark.parametrize(("words", "said"), [(EN, "n < 30 loans"), (ZH, "不足 30 笔")])
def test_a_rate_of_few_loans_is_marked(words: object, said: str) -> None:
    few = COUNTS.assign(loan_count=[500.0, 29.0, 0.0])
    assert given(words, few)["steps"]["range"]["expected_bad_rate"] == ["5.00–8.00%", said, ""]

"""Figures carry the numbers of their frame, their colours keep their meaning, and what is inferred is dashed."""

import pandas as pd
import pytest

from jiebei_dash.charts import contributions, what_if
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.features import FEATURES
from jiebei_dash.text.words import load_words

COLUMNS = [
    "kind",
    "threshold",
    "approved_count",
    "approval_rate",
    "loan_count",
    "observed_share_rate",
    "observed_bad_rate",
    "expected_low_rate",
    "expected_bad_rate",
    "expected_high_rate",
]
CURVE = pd.DataFrame(
    [
        ("CURVE", 640.0, 1, 0.001, 0.5, 1.0, 0.9, 0.9, 0.9, 0.9),
        ("CURVE", 620.0, 200, 0.2, 100.0, 1.0, 0.01, 0.01, 0.01, 0.01),
        ("CURVE", 600.0, 400, 0.4, 200.0, 0.8, 0.02, 0.021, 0.025, 0.03),
        ("CURVE", 580.0, 600, 0.6, 300.0, 0.4, 0.02, 0.03, 0.04, 0.06),
        ("TODAY", 620.0, 200, 0.2, 100.0, 1.0, 0.01, 0.01, 0.01, 0.01),
        ("PROPOSED", 580.0, 600, 0.6, 300.0, 0.4, 0.02, 0.03, 0.04, 0.06),
    ],
    columns=COLUMNS,
)
UNITS = {feature.key: feature.unit for feature in FEATURES}
PARTS = pd.DataFrame(
    {
        "kind": ["BASE", "FEATURE", "FEATURE", "SCORE"],
        "feature": ["", "zhima_score", "dti_rate", ""],
        "value": [None, 700.0, 0.5, None],
        "changed_value": [None, 700.0, None, None],
        "points": [600.0, 10.0, -4.0, 606.0],
        "changed_points": [600.0, 10.0, 0.0, 610.0],
    }
)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_what_is_inferred_is_dashed_and_banded_and_what_was_seen_is_solid(look: Look) -> None:
    figure = what_if.trade_off(CURVE, "points", load_words("en"), look)
    high, low, seen, expected, today, proposed = figure.data
    assert (expected.line.dash, expected.line.color) == ("dash", look.inferred)
    assert seen.line.dash is None
    assert list(high.y) == [0.01, 0.03, 0.06]
    assert list(low.y) == [0.01, 0.021, 0.03]
    assert low.fill == "tonexty"
    assert (today.marker.color, proposed.marker.color) == (look.today, look.proposed)
    assert (list(proposed.x), list(proposed.y)) == ([0.6], [0.04])


def test_the_seen_line_stops_where_less_than_half_of_the_loans_were_seen() -> None:
    figure = what_if.trade_off(CURVE, "points", load_words("en"), LIGHT)
    assert list(figure.data[2].x) == [0.2, 0.4]


def test_a_point_of_too_few_loans_is_not_drawn() -> None:
    figure = what_if.trade_off(CURVE, "points", load_words("en"), LIGHT)
    assert 0.001 not in figure.data[3].x


@pytest.mark.parametrize(("lang", "word"), [("en", "inferred"), ("zh", "推断")])
def test_the_word_for_inferred_stands_in_the_figure_and_in_its_tips(lang: str, word: str) -> None:
    figure = what_if.trade_off(CURVE, "points", load_words(lang), LIGHT)  # type: ignore[arg-type]
    assert any(word in str(note.text) for note in figure.layout.annotations)
    assert all(word in tip for tip in figure.data[3].text)


def test_a_proposal_that_is_today_is_one_mark() -> None:
    same = CURVE.copy()
    same.loc[5] = ["PROPOSED", *same.loc[4].to_list()[1:]]
    figure = what_if.trade_off(same, "points", load_words("en"), LIGHT)
    assert [trace.text[0] for trace in figure.data[4:]] == ["Today = proposed 620"]


def test_reasons_stand_side_by_side_and_a_side_without_anybody_is_left_out() -> None:
    frame = pd.DataFrame(
        {"feature": ["zhima_score", "dti_rate"], "in_points": [9.0, 1.0], "in_count": [5, 5], "out_count": [2, 2]}
    ).assign(out_points=[-3.0, 2.0])
    figure = what_if.moved_reasons(frame, load_words("en"), LIGHT)
    assert [list(trace.x) for trace in figure.data] == [[2.0, -3.0], [1.0, 9.0]]
    assert [trace.marker.color for trace in figure.data] == [LIGHT.today, LIGHT.proposed]
    one_sided = what_if.moved_reasons(frame.assign(out_count=0), load_words("en"), LIGHT)
    assert [trace.name for trace in one_sided.data] == ["Let in (5)"]


def test_the_bars_of_a_score_start_where_the_one_above_ends_and_end_at_the_score() -> None:
    figure = contributions.waterfall(PARTS, load_words("en"), LIGHT, UNITS, column="points")
    bar = figure.data[0]
    assert list(bar.base) == [600.0, 600.0, 610.0, 606.0]
    assert list(bar.x) == [0.0, 10.0, -4.0, 0.0]
    assert bar.base[2] + bar.x[2] == bar.base[3]
    assert bar.y[1] == "Zhima score = 700"
    assert list(bar.marker.color)[1:3] == [LIGHT.good, LIGHT.bad]
    assert list(bar.customdata)[1:3] == ["raises the score", "lowers the score"]


def test_an_unknown_input_is_a_dash_and_one_that_gives_nothing_has_no_side() -> None:
    bar = contributions.waterfall(PARTS, load_words("zh"), LIGHT, UNITS).data[0]
    assert bar.y[2].endswith("= –")
    assert (list(bar.marker.color)[2], list(bar.customdata)[2]) == (LIGHT.context, "")


def test_beyond_twelve_inputs_the_rest_is_one_bar() -> None:
    many = pd.DataFrame(
        {
            "kind": ["BASE", *["FEATURE"] * 14, "SCORE"],
            "feature": ["", *["dti_rate"] * 14, ""],
            "value": 0.1,
            "points": [600.0, *[float(14 - place) for place in range(14)], 705.0],
        }
    )
    bar = contributions.waterfall(many, load_words("en"), LIGHT, UNITS, column="points").data[0]
    assert len(bar.x) == 12 + 1 + 2
    assert bar.x[13] == 2.0 + 1.0
    assert bar.y[13] == "2 other inputs"

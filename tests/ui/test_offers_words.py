"""The page on cells in words, from frames made by hand."""

import numpy as np
import pandas as pd

from jiebei_dash.book.offers import Cell
from jiebei_dash.book.policy import make_policy
from jiebei_dash.line_caps import read_line_caps
from jiebei_dash.metrics.expected import FIGURES
from jiebei_dash.price_caps import read_price_caps
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import offer_effects_words, offers_words
from jiebei_dash.ui.offer_grid import band_name

EN, ZH = load_words("en"), load_words("zh")
TODAY = make_policy({})
DRAFT = make_policy({"score_floor": 600}).offering([Cell("650_699", 620, 1.5)], [Cell("600_649", 600, 6.0)])
CAPS = pd.DataFrame(
    [
        ("policy", "in_force", 30_000_000.0, np.nan, True, 0, 86),
        ("A1", "shadow", 30_000_000.0, np.nan, False, 0, 3),
        ("A5", "in_force", 20_000_000.0, np.nan, True, 0, 210),
        ("A6", "in_force", 30_000_000.0, np.nan, False, 0, 0),
        ("nominal", "in_force", np.nan, 0.24, True, 0, 1_349),
        ("effective", "in_force", np.nan, 0.24, False, 0, 1_731),
        ("four_lpr", "shadow", np.nan, 0.12, False, 7, 9),
    ],
    columns=["cap", "status", "cap_fen", "cap_rate", "is_binding", "cut_today_count", "cut_count"],
)
BOTH = pd.DataFrame(
    {
        "margin_fen": [1e8, 1.5e8], "margin_fen_from": [0.5e8, 0.9e8], "margin_fen_to": [2e8, 2.5e8],
        "expected_bad_rate": [0.03, 0.035], "expected_bad_rate_from": [0.02, 0.025],
        "expected_bad_rate_to": [0.04, 0.05],
    }
)  # fmt: skip
CELL = {
    "zhima_band": "600_649", "score_from": 600, "price_steps": 6.0, "limit_factor": 1.0, "approved_today_count": 1_732,
    "approved_count": 1_732, "nominal_today_rate": 0.14, "nominal_rate": 0.2389, "effective_today_rate": 0.1494,
    "effective_rate": 0.2669, "take_up_today_rate": 0.508, "take_up_low_rate": 0.481, "take_up_high_rate": 0.535,
    "take_up_rate": 0.37, "observed_count": 667, "observed_bad_rate": 0.066, "observed_low_rate": 0.0495,
    "observed_high_rate": 0.0874, "expected_today_rate": 0.067, "expected_bad_rate": 0.08, "expected_low_rate": 0.0696,
    "expected_high_rate": 0.1007, "loss_today_fen": 61_210_00.0, "loss_fen": 50_000_00.0,
    "margin_today_fen": -43_000_00.0, "margin_fen": -21_000_00.0, "cut_rate_count": 1_349,
    "over_effective_count": 1_731, "is_small": False, "mean_line_today_fen": 1_165_500.0, "mean_line_fen": 1_165_500.0,
    "utilisation_today_rate": 0.6, "utilisation_rate": 0.6, "drawn_today_fen": 6.3e8,
    "drawn_fen": 6.3e8, "cut_policy_count": 0, "cut_line_count": 1,
}  # fmt: skip


def moved(change: float) -> pd.DataFrame:
    rows = [(figure, 1.0, 1.0 + change, change, change - 1, change + 1) for figure in FIGURES]
    return pd.DataFrame(rows, columns=["figure", "today", "proposed", "change", "change_from", "change_to"])


def test_the_opening_says_what_moves_what_follows_and_whom_each_cap_cuts() -> None:
    said = offers_words.opening(EN, BOTH, moved(5e7), TODAY, DRAFT, CAPS, "consumer_finance")
    assert said[0].startswith(
        "The draft moves price cells (1), limit cells (1), rules (1): margin over life **\u00a51.50M**"
    )
    assert "+\u00a5500.0k against today" in said[0]
    assert "expected bad rate 3.50% (2.50% to 5.00%), **inferred** in part" in said[0]
    assert "above 24% nominal are cut (1\u2009349; read as effective it would be 1\u2009731)" in said[1]
    assert "lines above \u00a5200.0k are cut by A5 (210); the policy's own cap on the limit cuts 86" in said[1]


def test_a_draft_that_changes_nothing_says_so() -> None:
    said = offers_words.opening(EN, BOTH, moved(0.0), TODAY, TODAY, CAPS, "bank")
    assert said[0].startswith("The draft changes nothing: margin over life \u00a51.00M (\u00a5500.0k to \u00a52.00M)")
    assert offers_words.opening(ZH, BOTH, moved(0.0), TODAY, TODAY, CAPS, "bank")[1].startswith(
        "\u76d1\u7ba1\u4e0a\u9650\uff08\u5546\u4e1a\u94f6\u884c"
    )


def test_a_row_has_now_beside_the_draft_and_every_rate_its_interval() -> None:
    header, _, row = offers_words.price_table(EN, pd.DataFrame([CELL])).split("\n")
    assert row == (
        "| 600\u2013649 / 600\u2013619 | +6 | 14.00% \u2192 23.89% | 26.69% | 50.8% (48.1\u201353.5) | 37.0% | "
        "6.60% (4.95\u20138.74) | 8.00% (6.96\u201310.07) | "
        "\u00a550.00k | -\u00a543.00k \u2192 -\u00a521.00k | 1\u2009349 / 1\u2009731 |"
    )
    assert header.count("inferred") == 4
    limits = offers_words.limit_table(EN, pd.DataFrame([{**CELL, "is_small": True}])).split("\n")[2]
    assert limits.startswith("| 600\u2013649 / 600\u2013619 \\* | 1.00 | \u00a511.65k | 60.0% | \u00a56.30M |")
    assert limits.endswith("| 0 / 1 |")
    unknown = pd.DataFrame([{**CELL, "observed_bad_rate": np.nan, "take_up_rate": np.nan}])
    assert "| \u2013 | \u2013 |" in offers_words.price_table(EN, unknown).split("\n")[2]


def test_today_s_grid_shows_what_is_offered_and_nothing_where_nobody_is() -> None:
    cells = pd.DataFrame([CELL, {**CELL, "score_from": 0, "nominal_today_rate": np.nan}])
    assert offers_words.now(EN, cells, "prices") == {("600_649", 600): "14.00%", ("600_649", 0): ""}
    assert offers_words.now(EN, cells, "limits")["600_649", 600] == "\u00a511.65k"


def test_the_caps_are_told_apart_by_what_they_do() -> None:
    frame = offers_words.caps_table(EN, CAPS, read_line_caps(), read_price_caps())
    assert frame["Status"].tolist() == [
        "In force", "Shadow: counted, binds nobody", "In force", "Counted beside, does not cut", "In force",
        "Counted beside, does not cut", "Shadow: counted, binds nobody",
    ]  # fmt: skip
    assert frame["Above it, draft"].tolist() == ["86", "3", "210", "0", "1\u2009349", "1\u2009731", "9"]
    assert frame["Level"].tolist() == [
        "\u00a5300.0k",
        "\u00a5300.0k",
        "\u00a5200.0k",
        "\u00a5300.0k",
        "24.00%",
        "24.00%",
        "12.00%",
    ]
    assert frame["Holds"].tolist()[1:3] == ["2020-11-02 \u2013 ", "2020-07-17 \u2013 "]
    assert frame["Cap"].iloc[-1] == "4 x one-year LPR"
    assert "cannot be tested" in frame["Source"].iloc[1]


def test_estimates_stand_beside_the_assumption_with_its_mark() -> None:
    frame = pd.DataFrame(
        [
            ("take_up_elasticity", np.nan, 1_000, 600, 0.56, 0.46, 0.66, 0.6, "X"),
            ("take_up_elasticity", 660.0, 100, 60, np.nan, np.nan, np.nan, 0.6, "X"),
            ("adverse_selection", np.nan, 500, 40, 0.158, 0.064, 0.261, 0.06, "X"),
        ],
        columns=[
            "effect",
            "score_from",
            "counted",
            "events_count",
            "estimate",
            "estimate_from",
            "estimate_to",
            "assumed",
            "mark",
        ],
    )
    take_up, adverse = offer_effects_words.effects(EN, frame)
    assert "**0.56 %** fewer drawn within 30 days (95% 0.46 to 0.66); the lab assumes 0.60 (mark X), inside" in take_up
    assert "rose by **15.8%** for each point of yearly price (95% 6.4% to 26.1%)" in adverse
    assert adverse.endswith("outside that interval.")
    table = offer_effects_words.effects_table(EN, frame)
    assert table["Estimate (95%)"].tolist() == ["0.56 (0.46 to 0.66)", "\u2013", "15.8% (6.4% to 26.1%)"]
    assert table["Score"].tolist() == ["All", "660+", "All"]
    assert offer_effects_words.effects(EN, frame.assign(estimate=np.nan))[0].startswith("Prices or lines are too few")


def test_bands_of_the_score_are_named_by_their_ends() -> None:
    assert [band_name(EN, lowest) for lowest in (0, 600, 640, 660)] == ["<600", "600\u2013619", "640\u2013659", "660+"]

"""What the sentences call real, and how a bin is said."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from jiebei_dash.metrics.mix import MARKS
from jiebei_dash.text.words import load_words
from jiebei_dash.ui.mix_words import bin_of, direction, opening

EN, ZH = load_words("en"), load_words("zh")


def change(whole: tuple[float, float, float], real: tuple[float, float, float]) -> pd.DataFrame:
    values = {"BASE": (0.35, 0.33, 0.37), "ON_BASE_MIX": (0.33, 0.31, 0.35), "RECENT": (0.28, 0.26, 0.30)}
    values |= {"MIX": (-0.05, -0.06, -0.04), "REAL": real, "WHOLE": whole}
    rows = [("KS", mark, *values[mark], 900, 60, False) for mark in MARKS]
    names = ["power", "ks_mark", "value_rate", "low_rate", "high_rate", "loan_count", "bad_count", "is_few"]
    return pd.DataFrame(rows, columns=names)


def test_a_drop_beyond_chance_whose_real_part_is_within_it_is_the_mix() -> None:
    said = opening(EN, change((-0.07, -0.10, -0.04), (-0.02, -0.05, 0.01)), "KS", "segments")
    assert said[0] == (
        "KS fell from 35.0% (33.0% to 37.0%) in the base window to 28.0% (26.0% to 30.0%): "
        "-7.0 pp (-10.0 to -4.0), more than chance explains."
    )
    assert "it would be **33.0%** now: -5.0 pp (-6.0 to -4.0) come from the mix, and **-2.0 pp" in said[1]
    assert said[2].startswith("The real part is within chance")


def test_a_real_loss_is_called_one() -> None:
    said = opening(ZH, change((-0.12, -0.15, -0.09), (-0.07, -0.10, -0.04)), "KS", "channel")
    assert said[0].startswith("KS 由基期 35.0%")
    assert "超出偶然范围：评分对这些客户的区分能力确已减弱" in said[2]


def test_an_unknown_change_is_said_and_no_number_is_made_of_it() -> None:
    assert opening(EN, change((math.nan,) * 3, (math.nan,) * 3), "KS", "channel") == [
        "KS is unknown: one of the windows has no good or no bad loans seen."
    ]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-0.2, -0.1, "down"), (0.1, 0.2, "up"), (-0.1, 0.1, "chance"), (math.nan, math.nan, "chance")],
)
def test_a_direction_is_told_only_beyond_chance(low: float, high: float, expected: str) -> None:
    assert direction(pd.Series({"low_rate": low, "high_rate": high})) == expected


@pytest.mark.parametrize(
    ("feature", "number", "low", "high", "expected"),
    [
        ("dti_rate", 1, math.nan, 0.05, "below 5%"),
        ("dti_rate", 9, 0.55, math.nan, "55% and above"),
        ("income_month_fen", 2, 300_000, 400_000, "¥3.00k to below ¥4.00k"),
        ("other_lender_count", 3, 2, 3, "2"),
        ("other_lender_count", 3, 2, 4, "2 to below 4"),
        ("bureau_overdue_count", 0, math.nan, math.nan, "missing"),
        ("bureau_overdue_count", 1, math.nan, math.nan, "any value"),
        ("bureau_overdue_count", math.nan, math.nan, math.nan, "–"),
    ],
)
def test_a_bin_is_said_in_the_unit_of_its_input(
    feature: str, number: float, low: float, high: float, expected: str
) -> None:
    row = pd.Series({"feature": feature, "bin_no": number, "from_value": low, "below_value": high})
    assert bin_of(EN, row) == expected

"""The bad book on frames given by hand: what losses add back, what a sale hides, what long lateness becomes."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.classes import read_classes
from jiebei_dash.metrics import non_performing

TABLES = read_classes()
Row = tuple[str | None, str, int, int, int, int]


def _states(by_month: dict[str, list[Row]]) -> pd.DataFrame:
    """By month: state before, state, long days, loans, balance, lost."""
    names = ["prev_state", "state", "long_days", "loans", "balance_fen", "lost_fen"]
    parts = [pd.DataFrame(rows, columns=names).assign(month=pd.Timestamp(month)) for month, rows in by_month.items()]
    return pd.concat(parts, ignore_index=True).assign(lost_interest_fen=0)


def _year(last: list[Row]) -> pd.DataFrame:
    """Eleven months with 100 written off and 50 sold each, and one as given."""
    months = [f"{month:%Y-%m-%d}" for month in pd.date_range("2023-11-01", periods=11, freq="MS")]
    usual: list[Row] = [
        ("C", "C", 0, 90, 9_000, 0), ("M4", "M5", 0, 10, 1_000, 0), ("M6", "WO", 0, 1, 0, 100),
        ("M5", "SOLD", 0, 2, 0, 50),
    ]  # fmt: skip
    return _states({**dict.fromkeys(months, usual), "2024-10-01": last})


def test_long_lateness_is_doubtful_and_loss() -> None:
    states = _states(
        {
            "2024-10-01": [
                ("C", "C", 0, 5, 500, 0), ("M1", "M1", 0, 1, 100, 0), ("M4", "M5", 0, 1, 150, 0),
                ("M7+", "M7+", 0, 1, 120, 0), ("M7+", "M7+", 270, 1, 80, 0), ("M7+", "M7+", 360, 1, 50, 0),
                ("M7+", "WO", 360, 1, 0, 70),
            ]
        }
    )  # fmt: skip
    found = non_performing.classes(states, TABLES, "balance").set_index("risk_class")
    assert found["amount_fen"].to_dict() == {
        "PASS": 500, "SPECIAL_MENTION": 100, "SUBSTANDARD": 270, "DOUBTFUL": 80, "LOSS": 50,
    }  # fmt: skip
    assert found["share_rate"].sum() == pytest.approx(1)
    by_count = non_performing.classes(states, TABLES, "count").set_index("risk_class")
    assert by_count["amount"].tolist() == [5, 1, 2, 1, 1]
    # Wilson, 2 of 10.
    assert by_count.loc["SUBSTANDARD", ["low_rate", "high_rate"]].tolist() == pytest.approx([0.0567, 0.5098], abs=1e-4)


def test_managed_adds_twelve_months_of_losses_to_both_sides() -> None:
    last: list[Row] = [
        ("C", "C", 0, 90, 9_000, 0), ("M4", "M5", 0, 4, 400, 0), ("M5", "SOLD", 0, 6, 0, 600), ("C", "C", 0, 0, 0, 0),
    ]  # fmt: skip
    found = non_performing.ratios(_year(last), TABLES, "balance").set_index("month")
    october = found.loc["2024-10-01"]
    assert october["npl_rate"] == pytest.approx(400 / 9_400)
    assert october["lost_year_fen"] == 11 * 150 + 600
    assert october["managed_rate"] == pytest.approx((400 + 2_250) / (9_400 + 2_250))
    assert october["late_managed_rate"] == october["managed_rate"]
    # One month fewer is no year.
    assert found["managed_rate"].notna().sum() == 1
    by_count = non_performing.ratios(_year(last), TABLES, "count").set_index("month").loc["2024-10-01"]
    assert by_count["managed_rate"] == pytest.approx((4 + 11 * 3 + 6) / (94 + 11 * 3 + 6))
    assert by_count["is_small"]


@pytest.mark.parametrize("state", ["WO", "SOLD"])
def test_neither_a_write_off_nor_a_sale_lowers_the_managed_ratio(state: str) -> None:
    kept: list[Row] = [("C", "C", 0, 90, 9_000, 0), ("M4", "M5", 0, 10, 1_000, 0)]
    gone: list[Row] = [kept[0], ("M4", "M5", 0, 4, 400, 0), ("M4", state, 0, 6, 0, 600)]
    rates = [non_performing.ratios(_year(rows), TABLES, "balance").iloc[-1] for rows in (kept, gone)]
    assert rates[0]["managed_rate"] == rates[1]["managed_rate"] == pytest.approx(2_650 / 11_650)
    assert rates[1]["npl_rate"] < rates[0]["npl_rate"]


def test_without_the_sale_the_ratio_is_what_it_would_have_been() -> None:
    last: list[Row] = [
        ("C", "C", 0, 90, 9_000, 0), ("M4", "M5", 0, 4, 400, 0), ("M5", "SOLD", 0, 6, 0, 600),
        ("M2", "SOLD", 0, 1, 0, 70), ("M6", "WO", 0, 1, 0, 80),
    ]  # fmt: skip
    october = non_performing.ratios(_year(last), TABLES, "balance").iloc[-1]
    # Only what was non-performing a month before comes back, on both sides; the write-off stays away.
    assert october["unsold_rate"] == october["late_unsold_rate"] == pytest.approx(1_000 / 10_000)


def test_formation_counts_what_left_and_what_cured() -> None:
    states = _states(
        {
            "2024-09-01": [("C", "C", 0, 9, 900, 0), ("M4", "M5", 0, 1, 100, 0)],
            "2024-10-01": [
                ("C", "C", 0, 9, 800, 0), ("M4", "C", 0, 1, 20, 0), ("M3", "M4", 0, 1, 180, 0),
                ("M6", "WO", 0, 1, 0, 30), ("M6", "SOLD", 0, 1, 0, 40),
            ],
        }
    )  # fmt: skip
    found = non_performing.ratios(states, TABLES, "balance").set_index("month")
    # 180 - 100 + 30 + 40 + 20 cured, over a mean book of 1,000, times twelve.
    assert found.loc["2024-10-01", "cured_fen"] == 20
    assert found.loc["2024-10-01", "formation_rate"] == pytest.approx(12 * 170 / 1_000)
    assert pd.isna(found.loc["2024-09-01", "formation_rate"])


def test_classes_kinder_than_the_days_show_in_the_deviation() -> None:
    states = _states({"2024-10-01": [("C", "C", 0, 9, 900, 0), ("M3", "M4", 0, 1, 60, 0), ("M4", "M5", 0, 1, 40, 0)]})
    kinder = tuple(
        type(table)(table.from_month, {**table.more_than_days, "SUBSTANDARD": 120}, table.mark, table.sources)
        for table in TABLES
    )
    found = non_performing.ratios(states, kinder, "balance").iloc[0]
    assert found["deviation_rate"] == pytest.approx(100 / 40)
    assert found["npl_rate"] == pytest.approx(40 / 1_000)


def test_a_year_makes_worse_what_is_worse_or_lost_of_what_was_not_repaid() -> None:
    names = ["state_then", "long_days_then", "state", "long_days", "loans", "opening_fen", "left_fen"]
    moved = pd.DataFrame(
        [
            ("C", 0, "PAID", 0, 50, 5_000, 0), ("C", 0, "C", 0, 30, 3_000, 1_800), ("C", 0, "M2", 0, 4, 400, 300),
            ("C", 0, "WO", 360, 2, 200, 150), ("M1", 0, "M3", 0, 3, 300, 250), ("M1", 0, "M5", 0, 1, 100, 90),
            ("M2", 0, "C", 0, 1, 80, 60), ("M7+", 270, "M7+", 360, 1, 70, 70), ("M7+", 360, "SOLD", 0, 1, 60, 60),
        ],
        columns=names,
    )  # fmt: skip
    found = non_performing.migration(moved, TABLES[-1], TABLES[-1], "balance").set_index("risk_class")
    assert found.index.tolist() == ["PASS", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL"]
    passed = found.loc["PASS"]
    # 300 late and 150 lost, of 1,800 + 300 + 150 that were not repaid of 8,600.
    assert passed[["opening_fen", "repaid_fen", "worse_fen", "lost_fen"]].tolist() == [8_600, 6_350, 450, 150]
    assert passed["rate"] == pytest.approx(450 / 2_250)
    # From one bucket to another of the same class is no migration: 90 of 250 + 90 + 60.
    assert found.loc["SPECIAL_MENTION", "rate"] == pytest.approx(90 / 400)
    assert found.loc["DOUBTFUL", "rate"] == 1
    assert pd.isna(found.loc["SUBSTANDARD", "rate"])
    by_count = non_performing.migration(moved, TABLES[-1], TABLES[-1], "count").set_index("risk_class")
    assert by_count.loc["PASS", ["opening", "repaid", "worse", "lost", "loans"]].tolist() == [86, 50, 6, 2, 86]
    assert by_count.loc["PASS", "rate"] == pytest.approx(6 / 36)
    assert by_count["is_small"].tolist() == [False, True, True, True]

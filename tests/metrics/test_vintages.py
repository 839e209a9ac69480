"""Cells and pooled curves on frames given by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics import vintages


def _golden() -> pd.DataFrame:
    """Cohort A of 1,000 with 0, 4, 8, 12 at months 1 to 4; cohort B of 2,000 with 0, 6, its third month not closed."""
    originated = pd.DataFrame(
        {
            "opened_month": pd.to_datetime(["2024-01-01", "2024-03-01"]),
            "loans": [10, 20],
            "principal_fen": [1_000, 2_000],
        }
    )
    ages = pd.DataFrame(
        {
            "opened_month": pd.to_datetime(["2024-01-01"] * 4 + ["2024-03-01"] * 2),
            "mob": [1, 2, 3, 4, 1, 2],
            "late_fen": [0, 4, 8, 12, 0, 6],
            "lost_fen": 0,
        }
    )
    return vintages.cells(originated, ages, date(2024, 5, 1), "current", "balance", "month")


def test_the_golden_censored_pool() -> None:
    pooled = vintages.pooled(_golden()).set_index("mob")
    assert pooled.loc[2, "rate"] == pytest.approx(10 / 3_000)
    assert pooled.loc[3, "rate"] == pytest.approx(8 / 1_000)
    assert pooled.loc[3, "cohorts"] == 1
    assert pooled.loc[3, "rate"] != pytest.approx(8 / 3_000, abs=1e-4)


def test_a_cell_not_yet_closed_is_absent() -> None:
    cells = _golden()
    assert cells.groupby("cohort")["mob"].max().tolist() == [4, 2]
    assert cells["numerator"].tolist() == [0, 0, 4, 8, 12, 0, 0, 6]


def test_an_age_at_which_all_loans_had_left_is_shown_with_what_was_lost() -> None:
    originated = pd.DataFrame({"opened_month": pd.to_datetime(["2024-01-01"]), "loans": [1], "principal_fen": [100]})
    ages = pd.DataFrame({"opened_month": pd.to_datetime(["2024-01-01"]), "mob": [1], "late_fen": [0], "lost_fen": [40]})
    cells = vintages.cells(originated, ages, date(2024, 4, 1), "current", "balance", "month")
    assert cells["numerator"].tolist() == [0, 40, 40, 40]


def test_a_quarter_waits_for_its_youngest_month() -> None:
    originated = pd.DataFrame(
        {
            "opened_month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "loans": [1, 1, 1],
            "principal_fen": [100, 100, 200],
        }
    )
    ages = pd.DataFrame({"opened_month": originated["opened_month"], "mob": [1, 1, 1], "first_fen": [10, 20, 30]})
    cells = vintages.cells(originated, ages, date(2024, 4, 1), "ever", "balance", "quarter")
    assert cells["mob"].tolist() == [0, 1]
    assert cells["numerator"].tolist() == [0, 60]
    assert cells["denominator"].tolist() == [400, 400]


def test_the_others_at_an_age_do_not_hold_the_cohort_itself() -> None:
    found = vintages.against_pooled(_golden(), 2)
    assert found["others_rate"].tolist() == pytest.approx([6 / 2_000, 4 / 1_000])
    alone = vintages.against_pooled(_golden(), 4)
    assert alone["others_rate"].isna().tolist() == [True]


def test_a_frame_without_its_column_is_a_bug_that_says_which() -> None:
    with pytest.raises(KeyError, match="denominator"):
        vintages.pooled(pd.DataFrame({"cohort": [], "mob": [], "numerator": [], "loans": []}))

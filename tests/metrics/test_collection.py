"""Batches and shares by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics import collection
from jiebei_dash.metrics.intervals import wilson

ENTERED = pd.DataFrame(
    {
        "entered_month": pd.to_datetime(["2024-01-01"] * 3 + ["2024-02-01"] * 2 + ["2024-03-01"]),
        "after_months": [0, 1, 2, 0, 1, 0],
        "loans": [100, 0, 0, 100, 0, 50],
        "entered_fen": [1_000, 0, 0, 2_000, 0, 700],
        "paid_fen": [0, 300, 100, 0, 800, 0],
        "cured": [0, 50, 4, 0, 20, 0],
        "cured_fen": [0, 500, 40, 0, 500, 0],
    }
)


def test_what_came_within_one_month_leaves_out_what_came_later_and_batches_that_are_too_young() -> None:
    one = collection.batches(ENTERED, date(2024, 3, 1), 1)
    assert one["paid_rate"].tolist() == pytest.approx([0.3, 0.4])
    assert one["cured_amount_rate"].tolist() == pytest.approx([0.5, 0.25])
    assert one["cured_rate"].tolist() == pytest.approx([0.5, 0.2])
    assert one.loc[1, ["low_rate", "high_rate"]].tolist() == pytest.approx(wilson(20, 100))
    assert one["is_beyond_noise"].tolist() == [False, True]
    assert one.loc[1, "others_rate"] == pytest.approx(0.5)
    two = collection.batches(ENTERED, date(2024, 3, 1), 2)
    assert (two["paid_fen"].tolist(), two["cured"].tolist()) == ([400], [54])


def test_a_share_of_few_promises_is_marked_and_has_its_interval() -> None:
    due = pd.DataFrame(
        {"promised_month": pd.to_datetime(["2024-01-01", "2024-02-01"]), "promises": [20, 0], "kept": [0, 0]}
    )
    found = collection.promises(due)
    assert found[["promises", "kept", "rate"]].to_numpy().tolist() == [[20, 0, 0]]
    assert found["high_rate"].iloc[0] == pytest.approx(0.1611, abs=5e-5)
    assert found["is_small"].tolist() == [True]


def test_a_contact_whose_rules_nobody_knows_is_in_no_share_of_broken_ones() -> None:
    made = pd.DataFrame(
        {"agency_code": ["AG1", "AG2"], "contact_channel": ["CALL", "CALL"], "contacts": [40, 10], "reached": [10, 5],
         "judged": [20, 0], "outside": [1, 0]}
    )  # fmt: skip
    found = collection.contacts(made)
    assert found["reached_rate"].tolist() == [0.25, 0.5]
    assert found["outside_rate"].iloc[0] == pytest.approx(0.05)
    assert pd.isna(found["outside_rate"].iloc[1])
    assert found["is_small"].tolist() == [False, True]

"""What one unit is worth, who funds, and how far a policy lies from the best: by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.metrics.expected import figures
from jiebei_dash.metrics.frontier import behind, own_shares, worth
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES
from jiebei_dash.unit_costs import read_unit_costs

ASSUMED, COSTS = read_assumptions(), read_unit_costs()
JANUARY, FEBRUARY, MARCH = (date(2024, month, 1) for month in (1, 2, 3))


def test_units_add_up_to_the_figures() -> None:
    lot = np.random.default_rng(1)
    sums = lot.random((len(LOAN_OUTCOMES), len(LAB_MEASURES))) * 1000
    found = figures(sums, np.array(5000.0), np.array(0.7), ASSUMED, COSTS)
    unit, at = worth(0.7, ASSUMED, COSTS), {name: place for place, name in enumerate(LAB_MEASURES)}
    assert (unit["loan"] * sums[:, at["loan_count"]]).sum() == pytest.approx(float(found["loan_count"]))
    assert (unit["drawn"] * sums[:, at["limit_fen"]]).sum() == pytest.approx(float(found["drawn_fen"]))
    margin = sum(
        (unit[name] * sums[:, at[column]]).sum()
        for name, column in (("limit", "limit_fen"), ("interest", "interest_fen"), ("bads", "bads_central_fen"))
    )
    assert margin == pytest.approx(float(found["margin_fen"]))


def test_whoever_never_drew_is_worth_nothing_and_a_declined_person_its_take_up() -> None:
    unit = dict(zip(LOAN_OUTCOMES, worth(0.25, ASSUMED, COSTS)["loan"], strict=True))
    assert unit == {"DECLINED": 0.25, "NOT_DRAWN": 0.0, "WAITING": 1.0, "GOOD": 1.0, "BAD": 1.0}


def test_own_shares_are_of_the_month_product_and_band_or_of_what_is_nearest() -> None:
    rows = [
        (JANUARY, "A", "X", "OWN", 30.0),
        (JANUARY, "A", "X", "BANK", 70.0),
        (FEBRUARY, "A", "X", "OWN", 60.0),
        (FEBRUARY, "A", "X", "BANK", 40.0),
        (FEBRUARY, "B", "X", "BANK", 200.0),
    ]
    columns = ["opened_month", "product_class", "zhima_band", "funder_code", "principal_fen"]
    funded = pd.DataFrame(rows, columns=columns).assign(opened_month=lambda f: pd.to_datetime(f["opened_month"]))
    table = own_shares(funded, ["OWN"], [JANUARY, FEBRUARY, MARCH], ["A", "B"], ["X", "Y"])
    assert table[:, 0, 0].tolist() == pytest.approx([0.3, 0.6, 90 / 200])
    assert table[:, 1, 0].tolist() == [0.0, 0.0, 0.0]
    assert table[0, :, 1].tolist() == pytest.approx([90 / 400, 90 / 400])
    assert np.isnan(own_shares(funded.head(0), ["OWN"], [JANUARY], ["A"], ["X"])).all()


def test_the_gap_is_to_the_best_with_no_fewer_approvals() -> None:
    columns = ["kind", "approval_rate", "expected_bad_rate", "margin_fen"]
    rows = [
        ("ENVELOPE", 0.7, 0.060, 50.0),
        ("ENVELOPE", 0.5, 0.030, 120.0),
        ("ENVELOPE", 0.4, 0.010, 300.0),
        ("TODAY", 0.5, 0.035, 100.0),
        ("PROPOSED", 0.7, 0.055, 60.0),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    lower, more, best = behind(frame)
    assert (lower, more) == (pytest.approx(0.005), pytest.approx(20.0))
    assert best is not None
    assert best["approval_rate"] == 0.5
    assert behind(frame, "PROPOSED") == (0.0, 0.0, None)

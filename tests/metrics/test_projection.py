"""The projection on small books given by hand, and what must hold on any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jiebei_dash import terms
from jiebei_dash.metrics import projection

ROW = ["month", "mob", "prev_state", "state", "loans", "opening_fen", "balance_fen"]


def _aged(rows: list[tuple[str, int, str | None, str, int, int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=ROW)
    return frame.assign(month=pd.to_datetime(frame["month"]))


def _months(count: int, late_of: int = 10) -> pd.DataFrame:
    """Each month 1,000 current loans of age 5 become 900 current, ``late_of`` late by 31 to 60 days, the rest paid."""
    rows = []
    for month in pd.date_range("2024-01-01", periods=count, freq="MS"):
        rows += [
            (month, 5, "C", "C", 900, 900, 900),
            (month, 5, "C", "M2", late_of, late_of, late_of),
            (month, 5, "C", "PAID", 100 - late_of, 100 - late_of, 0),
            (month, 0, None, "C", 100, 0, 100),
        ]
    return _aged(rows)


def _thirty(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["past_due_days"] == 30].set_index("month")


def test_a_month_ahead_is_one_application_of_the_matrix() -> None:
    found = _thirty(projection.path(projection.history(_months(1), "balance"), 1))
    # 1,000 current (900 and 100 new) keep 90 % and lose 1 % to M2; the 10 in M2, where nobody ever was, stay.
    assert found.loc["2024-02-01", "projected_book"] == pytest.approx(900 + 10 + 10)
    assert found.loc["2024-02-01", "projected_rate"] == pytest.approx(20 / 920)
    assert found.loc["2024-01-01", ["observed_rate", "projected_rate"]].tolist() == pytest.approx([10 / 1_010] * 2)
    assert found.loc["2024-02-01":, ["observed_rate", "book", "low_rate"]].isna().all(axis=None)


def test_new_lending_is_added_as_it_came_on_the_book() -> None:
    known = projection.history(_months(3), "balance")
    alone, lent = (_thirty(projection.path(known, 3, lending)) for lending in ("none", "recent"))
    more = lent["projected_book"] - alone["projected_book"]
    assert more.loc["2024-04-01"] == pytest.approx(100)
    # It rolls from then on: 90 % current and 1 % late of the hundred, and the next hundred.
    assert more.loc["2024-05-01"] == pytest.approx(191)


def test_months_that_are_all_alike_have_no_range_beside_the_projection() -> None:
    found = _thirty(projection.path(projection.history(_months(8), "balance"), 3))
    ahead = found.loc["2024-09-01":]
    for end in ("low", "high"):
        assert ahead[f"{end}_rate"].tolist() == pytest.approx(ahead["projected_rate"].tolist())
        assert ahead[f"{end}_book"].tolist() == pytest.approx(ahead["projected_book"].tolist())


def test_the_range_reaches_from_the_best_to_the_worst_runs_of_months() -> None:
    calm, bad = _months(12), _months(12, late_of=30)
    frame = pd.concat([calm[calm["month"] < "2024-07-01"], bad[bad["month"] >= "2024-07-01"]])
    found = _thirty(projection.path(projection.history(frame, "balance"), 12)).loc["2025-01-01"]
    # The month ahead: of 1,000 current between 1 % and 3 % fall late, two in the matrix; 30 stay late.
    assert found["low_rate"] == pytest.approx((30 + 10) / (900 + 30 + 10))
    assert found["high_rate"] == pytest.approx((30 + 30) / (900 + 30 + 30))
    assert found["projected_rate"] == pytest.approx((30 + 20) / (900 + 30 + 20))


def test_current_loans_roll_as_those_of_their_age() -> None:
    frame = _aged(
        [
            ("2024-01-01", 1, "C", "C", 1, 100, 90),
            ("2024-01-01", 2, "C", "C", 1, 100, 50),
            ("2024-01-01", 0, None, "C", 1, 0, 1_000),
        ]
    )
    found = _thirty(projection.path(projection.history(frame, "balance"), 1))
    # From age 1 half is left, from age 0 nine tenths; at age 3 nobody was: 140 of 200, as all current loans.
    assert found.loc["2024-02-01", "projected_book"] == pytest.approx(90 * 0.5 + 50 * 0.7 + 1_000 * 0.9)


def test_a_gap_of_months_is_not_rolled_over() -> None:
    frame = pd.concat([_months(2), _months(6)[lambda rows: rows["month"] > "2024-04-01"]])
    assert projection.history(frame, "balance").months.tolist() == list(pd.to_datetime(["2024-05-01", "2024-06-01"]))


def test_nothing_is_made_or_lost_on_random_books() -> None:
    draw = np.random.default_rng(7)
    for _ in range(25):
        rows = [
            (month, int(draw.integers(0, 40)), here, there, int(loans := draw.integers(1, 50)), int(loans) * 100, 0)
            for month in pd.date_range("2023-01-01", periods=int(draw.integers(1, 30)), freq="MS")
            for here in draw.choice([*terms.BUCKETS, None], size=6)
            for there in draw.choice(terms.STATES, size=2)
        ]
        frame = _aged(rows)
        stays = frame["state"].isin(terms.BUCKETS)
        frame["balance_fen"] = (frame["loans"] * 100).where(stays, 0)
        known = projection.history(frame, "balance")
        if not known.is_rolling:
            continue
        found = _thirty(projection.path(known, int(draw.integers(1, 12)))).loc[known.months[-1] :]
        # Without lending a book never grows, and nothing is late that is not on it.
        assert (found["projected_book"].diff().dropna() <= 1e-6).all()
        assert found["projected_rate"].dropna().between(0, 1 + 1e-9).all()
        if found["low_rate"].notna().all():
            assert (found["low_rate"] <= found["projected_rate"]).all()
            assert (found["projected_rate"] <= found["high_rate"]).all()

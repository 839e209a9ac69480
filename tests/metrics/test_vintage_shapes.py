"""What holds for the vintages of any book: shapes of curves, whatever loans there are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from jiebei_dash.metrics import vintages
from jiebei_dash.metrics.development import LEAST_COHORTS, develop
from jiebei_dash.terms import Basis, Cohort

LAST = date(2024, 12, 1)
MONTHS = 12
AMOUNTS = st.integers(min_value=0, max_value=10**9)


@st.composite
def books(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What some months of 2024 lent, and what of it was first past due or lost at some ages; never more than lent."""
    lent, ages = [], []
    for month in sorted(draw(st.sets(st.integers(1, MONTHS), min_size=1))):
        opened = pd.Timestamp(2024, month, 1)
        loans, left = draw(st.integers(1, 500)), draw(AMOUNTS)
        lent.append({"opened_month": opened, "loans": loans, "principal_fen": left})
        # Ages past the as-of month are there too: they must not reach a curve.
        for mob in sorted(draw(st.sets(st.integers(0, MONTHS + 2)))):
            fen, count = draw(st.integers(0, left)), draw(st.integers(0, loans))
            left, loans = left - fen, loans - count
            ages.append({"opened_month": opened, "mob": mob, "fen": fen, "count": count})
    frame = pd.DataFrame(ages, columns=["opened_month", "mob", "fen", "count"])
    frame = frame.astype({"mob": "int64", "fen": "int64", "count": "int64"})
    frame["opened_month"] = pd.to_datetime(frame["opened_month"])
    frame = frame.rename(columns={"fen": "lost_fen", "count": "lost_loans"})
    late = frame.assign(first_fen=frame["lost_fen"], first_loans=frame["lost_loans"])
    return pd.DataFrame(lent), late


@settings(max_examples=60, deadline=None)
@given(books(), st.sampled_from(["ever", "loss"]), st.sampled_from(["balance", "count"]),
       st.sampled_from(["month", "quarter"]))  # fmt: skip
def test_ever_rates_and_losses_never_fall_and_never_pass_the_whole(
    book: tuple[pd.DataFrame, pd.DataFrame], measure: str, basis: Basis, cohort: Cohort
) -> None:
    cells = vintages.cells(*book, LAST, measure, basis, cohort)  # type: ignore[arg-type]
    for _, rows in cells.groupby("cohort"):
        assert rows["mob"].tolist() == list(range(len(rows)))
        assert (rows["numerator"].diff().dropna() >= 0).all()
        assert rows["denominator"].nunique() == 1
    known = cells["rate"].dropna()
    assert ((known >= 0) & (known <= 1)).all()
    # A quarter is as young as its youngest month that lent.
    assert (cells["cohort"].dt.month + cells["mob"] <= LAST.month).all()


@settings(max_examples=40, deadline=None)
@given(books(), st.sampled_from(["balance", "count"]))
def test_a_forecast_of_what_cannot_fall_does_not_fall_and_starts_at_what_was_seen(
    book: tuple[pd.DataFrame, pd.DataFrame], basis: Basis
) -> None:
    cells = vintages.cells(*book, LAST, "loss", basis, "month")
    forecast = develop(cells, 1)
    if forecast.empty:
        return
    assert cells["cohort"].nunique() >= LEAST_COHORTS
    for _, rows in forecast.groupby("cohort"):
        assert rows["predicted_rate"].iloc[0] == rows["observed_rate"].iloc[0] or np.isnan(
            rows["observed_rate"].iloc[0]
        )
        assert not (rows["predicted_rate"].diff().dropna() < -1e-9).any()
        told = rows[rows["low_rate"].notna()]
        assert (told["low_rate"] <= told["predicted_rate"] + 1e-9).all() or (told["method"] != "CL").all()
        assert (told["high_rate"] >= told["low_rate"] - 1e-9).all()

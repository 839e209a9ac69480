"""The truth beside the book agrees with the book within chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.answers import recoveries
from jiebei_dash.book.engine import Question, ask, open_book
from jiebei_dash.book.scope import Reader
from jiebei_dash.sample.calibration import read_parameters
from tests.sample.conftest import APPLICATIONS, Ask

Number = Callable[[str], float]


@pytest.fixture(scope="session")
def truth(sample_path: Path) -> Path:
    return sample_path.with_suffix(".truth")


def test_every_application_has_a_true_pd_that_orders_the_loans(ask_sample: Ask, truth: Path) -> None:
    true = pd.read_parquet(truth / "true_pd.parquet")
    assert true["application_id"].is_unique
    assert len(true) == APPLICATIONS
    assert np.allclose(true["pd_bad_mob6"], 1 / (1 + np.exp(-true["log_odds_bad"])))
    loans = ask_sample(
        """select application_id, coalesce(first_30_mob <= 6, false) as is_bad from loan
           where opened_month <= date '2026-04-01'"""
    ).merge(true, on="application_id")
    third = pd.qcut(loans["pd_bad_mob6"], 3, labels=False)
    seen, said = loans.groupby(third)["is_bad"].mean(), loans.groupby(third)["pd_bad_mob6"].mean()
    assert seen[0] < seen[1] < seen[2]
    # The truth is of an average month; the years of this book had a mean stress of 1.2.
    assert loans["is_bad"].mean() / loans["pd_bad_mob6"].mean() == pytest.approx(1.25, abs=0.25)
    assert seen[2] / said[2] == pytest.approx(1.25, abs=0.3)


def test_true_moves_sum_to_one_and_are_near_the_moves_that_happened(ask_sample: Ask, truth: Path) -> None:
    moves = pd.read_parquet(truth / "true_rolls.parquet")
    sums = moves.groupby(["month", "from_state"])["probability"].sum()
    assert np.allclose(sums, 1.0, atol=1e-9)
    seen = ask_sample(
        """select month, prev_state, state, count(*) as loans from loan_month
           where prev_state is not null group by 1, 2, 3"""
    )
    at_risk = seen.groupby(["month", "prev_state"])["loans"].sum().rename("at_risk").reset_index()
    moves["month"] = pd.to_datetime(moves["month"])
    expected = moves.merge(at_risk, left_on=["month", "from_state"], right_on=["month", "prev_state"])
    expected["loans"] = expected["probability"] * expected["at_risk"]
    expected["variance"] = expected["loans"] * (1 - expected["probability"])
    total = expected.groupby(["from_state", "to_state"])[["loans", "variance"]].sum()
    happened = seen.groupby(["prev_state", "state"])["loans"].sum()
    for (start, end), row in total.iterrows():
        # Loans of one person fall behind together: the spread is a little wider than of independent ones.
        assert abs(happened.get((start, end), 0) - row["loans"]) <= 5 * np.sqrt(row["variance"] + 1), (start, end)


def test_the_recovery_curve_holds_the_true_rates_within_three_standard_errors(
    sample_path: Path, ask_sample: Ask
) -> None:
    """True cash by month 6, 12 and 24 after the write-off, within three standard errors of the rates shown.

    The band follows from how cash is invented: each month a loan pays with the chance true rate / 8 %, and then a part
    that is even between 0 and 16 % of what was written off. A month's variance is so many squares of the principal; the
    share's standard error is their root over all principal. Three of them hold all but one book in some hundred, at
    three ages that share their cash. The interval on the page comes from cohorts alone and must be as wide as chance
    makes it: between half and twice as wide.
    """
    truth = read_parameters().recovery
    book = open_book(f"duckdb:///{sample_path}")

    def fetch(question: Question) -> pd.DataFrame:
        return ask(book, question)

    frame = recoveries.curves(book.scope(Reader("Test", "manager")), fetch, cohort="month").frame
    book.engine.dispose()
    pooled = frame[frame["cohort"].isna()].set_index("since_months")
    principal = ask_sample("select closed_month, lost_fen from loan where closed_state = 'WO'")
    last = principal["closed_month"].max()
    age = (last.year - principal["closed_month"].dt.year) * 12 + last.month - principal["closed_month"].dt.month
    mean, before, variance = truth.mean_payment_rate, (0, 0.0), 0.0
    for until, expected in zip(truth.until_month, truth.expected_rate, strict=True):
        chance = (expected - before[1]) / (until - before[0]) / mean
        variance += (until - before[0]) * (chance * (2 * mean) ** 2 / 3 - (chance * mean) ** 2)
        before = until, expected
        lost = principal["lost_fen"][age >= until].astype(float)
        error = float(np.sqrt(variance * (lost**2).sum()) / lost.sum())
        shown = pooled.loc[until]
        assert shown["lost_fen"] == lost.sum()
        assert abs(shown["rate"] - expected) <= 3 * error, (until, shown["rate"], expected, error)
        assert 0.5 <= (shown["high_rate"] - shown["low_rate"]) / (2 * 1.96 * error) <= 2.0, until


def test_effects_name_their_order_and_the_book_they_belong_to(truth: Path, ask_sample: Ask) -> None:
    effects = json.loads((truth / "true_effects.json").read_text(encoding="utf-8"))
    assert effects["order"][0] == "zhima_score"
    assert "spend_month_fen" not in effects["order"]
    assert effects["stress_by_month"]["2020-02-01"] == 2.04
    assert effects["source_sha256"] == ask_sample("select source_sha256 from book_version")["source_sha256"].iloc[0]


def test_the_loss_of_a_randomly_approved_applicant_is_higher(ask_sample: Ask) -> None:
    rate = ask_sample(
        """select is_random_lane, avg(case when first_30_mob <= 6 then 1.0 else 0 end) as bad_rate
           from loan join decision using (application_id) where opened_month <= date '2026-04-01' group by 1"""
    ).set_index("is_random_lane")["bad_rate"]
    assert rate[True] > 1.5 * rate[False]

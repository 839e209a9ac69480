"""The truth beside the book agrees with the book within chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

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

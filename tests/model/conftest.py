"""A small matured sample with known truth, and the two kinds of model, made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.expert import expert_card
from jiebei_dash.model.training import Trained, train

HOLDOUT_FROM = date(2024, 1, 1)
LOANS = 20_000


@dataclass(frozen=True)
class Matured:
    """Loans whose outcome is known, and the probability from which it was drawn."""

    inputs: pd.DataFrame
    is_bad: pd.Series
    opened_month: pd.Series
    true_pd_rate: pd.Series


@pytest.fixture(scope="session")
def matured() -> Matured:
    chance = np.random.default_rng(20240601)
    months = pd.date_range("2022-07-01", "2024-06-01", freq="MS")
    inputs = pd.DataFrame(
        {
            "zhima_score": chance.normal(670, 50, LOANS).clip(350, 950).round(),
            "other_lender_count": chance.poisson(2.5, LOANS),
            "bureau_query_count": chance.poisson(4.0, LOANS),
            "bureau_overdue_count": chance.poisson(0.3, LOANS),
            "card_utilisation_rate": chance.beta(2, 3, LOANS),
            "dti_rate": chance.gamma(4, 0.09, LOANS),
            "income_month_fen": chance.lognormal(13.5, 0.5, LOANS).round(),
            "job_months": chance.gamma(1.5, 27, LOANS).round(),
            "account_age_months": chance.gamma(4, 20, LOANS).round(),
            "spend_month_fen": chance.lognormal(12.5, 0.7, LOANS).round(),
            "night_share_rate": chance.beta(1.5, 8, LOANS),
            "device_account_count": 1 + chance.poisson(0.2, LOANS),
        },
        columns=list(FEATURE_KEYS),
        dtype=float,
    )
    log_odds = (
        -3.7
        - 0.65 * (inputs["zhima_score"] - 670) / 50
        + 0.35 * (inputs["other_lender_count"] - 2.5) / 1.6
        + 0.30 * (inputs["dti_rate"] - 0.36) / 0.18
        + 0.40 * inputs["bureau_overdue_count"]
    )
    true_pd_rate = 1 / (1 + np.exp(-log_odds))
    inputs.loc[chance.random(LOANS) < 0.08, ["bureau_overdue_count", "card_utilisation_rate"]] = np.nan
    return Matured(
        inputs=inputs,
        is_bad=pd.Series(chance.random(LOANS) < true_pd_rate),
        opened_month=pd.Series(months[chance.integers(0, len(months), LOANS)]),
        true_pd_rate=true_pd_rate,
    )


@pytest.fixture(scope="session")
def trained(matured: Matured) -> Trained:
    return train(matured.inputs, matured.is_bad, matured.opened_month, HOLDOUT_FROM, "A2", seed=7)


@pytest.fixture(scope="session", params=["linear", "hist_gbdt"])
def artefact(request: pytest.FixtureRequest, trained: Trained) -> Artefact:
    return expert_card("A1") if request.param == "linear" else trained.artefact

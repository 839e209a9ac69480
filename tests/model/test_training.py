"""A trained model keeps the field's directions, its level, and its distance from later loans."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from jiebei_dash.errors import ModelUntrainable
from jiebei_dash.features import FEATURE_KEYS, FEATURES, Feature
from jiebei_dash.metrics.discrimination import discrimination
from jiebei_dash.model.scoring import score
from jiebei_dash.model.shelf import bytes_of
from jiebei_dash.model.training import Trained, train
from tests.model.conftest import HOLDOUT_FROM, Matured

HOLDOUT = pd.Timestamp(HOLDOUT_FROM)


def test_the_record_says_on_what_was_trained_and_judged(matured: Matured, trained: Trained) -> None:
    is_later = matured.opened_month >= HOLDOUT
    assert (trained.train_count, trained.holdout_count) == ((~is_later).sum(), is_later.sum())
    assert trained.trained_from_month == date(2022, 7, 1)
    assert trained.trained_to_month == date(2023, 12, 1)
    assert trained.holdout_to_month == date(2024, 6, 1)


def test_the_model_finds_most_of_what_there_is_to_find(matured: Matured, trained: Trained) -> None:
    is_later = matured.opened_month >= HOLDOUT
    best = roc_auc_score(matured.is_bad[is_later], matured.true_pd_rate[is_later])
    assert trained.holdout_auc_rate is not None
    assert best - 0.04 < trained.holdout_auc_rate <= best + 0.005


def test_auc_and_ks_are_those_of_counts_by_score_point(matured: Matured, trained: Trained) -> None:
    is_later = matured.opened_month >= HOLDOUT
    counts = score(trained.artefact, matured.inputs[is_later]).assign(
        bad_count=matured.is_bad[is_later].astype(int), good_count=1 - matured.is_bad[is_later].astype(int)
    )
    row = discrimination(counts).iloc[0]
    assert trained.holdout_auc_rate == pytest.approx(row["auc_rate"], abs=1e-12)
    assert trained.holdout_ks_rate == pytest.approx(row["ks_rate"], abs=1e-12)


def test_the_level_is_right_on_loans_never_seen(matured: Matured, trained: Trained) -> None:
    is_later = matured.opened_month >= HOLDOUT
    predicted = score(trained.artefact, matured.inputs[is_later])["pd_rate"]
    assert predicted.mean() == pytest.approx(matured.true_pd_rate[is_later].mean(), rel=0.12)
    risky = predicted > predicted.quantile(0.8)
    assert predicted[risky].mean() == pytest.approx(matured.true_pd_rate[is_later][risky].mean(), rel=0.2)


def test_the_level_is_exact_on_the_newest_quarter_that_sets_it(matured: Matured, trained: Trained) -> None:
    sets_level = matured.opened_month.between("2023-08-01", "2023-12-01")
    predicted = score(trained.artefact, matured.inputs[sets_level])["pd_rate"]
    assert predicted.mean() == pytest.approx(matured.is_bad[sets_level].mean(), abs=1e-6)


@pytest.mark.parametrize("feature", [feature for feature in FEATURES if feature.risk], ids=lambda feature: feature.key)
def test_a_worse_input_never_raises_the_score(matured: Matured, trained: Trained, feature: Feature) -> None:
    people = matured.inputs.head(200)
    grid = np.linspace(feature.low, feature.high, 40)
    points = np.column_stack(
        [score(trained.artefact, people.assign(**{feature.key: value}))["score_points"] for value in grid]
    )
    assert (np.diff(points, axis=1) * feature.risk <= 1e-9).all()


def test_the_grid_moves_the_score_where_the_truth_moves(matured: Matured, trained: Trained) -> None:
    people = matured.inputs.head(200)
    low, high = (score(trained.artefact, people.assign(zhima_score=value))["score_points"] for value in (560.0, 780.0))
    assert (high - low).min() > 20


def test_the_same_loans_and_seed_give_the_same_bytes_on_any_number_of_threads(
    matured: Matured, trained: Trained
) -> None:
    with threadpool_limits(limits=2):
        again = train(matured.inputs, matured.is_bad, matured.opened_month, HOLDOUT_FROM, "A2", seed=7)
    assert bytes_of(again.artefact) == bytes_of(trained.artefact)


def test_later_outcomes_do_not_reach_the_model(matured: Matured, trained: Trained) -> None:
    is_later = matured.opened_month >= HOLDOUT
    turned = matured.is_bad.mask(is_later, ~matured.is_bad)
    scrambled = matured.inputs.mask(is_later, 1.0)
    other = train(scrambled, turned, matured.opened_month, HOLDOUT_FROM, "A2", seed=7)
    assert bytes_of(other.artefact) == bytes_of(trained.artefact)
    assert other.holdout_auc_rate != trained.holdout_auc_rate


def test_without_later_loans_there_is_no_judgement(matured: Matured) -> None:
    alone = train(matured.inputs, matured.is_bad, matured.opened_month, date(2030, 1, 1), "A2", seed=7)
    assert (alone.holdout_auc_rate, alone.holdout_ks_rate, alone.holdout_count) == (None, None, 0)
    assert alone.holdout_to_month is None


def few_bads(matured: Matured) -> Matured:
    return replace(matured, is_bad=matured.is_bad & (matured.is_bad.cumsum() <= 30))


def all_good(matured: Matured) -> Matured:
    return replace(matured, is_bad=matured.is_bad & False)


def one_month(matured: Matured) -> Matured:
    return replace(matured, opened_month=pd.Series(pd.Timestamp("2023-01-01"), index=matured.inputs.index))


def all_later(matured: Matured) -> Matured:
    return replace(matured, opened_month=pd.Series(pd.Timestamp("2024-01-01"), index=matured.inputs.index))


@pytest.mark.parametrize("poor", [few_bads, all_good, one_month, all_later])
def test_too_little_to_learn_from_is_said(matured: Matured, poor: Callable[[Matured], Matured]) -> None:
    sample = poor(matured)
    with pytest.raises(ModelUntrainable):
        train(sample.inputs, sample.is_bad, sample.opened_month, HOLDOUT_FROM, "A2", seed=7)


def test_outcomes_in_another_order_than_the_inputs_are_refused(matured: Matured) -> None:
    with pytest.raises(ValueError, match="same index"):
        train(matured.inputs, matured.is_bad[::-1], matured.opened_month, HOLDOUT_FROM, "A2", seed=7)


def test_a_loan_without_an_outcome_is_refused(matured: Matured) -> None:
    unknown = matured.is_bad.astype(object).mask(matured.is_bad.index == 5)
    with pytest.raises(ValueError, match="not matured"):
        train(matured.inputs, unknown, matured.opened_month, HOLDOUT_FROM, "A2", seed=7)


def test_no_score_may_read_age_sex_or_region() -> None:
    prohibited = ("age_band", "gender", "sex", "province", "city", "region", "ethnic", "religion", "marital")
    assert [key for key in FEATURE_KEYS for word in prohibited if word in key] == []


def test_progress_ends_at_one_and_never_goes_back(matured: Matured) -> None:
    told: list[float] = []
    train(matured.inputs, matured.is_bad, matured.opened_month, HOLDOUT_FROM, "A2", seed=7, progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0

"""From matured loans to a model: trees that respect the field's directions, judged on later loans only.

Three slices by month of opening, in time order: trees are fitted on the first, their level is calibrated on the
second, and both are judged on the third, which nothing learns from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from threadpoolctl import threadpool_limits

from jiebei_dash.errors import ModelUntrainable
from jiebei_dash.features import FEATURE_KEYS, FEATURES
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.points import Scale
from jiebei_dash.model.scoring import score

CALIBRATION_SHARE = 0.25
"""Least share of the training loans, the newest by month, that sets the level."""
LEAST_BADS = 20
"""Fewest bads (and goods) in each of the two learning slices."""
BAD_DEFINITION = "ever more than 30 days past due by month 6 on book"


@dataclass(frozen=True)
class Trained:
    """A trained model and what there is to say of it; the fields of a row of ``model_version``.

    Parameters
    ----------
    artefact
        The model.
    holdout_auc_rate, holdout_ks_rate
        AUC and KS of raw scores on the later loans; None if these lack goods or bads.
    train_count, holdout_count
        Loans learnt from (trees and level together) and loans judged on.
    trained_from_month, trained_to_month, holdout_to_month
        Origination months of both; the last is None without later loans.
    bad_definition
        What counted as bad, in words.
    """

    artefact: Artefact
    holdout_auc_rate: float | None
    holdout_ks_rate: float | None
    train_count: int
    holdout_count: int
    trained_from_month: date
    trained_to_month: date
    holdout_to_month: date | None
    bad_definition: str


def train(
    inputs: pd.DataFrame,
    is_bad: pd.Series,
    opened_month: pd.Series,
    holdout_from: date,
    model_version: str,
    seed: int,
    bad_definition: str = BAD_DEFINITION,
    progress: Callable[[float], None] | None = None,
) -> Trained:
    """Return a model trained on the loans opened before ``holdout_from``.

    Parameters
    ----------
    inputs
        One row a matured loan, with ``FEATURE_KEYS`` as they were at decision time; NaN is missing.
    is_bad
        Whether the loan went bad; index of ``inputs``. Every loan has reached the age at which that is known.
    opened_month
        Month of origination; index of ``inputs``.
    holdout_from
        Loans opened in this month or later are only judged on.
    model_version
        Name that the version gets.
    seed
        Fixes the little chance there is: the same loans and seed give the same artefact.
    bad_definition
        What ``is_bad`` means, in words.
    progress
        Is told the done share 0-1.

    Raises
    ------
    ModelUntrainable
        If a learning slice has too few bads or goods, or if the order learnt does not hold on the newer slice.
    ValueError
        If the three do not have one index, or a loan lacks its outcome or month: a bug of the caller.

    Notes
    -----
    **Source**: calibration by Platt (1999), here on the newest quarter of the training loans; monotone directions
    from ``FEATURES.risk``; split by time, so that the judgement is out of time (Siddiqi 2006, ch. 5).
    """
    if not (inputs.index.equals(is_bad.index) and inputs.index.equals(opened_month.index)):
        raise ValueError("inputs, is_bad and opened_month must have the same index")
    if is_bad.isna().any() or opened_month.isna().any():
        raise ValueError("a loan without an outcome or a month is not matured: leave it out")
    bad = is_bad.to_numpy(dtype=bool)
    month = pd.to_datetime(opened_month).to_numpy(dtype="datetime64[s]")
    matrix = inputs.loc[:, list(FEATURE_KEYS)].to_numpy(dtype=np.float64, na_value=np.nan)
    is_train = month < np.datetime64(holdout_from)
    calibrate_from = _calibrate_from(month[is_train])
    is_level = is_train & (month >= calibrate_from)
    is_tree = is_train & (month < calibrate_from)
    for learns in (is_tree, is_level):
        if min(bad[learns].sum(), (~bad[learns]).sum()) < LEAST_BADS:
            raise ModelUntrainable(loans=int(learns.sum()), bads=int(bad[learns].sum()))
    _tell(progress, 0.1)

    # Sums of gradients depend on how threads share the work: one thread gives one model on every machine.
    with threadpool_limits(limits=1):
        trees = _trees(int(is_tree.sum()), seed).fit(matrix[is_tree], bad[is_tree])
        _tell(progress, 0.7)
        raw = trees.decision_function(matrix[is_level]).reshape(-1, 1)
        level = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(raw, bad[is_level])
    slope = float(level.coef_[0, 0])
    if slope <= 0:
        raise ModelUntrainable(loans=int(is_train.sum()), bads=int(bad[is_train].sum()))
    artefact = Artefact(
        model_version=model_version,
        kind="hist_gbdt",
        features=FEATURE_KEYS,
        scale=Scale(),
        intercept=float(level.intercept_[0]),
        slope=slope,
        trees=trees,
    )
    _tell(progress, 0.8)

    auc_rate, ks_rate = _judged(artefact, inputs[~is_train], bad[~is_train])
    _tell(progress, 1.0)
    return Trained(
        artefact=artefact,
        holdout_auc_rate=auc_rate,
        holdout_ks_rate=ks_rate,
        train_count=int(is_train.sum()),
        holdout_count=int((~is_train).sum()),
        trained_from_month=_day(month[is_train].min()),
        trained_to_month=_day(month[is_train].max()),
        holdout_to_month=None if is_train.all() else _day(month[~is_train].max()),
        bad_definition=bad_definition,
    )


def _trees(loans: int, seed: int) -> HistGradientBoostingClassifier:
    """Small trees with broad leaves: at a bad rate of 2 % a leaf of fewer than 200 loans knows next to nothing."""
    return HistGradientBoostingClassifier(
        max_iter=150,
        max_depth=3,
        learning_rate=0.06,
        min_samples_leaf=max(200, loans // 200),
        l2_regularization=5.0,
        monotonic_cst=[feature.risk for feature in FEATURES],
        categorical_features=None,
        early_stopping=False,
        random_state=seed,
    )


def _calibrate_from(month: np.ndarray) -> np.datetime64:
    """The first of the newest months that together hold the calibration share of the loans."""
    if not len(month):
        raise ModelUntrainable(loans=0, bads=0)
    months, loans = np.unique(month, return_counts=True)
    newest_share = loans[::-1].cumsum()[::-1] / loans.sum()
    return np.datetime64(months[newest_share >= CALIBRATION_SHARE][-1])


def _judged(artefact: Artefact, inputs: pd.DataFrame, bad: np.ndarray) -> tuple[float | None, float | None]:
    """AUC and KS of the raw points, ties counted as half and at their end."""
    if bad.all() or not bad.any():
        return None, None
    points = score(artefact, inputs)["score_points"].to_numpy()
    good_share, bad_share, _ = roc_curve(bad, points, drop_intermediate=False)
    return float(roc_auc_score(~bad, points)), float(np.abs(bad_share - good_share).max())


def _tell(progress: Callable[[float], None] | None, done_rate: float) -> None:
    if progress is not None:
        progress(done_rate)


def _day(month: np.datetime64) -> date:
    return date.fromisoformat(str(np.datetime_as_string(month, unit="D")))

"""Inputs to points: the same arithmetic for one applicant and for a whole book, bit for bit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.points import Floats, pd_of


def score(artefact: Artefact, inputs: pd.DataFrame) -> pd.DataFrame:
    """Return points and PD of applicants.

    Parameters
    ----------
    artefact
        The model version.
    inputs
        One row an applicant with at least the artefact's features, by name; NaN is missing.

    Returns
    -------
    DataFrame
        Index of ``inputs``; ``score_points`` (higher is safer) and ``pd_rate`` (probability of bad, a fraction 0-1).

    Raises
    ------
    KeyError
        If a feature has no column: that is a bug, a missing value is NaN.
    """
    log_odds = artefact.intercept + artefact.slope * raw_log_odds(artefact, matrix_of(artefact, inputs))
    scored = {"score_points": artefact.scale.points_of(log_odds), "pd_rate": pd_of(log_odds)}
    return pd.DataFrame(scored, index=inputs.index)


def matrix_of(artefact: Artefact, inputs: pd.DataFrame) -> Floats:
    """Return the inputs as numbers, one column a feature in the artefact's own order."""
    return np.asarray(inputs.loc[:, list(artefact.features)].to_numpy(dtype=np.float64, na_value=np.nan))


def raw_log_odds(artefact: Artefact, matrix: Floats) -> Floats:
    """Return the model's own log-odds of bad before calibration, one a row."""
    if artefact.trees is not None:
        if not len(matrix):
            return np.zeros(0)
        return np.asarray(artefact.trees.decision_function(matrix), dtype=np.float64)
    # One column after another: a matrix product may add in another order for one row than for many.
    raw = np.zeros(len(matrix))
    for part in card_parts(artefact, matrix).T:
        raw = raw + part
    return raw


def card_parts(artefact: Artefact, matrix: Floats) -> Floats:
    """Return what each line of a scorecard adds to the log-odds of bad, in the shape of ``matrix``."""
    parts = np.zeros_like(matrix)
    column_of = {key: at for at, key in enumerate(artefact.features)}
    for line in artefact.weights:
        column = matrix[:, column_of[line.key]]
        known = np.where(np.isnan(column), line.if_missing, column)
        parts[:, column_of[line.key]] = (np.clip(known, line.low, line.high) - line.mean) / line.spread * line.weight
    return parts

"""The decisions of a population as columns: what every policy of the lab is tried on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiebei_dash.book.grid import GRID_RULES, STEPS
from jiebei_dash.book.offers import SCORE_BANDS_FROM
from jiebei_dash.book.scope import DIMENSION_KEYS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

DECLINED, NOT_DRAWN, WAITING, GOOD, BAD = range(5)
RANDOM_LANE = 1
REPLICATES = 50
"""Parts of a population by a hash: what is left out in turn to see how far a figure would move by chance."""
_DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Population:
    """Decisions of a window, a row each, in an order that says nothing.

    Parameters
    ----------
    key
        Hash of the question that it is the answer to.
    month
        Month of submission, months since 1970-01.
    outcome
        Place in ``terms.LOAN_OUTCOMES``.
    lane
        0 by the policy, 1 by lot against it, 2 by a person against it.
    replicate
        Below ``REPLICATES``, by a hash of the decision's number.
    segments
        By dimension, the place of the code in its list.
    steps
        Rows by declining rules: how many thresholds of the rule's grid are passed.
    inputs
        By column of a rule, the input itself; NaN is missing.
    requested_fen, limit_fen
        Asked for; offered before any trim. For the declined what the approved got for each fen asked for; NaN where
        nobody knows.
    pd_rate
        Stored chance of a bad loan; where none is stored, the mean of those of the same outcome.
    rate
        Yearly price offered; for the declined the mean price at their band of the score; NaN in a book without prices.
    is_pd_stored
        Whether the chance is the stored one.
    """

    key: str
    month: NDArray[np.int16]
    outcome: Bytes
    lane: Bytes
    replicate: Bytes
    segments: Mapping[str, Bytes]
    steps: Bytes
    inputs: Mapping[str, Floats]
    requested_fen: Floats
    limit_fen: Floats
    pd_rate: Floats
    rate: NDArray[np.float32]
    is_pd_stored: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return how many decisions there are."""
        return len(self.outcome)

    @cached_property
    def score_band(self) -> Bytes:
        """Return the place of each decision's score in ``SCORE_BANDS_FROM``."""
        points = np.nan_to_num(self.inputs["score_points"], nan=0.0)
        return (np.searchsorted(np.array(SCORE_BANDS_FROM), points, side="right") - 1).clip(0).astype(np.uint8)

    @cached_property
    def is_observed(self) -> NDArray[np.bool_]:
        """Return whose loan has shown its outcome."""
        return self.outcome >= GOOD

    @cached_property
    def step_columns(self) -> Bytes:
        """Return the steps again, a rule a row, for passes along one rule."""
        return np.ascontiguousarray(self.steps.T)


def population(key: str, rows: pd.DataFrame) -> Population:
    """Return a population from the rows of a question.

    Parameters
    ----------
    key
        Of the question.
    rows
        Of ``queries.lab.decisions``.
    """
    outcome = rows["outcome_code"].to_numpy(np.uint8)
    pd_rate, stored = _filled(rows["pd_rate"].to_numpy(np.float64, na_value=np.nan), outcome)
    requested = rows["requested_fen"].to_numpy(np.float64, na_value=np.nan)
    points = rows["score_points"].to_numpy(np.float64, na_value=np.nan)
    return Population(
        key=key,
        month=_months(rows["submitted_month"]),
        outcome=outcome,
        lane=rows["lane_code"].to_numpy(np.uint8),
        replicate=_replicates(rows["spread"]),
        segments={name: rows[name].to_numpy(np.uint8) for name in DIMENSION_KEYS},
        steps=np.column_stack([rows[name].to_numpy(np.uint8) for name in STEPS]),
        inputs={
            name: rows[name].to_numpy(np.float64, na_value=np.nan)
            for name in dict.fromkeys(r.column for r in GRID_RULES)
        },
        requested_fen=requested,
        limit_fen=_limits(rows, outcome, requested),
        pd_rate=pd_rate,
        rate=_rates(rows["rate_day"].to_numpy(np.float64, na_value=np.nan), points),
        is_pd_stored=stored,
    )


def month_number(month: date) -> int:
    """Return months since 1970-01."""
    return (month.year - 1970) * 12 + month.month - 1


def _months(months: pd.Series) -> NDArray[np.int16]:
    return np.asarray(months.to_numpy("datetime64[M]").astype(np.int64).astype(np.int16))


def _replicates(spread: pd.Series) -> Bytes:
    """A number below ``REPLICATES`` from the digits of the hash; few of them are distinct."""
    codes, distinct = pd.factorize(spread)
    digits = [str(text) for text in distinct.tolist()] if len(distinct) else []
    number = np.array([int(text, 16) % REPLICATES for text in digits], dtype=np.uint8)
    return np.asarray(number[codes]) if digits else np.zeros(0, np.uint8)


def _filled(pd_rate: Floats, outcome: Bytes) -> tuple[Floats, NDArray[np.bool_]]:
    """Those without a stored chance are taken to be as bad as those of the same outcome with one."""
    stored = ~np.isnan(pd_rate)
    if stored.all():
        return pd_rate, stored
    filled = pd_rate.copy()
    for code in np.unique(outcome[~stored]):
        alike = outcome == code
        known = pd_rate[alike & stored]
        filled[alike & ~stored] = known.mean() if len(known) else np.nan
    return filled, stored


def _limits(rows: pd.DataFrame, outcome: Bytes, requested: Floats) -> Floats:
    """Whoever was declined would get of each fen asked for what the approved got."""
    limit = rows["limit_fen"].to_numpy(np.float64, na_value=np.nan).copy()
    granted = rows["granted_fen"].to_numpy(np.float64, na_value=np.nan)
    base = (outcome != DECLINED) & (requested > 0)
    asked = float(np.nansum(requested[base]))
    declined = outcome == DECLINED
    limit[declined] = requested[declined] * (float(np.nansum(granted[base])) / asked) if asked > 0 else np.nan
    return np.asarray(limit)


def _rates(rate_day: Floats, points: Floats) -> NDArray[np.float32]:
    yearly = rate_day * _DAYS_A_YEAR
    known = ~np.isnan(yearly)
    if known.any() and not known.all():
        band = np.searchsorted(np.array(SCORE_BANDS_FROM), np.nan_to_num(points, nan=0.0), side="right") - 1
        for place in range(len(SCORE_BANDS_FROM)):
            alike = band == place
            seen = yearly[alike & known]
            yearly[alike & ~known] = seen.mean() if len(seen) else yearly[known].mean()
    return yearly.astype(np.float32)

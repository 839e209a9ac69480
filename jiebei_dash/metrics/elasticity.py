"""What the price did to who takes the loan: how many draw, and how bad those are who do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.logit import Floats, Logit, Z, fit

EFFECTS: tuple[str, ...] = ("take_up_elasticity", "adverse_selection")
"""Each is named like the assumption that it is held against."""
FEWEST_EVENTS = 30
"""Fewer lines drawn or left, or loans bad or good, than this say nothing about a slope."""
SMALL_CELL_LOANS = 30
_DAYS_A_YEAR = 365
_TENTHS = 10
_POINTS_TO_DOUBLE = 20
_NEED = (
    "submitted_month",
    "rate_day",
    "points_from",
    "channel",
    "lines",
    "drawn",
    "loans",
    "bads",
    "score_tenths",
    "limit_fen",
)
_PRICE = 0
_FURTHEST = 3
"""Half-steps of the price that are told apart; what lies further out is counted there."""


def effects(taken: pd.DataFrame, bands_from: Sequence[int]) -> pd.DataFrame:
    """Return what a higher price did to take-up and to the bad rate of those who drew, all else held.

    Parameters
    ----------
    taken
        ``submitted_month``, ``rate_day``, ``points_from``, ``channel``, ``lines``, ``drawn``, ``loans``, ``bads``,
        ``score_tenths``, ``limit_fen``; one row a group.
    bands_from
        Lowest points of the bands of the score, the lowest first.

    Returns
    -------
    DataFrame
        One row an effect of ``EFFECTS``, of take-up also by band of the score after all together: ``effect``,
        ``score_from`` (NaN for all), ``counted`` (lines or loans), ``events_count`` (drawn within 30 days, or bad),
        ``estimate`` with ``estimate_from`` and ``estimate_to`` (95 %). Of take-up: by how many per cent fewer lines are
        drawn for each per cent of a higher yearly price; of bad loans: by what part their odds rise for each point of
        yearly price. NaN where fewer than 30 events, or others, were counted, or the price never differed.

    Notes
    -----
    **Source**: house definition 1.14: logit of take-up on the price, controlling for score, limit and channel; here
    also for the quarter. The elasticity is the slope on the log of the price times the share that does not draw,
    weighed by who draws; for all together the slope may differ by score. Prices follow the score, so what tells the
    price from the score are exceptions such as campaigns.
    """
    need(taken, *_NEED)
    rows = []
    edges = [*bands_from[1:], np.inf]
    parts = [(np.nan, -np.inf, np.inf), *((float(low), low, high) for low, high in zip(bands_from, edges, strict=True))]
    for effect, trials, events in (("take_up_elasticity", "lines", "drawn"), ("adverse_selection", "loans", "bads")):
        # Bad loans are too few to be told apart by band.
        for score_from, low, high in parts if effect == "take_up_elasticity" else parts[:1]:
            points = taken["score_tenths"] / (_TENTHS * taken["lines"].astype(float).replace(0.0, np.nan))
            part = taken[(points >= low) & (points < high) & (taken[trials] > 0)]
            # The slope may differ by score: one for all would be that of whoever has most prices, not of the whole.
            by_score = effect == "take_up_elasticity" and bool(np.isnan(score_from))
            found = _fitted(part, effect, trials, events, by_score)
            rows.append(
                {
                    "effect": effect,
                    "score_from": score_from,
                    "counted": int(part[trials].sum()),
                    "events_count": int(part[events].sum()),
                    **dict(
                        zip(
                            ("estimate", "estimate_from", "estimate_to"),
                            _read(found, effect, part, by_score),
                            strict=True,
                        )
                    ),
                }
            )
    return pd.DataFrame(rows)


def takers(taken: pd.DataFrame, step: float) -> pd.DataFrame:
    """Return how bad those were who drew, by how far their price lay from the usual one of their score and month.

    Parameters
    ----------
    taken
        As for :func:`effects`.
    step
        Day rate of a step of the price.

    Returns
    -------
    DataFrame
        One row a half-step of the price: ``price_apart_rate`` (yearly price less the usual one), ``loans``, ``bads``,
        ``bad_rate`` with ``low_rate`` and ``high_rate`` (Wilson, 95 %), ``usual_rate`` (what the same loans would have
        had at their usual price, by the fit: inferred; NaN without a fit), ``is_small`` (fewer than 30 loans). Groups
        without a loan are absent.

    Notes
    -----
    **Source**: house definition. The usual price is a parabola in the score through the prices of all lines, at a level
    for each month; Wilson (1927).
    """
    need(taken, *_NEED)
    seen = taken[taken["loans"] > 0].reset_index(drop=True)
    columns = ["price_apart_rate", "loans", "bads", "bad_rate", "low_rate", "high_rate", "usual_rate", "is_small"]
    if seen.empty:
        return pd.DataFrame(columns=columns)
    yearly = seen["rate_day"].to_numpy(np.float64) * _DAYS_A_YEAR
    score = _score(seen)
    months = pd.get_dummies(seen["submitted_month"], dtype=float).to_numpy()
    design = np.column_stack([score, score**2, months])
    weight = np.sqrt(seen["lines"].to_numpy(np.float64))
    usual = design @ np.linalg.lstsq(design * weight[:, None], yearly * weight, rcond=None)[0]
    apart = yearly - usual
    fitted = _fitted(seen, "adverse_selection", "loans", "bads")
    expected = np.full(len(seen), np.nan)
    if fitted is not None:
        odds = fitted.chances / (1 - fitted.chances) * np.exp(-float(fitted.slopes[_PRICE]) * apart * 100)
        expected = odds / (1 + odds) * seen["loans"].to_numpy(np.float64)
    half = step * _DAYS_A_YEAR / 2
    counted = (
        seen.assign(place=np.clip(np.round(apart / half), -_FURTHEST, _FURTHEST) + 0.0, expected=expected)
        .groupby("place")[["loans", "bads", "expected"]]
        .agg(lambda values: values.sum(skipna=False))
        .reset_index()
    )
    counted["price_apart_rate"] = counted["place"] * half
    counted["bad_rate"] = counted["bads"] / counted["loans"]
    spread = [wilson(bads, loans) for bads, loans in zip(counted["bads"], counted["loans"], strict=True)]
    counted[["low_rate", "high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
    counted["usual_rate"] = counted["expected"] / counted["loans"]
    counted["is_small"] = counted["loans"] < SMALL_CELL_LOANS
    return counted.astype({"loans": "int64", "bads": "int64"})[columns]


def _fitted(part: pd.DataFrame, effect: str, trials: str, events: str, by_score: bool = False) -> Logit | None:
    """The price first, then its product with the score if asked for, then what else moves take-up or risk."""
    count, happened = (part[name].to_numpy(np.float64) for name in (trials, events))
    if min(happened.sum(), count.sum() - happened.sum()) < FEWEST_EVENTS:
        return None
    yearly = part["rate_day"].to_numpy(np.float64) * _DAYS_A_YEAR
    price = np.log(yearly) if effect == "take_up_elasticity" else yearly * 100
    score = _score(part)
    limit = np.log(part["limit_fen"].to_numpy(np.float64) / part["lines"].to_numpy(np.float64))
    quarter = part["submitted_month"].dt.to_period("Q").astype(str)
    held = [pd.get_dummies(codes, dtype=float).to_numpy()[:, 1:] for codes in (part["channel"], quarter)]
    others = np.column_stack([np.ones(len(part)), score, score**2, limit - limit.mean(), *held])
    apart = price - np.average(price, weights=count)
    prices = np.column_stack([apart, apart * score]) if by_score else apart[:, None]
    # The price comes last to be judged: what follows from the rest cannot be told from it.
    turned = fit(np.column_stack([others, prices]), happened, count)
    if turned is None or np.isnan(turned.slopes[-prices.shape[1] :]).any():
        return None
    order = np.roll(np.arange(others.shape[1] + prices.shape[1]), prices.shape[1])
    return Logit(turned.slopes[order], turned.covariance[np.ix_(order, order)], turned.chances)


def _read(found: Logit | None, effect: str, part: pd.DataFrame, by_score: bool) -> tuple[float, float, float]:
    """Estimate, from and to, in the terms of the assumption."""
    if found is None:
        return np.nan, np.nan, np.nan
    if effect == "adverse_selection":
        low, slope, high = (float(np.expm1(value)) for value in found.interval(_PRICE))
        return slope, low, high
    drawn = found.chances * part["lines"].to_numpy(np.float64)
    left = drawn * (1 - found.chances) / drawn.sum()
    # By how much all drawn lines together move if the price of everybody moves by one per cent.
    weight = np.array([left.sum(), (left * _score(part)).sum()]) if by_score else np.array([left.sum()])
    width = len(weight)
    middle = -float(weight @ found.slopes[:width])
    half = Z * float(np.sqrt(weight @ found.covariance[:width, :width] @ weight))
    return middle, middle - half, middle + half


def _score(part: pd.DataFrame) -> Floats:
    """Mean score of a group, from the mean of all, in steps that double the odds."""
    points = part["score_tenths"].to_numpy(np.float64) / part["lines"].to_numpy(np.float64) / _TENTHS
    return np.asarray((points - points.mean()) / _POINTS_TO_DOUBLE)

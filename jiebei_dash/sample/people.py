"""People who apply: their latent factors, what a lender sees of them, and how risky they truly are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.sample.months import Flags, Floats, Ints, line
from jiebei_dash.sample.parameters import Parameters

NEVER, DECLINED, LEFT, HAS_LINE, LAPSED, BARRED = range(6)
"""What became of a person's last application."""
_CREDIT, _WEALTH, _HUNGER, _STABILITY, _DEVICE = range(5)

Features = dict[str, Floats]


@dataclass
class Crowd:
    """Everybody seen so far; arrays of one capacity, the first ``count`` in use."""

    count: int
    factors: Floats
    unobserved: Floats
    province: Ints
    channel: Ints
    is_thin: Flags
    has_card: Flags
    is_m1: Flags
    outcome: Ints
    outcome_month: Ints
    had_pay_off: Flags
    income_fen: Ints


def empty_crowd(capacity: int) -> Crowd:
    """Return room for so many people."""
    whole, flag = np.zeros(capacity, dtype=np.int64), np.zeros(capacity, dtype=np.bool_)
    return Crowd(
        count=0,
        factors=np.zeros((capacity, 5)),
        unobserved=np.zeros(capacity),
        province=whole.copy(),
        channel=whole.copy(),
        is_thin=flag.copy(),
        has_card=flag.copy(),
        is_m1=flag.copy(),
        outcome=whole.copy(),
        outcome_month=whole.copy(),
        had_pay_off=flag.copy(),
        income_fen=whole.copy(),
    )


def applicants(
    crowd: Crowd, parameters: Parameters, month: int, count: int, chooser: np.random.Generator
) -> tuple[Ints, Ints]:
    """Choose who applies in a month, known people first, and add the new ones to the crowd.

    Returns
    -------
    tuple
        Row of each applicant in the crowd, in random order, and the channel of the application.
    """
    people = parameters.people
    ago = month - crowd.outcome_month[: crowd.count]
    outcome = crowd.outcome[: crowd.count]
    waiting = np.isin(outcome, (DECLINED, LEFT)) & (ago >= people.again_after_months)
    again = np.flatnonzero(waiting & (ago <= people.again_within_months))
    lapsed = np.flatnonzero(outcome == LAPSED)
    back = [
        chooser.choice(pool, min(len(pool), round(count * share)), replace=False)
        for pool, share in ((again, people.again_share), (lapsed, people.lapsed_share))
    ]
    known = np.concatenate(back).astype(np.int64)
    new = _add(crowd, parameters, month, count - len(known), chooser)
    rows = np.concatenate([known, new])
    recall = people.channels.index("RECALL")
    channel = crowd.channel[rows].copy()
    channel[len(back[0]) : len(known)][chooser.random(len(back[1])) < 0.6] = recall
    order = chooser.permutation(count)
    return rows[order], channel[order]


def _add(crowd: Crowd, parameters: Parameters, month: int, count: int, chooser: np.random.Generator) -> Ints:
    people = parameters.people
    rows = np.arange(crowd.count, crowd.count + count)
    crowd.count += count
    mix = np.array([line([(at, shares[i]) for at, shares in people.channel_lines], month) for i in range(4)])
    weight = np.asarray(people.province_weights)
    free = chooser.standard_normal((count, 5))
    credit = free[:, 0]
    wealth = 0.30 * credit + 0.954 * free[:, 1]
    hunger = -0.40 * credit + 0.9165 * free[:, 2]
    stability = 0.30 * credit + 0.20 * wealth + 0.914 * free[:, 3]
    device = -0.20 * credit + 0.98 * free[:, 4]
    factors = np.column_stack([credit, wealth, hunger, stability, device])
    crowd.channel[rows] = chooser.choice(4, count, p=mix / mix.sum())
    factors += np.asarray(people.channel_shift)[crowd.channel[rows]]
    factors[:, _CREDIT] += line(people.credit_drift_lines, month)
    factors[:, _HUNGER] += line(people.hunger_drift_lines, month)
    crowd.province[rows] = chooser.choice(len(weight), count, p=weight / weight.sum())
    factors[:, _WEALTH] += _province_wealth(parameters)[crowd.province[rows]]
    crowd.factors[rows] = factors
    crowd.unobserved[rows] = people.unobserved_sd * chooser.standard_normal(count)
    tilt = factors[:, _STABILITY]
    crowd.is_thin[rows] = chooser.random(count) < people.thin_share * np.exp(-0.5 * tilt - 0.125)
    crowd.has_card[rows] = chooser.random(count) >= people.no_card_share * np.exp(-0.4 * tilt - 0.08)
    crowd.is_m1[rows] = chooser.random(count) < people.jb_m1_share + 0.08 * np.tanh(factors[:, _CREDIT])
    return rows


def _province_wealth(parameters: Parameters) -> Floats:
    """Coast and capitals are richer; weights are ordered, so the pattern is fixed by place alone."""
    places = len(parameters.people.province_weights)
    return np.asarray(parameters.people.province_wealth_slope * np.cos(np.arange(places) * 2.4))


def province_log_odds(parameters: Parameters) -> Floats:
    """Return the true effect of each province, of no score."""
    places = len(parameters.people.province_weights)
    return np.asarray(parameters.people.province_log_odds_sd * 1.4 * np.sin(np.arange(places) * 1.7 + 0.5))


def features_of(crowd: Crowd, rows: Ints, parameters: Parameters, chooser: np.random.Generator) -> Features:
    """Return what a lender sees of these people today: the columns of ``FEATURE_KEYS``, NaN where a file is thin."""
    count = len(rows)
    factor = crowd.factors[rows].T
    credit, wealth, hunger, stability, device = factor
    noise = chooser.standard_normal((8, count))
    bands = parameters.score_bands
    quantile = 0.86 * credit + 0.18 * stability + 0.12 * wealth - 0.15 * hunger + 0.33 * noise[0]
    zhima = np.interp(quantile / 1.086 + bands.lift, ndtri(np.asarray(bands.quantile)), bands.points)
    income = np.clip(np.round(6_200 * np.exp(0.55 * wealth + 0.12 * noise[1])) * 100, 100_000, 6_000_000)
    income = np.round(income / 10_000) * 10_000
    overdue = np.minimum(chooser.poisson(np.exp(-1.75 - 0.70 * credit)), 12).astype(np.float64)
    utilisation = 1.1 * ndtr(-0.15 + 0.65 * hunger - 0.25 * wealth + 0.7 * noise[2])
    spend = np.clip(0.33 * income * np.exp(0.45 * noise[3]), 0, 3_000_000)
    return {
        "zhima_score": np.round(zhima),
        "other_lender_count": np.minimum(chooser.poisson(np.exp(0.78 + 0.52 * hunger)), 20).astype(np.float64),
        "bureau_query_count": np.minimum(chooser.poisson(np.exp(1.25 + 0.48 * hunger)), 30).astype(np.float64),
        "bureau_overdue_count": np.where(crowd.is_thin[rows], np.nan, overdue),
        "card_utilisation_rate": np.where(crowd.has_card[rows], np.round(utilisation, 3), np.nan),
        "dti_rate": np.round(np.clip(0.30 * np.exp(0.32 * hunger - 0.15 * wealth + 0.28 * noise[4]), 0, 1.5), 3),
        "income_month_fen": income,
        "job_months": np.round(np.clip(np.exp(3.35 + 0.75 * stability + 0.35 * noise[5]), 0, 240)),
        "account_age_months": np.round(np.clip(62 * np.exp(0.38 * stability + 0.2 * credit + 0.3 * noise[6]), 0, 180)),
        "spend_month_fen": np.round(spend / 100) * 100,
        "night_share_rate": np.round(ndtr(-1.25 + 0.5 * device + 0.25 * noise[7]), 3),
        "device_account_count": np.minimum(1 + chooser.poisson(np.exp(-1.7 + 0.65 * device)), 8).astype(np.float64),
    }


def transformed(features: Features) -> Features:
    """Return each input on the scale on which its true effect is a straight line; larger is riskier, missing is 0.

    Notes
    -----
    **Source**: house definition of the invented book; written to ``true_effects.json`` as well.
    """
    lender = (np.log1p(features["other_lender_count"]) - 1.1) / 0.5
    known_overdue = np.nan_to_num(np.minimum(features["bureau_overdue_count"], 4))
    return {
        "zhima_score": (665 - features["zhima_score"]) / 50,
        "other_lender_count": lender,
        "bureau_query_count": (np.log1p(features["bureau_query_count"]) - 1.5) / 0.6,
        "bureau_overdue_count": known_overdue,
        "card_utilisation_rate": np.nan_to_num((features["card_utilisation_rate"] - 0.5) / 0.3),
        "dti_rate": (features["dti_rate"] - 0.35) / 0.2,
        "income_month_fen": -(np.log(features["income_month_fen"]) - np.log(620_000)) / 0.55,
        "job_months": -(np.log1p(features["job_months"]) - 3.4) / 0.9,
        "account_age_months": -(np.log1p(features["account_age_months"]) - 4.1) / 0.5,
        "spend_month_fen": np.zeros(len(lender)),
        "night_share_rate": (features["night_share_rate"] - 0.15) / 0.15,
        "device_account_count": features["device_account_count"] - 1.2,
        "low_zhima_and_many_lenders": ((features["zhima_score"] < 650) & (features["other_lender_count"] > 4)).astype(
            np.float64
        ),
        "overdue_missing": np.isnan(features["bureau_overdue_count"]).astype(np.float64),
        "card_missing": np.isnan(features["card_utilisation_rate"]).astype(np.float64),
    }


def true_log_odds(crowd: Crowd, rows: Ints, channel: Ints, features: Features, parameters: Parameters) -> Floats:
    """Return the true log-odds of going bad, before the price has chosen who takes the line."""
    effects = parameters.effects
    total = np.full(len(rows), effects.intercept)
    for key, value in transformed(features).items():
        total += float(getattr(effects, key)) * value
    total += np.asarray(parameters.people.channel_log_odds)[channel]
    total += province_log_odds(parameters)[crowd.province[rows]]
    return np.asarray(total + crowd.unobserved[rows])


def matrix_of(features: Features) -> Floats:
    """Return the features as one matrix in the order of ``FEATURE_KEYS``."""
    return np.column_stack([features[key] for key in FEATURE_KEYS])

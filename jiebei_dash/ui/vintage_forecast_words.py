"""What the page says about forecasts of vintages, from their numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words
from jiebei_dash.ui.vintages_words import Choice

_CLAIMED_RATE = 0.95
_SUBJECT = "vintage_forecast.ultimates"


def opening(ultimates: pd.DataFrame, mature_mob: int, chosen: str, words: Words) -> list[str]:
    """Return what the chosen cohort is expected to come to, and from which age the chain ladder speaks.

    Parameters
    ----------
    ultimates
        Of ``answers.vintage_forecast.ultimates``.
    mature_mob
        Age from which the chain ladder speaks.
    chosen
        The cohort, as it reads.
    words
        Language.
    """
    row = ultimates[ultimates["cohort"].map(numbers.month) == chosen].iloc[0]
    known = "said_ultimate" if not numbers.is_unknown(row["low_rate"]) else "said_ultimate_alone"
    return [
        words(
            f"vintage_forecast.{known}",
            cohort=chosen,
            mob=int(row["observed_mob"]),
            observed=numbers.rate(row["observed_rate"]),
            ultimate=numbers.rate(row["ultimate_rate"]),
            low=numbers.rate(row["low_rate"]),
            high=numbers.rate(row["high_rate"]),
            method=words.code("method", row["method"]),
        ),
        words("vintage_forecast.said_mature", mob=mature_mob),
    ]


def notes(curves: pd.DataFrame, words: Words) -> list[str]:
    """Return what a reader should know of the triangle itself: cells that fall, and cohorts of one age alone.

    Parameters
    ----------
    curves
        Of ``answers.vintages.curves``.
    words
        Language.
    """
    cells = curves[curves["cohort"].notna()].sort_values(["cohort", "mob"])
    falls = int((cells.groupby("cohort")["numerator"].diff() < 0).sum())
    ages = cells.groupby("cohort")["mob"].size()
    alone = [numbers.month(cohort) for cohort in ages[ages == 1].index]
    said = [words("vintage_forecast.said_falls", count=falls)] if falls else []
    if alone:
        said.append(words("vintage_forecast.said_one_month", cohorts=words("scope.separator").join(alone)))
    return said


def table(ultimates: pd.DataFrame, cohorts: list[str], chosen: Choice, words: Words) -> pd.DataFrame:
    """Return the cohorts that still move as people read them, newest first."""
    rows = [
        {
            "cohort": numbers.month(row["cohort"]),
            "loans": numbers.count(row["loans"]),
            "denominator": numbers.yuan(row["denominator"], words.language)
            if chosen.basis == "balance"
            else numbers.count(row["denominator"]),
            "observed_mob": str(row["observed_mob"]),
            "observed_rate": numbers.rate(row["observed_rate"]),
            "developed_rate": numbers.rate(row["developed_rate"], 0),
            "ultimate_rate": numbers.rate(row["ultimate_rate"]),
            "low_rate": numbers.rate(row["low_rate"]),
            "high_rate": numbers.rate(row["high_rate"]),
            "method": words.code("method", row["method"]),
        }
        for row in ultimates.to_dict("records")[::-1]
        if numbers.month(row["cohort"]) in cohorts
    ]
    found = pd.DataFrame(rows)
    return found.rename(columns={name: header(name, _SUBJECT, words) for name in found.columns})


def backtest(frame: pd.DataFrame, months_back: int, words: Words) -> str:
    """Return how many of the earlier forecasts held, and on which side the others lay."""
    told = frame[frame["is_inside"].notna()]
    above = int((told["realised_rate"] > told["high_rate"]).sum())
    inside = int(told["is_inside"].sum())
    return words(
        "vintage_forecast.said_back",
        months=months_back,
        inside=inside,
        count=len(told),
        claimed=numbers.rate(_CLAIMED_RATE, 0),
        above=above,
        below=len(told) - inside - above,
        mean=numbers.rate_change(float(frame["difference_rate"].mean()), words.language),
    )

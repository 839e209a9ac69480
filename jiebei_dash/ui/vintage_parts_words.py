"""What the page says of vintages by code and by calendar month, from their numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words


def parts(frame: pd.DataFrame, by: str, mob: int, words: Words) -> list[str]:
    """Return which codes are worse than the rest of the scope at one age, beyond chance, and how far they lie apart.

    Parameters
    ----------
    frame
        Of ``answers.vintage_parts.at_age``, not empty.
    by, mob
        The dimension and the age.
    words
        Language.
    """
    judged = frame[frame["chance_rate"].notna()]
    if len(judged) < 2:
        return [words("vintage_parts.said_alone", mob=mob)]
    worst, best = judged.iloc[0], judged.iloc[-1]
    said = words(
        "vintage_parts.said_span",
        mob=mob,
        worst=words.code(by, worst[by]),
        worst_rate=numbers.rate(worst["rate"]),
        best=words.code(by, best[by]),
        best_rate=numbers.rate(best["rate"]),
    )
    worse = [words.code(by, code) for code in judged[judged["is_worse"]][by]]
    facts: dict[str, str | int] = {"count": len(judged), "allowed": numbers.rate(float(judged["allowed_rate"].iloc[0]))}
    if not worse:
        return [said, words("vintage_parts.said_none", **facts)]
    return [said, words("vintage_parts.said_worse", codes=words("scope.separator").join(worse), **facts)]


def parts_table(frame: pd.DataFrame, by: str, basis: Basis, words: Words) -> pd.DataFrame:
    """Return the codes at one age as people read them, worst first."""

    def size(value: float) -> str:
        return numbers.yuan(value, words.language) if basis == "balance" else numbers.count(value)

    rows = [
        {
            by: words.code(by, row[by]),
            "cohorts": numbers.count(row["cohorts"]),
            "loans": numbers.count(row["loans"]),
            "bad_loans": numbers.count(row["bad_loans"]),
            "numerator": size(row["numerator"]),
            "denominator": size(row["denominator"]),
            "rate": numbers.rate(row["rate"]),
            "low_rate": numbers.rate(row["low_rate"]),
            "high_rate": numbers.rate(row["high_rate"]),
            "others_rate": numbers.rate(row["others_rate"]),
            "difference_rate": numbers.rate_change(row["difference_rate"], words.language),
            "mark": words("same_age.small") if row["is_small"] else words("same_age.worse") * row["is_worse"],
        }
        for row in frame.to_dict("records")
    ]
    return _headed(pd.DataFrame(rows), "vintage_parts.at_age", words)


def months(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return how the last month compares with the usual, and which months were bad for all ages at once.

    Parameters
    ----------
    frame
        Of ``answers.vintage_calendar.months``, not empty.
    words
        Language.
    """
    last, judged = frame.iloc[-1], frame[frame["chance_rate"].notna()]
    said = words(
        "vintage_calendar.said_last",
        month=numbers.month(last["month"]),
        times=numbers.ratio(last["against_usual"]),
        low=numbers.ratio(last["low_against"]),
        high=numbers.ratio(last["high_against"]),
    )
    if judged.empty:
        return [said]
    facts: dict[str, str | int] = {"count": len(judged), "allowed": numbers.rate(float(judged["allowed_rate"].iloc[0]))}
    worse = judged[judged["is_worse"]]
    if worse.empty:
        return [said, words("vintage_calendar.said_none", **facts)]
    named = [
        words("vintage_calendar.said_month", month=numbers.month(month), times=numbers.ratio(times))
        for month, times in zip(worse["month"], worse["against_usual"], strict=True)
    ]
    return [said, words("vintage_calendar.said_worse", months=words("scope.separator").join(named), **facts)]


def months_table(frame: pd.DataFrame, basis: Basis, words: Words) -> pd.DataFrame:
    """Return the months as people read them, newest first."""

    def size(value: float) -> str:
        return numbers.yuan(value, words.language) if basis == "balance" else numbers.count(value)

    rows = [
        {
            "month": numbers.month(row["month"]),
            "cohorts": numbers.count(row["cohorts"]),
            "loans": numbers.count(row["loans"]),
            "bad_loans": numbers.count(row["bad_loans"]),
            "numerator": size(row["numerator"]),
            "usual": size(row["usual"]),
            "against_usual": numbers.ratio(row["against_usual"]),
            "low_against": numbers.ratio(row["low_against"]),
            "high_against": numbers.ratio(row["high_against"]),
            "mark": words("vintage_calendar.worse") if row["is_worse"] else "",
        }
        for row in frame.to_dict("records")[::-1]
    ]
    return _headed(pd.DataFrame(rows), "vintage_calendar.months", words)


def _headed(found: pd.DataFrame, subject: str, words: Words) -> pd.DataFrame:
    return found.rename(columns={name: header(name, subject, words) for name in found.columns})

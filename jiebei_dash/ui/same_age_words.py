"""What the page says of the cohorts at one age, from their numbers."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.book.scope import months_between
from jiebei_dash.terms import COHORT_MONTHS, Basis, Cohort
from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words

_SUBJECT = "same_age.cohorts"


def opening(frame: pd.DataFrame, mob: int, words: Words) -> list[str]:
    """Return which of the newest cohorts first looks worse than the year before it, beyond chance.

    Parameters
    ----------
    frame
        Of ``answers.same_age.cohorts``.
    mob
        The age.
    words
        Language.
    """
    judged = frame[frame["chance_rate"].notna()]
    if judged.empty:
        return [words("same_age.said_alone", mob=mob)]
    worse = judged[judged["is_worse"]]
    allowed = float(judged["allowed_rate"].iloc[0])
    together = words(
        "same_age.said_together",
        count=len(judged),
        together=numbers.rate(allowed * len(judged), 0),
        allowed=numbers.rate(allowed),
    )
    if worse.empty:
        return [words("same_age.said_none", mob=mob, count=len(judged)), together]
    first = worse.iloc[0]
    said = words(
        "same_age.said_first",
        mob=mob,
        count=len(judged),
        cohort=numbers.month(first["cohort"]),
        rate=numbers.rate(first["rate"]),
        before=numbers.rate(first["before_rate"]),
        chance=_chance(first["chance_rate"]),
    )
    others = [numbers.month(cohort) for cohort in worse["cohort"].iloc[1:]]
    also = [words("same_age.said_also", cohorts=words("scope.separator").join(others))] if others else []
    return [said, *also, together]


def partial(newest_opened: date, as_of: date, mob: int, cohort: Cohort, words: Words) -> str:
    """Return which quarters have reached an age with some of their months only; empty if none.

    Parameters
    ----------
    newest_opened
        Newest cohort shown at the age.
    as_of
        Last closed month.
    mob, cohort, words
        The age, months or quarters, language.
    """
    length = COHORT_MONTHS[cohort]
    if length == 1:
        return ""
    following = pd.Timestamp(newest_opened) + pd.DateOffset(months=length)
    months = min(months_between(following.date(), as_of) - mob + 1, length)
    if months < 1:
        return ""
    return words("same_age.partial", cohort=numbers.month(following), mob=mob, months=months)


def table(frame: pd.DataFrame, basis: Basis, words: Words) -> pd.DataFrame:
    """Return the cohorts as people read them, newest first."""

    def size(value: float) -> str:
        return numbers.yuan(value, words.language) if basis == "balance" else numbers.count(value)

    rows = [
        {
            "cohort": numbers.month(row["cohort"]),
            "loans": numbers.count(row["loans"]),
            "bad_loans": numbers.count(row["bad_loans"]),
            "numerator": size(row["numerator"]),
            "denominator": size(row["denominator"]),
            "rate": numbers.rate(row["rate"]),
            "low_rate": numbers.rate(row["low_rate"]),
            "high_rate": numbers.rate(row["high_rate"]),
            "before_rate": numbers.rate(row["before_rate"]),
            "difference_rate": numbers.rate_change(row["difference_rate"], words.language),
            "chance_rate": _chance(row["chance_rate"]),
            "mark": words("same_age.small") if row["is_small"] else words("same_age.worse") * row["is_worse"],
        }
        for row in frame.to_dict("records")[::-1]
    ]
    found = pd.DataFrame(rows)
    return found.rename(columns={name: header(name, _SUBJECT, words) for name in found.columns})


def _chance(value: float) -> str:
    """A chance that is too small for two decimals is said as below what they can show."""
    return "< 0.01%" if value < 0.0001 else numbers.rate(value)

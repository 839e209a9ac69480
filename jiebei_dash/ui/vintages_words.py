"""What the page on vintages says, from its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jiebei_dash.terms import NEED_WRITE_OFFS, Basis, Cohort, Measure
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_LOAN_COLUMNS: tuple[str, ...] = (
    "loan_id",
    "opened_month",
    "product_class",
    "channel",
    "zhima_band",
    "term_months",
    "principal_fen",
    "amount_fen",
    "state",
    "dpd_days",
    "closed_state",
    "closed_month",
)
_COMPARED_AT = {30: 3, 60: 4, 90: 5}
_LOSS_COMPARED_AT = 9
_COMPARED_COHORTS = 24


@dataclass(frozen=True)
class Choice:
    """What the reader chose to see.

    Parameters
    ----------
    past_due_days, measure, basis, cohort
        As the answers take them.
    has_losses
        Whether the source has write-offs and sales to count.
    """

    past_due_days: int
    measure: Measure
    basis: Basis
    cohort: Cohort
    has_losses: bool = True

    @property
    def compared_at(self) -> int:
        """Return the age at which cohorts are compared: the first at which the measure says something."""
        return _LOSS_COMPARED_AT if self.measure in NEED_WRITE_OFFS else _COMPARED_AT[self.past_due_days]


def loan_columns(chosen: Choice) -> tuple[str, ...]:
    """Return the columns of the list; the cohort stands in its heading unless it is a quarter."""
    return tuple(name for name in _LOAN_COLUMNS if name != "opened_month" or chosen.cohort == "quarter")


def quantity(chosen: Choice, words: Words) -> str:
    """Return what the cells are: the measure, its basis and its unit."""
    is_alone = chosen.measure == "current" and not chosen.has_losses
    return words(
        "vintages.quantity_late_alone" if is_alone else f"vintages.quantity_{chosen.measure}",
        days=chosen.past_due_days,
        of=words(f"vintages.of_{chosen.basis}"),
    )


def opening(curves: pd.DataFrame, at_age: pd.DataFrame, chosen: Choice, words: Words) -> list[str]:
    """Return how the youngest cohort compares at the same age, and which was worst there.

    Parameters
    ----------
    curves
        Of ``answers.vintages.curves``.
    at_age
        Of ``answers.vintages.at_age`` at ``chosen.compared_at``.
    chosen
        What is shown.
    words
        Language.
    """
    said = [words("vintages.said_measure", quantity=quantity(chosen, words))]
    if len(at_age) < 2:
        oldest = int(curves["mob"].max())
        return [*said, words("vintages.said_too_young", mob=chosen.compared_at, oldest=oldest)]
    recent = at_age.tail(_COMPARED_COHORTS)
    last, worst = recent.iloc[-1], recent.loc[recent["rate"].idxmax()]
    said.append(
        words(
            "vintages.said_newest",
            mob=chosen.compared_at,
            cohort=numbers.month(last["cohort"]),
            rate=numbers.rate(last["rate"]),
            others=numbers.rate(last["others_rate"]),
            difference=numbers.rate_change(last["difference_rate"], words.language),
        )
    )
    said.append(
        words(
            "vintages.said_worst",
            mob=chosen.compared_at,
            cohort=numbers.month(worst["cohort"]),
            rate=numbers.rate(worst["rate"]),
            count=len(recent),
        )
    )
    return said


def watched(frame: pd.DataFrame, past_due_days: int, words: Words) -> str:
    """Return how late the loans under observation are at the age at which most were watched."""
    most = frame.loc[frame["watched"].idxmax()]
    last = frame[~frame["is_small"]].tail(1)
    said = words(
        "outcomes.said_watched",
        mob=int(most["mob"]),
        days=past_due_days,
        rate=numbers.rate(most["rate"]),
        low=numbers.rate(most["low_rate"]),
        high=numbers.rate(most["high_rate"]),
        loans=numbers.count(most["watched"]),
    )
    if last.empty or numbers.is_unknown(last["default_rate"].iloc[0]):
        return said
    return said + words(
        "outcomes.said_ended",
        first=int(frame["mob"].iloc[0]),
        mob=int(last["mob"].iloc[0]),
        rate=numbers.rate(last["default_rate"].iloc[0]),
    )

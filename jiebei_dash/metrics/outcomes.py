"""What becomes of loans: paid off, in default, lost or still running, at each age, with young cohorts taken in."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS
from jiebei_dash.terms import OUTCOMES, Basis

_DEFAULTED = terms.buckets_beyond(terms.DEFAULTED_BEYOND_DAYS)
_OUTCOME_OF = dict.fromkeys(terms.BUCKETS, "running") | {
    **dict.fromkeys(_DEFAULTED, "default"), "PAID": "paid", "WO": "lost", "SOLD": "lost",
}  # fmt: skip


def shares(moves: pd.DataFrame, originated: pd.DataFrame, as_of_month: date, basis: Basis) -> pd.DataFrame:
    """Return the chance that a loan of these cohorts stands in each outcome at each age.

    Parameters
    ----------
    moves
        ``mob``, ``prev_state`` (null at age 0), ``state``, ``loans``, ``opening_fen``, ``balance_fen``, ``lost_fen``.
    originated
        ``opened_month``, ``loans``, ``principal_fen`` of the cohorts.
    as_of_month
        Last closed month: a cohort is observed up to the age that it has reached then.
    basis
        ``count`` of loans, or ``balance``: each fen of principal has its outcome when it is repaid or lost.

    Returns
    -------
    DataFrame
        One row a ``mob`` and ``became`` of ``terms.OUTCOMES``: ``share_rate`` (those of an age sum to 1),
        ``low_rate`` and ``high_rate`` (Wilson over the loans whose cohorts have reached the age; by count alone),
        ``at_risk`` (fen or loans that ran or were in default a month before), ``loans`` (opened in cohorts that have
        reached the age), ``cohorts`` (how many), ``is_small`` (fewer than 30 loans).

    Notes
    -----
    **Source**: Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150: the product over the ages of
    the observed moves between running and default and into both ends. A cohort counts at each age that it has reached
    and at no other, so youth is no outcome. Without youth it is the plain share.
    """
    need(moves, "mob", "prev_state", "state", "loans", "opening_fen", "balance_fen", "lost_fen")
    need(originated, "opened_month", "loans", "principal_fen")
    opened = pd.to_datetime(originated["opened_month"])
    reached = (as_of_month.year - opened.dt.year) * 12 + as_of_month.month - opened.dt.month
    weighed = _weighed(moves, basis)
    standing = _at_birth(weighed, originated, basis)
    rows = []
    for mob in range(int(moves["mob"].max()) + 1):
        at_risk = float(originated["loans" if basis == "count" else "principal_fen"].sum())
        if mob > 0:
            moved = weighed[(weighed["mob"] == mob) & weighed["from"].notna()]
            if moved.empty:
                break
            standing = standing @ _chances(moved)
            at_risk = float(moved["moved"].sum())
        old = reached >= mob
        loans = float(originated["loans"][old].sum())
        for outcome, share in zip(OUTCOMES, standing, strict=True):
            low, high = wilson(share * loans, loans) if basis == "count" else (np.nan, np.nan)
            rows.append((mob, outcome, share, low, high, at_risk, loans, int(old.sum()), loans < SMALL_CELL_LOANS))
    columns = ["mob", "became", "share_rate", "low_rate", "high_rate", "at_risk", "loans", "cohorts", "is_small"]
    return pd.DataFrame(rows, columns=columns)


def watched(moves: pd.DataFrame, past_due_days: int) -> pd.DataFrame:
    """Return how late loans are at each age, over those that were watched at it, and what has become of them.

    Parameters
    ----------
    moves
        As for :func:`shares`; loans may come under observation at any age.
    past_due_days
        One of ``terms.PAST_DUE_DAYS``.

    Returns
    -------
    DataFrame
        One row a ``mob`` at which a loan was on the book: ``late`` and ``watched`` (loans on the book), ``rate`` =
        late / watched with ``low_rate`` and ``high_rate`` (Wilson, 95 %), ``is_small`` (fewer than 30 loans); and, from
        the second age on, ``default_rate``, the chance that a loan that ran at the first age stands in default or is
        lost by this one, with ``at_risk``, the loans that were on the book a month before.

    Notes
    -----
    **Source**: Aalen and Johansen (1978) with late entry: a loan counts from the age at which it was first seen, so
    what had ended before is in neither numerator nor denominator.
    """
    need(moves, "mob", "prev_state", "state", "loans")
    on_book = moves[moves["state"].isin(terms.BUCKETS)]
    seen = on_book.groupby("mob")["loans"].sum()
    late = on_book[on_book["state"].isin(terms.buckets_beyond(past_due_days))].groupby("mob")["loans"].sum()
    weighed = _weighed(moves, "count")
    standing = np.array([1.0 if outcome == "running" else 0.0 for outcome in OUTCOMES])
    rows: list[dict[str, object]] = []
    for mob, loans in seen.items():
        moved = weighed[(weighed["mob"] == mob) & weighed["from"].notna()]
        if rows and len(moved):
            standing = standing @ _chances(moved)
        bad = float(late.get(mob, 0.0))
        low, high = wilson(bad, float(loans))
        ended = float(standing[OUTCOMES.index("default")] + standing[OUTCOMES.index("lost")])
        rows.append(
            {
                "mob": int(mob),  # type: ignore[call-overload]
                "late": int(bad),
                "watched": int(loans),
                "rate": bad / float(loans),
                "low_rate": low,
                "high_rate": high,
                "default_rate": ended if rows else np.nan,
                "at_risk": float(moved["moved"].sum()),
                "is_small": bool(loans < SMALL_CELL_LOANS),
            }
        )
    return pd.DataFrame(rows)


def _weighed(moves: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """One line an origin and outcome with what moved; by balance what was repaid on the way is a line of its own."""
    keyed = moves.assign(**{"from": moves["prev_state"].map(_OUTCOME_OF), "to": moves["state"].map(_OUTCOME_OF)})
    if basis == "count":
        return keyed.assign(moved=keyed["loans"])[["mob", "from", "to", "moved"]]
    kept = keyed["balance_fen"] + keyed["lost_fen"]
    repaid = keyed.assign(moved=keyed["opening_fen"] - kept, to="paid")
    both = pd.concat([keyed.assign(moved=kept), repaid[keyed["from"].notna()]], ignore_index=True)
    return both[["mob", "from", "to", "moved"]]


def _at_birth(weighed: pd.DataFrame, originated: pd.DataFrame, basis: Basis) -> np.ndarray:
    """Where loans stood at the end of the month in which they were opened."""
    born = weighed[(weighed["mob"] == 0) & weighed["from"].isna()]
    sums = born.groupby("to")["moved"].sum()
    total = float(originated["loans" if basis == "count" else "principal_fen"].sum())
    found = np.array([float(sums.get(outcome, 0.0)) for outcome in OUTCOMES]) / total
    # Principal that is neither owed nor lost at the end of the first month was repaid in it.
    found[OUTCOMES.index("paid")] += 1 - found.sum()
    return found


def _chances(moved: pd.DataFrame) -> np.ndarray:
    """A row an outcome, a column where it goes; both ends stay where they are, and so does what nobody was in."""
    sums = moved.pivot_table(index="from", columns="to", values="moved", aggfunc="sum", fill_value=0)
    table = sums.reindex(index=list(OUTCOMES), columns=list(OUTCOMES), fill_value=0).to_numpy(dtype=float)
    total = table.sum(axis=1, keepdims=True)
    return np.where(total > 0, table / np.where(total > 0, total, 1.0), np.eye(len(OUTCOMES)))

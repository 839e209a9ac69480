"""How loans become late: entry into lateness, early collection, and the first instalments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need, ratio
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS
from jiebei_dash.terms import Basis

LETTERS = {2: "s", 3: "t"}
"""Number of an instalment -> first letter of its measure: SPD, TPD."""


def entry(due: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return the entry rate of each due month, what was collected of it in 30 days, and what rolled on.

    Parameters
    ----------
    due
        ``due_month``, ``instalments``, ``due_fen``, ``entered``, ``entered_fen``, ``mature``, ``collected``,
        ``collected_fen``; one row a due month.
    basis
        ``balance`` weighs by the amount due (principal and interest), ``count`` by instalments.

    Returns
    -------
    DataFrame
        ``month``, ``measure``, ``numerator``, ``denominator``, ``rate``, by count ``low_rate``, ``high_rate`` (95 %),
        ``instalments`` (behind it), ``is_small``. ``entry`` (D1) = unpaid at the end of the due date / due;
        ``collected`` = paid within 30 days / entered; ``to_m2`` = (entered - collected) / due. The last two are absent
        until every due date of the month is 30 days old.

    Notes
    -----
    **Source**: house definitions E1, E2, E3 and Wilson (1927): to_m2 = entry x (1 - collected).
    """
    need(due, "due_month", "instalments", "due_fen", "entered", "entered_fen", "mature", "collected", "collected_fen")
    fen = "_fen" if basis == "balance" else ""
    total, entered, collected = due["due_fen" if fen else "instalments"], due[f"entered{fen}"], due[f"collected{fen}"]
    mature = due["mature"] == due["instalments"]
    parts = [
        _measured("entry", due["due_month"], entered, total).assign(instalments=due["instalments"]),
        _measured("collected", due["due_month"], collected, entered).assign(instalments=due["entered"])[mature],
        _measured("to_m2", due["due_month"], entered - collected, total).assign(instalments=due["instalments"])[mature],
    ]
    return _judged(pd.concat(parts, ignore_index=True), basis, "instalments")


def first_payment(first: pd.DataFrame, basis: Basis, unpaid_days: tuple[int, ...]) -> pd.DataFrame:
    """Return the share of each cohort whose first instalment was unpaid x days after its due date.

    Parameters
    ----------
    first
        ``opened_month``, ``loans``, ``principal_fen``; ``mature_x``, ``unpaid_x``, ``unpaid_x_fen`` for each x;
        ``never_paid``, ``never_paid_fen``.
    basis
        ``balance`` weighs by original principal, ``count`` by loans.
    unpaid_days
        The x.

    Returns
    -------
    DataFrame
        ``opened_month``, ``measure`` (``fpd_<x>`` and ``never_paid``), ``numerator``, ``denominator``, ``rate``, by
        count ``low_rate`` and ``high_rate`` (95 %), ``loans``, ``is_small``. Absent until the last first instalment of
        the cohort is x days old (30 for ``never_paid``).

    Notes
    -----
    **Source**: house definition E4, variant A: loans paid off before their first due date stay in the denominator.
    """
    names = [("never_paid", max(unpaid_days)), *((f"unpaid_{days}", days) for days in unpaid_days)]
    need(first, "opened_month", "loans", "principal_fen", *(name for name, _ in names))
    fen = "_fen" if basis == "balance" else ""
    total = first["principal_fen" if fen else "loans"]
    parts = []
    for name, days in names:
        measure = name.replace("unpaid", "fpd")
        part = _measured(measure, first["opened_month"], first[name + fen], total).assign(loans=first["loans"])
        parts.append(part[first[f"mature_{days}"] == first["loans"]].rename(columns={"month": "opened_month"}))
    return _judged(pd.concat(parts, ignore_index=True), basis, "loans")


def later_payments(later: pd.DataFrame, basis: Basis, unpaid_days: tuple[int, ...]) -> pd.DataFrame:
    """Return the share of each cohort whose second or third instalment was unpaid x days after its due date.

    Parameters
    ----------
    later
        ``opened_month``, ``instalment_no``, ``loans``, ``principal_fen``; for each x ``mature_x``, ``unpaid_x``,
        ``given_x``, ``given_unpaid_x``, and the last three also as ``_fen``.
    basis
        ``balance`` weighs by original principal, ``count`` by loans.
    unpaid_days
        The x.

    Returns
    -------
    DataFrame
        ``opened_month``, ``measure`` (``spd_<x>``, ``tpd_<x>``), ``numerator``, ``denominator`` (loans that had settled
        all earlier instalments by the due date), ``rate`` (conditional) with ``low_rate`` and ``high_rate`` (95 %; by
        count alone), ``all_numerator``, ``all_denominator``, ``all_rate`` (unconditional: of all loans with such an
        instalment), ``loans`` (the conditional denominator in loans), ``is_small``. Absent until the last such due date
        of the cohort is x days old.

    Notes
    -----
    **Source**: house definition E5; Wilson (1927) for the interval.
    """
    need(later, "opened_month", "instalment_no", "loans", "principal_fen", *(f"given_{days}" for days in unpaid_days))
    fen = "_fen" if basis == "balance" else ""
    total = later["principal_fen" if fen else "loans"]
    parts = []
    for number, letter in LETTERS.items():
        for days in unpaid_days:
            mature = (later["instalment_no"] == number) & (later[f"mature_{days}"] == later["loans"])
            part = pd.DataFrame(
                {
                    "opened_month": later["opened_month"],
                    "measure": f"{letter}pd_{days}",
                    "numerator": later[f"given_unpaid_{days}{fen}"],
                    "denominator": later[f"given_{days}{fen}"],
                    "all_numerator": later[f"unpaid_{days}{fen}"],
                    "all_denominator": total,
                    "loans": later[f"given_{days}"],
                }
            )
            parts.append(part[mature])
    found = pd.concat(parts, ignore_index=True)
    found["rate"] = ratio(found["numerator"], found["denominator"])
    found["all_rate"] = ratio(found["all_numerator"], found["all_denominator"])
    return _judged(found, basis, "loans")


def _judged(found: pd.DataFrame, basis: Basis, behind: str) -> pd.DataFrame:
    """Put Wilson's interval behind a rate by count, and mark a rate with little behind it."""
    kept = [name for name in found.columns if name not in ("rate", behind)]
    rates = ["rate"]
    if basis == "count":
        spread = [wilson(hits, total) for hits, total in zip(found["numerator"], found["denominator"], strict=True)]
        found[["low_rate", "high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
        rates += ["low_rate", "high_rate"]
    found["is_small"] = found[behind] < SMALL_CELL_LOANS
    return found[[*kept, *rates, behind, "is_small"]]


def _measured(measure: str, month: pd.Series, numerator: pd.Series, denominator: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": month,
            "measure": measure,
            "numerator": numerator,
            "denominator": denominator,
            "rate": ratio(numerator, denominator),
        }
    )

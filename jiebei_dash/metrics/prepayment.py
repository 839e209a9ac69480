"""Early repayment: of a performing book with a schedule in a month and a year, and of one that has none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import every_month, need
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS

_SUMS = ["loans", "opening_fen", "scheduled_fen", "prepaid_fen", "paid_fen"]
WINDOW_MONTHS = 3
LEAST_CHANGES = 6
YOUNG_MOB = 2
"""Early repayment is quicker in the first months. Source: house table 3.3."""


def rates(sums: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return SMM, CPR and the rates of other variants, of each key.

    Parameters
    ----------
    sums
        The keys, ``loans``, ``opening_fen``, ``scheduled_fen``, ``prepaid_fen``, ``paid_fen``; lines with the same key
        are added up first, so months weigh by their balance.
    keys
        Columns to keep apart.

    Returns
    -------
    DataFrame
        The keys in order, ``prepaid_fen``, ``unscheduled_fen`` (opening principal - what fell due), ``opening_fen``,
        ``paid_fen``, ``smm_rate`` = prepaid / unscheduled, ``cpr_rate`` = 1 - (1 - SMM)^12, ``pool_rate`` = prepaid /
        opening (the variant of ABS reports, which keeps the schedule in), ``mpr_rate`` = all principal received /
        opening, ``loans`` (loan-months), ``is_small``. NaN over nothing.

    Notes
    -----
    **Source**: house definition 1.9. Loans are those that were current a month before.
    """
    need(sums, *keys, *_SUMS)
    found = sums.groupby(keys, as_index=False, sort=True)[_SUMS].sum()
    unscheduled = found["opening_fen"] - found["scheduled_fen"]
    opening = found["opening_fen"].astype(float).replace(0.0, np.nan)
    # What falls due may exceed what is owed by nothing; a last month has nothing left to be ahead of.
    smm = found["prepaid_fen"] / unscheduled.astype(float).where(unscheduled > 0)
    shown = found.assign(
        unscheduled_fen=unscheduled,
        smm_rate=smm,
        cpr_rate=a_year(smm),
        pool_rate=found["prepaid_fen"] / opening,
        mpr_rate=found["paid_fen"] / opening,
        is_small=found["loans"] < SMALL_CELL_LOANS,
    )
    columns = ["prepaid_fen", "unscheduled_fen", "opening_fen", "paid_fen", "smm_rate", "cpr_rate", "pool_rate"]
    return shown[[*keys, *columns, "mpr_rate", "loans", "is_small"]]


def by_age(sums: pd.DataFrame) -> pd.DataFrame:
    """Return :func:`rates` of each ``mob``, beside those of the first months together and of all later ones.

    Parameters
    ----------
    sums
        As for :func:`rates`, by ``mob``.

    Returns
    -------
    DataFrame
        Of :func:`rates`, with ``is_young`` (up to ``YOUNG_MOB`` months on book), ``span_smm_rate`` and
        ``span_mpr_rate`` of all ages on the same side.
    """
    found = rates(sums, ["mob"])
    found["is_young"] = found["mob"] <= YOUNG_MOB
    spans = rates(sums.assign(is_young=sums["mob"] <= YOUNG_MOB), ["is_young"]).set_index("is_young")
    return found.assign(**{f"span_{name}": found["is_young"].map(spans[name]) for name in ("smm_rate", "mpr_rate")})


def a_year(smm: pd.Series) -> pd.Series:
    """Return the yearly rate of a monthly one: 1 - (1 - SMM)^12."""
    return 1 - (1 - smm) ** 12


def by_month(sums: pd.DataFrame) -> pd.DataFrame:
    """Return :func:`rates` of each month, with the rate over three months and what a month's change usually is.

    Parameters
    ----------
    sums
        ``month`` and what :func:`rates` reads; one row a month.

    Returns
    -------
    DataFrame
        ``month`` and the columns of :func:`rates`, then ``smm_3_rate``, ``cpr_3_rate``, ``mpr_3_rate``
        (three months weighed by their balance; NaN before the third) and ``usual_change`` (standard deviation
        of the changes of SMM before the month's own, NaN with fewer than six).
    """
    found = rates(every_month(sums), ["month"])
    rolled = found[["prepaid_fen", "unscheduled_fen", "paid_fen", "opening_fen"]].rolling(WINDOW_MONTHS).sum()
    changes = found["smm_rate"].diff().shift(1)
    smm = rolled["prepaid_fen"] / rolled["unscheduled_fen"].where(rolled["unscheduled_fen"] > 0)
    return found.assign(
        smm_3_rate=smm,
        cpr_3_rate=a_year(smm),
        mpr_3_rate=rolled["paid_fen"] / rolled["opening_fen"].where(rolled["opening_fen"] > 0),
        usual_change=changes.expanding(LEAST_CHANGES).std(),
    )

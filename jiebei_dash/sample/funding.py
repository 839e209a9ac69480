"""Who lent each drawdown, and the cash that comes after a loan has left the book."""

from __future__ import annotations

import numpy as np

from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import line, month_number
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.paying import SOLD


def shares(loans: Ledger, parameters: Parameters, chooser: np.random.Generator) -> Columns:
    """Return who lent each drawdown.

    Parameters
    ----------
    loans
        All drawdowns.
    parameters
        The calibration.
    chooser
        Chance of this purpose.

    Returns
    -------
    Columns
        ``loan``, ``funder`` (place among the funders; 0 is the own book), ``share_rate``, ``principal_fen``; sorted by
        loan, the parts of a loan sum to its principal to the fen.

    Notes
    -----
    **Source**: own book 2-10 % until 2021, own share 30-50 % of joint loans from 2022 (the 30 % rule of the 2021
    notice on internet loans); weights of the partners are invented.
    """
    funding, count = parameters.funding, loans.count
    weight = np.asarray([funder.weight for funder in parameters.funders])
    months = np.arange(int(loans["month"].min(initial=0)), int(loans["month"].max(initial=0)) + 1)
    own_rate = np.array([line(funding.own_lines, int(month)) for month in months])[loans["month"] - months[0]]
    lot = chooser.random((3, count))
    partner = chooser.choice(len(weight), count, p=weight / weight.sum())
    is_own = lot[0] < own_rate
    may_join = ~is_own & (loans["month"] >= month_number(funding.joint_from))
    is_joint = may_join & (lot[1] < funding.joint_share)
    joint_share = funding.joint_own_low + (funding.joint_own_high - funding.joint_own_low) * lot[2]
    own_share = np.where(is_own, 1.0, np.where(is_joint, np.round(joint_share, 2), 0.0))
    own_fen = np.rint(loans["principal_fen"] * own_share).astype(np.int64)
    own, other = np.flatnonzero(own_share > 0), np.flatnonzero(own_share < 1)
    loan = np.concatenate([own, other])
    order = np.argsort(loan, kind="stable")
    return {
        "loan": loan[order],
        "funder": np.concatenate([np.zeros(len(own), np.int64), partner[other]])[order],
        "share_rate": np.concatenate([own_share[own], np.round(1 - own_share[other], 2)])[order],
        "principal_fen": np.concatenate([own_fen[own], (loans["principal_fen"] - own_fen)[other]])[order],
    }


def recoveries(loans: Ledger, parameters: Parameters, last_month: int, chooser: np.random.Generator) -> Columns:
    """Return cash after write-off, and sale proceeds in the month of the sale.

    Returns
    -------
    Columns
        ``loan``, ``month``, ``is_sale``, ``recovered_fen``; sorted by month, then loan.

    Notes
    -----
    **Source**: cumulative cash of 2, 4 and 7 % by months 6, 12 and 24 (house calibration); sale price 12.2 % x
    exp(-0.0010 x days past due), a fit to published floor prices of personal bad-loan batches 2025-2026.
    """
    paying, recovery = parameters.paying, parameters.recovery
    gone = np.flatnonzero(loans["lost_fen"] > 0)
    is_sold = loans["closed_state"][gone] == SOLD
    sold, written_off = gone[is_sold], gone[~is_sold]
    price = paying.sale_price_rate * np.exp(-paying.sale_price_decay_a_day * loans["lost_dpd"][sold])
    price = price * np.exp(paying.sale_price_sigma * chooser.standard_normal(len(sold)))
    proceeds = np.rint(loans["lost_fen"][sold] * price).astype(np.int64)

    edges = (0, *recovery.until_month)
    expected = np.diff((0.0, *recovery.expected_rate)) / np.diff(edges)
    ages = np.arange(1, edges[-1] + 1)
    rate = np.repeat(expected, np.diff(edges)) / recovery.mean_payment_rate
    pays = chooser.random((len(written_off), len(ages))) < rate
    part = np.minimum(2 * recovery.mean_payment_rate * chooser.random(pays.shape), 1.0) * pays
    sum_part = np.minimum(np.cumsum(part, axis=1), 1.0)
    cash = np.rint(loans["lost_fen"][written_off][:, None] * np.diff(sum_part, axis=1, prepend=0.0)).astype(np.int64)
    months = loans["closed_month"][written_off][:, None] + ages
    row, column = np.nonzero((cash > 0) & (months <= last_month))
    loan = np.concatenate([sold, written_off[row]])
    month = np.concatenate([loans["closed_month"][sold], months[row, column]])
    order = np.lexsort((loan, month))
    return {
        "loan": loan[order],
        "month": month[order],
        "is_sale": np.concatenate([np.ones(len(sold), np.bool_), np.zeros(len(row), np.bool_)])[order],
        "recovered_fen": np.concatenate([proceeds, cash[row, column]])[order],
    }

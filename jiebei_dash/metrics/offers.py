"""What each cell of the price and limit grid pays and gets: take-up, use, risk, loss and margin, now and proposed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.cost_of_credit import payments_of, yearly_cost
from jiebei_dash.metrics.expected import Floats, figures, take_up
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS
from jiebei_dash.unit_costs import UnitCosts

SMALL_CELL_LOANS = 30
TERM_MONTHS = 12
_MONTHS = 12
_KEPT, _ALONE = SWAP_CELLS.index("KEPT"), {"today": "SWAPPED_OUT", "proposed": "SWAPPED_IN"}
_GRANTED = [LOAN_OUTCOMES.index(name) for name in ("NOT_DRAWN", "WAITING", "GOOD", "BAD")]
_DREW = _GRANTED[1:]
_COUNT, _LOANS = LAB_MEASURES.index("decided_count"), LAB_MEASURES.index("loan_count")
_RANGED = ("expected_bad_rate", "expected_low_rate", "expected_high_rate", "loss_fen", "loss_low_fen", "loss_high_fen",
           "margin_fen", "margin_low_fen", "margin_high_fen", "margin_rate")  # fmt: skip


def price_cells(
    today: pd.DataFrame,
    proposed: pd.DataFrame,
    offered_today: pd.DataFrame,
    offered: pd.DataFrame,
    steps: list[float],
    weight: float,
    assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:
    """Return what each cell pays and what follows, now and at the price of the draft.

    Parameters
    ----------
    today, proposed
        Sums of both policies at their offers, of which ``group`` is the cell: grain ``group``, ``cell``, ``outcome``;
        columns ``terms.LAB_MEASURES``.
    offered_today, offered
        One row a cell in that order: ``zhima_band``, ``score_from``, ``approved_count``, ``rate_sum``,
        ``cut_rate_count``, ``over_effective_count``.
    steps
        Of each cell, by how many steps of the day rate the draft moves the price.
    weight
        Ratio of the take-up of the newly approved to that of the approved then.
    assumptions, costs
        Drawn share, life of a balance, loss and costs.

    Returns
    -------
    DataFrame
        One row a cell in which either policy approves somebody: ``zhima_band``, ``score_from``, ``price_steps``,
        ``approved_today_count``, ``approved_count``, ``nominal_today_rate`` and ``nominal_rate`` (mean yearly price),
        ``effective_today_rate`` and ``effective_rate`` (its all-in yearly cost in twelve equal instalments without
        fees), ``take_up_today_rate`` with ``take_up_low_rate`` and ``take_up_high_rate`` (Wilson, 95 %; of whoever was
        approved then), ``take_up_rate`` (expected at the new price; inferred), ``observed_count``,
        ``observed_bad_rate`` with ``observed_low_rate`` and ``observed_high_rate``, ``expected_today_rate``, of the
        draft ``expected_bad_rate`` with low and high (inferred), loss and margin today (``_today_fen``) and proposed
        with low and high, ``margin_rate``, ``cut_rate_count`` (cut by the cap read as nominal),
        ``over_effective_count`` (asked above it read as effective), ``is_small`` (fewer than 30 loans).

    Notes
    -----
    **Source**: house definition 1.14; cost of credit 1.11.
    """
    need(offered, "rate_sum", "cut_rate_count", "over_effective_count")
    frame = _frame(today, proposed, offered_today, offered, weight, assumptions, costs)
    frame.insert(2, "price_steps", steps)
    frame["nominal_today_rate"] = _over(offered_today["rate_sum"], offered_today["approved_count"])
    frame["nominal_rate"] = _over(offered["rate_sum"], offered["approved_count"])
    for name in ("today_rate", "rate"):
        frame[f"effective_{name}"] = [effective(rate) for rate in frame[f"nominal_{name}"]]
    for name in ("cut_rate_count", "over_effective_count"):
        frame[name] = offered[name]
    granted, drew = _lines(today, "today")
    frame["take_up_today_rate"] = _over(drew, granted)
    spread = [wilson(some, of) for some, of in zip(drew, granted, strict=True)]
    frame[["take_up_low_rate", "take_up_high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
    granted, drew = _lines(proposed, "proposed")
    frame["take_up_rate"] = _over(drew, granted)
    return _kept(frame)


def limit_cells(
    today: pd.DataFrame,
    proposed: pd.DataFrame,
    offered_today: pd.DataFrame,
    offered: pd.DataFrame,
    factors: list[float],
    weight: float,
    assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:
    """Return what line each cell gets and what follows, now and at the draft's factor.

    Parameters
    ----------
    today, proposed, weight, assumptions, costs
        As for :func:`price_cells`.
    offered_today, offered
        One row a cell: ``zhima_band``, ``score_from``, ``approved_count``, ``line_fen``, ``used_fen``,
        ``cut_policy_count``, ``cut_line_count``.
    factors
        Of each cell, by what the draft multiplies the line.

    Returns
    -------
    DataFrame
        One row a cell in which either policy approves somebody: ``zhima_band``, ``score_from``, ``limit_factor``,
        ``approved_today_count``, ``approved_count``, ``mean_line_today_fen`` and ``mean_line_fen`` (after all caps),
        ``utilisation_today_rate`` and ``utilisation_rate`` (drawn share of the line; assumed), ``drawn_today_fen`` and
        ``drawn_fen`` (exposure), ``observed_count``, ``observed_bad_rate`` with low and high, ``expected_today_rate``
        and of the draft ``expected_bad_rate`` with low and high (inferred), loss and margin as for
        :func:`price_cells`, ``cut_policy_count`` and ``cut_line_count`` (lines cut by the policy's own cap, and by the
        lowest legal one), ``is_small``.

    Notes
    -----
    **Source**: house definition 1.14: exposure = line x utilisation; a larger line is used less and is riskier.
    """
    need(offered, "line_fen", "used_fen", "cut_policy_count", "cut_line_count")
    frame = _frame(today, proposed, offered_today, offered, weight, assumptions, costs)
    frame.insert(2, "limit_factor", factors)
    for name, each in (("_today", offered_today), ("", offered)):
        frame[f"mean_line{name}_fen"] = _over(each["line_fen"], each["approved_count"])
        frame[f"utilisation{name}_rate"] = assumptions["drawn_share"] * _over(each["used_fen"], each["line_fen"])
    for name in ("cut_policy_count", "cut_line_count"):
        frame[name] = offered[name]
    return _kept(frame)


def effective(nominal_rate: float) -> float:
    """Return the all-in effective yearly cost of a nominal price: twelve equal instalments without fees.

    Parameters
    ----------
    nominal_rate
        Twelve times the monthly rate.
    """
    if not nominal_rate >= 0:
        return float("nan")
    return yearly_cost(1.0, payments_of(1.0, nominal_rate / _MONTHS, TERM_MONTHS, "EQ_INSTALLMENT")).effective_apr


def _frame(
    today: pd.DataFrame,
    proposed: pd.DataFrame,
    offered_today: pd.DataFrame,
    offered: pd.DataFrame,
    weight: float,
    assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:
    """What both grids show: counts, bad rates, loss and margin."""
    need(offered, "zhima_band", "score_from", "approved_count")
    was, new = (
        _figures(sums, policy, weight, assumptions, costs)
        for policy, sums in (("today", today), ("proposed", proposed))
    )
    frame = offered[["zhima_band", "score_from"]].reset_index(drop=True)
    frame["approved_today_count"], frame["approved_count"] = offered_today["approved_count"], offered["approved_count"]
    frame["observed_count"] = was["observed_count"].astype(np.int64)
    frame["observed_bad_rate"] = was["observed_bad_rate"]
    spread = [wilson(bad, of) for bad, of in zip(was["observed_bad_count"], was["observed_count"], strict=True)]
    frame[["observed_low_rate", "observed_high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
    frame["expected_today_rate"] = was["expected_bad_rate"]
    for name in ("drawn_fen", "loss_fen", "margin_fen"):
        frame[f"{name.removesuffix('_fen')}_today_fen"] = was[name]
    frame["drawn_fen"] = new["drawn_fen"]
    for name in _RANGED:
        frame[name] = new[name]
    frame["is_small"] = new["loan_count"] < SMALL_CELL_LOANS
    return frame


def _figures(
    sums: pd.DataFrame, policy: str, weight: float, assumptions: Assumptions, costs: UnitCosts
) -> dict[str, Floats]:
    """Figures of whoever a policy approves, by cell; whoever was declined draws like the whole, so cells add up."""
    values = _values(sums)
    passing = values[:, [_KEPT, SWAP_CELLS.index(_ALONE[policy])]].sum(axis=1)
    drawing = take_up(values.sum(axis=(0, 1))) * weight
    decided = values[..., _COUNT].sum(axis=(1, 2))
    return figures(passing, decided, np.full(len(values), drawing), assumptions, costs)


def _lines(sums: pd.DataFrame, policy: str) -> tuple[Floats, Floats]:
    """Lines approved then to whom a policy says yes, and how many of them are drawn at its price."""
    kept = _values(sums)[:, [_KEPT, SWAP_CELLS.index(_ALONE[policy])]]
    return kept[:, :, _GRANTED, _COUNT].sum(axis=(1, 2)), kept[:, :, _DREW, _LOANS].sum(axis=(1, 2))


def _kept(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["approved_today_count"] + frame["approved_count"] > 0].reset_index(drop=True)


def _values(sums: pd.DataFrame) -> Floats:
    need(sums, "group", "cell", "outcome", *LAB_MEASURES)
    shape = (-1, len(SWAP_CELLS), len(LOAN_OUTCOMES), len(LAB_MEASURES))
    return np.asarray(sums[list(LAB_MEASURES)].to_numpy(np.float64).reshape(shape))


def _over(numerator: Floats | pd.Series, denominator: Floats | pd.Series) -> Floats:
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)

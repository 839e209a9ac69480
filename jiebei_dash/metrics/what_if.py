"""What a policy would do: approvals, bad rate seen and inferred, loss and margin, each with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.expected import FIGURES, Floats, ends, figures, interval, spread, take_up
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS
from jiebei_dash.unit_costs import UnitCosts

POLICIES: tuple[str, ...] = ("today", "proposed")
_CELLS_OF = {"today": ("KEPT", "SWAPPED_OUT"), "proposed": ("KEPT", "SWAPPED_IN")}
_COUNTS = ("decided_count", "approved_count", "observed_count", "observed_bad_count")


def take_up_rate(sums: pd.DataFrame) -> float:
    """Return the share of the lines approved then that were drawn, NaN if none was approved.

    Parameters
    ----------
    sums
        Grain ``group``, ``cell``, ``outcome``; columns ``terms.LAB_MEASURES``.
    """
    return float(take_up(_values(sums).sum(axis=(0, 1))))


def swap_set(today: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return the two-by-two of today and proposed.

    Parameters
    ----------
    today, proposed
        Sums at the offers of each policy: grain ``group``, ``cell``, ``outcome``; columns ``terms.LAB_MEASURES``.

    Returns
    -------
    DataFrame
        One row a cell of ``terms.SWAP_CELLS``, in that order, absent people as 0: ``decided_count``, ``requested_fen``,
        ``limit_fen`` (under the policy that approves; the proposed one where both do; NaN where neither),
        ``observed_count``, ``observed_bad_count``, ``observed_bad_rate`` with Wilson's 95% ``observed_low_rate`` and
        ``observed_high_rate``, ``mean_pd_rate`` (stored PD of everybody in the cell), ``inferred_count`` (people
        declined then, or whose loan is too young), ``inferred_bad_rate``, ``inferred_low_rate``,
        ``inferred_high_rate`` (theirs alone, people not loans), ``no_loan_count`` (approved then, never drew). The
        three counts of a cell add up to ``decided_count``.
    """
    at = {name: place for place, name in enumerate(LAB_MEASURES)}
    rows = []
    for number, cell in enumerate(SWAP_CELLS):
        values = _values(today if cell == "SWAPPED_OUT" else proposed).sum(axis=0)[number]
        count = dict(zip(LOAN_OUTCOMES, values[:, at["decided_count"]], strict=True))
        observed, bad = count["GOOD"] + count["BAD"], count["BAD"]
        low, high = wilson(bad, observed)
        unseen = [LOAN_OUTCOMES.index(name) for name in ("DECLINED", "WAITING")]
        inferred = float(values[unseen, at["decided_count"]].sum())
        rates = {
            f"inferred_{said}_rate": _rate(values[unseen, at[f"bads_{name}_count"]].sum(), inferred)
            for name, said in (("low", "low"), ("central", "bad"), ("high", "high"))
        }
        is_out = cell == "DECLINED"
        rows.append(
            {
                "cell": cell,
                "decided_count": int(sum(count.values())),
                "requested_fen": float(values[:, at["requested_fen"]].sum()),
                "limit_fen": np.nan if is_out else float(values[:, at["limit_fen"]].sum()),
                "observed_count": int(observed),
                "observed_bad_count": int(bad),
                "observed_bad_rate": _rate(bad, observed),
                "observed_low_rate": low,
                "observed_high_rate": high,
                "mean_pd_rate": _rate(values[:, at["pd_sum"]].sum(), sum(count.values())),
                "inferred_count": int(inferred),
                **(dict.fromkeys(rates, np.nan) if is_out else rates),
                "no_loan_count": int(count["NOT_DRAWN"]),
            }
        )
    return pd.DataFrame(rows)


def consequences(
    today: pd.DataFrame, proposed: pd.DataFrame, weight: float, assumptions: Assumptions, costs: UnitCosts
) -> pd.DataFrame:
    """Return what today's policy and the proposed one do to the same applications.

    Parameters
    ----------
    today, proposed
        Sums at the offers of each policy: grain ``group`` (parts of the population by a hash), ``cell``, ``outcome``;
        columns ``terms.LAB_MEASURES``.
    weight
        Ratio of the take-up of the newly approved to that of the approved then; 0 to leave out whoever was declined.
    assumptions, costs
        Drawn share, life of a balance, loss and costs; tax and capital.

    Returns
    -------
    DataFrame
        One row a policy of ``POLICIES``: ``policy``, ``decided_count``, what ``metrics.expected.figures`` has,
        ``observed_low_rate`` and ``observed_high_rate`` (Wilson, 95%), and for each of ``metrics.expected.FIGURES``
        ``<figure>_from`` and ``<figure>_to``: the range of inference widened by chance (95 %, jackknife).
    """
    rows = []
    for policy, sums in zip(POLICIES, (today, proposed), strict=True):
        whole, without, decided = _both(sums, policy, weight, assumptions, costs)
        low, high = wilson(float(whole["observed_bad_count"]), float(whole["observed_count"]))
        row: dict[str, Any] = {"policy": policy, "decided_count": int(decided)}
        row |= {name: int(value) if name in _COUNTS else float(value) for name, value in whole.items()}
        row |= {"observed_low_rate": low, "observed_high_rate": high}
        for name in FIGURES:
            row[f"{name}_from"], row[f"{name}_to"] = interval(whole, without, name)
        rows.append(row)
    return pd.DataFrame(rows)


def differences(
    today: pd.DataFrame, proposed: pd.DataFrame, weight: float, assumptions: Assumptions, costs: UnitCosts
) -> pd.DataFrame:
    """Return by how much the proposal differs from today; parameters as :func:`consequences`.

    Returns
    -------
    DataFrame
        One row a figure of ``metrics.expected.FIGURES``: ``figure``, ``today``, ``proposed``, ``change``,
        ``change_from``, ``change_to`` (95 %: both policies on the same people, each end of the range of inference
        against the same end, widened by chance).
    """
    both = [
        _both(sums, policy, weight, assumptions, costs)[:2]
        for policy, sums in zip(POLICIES, (today, proposed), strict=True)
    ]
    (was, was_without), (new, new_without) = both
    rows = []
    for name in FIGURES:
        found = []
        for end in dict.fromkeys((*ends(name), name)):
            change = float(new[end] - was[end])
            width = float(spread(new_without[end] - was_without[end]))
            found += [change - width, change + width]
        rows.append(
            {
                "figure": name,
                "today": float(was[name]),
                "proposed": float(new[name]),
                "change": float(new[name] - was[name]),
                "change_from": min(found),
                "change_to": max(found),
            }
        )
    return pd.DataFrame(rows)


def by_segment(
    today: pd.DataFrame, proposed: pd.DataFrame, names: list[str], weight: float, assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:  # fmt: skip
    """Return both policies by segment.

    Parameters
    ----------
    today, proposed
        Sums of which ``group`` is the segment.
    names
        Code of each segment.
    weight, assumptions, costs
        As for :func:`consequences`; take-up is each segment's own.

    Returns
    -------
    DataFrame
        One row a segment that has decisions and a policy: ``segment``, ``policy``, ``decided_count``,
        ``approved_count``, ``approval_rate``, ``observed_count``, ``observed_bad_rate``, ``expected_bad_rate`` with
        ``expected_low_rate`` and ``expected_high_rate``, ``drawn_fen``, ``loss_fen``, ``margin_fen``, ``margin_rate``,
        ``is_small`` (fewer than 30 loans).
    """
    shown = (
        "approved_count", "approval_rate", "observed_count", "observed_bad_rate", "expected_low_rate",
        "expected_bad_rate", "expected_high_rate", "loan_count", "drawn_fen", "loss_fen", "margin_fen", "margin_rate",
    )  # fmt: skip
    rows = []
    for policy, sums in zip(POLICIES, (today, proposed), strict=True):
        values = _values(sums)
        cells = [SWAP_CELLS.index(cell) for cell in _CELLS_OF[policy]]
        decided = values[..., 0].sum(axis=(1, 2))
        drawn = take_up(values.sum(axis=1)) * weight
        found = figures(values[:, cells].sum(axis=1), decided, drawn, assumptions, costs)
        for place, name in enumerate(names):
            if decided[place] > 0:
                row: dict[str, Any] = {"segment": name, "policy": policy, "decided_count": int(decided[place])}
                row |= {each: float(found[each][place]) for each in shown}
                rows.append(row | {"is_small": bool(found["loan_count"][place] < 30)})
    return pd.DataFrame(rows)


def _both(
    sums: pd.DataFrame, policy: str, weight: float, assumptions: Assumptions, costs: UnitCosts
) -> tuple[dict[str, Floats], dict[str, Floats], float]:
    """Figures of the whole, and with each part left out in turn."""
    values = _values(sums)
    cells = [SWAP_CELLS.index(cell) for cell in _CELLS_OF[policy]]
    every = values.sum(axis=0)
    left = every - values
    whole = figures(
        every[cells].sum(axis=0), every[..., 0].sum(), take_up(every.sum(axis=0)) * weight, assumptions, costs
    )
    without = figures(
        left[:, cells].sum(axis=1), left[..., 0].sum(axis=(1, 2)), take_up(left.sum(axis=1)) * weight, assumptions,
        costs,
    )  # fmt: skip
    return whole, without, float(every[..., 0].sum())


def _values(sums: pd.DataFrame) -> Floats:
    """Groups by cells by outcomes by measures."""
    need(sums, "group", "cell", "outcome", *LAB_MEASURES)
    shape = (-1, len(SWAP_CELLS), len(LOAN_OUTCOMES), len(LAB_MEASURES))
    return np.asarray(sums[list(LAB_MEASURES)].to_numpy(np.float64).reshape(shape))


def _rate(numerator: float, denominator: float) -> float:
    return float(numerator) / float(denominator) if denominator > 0 else np.nan

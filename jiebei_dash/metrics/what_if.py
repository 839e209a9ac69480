"""What a policy would do: approvals, bad rate seen and inferred, loss and margin, from counts and sums."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.expected import BADS, DREW, RANGES, by_outcome, loans
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson

CELLS: tuple[str, ...] = ("KEPT", "SWAPPED_OUT", "SWAPPED_IN", "DECLINED")
"""Both approve; today alone; the proposal alone; neither."""
POLICIES: tuple[str, ...] = ("today", "proposed")

_KEYS = ("today_approves", "proposed_approves", "outcome")


def take_up_rate(sums: pd.DataFrame) -> float:
    """Return the share of the lines approved then that were drawn, NaN if none was approved.

    Parameters
    ----------
    sums
        ``outcome`` and ``decided_count``, any finer grain.
    """
    need(sums, "outcome", "decided_count")
    drew = sums.loc[sums["outcome"].isin(DREW), "decided_count"].sum()
    return _over(drew, sums.loc[sums["outcome"] != "DECLINED", "decided_count"].sum())


def swap_set(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the two-by-two of today and proposed.

    Parameters
    ----------
    sums
        Grain ``today_approves``, ``proposed_approves``, ``outcome``; see ``queries.what_if.replayed``.

    Returns
    -------
    DataFrame
        One row a cell of ``CELLS``, in that order, absent people as 0: ``decided_count``, ``requested_fen``,
        ``limit_fen`` (under the policy that approves; the proposed one where both do), ``observed_count``,
        ``observed_bad_count``, ``observed_bad_rate`` with Wilson's 95% ``observed_low_rate`` and
        ``observed_high_rate``, ``mean_pd_rate`` (stored PD of everybody in the cell), ``inferred_count`` (people
        declined then, or whose loan is too young), ``inferred_bad_rate``, ``inferred_low_rate``,
        ``inferred_high_rate`` (theirs alone), ``no_loan_count`` (approved then, never drew). The three counts of a cell
        add up to ``decided_count``.

    Notes
    -----
    **Source**: Thomas, Edelman, Crook (2002), Credit Scoring and Its Applications, ch. 8 (parcelling); Wilson (1927).
    """
    need(sums, *_KEYS, "decided_count", "requested_fen", "pd_known_count", "pd_sum", *BADS)
    rows = []
    for cell in CELLS:
        group = sums[_in_cell(sums, cell)]
        seen, inferred = (
            group[group["outcome"].isin(("GOOD", "BAD"))],
            group[group["outcome"].isin(("DECLINED", "WAITING"))],
        )
        observed, bad = seen["decided_count"].sum(), group.loc[group["outcome"] == "BAD", "decided_count"].sum()
        known = inferred["pd_known_count"].sum()
        low, high = wilson(bad, observed)
        limit = {"KEPT": "proposed_limit_fen", "SWAPPED_IN": "proposed_limit_fen", "SWAPPED_OUT": "today_limit_fen"}
        rows.append(
            {
                "cell": cell,
                "decided_count": int(group["decided_count"].sum()),
                "requested_fen": group["requested_fen"].sum(min_count=min(len(group), 1)),
                "limit_fen": group[limit[cell]].sum(min_count=min(len(group), 1)) if cell in limit else 0.0,
                "observed_count": int(observed),
                "observed_bad_count": int(bad),
                "observed_bad_rate": _over(bad, observed),
                "observed_low_rate": low,
                "observed_high_rate": high,
                "mean_pd_rate": _over(group["pd_sum"].sum(), group["pd_known_count"].sum()),
                "inferred_count": int(inferred["decided_count"].sum()),
                **_named("inferred", (_over(inferred[bads].sum(), known) for bads in BADS)),
                "no_loan_count": int(group.loc[group["outcome"] == "NOT_DRAWN", "decided_count"].sum()),
            }
        )
    return pd.DataFrame(rows)


def consequences(sums: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Return what today's policy and the proposed one do to the same applications.

    Parameters
    ----------
    sums
        Grain ``today_approves``, ``proposed_approves``, ``outcome``; see ``queries.what_if.replayed``.
    assumptions
        Take-up, drawn share, life of a balance, loss and unit economics.

    Returns
    -------
    DataFrame
        One row a policy of ``POLICIES``: ``decided_count``, ``approved_count``, ``approval_rate``, ``limit_fen``,
        ``drawn_fen``, ``loan_count`` (seen and expected), ``observed_count``, ``observed_share_rate``,
        ``observed_bad_rate`` with ``observed_low_rate`` and ``observed_high_rate`` (Wilson, 95%), ``inferred_count``,
        ``inferred_low_rate``, ``inferred_bad_rate``, ``inferred_high_rate``, ``expected_low_rate``,
        ``expected_bad_rate``, ``expected_high_rate`` (all loans, the range from the reject factor alone),
        ``loss_low_fen``, ``loss_fen``, ``loss_high_fen``, ``margin_low_fen``, ``margin_fen``, ``margin_high_fen`` (over
        the life, before tax), ``margin_rate`` (a year, on average balance).

    Notes
    -----
    **Source**: house definition. Drawn = limit x drawn share, for those who drew and, by take-up, for those declined
    then. Loss = drawn by bads x loss per bad. Margin = drawn x balance years x (income - costs) - loss.
    """
    need(sums, *_KEYS, "decided_count", "pd_known_count", *BADS)
    weight = take_up_rate(sums) * assumptions["take_up_ratio"]
    groups = {policy: sums[sums[f"{policy}_approves"].astype(bool)] for policy in POLICIES}
    both = pd.concat([group.assign(policy=policy) for policy, group in groups.items()])
    lent = loans(by_outcome(both, "policy").reindex(list(POLICIES), fill_value=0), weight)
    decided = int(sums["decided_count"].sum())
    rows = []
    for policy, group in groups.items():
        became = lent.loc[policy]
        low, high = wilson(became["observed_bad_count"], became["observed_count"])
        drawn = _drawn(group, f"{policy}_limit_fen", weight) * assumptions["drawn_share"]
        losses = _losses(group, policy, weight, assumptions)
        earned = drawn * assumptions["balance_years"] * assumptions.spread_rate
        rows.append(
            {
                "policy": policy,
                "decided_count": decided,
                "approved_count": int(group["decided_count"].sum()),
                "approval_rate": _over(group["decided_count"].sum(), decided),
                "limit_fen": group[f"{policy}_limit_fen"].sum(min_count=min(len(group), 1)),
                "drawn_fen": drawn,
                **became.drop("observed_bad_count").to_dict(),
                "observed_low_rate": low,
                "observed_high_rate": high,
                "loss_low_fen": losses[0],
                "loss_fen": losses[1],
                "loss_high_fen": losses[2],
                "margin_low_fen": earned - losses[2],
                "margin_fen": earned - losses[1],
                "margin_high_fen": earned - losses[0],
                "margin_rate": _over(earned - losses[1], drawn * assumptions["balance_years"]),
            }
        )
    return pd.DataFrame(rows)


def _in_cell(sums: pd.DataFrame, cell: str) -> pd.Series:
    today, proposed = sums["today_approves"].astype(bool), sums["proposed_approves"].astype(bool)
    return {
        "KEPT": today & proposed,
        "SWAPPED_OUT": today & ~proposed,
        "SWAPPED_IN": ~today & proposed,
        "DECLINED": ~today & ~proposed,
    }[cell]


def _drawn(group: pd.DataFrame, column: str, weight: float) -> float:
    """The sum over those who drew, and by take-up over those declined then."""
    drew = float(group.loc[group["outcome"].isin(DREW), column].sum(skipna=False))
    return drew + _times(weight, float(group.loc[group["outcome"] == "DECLINED", column].sum(skipna=False)))


def _losses(group: pd.DataFrame, policy: str, weight: float, assumptions: Assumptions) -> list[float]:
    """Principal lost over the life: low, central, high."""
    bad = float(group.loc[group["outcome"] == "BAD", f"{policy}_limit_fen"].sum())
    unseen = group.loc[group["outcome"].isin(("WAITING", "DECLINED"))]
    factor = unseen["outcome"].map({"WAITING": 1.0, "DECLINED": weight}).astype(float)
    scale = factor * unseen["decided_count"] / unseen["pd_known_count"].where(unseen["pd_known_count"] > 0)
    each = assumptions["drawn_share"] * assumptions["loss_per_bad"]
    inferred = (float((unseen[f"{policy}_bads_{name}_fen"] * scale).sum(skipna=False)) for name in RANGES)
    return [(bad + amount) * each for amount in inferred]


def _times(weight: float, amount: float) -> float:
    """An unknown take-up of nobody is nobody."""
    return 0.0 if amount == 0 else weight * amount


def _over(numerator: float, denominator: float) -> float:
    return float(numerator) / float(denominator) if denominator > 0 else np.nan


def _named(prefix: str, rates: Iterable[float]) -> dict[str, float]:
    names = (f"{prefix}_low_rate", f"{prefix}_bad_rate", f"{prefix}_high_rate")
    return dict(zip(names, rates, strict=True))

"""How the reasons of declines move between today's policy and a draft."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.paired import Side, change

KINDS: tuple[str, ...] = ("main", "any", "sole")
"""The first rule hit in the policy's order; hit at all; hit and nothing else."""
SMALL = 30
COLUMNS = [
    "reason", "policy", "declined_count", "main_count", "any_count", "sole_count", "main_rate", "low_rate", "high_rate",
    "is_small", "change_count", "change_rate", "change_low_rate", "change_high_rate",
]  # fmt: skip


def moved(
    crossed: pd.DataFrame, keys: Sequence[str], today_order: Sequence[str], proposed_order: Sequence[str]
) -> pd.DataFrame:
    """Return each reason with its declines under both policies.

    Parameters
    ----------
    crossed
        ``today_hits``, ``proposed_hits`` (masks), ``decided_count``; see ``queries.decline_mix.crossed``.
    keys
        Rule of each bit.
    today_order, proposed_order
        The rules in the order in which each policy applies them: the first hit is the main reason.

    Returns
    -------
    DataFrame
        A row a rule (in the draft's order) and policy (today, proposed): ``reason``, ``policy``, ``declined_count`` (of
        all reasons), ``main_count``, ``any_count``, ``sole_count``, ``main_rate`` (of the declined) with Wilson's
        95 % ``low_rate`` and ``high_rate``, ``is_small`` (fewer than 30 declined); on the proposed rows
        ``change_count`` of the main reason and ``change_rate`` with ``change_low_rate`` and ``change_high_rate``; NaN
        on today's. The main counts of a policy add up to its declined.

    Notes
    -----
    **Source**: house definition. The shares are those of a multinomial and each has its own interval (Wilson 1927), not
    one for all together; the change knows that the applications are the same.
    """
    need(crossed, "today_hits", "proposed_hits", "decided_count")
    n = crossed["decided_count"].astype(float)
    masks = {policy: crossed[f"{policy}_hits"].astype(int) for policy in ("today", "proposed")}
    orders = {"today": today_order, "proposed": proposed_order}
    main = {policy: masks[policy].map(_first(keys, orders[policy])) for policy in masks}
    both = (masks["today"] > 0) & (masks["proposed"] > 0)
    rows: list[dict[str, Any]] = []
    for key in proposed_order:
        bit = 1 << keys.index(key)
        counted: dict[str, Side] = {}
        for policy, mask in masks.items():
            declined = n.where(mask > 0, 0.0)
            counted[policy] = Side((main[policy] == key).astype(float), declined, declined)
            total, first = float(declined.sum()), float(n[main[policy] == key].sum())
            low, high = wilson(first, total)
            rows.append(
                {
                    "reason": key, "policy": policy, "declined_count": int(total), "main_count": int(first),
                    "any_count": int(n[mask & bit > 0].sum()), "sole_count": int(n[mask == bit].sum()),
                    "main_rate": first / total if total else math.nan, "low_rate": low, "high_rate": high,
                    "is_small": total < SMALL,
                    **dict.fromkeys(COLUMNS[-4:], math.nan),
                }
            )  # fmt: skip
        differs = change(counted["today"], counted["proposed"], n.where(both, 0.0))
        values = (rows[-1]["main_count"] - rows[-2]["main_count"], *differs)
        rows[-1] |= dict(zip(COLUMNS[-4:], values, strict=True))
    return pd.DataFrame(rows, columns=COLUMNS)


def cells(crossed: pd.DataFrame) -> dict[str, int]:
    """Return how many are approved by both policies, by today's alone, by the draft alone, and by neither."""
    need(crossed, "today_hits", "proposed_hits", "decided_count")
    today, proposed, n = crossed["today_hits"] == 0, crossed["proposed_hits"] == 0, crossed["decided_count"]
    return {
        "KEPT": int(n[today & proposed].sum()),
        "SWAPPED_OUT": int(n[today & ~proposed].sum()),
        "SWAPPED_IN": int(n[~today & proposed].sum()),
        "DECLINED": int(n[~today & ~proposed].sum()),
    }


def _first(keys: Sequence[str], order: Sequence[str]) -> dict[int, str]:
    """The main reason of every mask of hits; none of nobody."""
    bits = [(1 << keys.index(key), key) for key in order]
    return {mask: next((key for bit, key in bits if mask & bit), "") for mask in range(1 << len(keys))}

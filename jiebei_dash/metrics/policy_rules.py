"""Which rule earns its place: what each rule declines, first and alone, and what those alone would have earned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.expected import Floats, figures, take_up
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES
from jiebei_dash.unit_costs import UnitCosts

SMALL = 30
"""Fewer loans seen than this are marked."""
VERDICTS: tuple[str, ...] = ("EARNS", "COSTS", "OPEN", "ALONE_NOBODY")
"""Whoever it alone declines would have lost money at both ends of the range; earned at both; one of each; nobody."""
_COUNT = LAB_MEASURES.index("decided_count")
_UNSEEN = [LOAN_OUTCOMES.index(name) for name in ("DECLINED", "WAITING")]
_GOOD, _BAD = LOAN_OUTCOMES.index("GOOD"), LOAN_OUTCOMES.index("BAD")


def waterfall(
    by_hits: Floats,
    bit_of: dict[str, int],
    order: Sequence[str],
    weight: float,
    assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:
    """Return the rules in an order: who enters each, whom it declines first, and whom it declines alone.

    Parameters
    ----------
    by_hits
        Sums of all decisions by the set of rules that they fail: 2 to the number of rules (a bit a rule) by
        ``terms.LOAN_OUTCOMES`` by ``terms.LAB_MEASURES``. Any order follows from it.
    bit_of
        Bit of each rule by its key.
    order
        Keys of all of them, in the order in which they are applied.
    weight
        Ratio of the take-up of the newly approved to that of the approved then; 0 if nobody is inferred.
    assumptions, costs
        Drawn share, life of a balance, loss and costs; tax and capital.

    Returns
    -------
    DataFrame
        One row a rule, in the order: ``rule_no`` from 1, ``rule_key``, ``entering_count``, ``killed_count`` (first
        hit), ``left_count``, ``hit_count`` (any hit), ``unique_count`` (no other rule); of those alone
        ``observed_count``, ``observed_bad_count``, ``observed_bad_rate`` with Wilson's 95 % ``observed_low_rate`` and
        ``observed_high_rate``, ``inferred_count``, ``inferred_bad_rate``, ``inferred_low_rate``,
        ``inferred_high_rate`` (declined then, or too young), goods lost for each bad avoided
        ``goods_per_bad_observed`` and, by low, central and high, ``goods_per_bad_low``, ``goods_per_bad_inferred``,
        ``goods_per_bad_high``; ``margin_low_fen``, ``margin_fen``, ``margin_high_fen``: margin over life without the
        rule less that with it; ``rule_verdict`` of ``VERDICTS``; ``is_small`` (fewer than 30 loans seen).

    Notes
    -----
    **Source**: house definition 1.14. Killed in order adds up to all who are declined, whatever the order; a unique
    kill does not depend on it, and is what the last place kills.
    """
    sets = np.arange(len(by_hits))
    count = by_hits[..., _COUNT].sum(axis=1)
    everybody = by_hits.sum(axis=0)
    loans_each = take_up(everybody) * weight
    earlier = np.zeros(len(sets), np.bool_)
    rows = []
    for number, key in enumerate(order, start=1):
        bit = 1 << bit_of[key]
        hit = (sets & bit) > 0
        alone = by_hits[bit]
        found = figures(alone, everybody[..., _COUNT].sum(), loans_each, assumptions, costs)
        entering, killed = count[~earlier].sum(), count[hit & ~earlier].sum()
        earlier |= hit
        observed, bad = float(found["observed_count"]), float(found["observed_bad_count"])
        low, high = wilson(bad, observed)
        inferred, rates = _inferred(alone)
        margins = {name: float(found[name]) for name in ("margin_low_fen", "margin_fen", "margin_high_fen")}
        unique = int(count[bit])
        rows.append(
            {
                "rule_no": number,
                "rule_key": key,
                "entering_count": int(entering),
                "killed_count": int(killed),
                "left_count": int(entering - killed),
                "hit_count": int(count[hit].sum()),
                "unique_count": unique,
                "observed_count": int(observed),
                "observed_bad_count": int(bad),
                "observed_bad_rate": float(found["observed_bad_rate"]),
                "observed_low_rate": low,
                "observed_high_rate": high,
                "inferred_count": int(inferred),
                "inferred_bad_rate": rates[1],
                "inferred_low_rate": rates[0],
                "inferred_high_rate": rates[2],
                "goods_per_bad_observed": goods_per_bad(float(found["observed_bad_rate"])),
                # Of the more bads, the fewer goods for each.
                "goods_per_bad_low": goods_per_bad(rates[2]),
                "goods_per_bad_inferred": goods_per_bad(rates[1]),
                "goods_per_bad_high": goods_per_bad(rates[0]),
                **margins,
                "rule_verdict": _verdict(unique, margins["margin_low_fen"], margins["margin_high_fen"]),
                "is_small": observed < SMALL,
            }
        )
    return pd.DataFrame(rows)


def goods_per_bad(bad_rate: float) -> float:
    """Return how many good loans come with each bad one; NaN where none is bad or the rate is unknown."""
    return (1 - bad_rate) / bad_rate if bad_rate > 0 else np.nan


def _inferred(alone: Floats) -> tuple[float, tuple[float, float, float]]:
    """How many people of a group have no outcome of their own, and their bad rate: low, central, high."""
    people = float(alone[_UNSEEN, _COUNT].sum())
    low, central, high = (
        float(alone[_UNSEEN, LAB_MEASURES.index(f"bads_{name}_count")].sum()) / people if people > 0 else np.nan
        for name in ("low", "central", "high")
    )
    return people, (low, central, high)


def _verdict(unique: int, low: float, high: float) -> str:
    if not unique or low == high == 0:
        return "ALONE_NOBODY"
    if high < 0:
        return "EARNS"
    return "COSTS" if low > 0 else "OPEN"

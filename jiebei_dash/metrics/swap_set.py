"""Who is swapped: each of the four groups with what it would earn, and how its Zhima scores are mixed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.expected import Floats, figures, interval, take_up
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.what_if import swap_set
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS
from jiebei_dash.unit_costs import UnitCosts

SMALL = 30
"""Fewer people than this are marked."""
_MARGINS = ("margin_low_fen", "margin_fen", "margin_high_fen")
_COUNT = LAB_MEASURES.index("decided_count")


def cells(
    today: pd.DataFrame,
    proposed: pd.DataFrame,
    declined: pd.DataFrame,
    weight: float,
    assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:
    """Return the four groups of today and proposed with their margin.

    Parameters
    ----------
    today, proposed
        Sums at the offers of each policy: grain ``group``, ``cell``, ``outcome``; columns ``terms.LAB_MEASURES``.
    declined
        Sums of whom both decline, as if the proposal approved them: same grain, all in the cell KEPT.
    weight
        Ratio of the take-up of the newly approved to that of the approved then; 0 to leave out whoever was declined.
    assumptions, costs
        Drawn share, life of a balance, loss and costs; tax and capital.

    Returns
    -------
    DataFrame
        Columns of :func:`jiebei_dash.metrics.what_if.swap_set`, inferred rates of those whom both decline included;
        ``loan_count`` (expected), ``drawn_fen``, ``margin_fen`` with ``margin_low_fen`` and ``margin_high_fen`` (range
        of inference) and ``margin_from_fen`` and ``margin_to_fen`` (widened by the 95 % jackknife), each at the offer
        of the policy that approves, the proposed one where both do or neither; ``is_small`` (fewer than 30 people).
        The margin of those whom both decline is what they would have made.
    """
    found = swap_set(today, proposed).set_index("cell")
    parts = {name: _values(frame) for name, frame in (("today", today), ("proposed", proposed))}
    alone = _values(declined)[:, 0]
    everybody = parts["proposed"].sum(axis=1)
    left = everybody.sum(axis=0) - everybody
    weights = take_up(everybody.sum(axis=0)) * weight, take_up(left) * weight
    rows = []
    for number, cell in enumerate(SWAP_CELLS):
        own = alone if cell == "DECLINED" else parts["today" if cell == "SWAPPED_OUT" else "proposed"][:, number]
        whole = figures(own.sum(axis=0), everybody[..., _COUNT].sum(), weights[0], assumptions, costs)
        without = figures(
            own.sum(axis=0) - own, left[..., _COUNT].sum(axis=-1), weights[1], assumptions, costs
        )  # fmt: skip
        row = {name: float(whole[name]) for name in ("loan_count", "drawn_fen", *_MARGINS)}
        row["margin_from_fen"], row["margin_to_fen"] = interval(whole, without, "margin_fen")
        if cell == "DECLINED":
            row |= _inferred(own.sum(axis=0))
        rows.append(row)
    more = pd.DataFrame(rows, index=found.index)
    for name in more:
        found[name] = more[name] if name not in found else found[name].fillna(more[name])
    found["is_small"] = found["decided_count"] < SMALL
    return found.reset_index()


def mix(sums: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return how the bands of the Zhima score are mixed in each group.

    Parameters
    ----------
    sums
        Of which ``group`` is the band: grain ``group``, ``cell``, ``outcome``; columns ``terms.LAB_MEASURES``.
    codes
        Code of each band.

    Returns
    -------
    DataFrame
        One row a cell of ``terms.SWAP_CELLS`` and band that anybody has: ``cell``, ``zhima_band``, ``decided_count``,
        ``share_rate`` of the cell with Wilson's 95 % ``share_low_rate`` and ``share_high_rate``.
    """
    count = _values(sums)[..., _COUNT].sum(axis=2)
    by_code: dict[str, Floats] = {}
    for place, code in enumerate(codes):
        # An unknown band may stand in the list of codes and behind it.
        by_code[code] = by_code.get(code, np.zeros(len(SWAP_CELLS))) + count[place]
    whole = count.sum(axis=0)
    rows = []
    for number, cell in enumerate(SWAP_CELLS):
        for code, counted in by_code.items():
            if counted.sum() > 0 and whole[number] > 0:
                low, high = wilson(float(counted[number]), float(whole[number]))
                rows.append(
                    {
                        "cell": cell,
                        "zhima_band": code,
                        "decided_count": int(counted[number]),
                        "share_rate": float(counted[number] / whole[number]),
                        "share_low_rate": low,
                        "share_high_rate": high,
                    }
                )
    columns = ["cell", "zhima_band", "decided_count", "share_rate", "share_low_rate", "share_high_rate"]
    return pd.DataFrame(rows, columns=columns)


def _inferred(own: Floats) -> dict[str, float]:
    unseen = [LOAN_OUTCOMES.index(name) for name in ("DECLINED", "WAITING")]
    people = float(own[unseen, _COUNT].sum())
    return {
        f"inferred_{said}_rate": float(own[unseen, LAB_MEASURES.index(f"bads_{name}_count")].sum()) / people
        if people > 0
        else np.nan
        for name, said in (("low", "low"), ("central", "bad"), ("high", "high"))
    }


def _values(sums: pd.DataFrame) -> Floats:
    """Groups by cells by outcomes by measures."""
    need(sums, "group", "cell", "outcome", *LAB_MEASURES)
    shape = (-1, len(SWAP_CELLS), len(LOAN_OUTCOMES), len(LAB_MEASURES))
    return np.asarray(sums[list(LAB_MEASURES)].to_numpy(np.float64).reshape(shape))

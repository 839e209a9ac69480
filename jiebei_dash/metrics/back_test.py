"""Two policies on each past vintage: the curve of the loans that were made, and what is inferred of those never made.

Observed is a loan that was made; inferred is who was declined then and a policy would approve. An inferred rate stands
in columns of its own, with a low and a high, and is known at month 6 alone, the age of the stored PD: at other ages it
follows the vintage's own development.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.overlapping import combined
from jiebei_dash.metrics.past_vintages import CELLS, MOST_MOB, Array, Vintages, over

BAD_MOB = 6
"""The age at which vintages are compared, and that of the stored PD."""
FEW_LOANS = 30
POLICIES: Mapping[str, tuple[str, ...]] = {
    "made": CELLS,
    "today": ("KEPT", "SWAPPED_OUT"),
    "proposed": ("KEPT", "SWAPPED_IN"),
}
"""Whose loans: all that were made; those that one of two policies approves."""
VERDICTS: tuple[str, ...] = ("BETTER", "ALIKE", "WORSE", "UNKNOWN")
RATES: tuple[str, ...] = ("low_rate", "bad_rate", "high_rate")
DIFFERENCE: tuple[str, ...] = ("difference_rate", "difference_low_rate", "difference_high_rate")


def curves(found: Vintages) -> pd.DataFrame:
    """Return the curve of each vintage as it was, under today's policy and under the draft.

    Returns
    -------
    DataFrame
        One row a ``vintage`` (first month), ``curve`` (made, today, proposed) and closed ``mob`` up to 12:
        ``loan_count`` (observed), ``numerator``, ``denominator`` (loans, or fen), ``observed_bad_rate`` with Wilson's
        95% ``observed_low_rate`` and ``observed_high_rate``; ``inferred_count`` (loans of those declined then),
        ``inferred_low_rate``, ``inferred_bad_rate``, ``inferred_high_rate``; ``expected_low_rate``,
        ``expected_bad_rate``, ``expected_high_rate`` (both together; the range is that of the reject factor);
        ``is_few`` (fewer than 30 observed). An age not closed is absent. Before month 6 has closed, or where none was
        bad by then, nothing is inferred at other ages: NaN.

    Notes
    -----
    **Source**: house definition V3 (ever 30+ by age, denominator fixed at opening); Wilson (1927).
    """
    ages = np.arange(MOST_MOB + 1)
    parts = [_rates(found, policy, ages).assign(curve=policy) for policy in POLICIES]
    frame = pd.concat(parts, ignore_index=True)
    frame["order"] = frame["curve"].map({policy: place for place, policy in enumerate(POLICIES)})
    frame = frame[frame["mob"] <= frame["closed"]].sort_values(["vintage", "order", "mob"], ignore_index=True)
    return frame[["vintage", "curve", "mob", *_COLUMNS]]


def vintages(found: Vintages) -> pd.DataFrame:
    """Return the vintages beside each other at month 6: as it was, today's policy, the draft, and their difference.

    Returns
    -------
    DataFrame
        One row a ``vintage`` that has closed month 6, oldest first: ``made_count``, ``made_rate``, ``made_low_rate``,
        ``made_high_rate``; for today and proposed ``<policy>_count`` (observed loans), ``<policy>_observed_rate`` with
        ``_low_rate`` and ``_high_rate`` (95%), ``<policy>_inferred_count``, ``<policy>_inferred_rate``,
        ``<policy>_expected_rate`` with ``_low_rate`` and ``_high_rate`` (range). The draft less today, of loans seen
        alone and of all: ``observed_difference_rate`` and ``expected_difference_rate`` with ``_low_rate`` and
        ``_high_rate`` (95% of the loans seen, widened by the range of what is inferred), and
        ``observed_verdict``, ``expected_verdict`` (BETTER, ALIKE: not told apart, WORSE, UNKNOWN). ``swapped_count``
        (loans seen that one policy approves and the other does not: they make the difference, and fewer than 30 of them
        tell nothing apart), ``is_few`` (fewer than 30 observed on a side), ``is_worst`` (the highest expected rate
        under the draft; of those that are not few, if there are any).

    Notes
    -----
    **Source**: house definition; Zou and Donner (2008) for the interval, since most loans of a draft are also today's.
    """
    at = {policy: _rates(found, policy, np.array([BAD_MOB])) for policy in POLICIES}
    whole = at["made"]
    parts = {
        "vintage": whole["vintage"],
        "made_count": whole["loan_count"],
        "made_rate": whole["observed_bad_rate"],
        "made_low_rate": whole["observed_low_rate"],
        "made_high_rate": whole["observed_high_rate"],
    }
    for policy in ("today", "proposed"):
        parts |= {f"{policy}_{name}": at[policy][column] for name, column in _SHOWN.items()}
    frame = pd.DataFrame(parts)
    for of in ("observed", "expected"):
        differences = [_difference(found, place, of == "expected") for place in range(len(found.opened))]
        named = [f"{of}_{name}" for name in DIFFERENCE]
        frame[named] = np.array(differences, dtype=float).reshape(-1, len(named))
        frame[f"{of}_verdict"] = [_verdict(low, high) for _, low, high in differences]
    swapped = [CELLS.index(cell) for cell in ("SWAPPED_OUT", "SWAPPED_IN")]
    frame["swapped_count"] = found.loan_count[:, swapped].sum(axis=1).astype("int64")
    told = frame["observed_verdict"].isin(("BETTER", "WORSE"))
    frame.loc[told & (frame["swapped_count"] < FEW_LOANS), "observed_verdict"] = "ALIKE"
    frame["is_few"] = at["today"]["is_few"] | at["proposed"]["is_few"]
    frame = frame[found.closed >= BAD_MOB].reset_index(drop=True)
    return frame.assign(is_worst=frame.index == _worst(frame))


_COLUMNS = (
    "loan_count", "numerator", "denominator", "observed_bad_rate", "observed_low_rate", "observed_high_rate",
    "inferred_count", *(f"{of}_{name}" for of in ("inferred", "expected") for name in RATES), "is_few",
)  # fmt: skip
_SHOWN: Mapping[str, str] = {
    "count": "loan_count",
    "observed_rate": "observed_bad_rate",
    "observed_low_rate": "observed_low_rate",
    "observed_high_rate": "observed_high_rate",
    "inferred_count": "inferred_count",
    "inferred_rate": "inferred_bad_rate",
    "expected_rate": "expected_bad_rate",
    "expected_low_rate": "expected_low_rate",
    "expected_high_rate": "expected_high_rate",
}


def _rates(found: Vintages, policy: str, ages: Array) -> pd.DataFrame:
    """Rates of a policy, a row a vintage and age, closed or not."""
    cells = [CELLS.index(cell) for cell in POLICIES[policy]]
    # As it was, nobody is added.
    added = cells if policy != "made" else []
    loans, base, square = (each[:, cells].sum(axis=1) for each in (found.loan_count, found.base, found.square))
    bad = found.late[:, cells][:, :, ages].sum(axis=1)
    count, more = (each[:, added].sum(axis=1) for each in (found.other_count, found.other_base))
    bads = found.other_bads[:, added].sum(axis=1)

    def by_age(values: Array) -> Array:
        return np.repeat(values, len(ages))

    frame = pd.DataFrame(
        {
            "vintage": by_age(found.opened.to_numpy()),
            "closed": by_age(found.closed),
            "mob": np.tile(ages, len(found.opened)),
            "loan_count": by_age(loans).astype("int64"),
            "numerator": bad.ravel(),
            "denominator": by_age(base),
        }
    )
    frame["observed_bad_rate"] = over(frame["numerator"], frame["denominator"])
    trials = by_age(over(base * base, square))
    limits = [wilson(rate * n, n) for rate, n in zip(frame["observed_bad_rate"], trials, strict=True)]
    frame[["observed_low_rate", "observed_high_rate"]] = np.array(limits, dtype=float).reshape(-1, 2)
    frame["inferred_count"] = by_age(count)
    grown, other = _pattern(found)[:, ages].ravel(), by_age(more)
    for place, end in enumerate(RATES):
        inferred = np.minimum(by_age(over(bads[:, place], more)) * grown, 1.0)
        frame[f"inferred_{end}"] = inferred
        expected = frame["numerator"] + np.where(other == 0, 0.0, inferred * other)
        frame[f"expected_{end}"] = over(expected, frame["denominator"] + other)
    return frame.assign(is_few=frame["loan_count"] < FEW_LOANS)


def _pattern(found: Vintages) -> Array:
    """How far the loans of each vintage had come at each age, month 6 being 1; unknown before it has closed."""
    late = found.late.sum(axis=1)
    shares = over(late, late[:, [BAD_MOB]])
    shares[:, BAD_MOB] = 1.0
    shares[found.closed < BAD_MOB] = np.nan
    return shares


def _difference(found: Vintages, place: int, is_expected: bool) -> tuple[float, float, float]:
    """The draft's rate less today's at month 6: central, low, high; of loans seen, or of all that are expected.

    Loans of both policies are the same loans, so the rates are not independent; the three cells are.
    """
    cells = [CELLS.index(cell) for cell in CELLS if cell != "DECLINED"]
    base, square = found.base[place, cells], found.square[place, cells]
    added = found.other_base[place, cells] if is_expected else np.zeros(len(cells))
    today, proposed = (np.isin(CELLS, POLICIES[policy])[cells] for policy in ("today", "proposed"))
    wholes = [float((base + added)[side].sum()) for side in (today, proposed)]
    if not min(wholes) > 0:
        return np.nan, np.nan, np.nan
    sides = proposed / wholes[1] - today / wholes[0]
    shares, trials = over(found.late[place, cells, BAD_MOB], base), np.nan_to_num(over(base * base, square))
    seen, below, above = combined((base * sides).tolist(), shares.tolist(), trials.tolist())
    if not is_expected:
        return seen, seen - below, seen + above
    ends = (found.other_bads[place, cells] * sides[:, None]).sum(axis=0) + seen
    return float(ends[1]), float(ends.min()) - below, float(ends.max()) + above


def _verdict(low: float, high: float) -> str:
    if np.isnan(low):
        return "UNKNOWN"
    return "BETTER" if high < 0 else "WORSE" if low > 0 else "ALIKE"


def _worst(frame: pd.DataFrame) -> int:
    known = frame[frame["proposed_expected_rate"].notna()]
    many = known[~known["is_few"].astype(bool)]
    rates = (many if len(many) else known)["proposed_expected_rate"].astype(float)
    return int(rates.idxmax()) if len(rates) else -1

"""What the arms of a comparison became, with intervals, and whether their difference is real at the planned size.

A loan is *matured* once its sixth month on book has closed; only matured loans have a bad rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr

from jiebei_dash.metrics import sequential
from jiebei_dash.metrics.frames import need, ratio
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.metrics.trial_size import Design, information, power, smallest_difference

SUMS: tuple[str, ...] = ("approved_count", "drawn_count", "matured_count", "bad_count")
SMALL = 30
"""Fewer matured loans are no arm to be judged."""
TOO_NEAR = 0.02
"""Of the planned information: a planned look so near to now is this one."""


def rated(sums: pd.DataFrame) -> pd.DataFrame:
    """Return counts with their bad rate and its interval.

    Parameters
    ----------
    sums
        ``matured_count`` and ``bad_count``.

    Returns
    -------
    DataFrame
        And ``bad_rate``, ``low_rate``, ``high_rate`` (Wilson, 95%; NaN without a matured loan), ``is_small`` (fewer
        than 30 matured).
    """
    need(sums, "matured_count", "bad_count")
    ends = [wilson(bad, of) for bad, of in zip(sums["bad_count"], sums["matured_count"], strict=True)]
    return sums.assign(
        bad_rate=ratio(sums["bad_count"], sums["matured_count"]),
        low_rate=pd.Series([low for low, _ in ends], index=sums.index, dtype=float),
        high_rate=pd.Series([high for _, high in ends], index=sums.index, dtype=float),
        is_small=sums["matured_count"] < SMALL,
    )


def read_out(
    sums: pd.DataFrame, codes: Sequence[str], champion: str, inflow_months: int, mature_months: int
) -> pd.DataFrame:
    """Return every arm beside the champion.

    Parameters
    ----------
    sums
        ``arm``, the columns of ``SUMS``, ``recent_count`` (first drawdowns of the last months) and
        ``last_opened_month`` (newest cohort); rows of one arm are added.
    codes
        Arms in display order; one without a row has zeros.
    champion
        The arm that the others are compared with, one of ``codes``.
    inflow_months
        Over how many months ``recent_count`` was counted.
    mature_months
        Months on book that a loan must have closed.

    Returns
    -------
    DataFrame
        One row an arm: ``arm``, the counts, ``opened_month_count`` (first drawdowns a month), the columns of
        :func:`rated`, ``difference_rate`` (to the champion), ``difference_low_rate``, ``difference_high_rate``
        (Newcombe, 95%; NaN for the champion itself and where one arm has no matured loan), ``last_opened_month`` and
        ``ready_month``, at whose end the newest cohort is matured; unknown where nothing was drawn.
    """
    need(sums, "arm", "recent_count", "last_opened_month", *SUMS)
    groups = sums.groupby("arm")
    counted = groups[[*SUMS, "recent_count"]].sum().reindex(list(codes), fill_value=0)
    newest = groups["last_opened_month"].max().reindex(list(codes))
    arms = rated(counted.rename_axis("arm").reset_index())
    base = arms[arms["arm"] == champion].iloc[0]
    ends = [
        (math.nan, math.nan)
        if row["arm"] == champion
        else difference(row["bad_count"], row["matured_count"], base["bad_count"], base["matured_count"])
        for row in arms.to_dict("records")
    ]
    return arms.assign(
        opened_month_count=arms["recent_count"] / inflow_months,
        difference_rate=(arms["bad_rate"] - base["bad_rate"]).where(arms["arm"] != champion),
        difference_low_rate=pd.Series([low for low, _ in ends], dtype=float),
        difference_high_rate=pd.Series([high for _, high in ends], dtype=float),
        last_opened_month=newest.to_numpy(),
        ready_month=(newest + pd.DateOffset(months=mature_months)).to_numpy(),
    ).drop(columns="recent_count")


def by_rule(sums: pd.DataFrame, codes: Sequence[str], champion: str) -> pd.DataFrame:
    """Return the arms that the policy would have declined, by the first rule that would have.

    Parameters
    ----------
    sums
        ``arm``, ``main_reason`` and the columns of ``SUMS``.
    codes
        Arms in display order, the champion left out.
    champion
        The policy's own approvals.

    Returns
    -------
    DataFrame
        One row an arm and rule, the largest first: ``arm``, ``rule_key``, the counts, the columns of :func:`rated`, and
        the difference to the champion as in :func:`read_out`; rates and differences of fewer than 30 matured loans are
        NaN.
    """
    need(sums, "arm", "main_reason", *SUMS)
    base = sums[sums["arm"] == champion][list(SUMS)].sum()
    theirs = sums[sums["arm"].isin(list(codes)) & sums["main_reason"].notna()]
    rules = rated(theirs.rename(columns={"main_reason": "rule_key"})[["arm", "rule_key", *SUMS]])
    ends = [
        difference(row["bad_count"], row["matured_count"], base["bad_count"], base["matured_count"])
        for row in rules.to_dict("records")
    ]
    own = base["bad_count"] / base["matured_count"] if base["matured_count"] > 0 else math.nan
    rules = rules.assign(
        difference_rate=rules["bad_rate"] - own,
        difference_low_rate=pd.Series([low for low, _ in ends], index=rules.index, dtype=float),
        difference_high_rate=pd.Series([high for _, high in ends], index=rules.index, dtype=float),
    )
    rates = [name for name in rules.columns if name.endswith("_rate")]
    rules[rates] = rules[rates].where(~rules["is_small"])
    place = {code: number for number, code in enumerate(codes)}
    rules = rules.assign(place=rules["arm"].map(place)).sort_values(
        ["place", "matured_count", "rule_key"], ascending=[True, False, True], kind="stable"
    )
    return rules.drop(columns="place").reset_index(drop=True)


def z_value(bad: float, matured: float, other_bad: float, other_matured: float) -> float:
    """Return the standardised difference of two rates, their variance pooled; NaN where nothing varies.

    Notes
    -----
    **Source**: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd edition, section 3.1,
    without the correction for continuity.
    """
    shared = information(matured, other_matured)
    if shared == 0.0:
        return math.nan
    pooled = (bad + other_bad) / (matured + other_matured)
    if not 0.0 < pooled < 1.0:
        return math.nan
    return float((bad / matured - other_bad / other_matured) * math.sqrt(shared / (pooled * (1 - pooled))))


def verdict(arms: pd.DataFrame, challenger: str, champion: str, design: Design) -> pd.DataFrame:
    """Return whether two arms differ, judged at the information they have of that which was planned.

    Parameters
    ----------
    arms
        Of :func:`read_out`, against this champion.
    challenger, champion
        Two of its arms.
    design
        What was planned.

    Returns
    -------
    DataFrame
        One row: ``challenger``, ``champion``, their matured loans, planned loans and bad rates, the difference with its
        interval, ``information_rate`` (had by planned), ``z``, ``critical_z`` (of this look, the planned ones before it
        taken as looked at), ``p_rate`` (two-sided, of one look), ``power_rate`` (of one look at the loans there are,
        for the wanted difference), ``smallest_difference_rate`` (they find it with the planned power) and ``verdict``:
        TOO_FEW (an arm of fewer than 30), REAL (beyond the boundary), NOT_YET (inside, and not at the planned size),
        NOT_FOUND (inside at the planned size).
    """
    indexed = arms.set_index("arm")
    first, base = indexed.loc[challenger], indexed.loc[champion]
    sizes = (float(first["matured_count"]), float(base["matured_count"]))
    had = information(*sizes) / design.information
    z = z_value(first["bad_count"], sizes[0], base["bad_count"], sizes[1])
    now = min(had, 1.0)
    planned = [each for each in sequential.equal_fractions(design.looks) if each < now - TOO_NEAR]
    critical = sequential.boundaries([*planned, now], design.alpha_rate)[-1] if had > 0 else math.nan
    own = base["bad_rate"]
    row = {
        "challenger": challenger,
        "champion": champion,
        "challenger_matured_count": first["matured_count"],
        "champion_matured_count": base["matured_count"],
        "challenger_count": design.challenger_count,
        "champion_count": design.champion_count,
        "challenger_rate": first["bad_rate"],
        "champion_rate": own,
        **{
            name: first[name] if challenger != champion else np.nan
            for name in ("difference_rate", "difference_low_rate", "difference_high_rate")
        },
        "information_rate": had,
        "z": z,
        "critical_z": critical,
        "p_rate": math.nan if math.isnan(z) else float(2 * ndtr(-abs(z))),
        "power_rate": power(design.champion_rate, design.difference_rate, *sizes, design.alpha_rate),
        "smallest_difference_rate": smallest_difference(
            design.champion_rate, *sizes, design.alpha_rate, design.power_rate
        ),
        "verdict": _verdict(min(sizes), z, critical, had),
    }
    return pd.DataFrame([row])


def _verdict(fewest: float, z: float, critical: float, had: float) -> str:
    if fewest < SMALL:
        return "TOO_FEW"
    if abs(z) >= critical:
        return "REAL"
    return "NOT_YET" if had < 1.0 else "NOT_FOUND"

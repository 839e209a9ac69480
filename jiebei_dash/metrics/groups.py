"""Approval and bad rate of groups of persons under policies, how far apart they are, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from jiebei_dash.fair_rules import FairRule
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import difference, paired_difference, risk_ratio, wilson

POLICIES: tuple[str, ...] = ("then", "today", "proposed")
"""As decided then; by today's policy; by the proposal."""
REPLAYED: tuple[str, ...] = POLICIES[1:]
SMALL, UNKNOWN = "SMALL", "NA"
"""Groups too small to be shown, together; persons whose group is unknown."""
NOT_COMPARED: tuple[str, ...] = (SMALL, UNKNOWN)
COUNTS: tuple[str, ...] = ("decided_count", "then_count", "today_count", "proposed_count", "in_count", "out_count")
SIGNALS: tuple[str, ...] = ("CLEAR", "UNSURE", "NONE", "FEW")
"""Below the rule and so is the whole interval; below it, and the interval is not; not below it; too few to tell."""

Selection = Callable[[pd.DataFrame], tuple[pd.Series, float, float]]
"""Of :func:`jiebei_dash.metrics.fair.selection`."""


def with_small(counts: pd.DataFrame, whole: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return the groups in order, named, and after them whoever is in none of them, together.

    Parameters
    ----------
    counts
        ``group``, ``person_count`` and the columns of ``COUNTS``; small groups are not in it.
    whole
        One row: the same counts of everybody.
    least
        Who is in none of the groups is left out if fewer than so many persons.

    Returns
    -------
    DataFrame
        ``group`` as text (``NA`` unknown, ``YES`` and ``NO`` of a flag, ``SMALL`` last) and the counts.
    """
    need(counts, "group", "person_count", *COUNTS)
    named = counts.assign(group=named_groups(counts["group"])).sort_values("group", ignore_index=True)
    named = pd.concat([named[named["group"] != UNKNOWN], named[named["group"] == UNKNOWN]], ignore_index=True)
    counted = ["person_count", *COUNTS]
    rest = whole.iloc[0][counted] - named[counted].sum()
    if rest["person_count"] < least:
        return named
    return pd.concat([named, pd.DataFrame([{"group": SMALL, **rest.astype("int64").to_dict()}])], ignore_index=True)


def named_groups(groups: pd.Series) -> pd.Series:
    """Return groups as texts: a flag as ``YES`` or ``NO``, an unknown group as ``NA``."""
    flags = {True: "YES", False: "NO"}
    # A tape may know nobody's group: then the column has no texts at all.
    return groups.map(lambda value: UNKNOWN if pd.isna(value) else flags.get(value, str(value))).astype("str")


def approval(counts: pd.DataFrame, rule: FairRule, few: int, selection: Selection) -> pd.DataFrame:
    """Return the approval rate of each group under each policy, beside the other groups.

    Parameters
    ----------
    counts
        Of :func:`with_small`.
    rule
        Ratio of selection rates below which a difference is a signal.
    few
        Groups of fewer decisions are marked, are no highest or lowest, and give no signal.
    selection
        Rates and parity of groups; see :func:`jiebei_dash.metrics.fair.selection`.

    Returns
    -------
    DataFrame
        One row a policy of ``POLICIES`` and group: ``decided_count``, ``approved_count``, ``approval_rate`` with
        ``approval_low_rate`` and ``approval_high_rate`` (Wilson); against the largest group (``is_largest``)
        ``ratio_to_largest_rate`` (Katz) and ``difference_rate`` (Newcombe), against the group approved most often
        ``ratio_to_highest_rate``, each with ``_low_`` and ``_high_``; of the policy ``lowest_over_highest_rate`` and
        ``parity_difference_rate``; ``signal`` of ``SIGNALS``; ``is_few``; of the proposal ``change_rate`` against
        today, with its interval unless nobody moves at all. All intervals 95%. Groups in ``NOT_COMPARED`` have rates
        and change alone.

    Notes
    -----
    **Source**: adverse-impact ratio after 29 CFR 1607.4 D; the intervals as in :mod:`jiebei_dash.metrics.intervals`.
    That of the ratio to the highest group takes that group as given, so it is somewhat too narrow.
    """
    need(counts, "group", *COUNTS)
    is_of_group = ~counts["group"].isin(NOT_COMPARED)
    is_few = counts["decided_count"] < few
    compared = counts[is_of_group & ~is_few]
    largest = compared["decided_count"].idxmax() if len(compared) else None
    is_moved = bool(counts[["in_count", "out_count"]].any(axis=None))
    rows = []
    for policy in POLICIES:
        taken = counts.assign(approved_count=counts[f"{policy}_count"])
        rates, _, _ = selection(taken)
        of_compared, lowest, widest = selection(taken.loc[compared.index])
        highest = None if of_compared.empty else _place(taken, of_compared.idxmax())
        for place, group in taken.iterrows():
            row = {
                "policy": policy,
                "group": group["group"],
                "decided_count": group["decided_count"],
                "approved_count": group["approved_count"],
                "approval_rate": float(rates[group["group"]]),
                **ends("approval", wilson(*pair(group))),
                "is_largest": place == largest,
                "is_few": bool(is_few[place]),
            }
            is_compared = bool(is_of_group[place])
            row |= _against(group, taken.loc[largest] if is_compared and largest is not None else None, "largest")
            row |= apart(group, taken.loc[largest] if is_compared and largest is not None else None)
            row |= _against(group, taken.loc[highest] if is_compared and highest is not None else None, "highest")
            row["lowest_over_highest_rate"] = lowest if len(compared) > 1 else np.nan
            row["parity_difference_rate"] = widest if len(compared) > 1 else np.nan
            row["signal"] = _signal(row, rule.level, is_compared)
            rows.append({**row, **_change(group, policy, is_moved)})
    return pd.DataFrame(rows)


def bad(sums: pd.DataFrame, few: int) -> pd.DataFrame:
    """Return the bad rate of each group under two policies: observed, and inferred apart from it.

    Parameters
    ----------
    sums
        Of ``queries.groups.outcomes``; a count of fewer than the floor is null.
    few
        Groups with fewer loans observed are marked, and are no largest group.

    Returns
    -------
    DataFrame
        One row a policy of ``REPLAYED`` and group: ``observed_count``, ``observed_bad_count``, ``observed_bad_rate``
        with ``observed_low_rate`` and ``observed_high_rate`` (Wilson); against the group with most loans observed
        (``is_largest``) ``ratio_to_largest_rate`` (Katz) and ``difference_rate`` (Newcombe) with ``_low_`` and
        ``_high_``; ``is_few``; ``inferred_count`` (loans that those without an outcome are or would become),
        ``inferred_low_rate``, ``inferred_bad_rate``, ``inferred_high_rate`` (the range is that of the reject factor).
        A number of fewer loans or people than the floor is NaN.

    Notes
    -----
    **Source**: house definition; outcomes as in :mod:`jiebei_dash.metrics.what_if`.
    """
    need(sums, "group")
    named = sums.assign(group=named_groups(sums["group"])).sort_values("group", ignore_index=True)
    rows = []
    for policy in REPLAYED:
        taken = named.assign(
            decided_count=named[f"{policy}_observed_count"], approved_count=named[f"{policy}_bad_count"]
        )
        is_few = ~(taken["decided_count"] >= few)
        compared = taken[~is_few & ~taken["group"].isin(NOT_COMPARED)]
        largest = compared["decided_count"].idxmax() if len(compared) else None
        for place, group in taken.iterrows():
            is_compared = largest is not None and group["group"] not in NOT_COMPARED
            beside = taken.loc[largest] if is_compared else None
            inferred = group[f"{policy}_inferred_sum"]
            known = group[f"{policy}_known_sum"]
            rows.append(
                {
                    "policy": policy,
                    "group": group["group"],
                    "observed_count": group["decided_count"],
                    "observed_bad_count": group["approved_count"],
                    "observed_bad_rate": over(group["approved_count"], group["decided_count"]),
                    **ends("observed", wilson(*pair(group))),
                    "is_largest": place == largest,
                    "is_few": bool(is_few[place]),
                    **_against(group, beside, "largest"),
                    **apart(group, beside),
                    "inferred_count": 0.0 if group[f"{policy}_unseen_count"] == 0 else inferred,
                    "inferred_low_rate": over(group[f"{policy}_low_sum"], known),
                    "inferred_bad_rate": over(group[f"{policy}_central_sum"], known),
                    "inferred_high_rate": over(group[f"{policy}_high_sum"], known),
                }
            )
    return pd.DataFrame(rows)


def pair(group: pd.Series) -> tuple[float, float]:
    """Return the approved and the decided of a group."""
    return float(group["approved_count"]), float(group["decided_count"])


def _against(group: pd.Series, other: pd.Series | None, which: str) -> dict[str, float]:
    """Ratio of rates to another group; to itself it is 1, without an interval."""
    name = f"ratio_to_{which}"
    if other is None:
        return {f"{name}_rate": np.nan, **ends(name, (np.nan, np.nan))}
    share = over(over(*pair(group)), over(*pair(other)))
    is_itself = group["group"] == other["group"]
    return {
        f"{name}_rate": share,
        **ends(name, (np.nan, np.nan) if is_itself else risk_ratio(*pair(group), *pair(other))),
    }


def apart(group: pd.Series, other: pd.Series | None) -> dict[str, float]:
    """Return the difference of rates to another group; to itself it is 0, without an interval."""
    if other is None:
        return {"difference_rate": np.nan, **ends("difference", (np.nan, np.nan))}
    apart = over(*pair(group)) - over(*pair(other))
    is_itself = group["group"] == other["group"]
    return {
        "difference_rate": apart,
        **ends("difference", (np.nan, np.nan) if is_itself else difference(*pair(group), *pair(other))),
    }


def _signal(row: dict[str, object], level: float, is_compared: bool) -> str:
    ratio, high = float(str(row["ratio_to_highest_rate"])), float(str(row["ratio_to_highest_high_rate"]))
    if row["is_few"] or not is_compared or np.isnan(ratio):
        return "FEW"
    if ratio >= level:
        return "NONE"
    return "CLEAR" if high < level else "UNSURE"


def _change(group: pd.Series, policy: str, is_moved: bool) -> dict[str, float]:
    """A proposal that moves nobody is today's policy: that is no estimate, and has no interval."""
    if policy == "proposed" and not is_moved:
        return {"change_rate": 0.0, **ends("change", (np.nan, np.nan))}
    if policy != "proposed":
        return {"change_rate": np.nan, **ends("change", (np.nan, np.nan))}
    both = group["today_count"] - group["out_count"]
    neither = group["decided_count"] - both - group["in_count"] - group["out_count"]
    moved = (group["in_count"] - group["out_count"]) / group["decided_count"]
    return {
        "change_rate": float(moved),
        **ends("change", paired_difference(both, group["out_count"], group["in_count"], neither)),
    }


def ends(name: str, interval: tuple[float, float]) -> dict[str, float]:
    """Return both ends of an interval by the names of their columns."""
    return {f"{name}_low_rate": interval[0], f"{name}_high_rate": interval[1]}


def _place(counts: pd.DataFrame, group: str) -> object:
    return counts.index[counts["group"] == group][0]


def over(numerator: float, denominator: float) -> float:
    """Return a quotient, NaN over nothing."""
    return float(numerator) / float(denominator) if denominator > 0 else np.nan

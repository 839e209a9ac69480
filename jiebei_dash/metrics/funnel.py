"""From application to money: approval, stages, reasons and waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS

_RESULTS = ("submitted", "approved", "declined", "late", "withdrawn", "pending")
PERCENTILES = (50, 90, 99)


def approval(results: pd.DataFrame, by: str | None, as_of_end: date) -> pd.DataFrame:
    """Return the approval rate of each month of submission, by count and by amount.

    Parameters
    ----------
    results
        ``submitted_month`` (and ``by``), ``submitted``, ``approved``, ``declined``, ``late``, ``withdrawn``,
        ``pending``, ``requested_fen``, ``limit_fen``.
    by
        A dimension, or None.
    as_of_end
        Last day that is known.

    Returns
    -------
    DataFrame
        The keys and counts, ``decided`` = approved + declined, ``approval_rate`` = approved / decided with
        ``low_rate`` and ``high_rate`` (95 %), ``amount_rate`` = limits granted / amounts asked for by the decided. NaN
        where nothing was decided or asked for. ``is_mature``: the last day of the month has had its
        ``terms.DECIDED_WITHIN_DAYS``; ``is_small``: fewer than 30 decided.

    Notes
    -----
    **Source**: house definitions F1 and F2. Withdrawn, pending and late are neither approved nor declined.
    """
    keys = ["submitted_month", *([by] if by else [])]
    need(results, *keys, *_RESULTS, "requested_fen", "limit_fen")
    decided = results["approved"] + results["declined"]
    spread = [wilson(approved, total) for approved, total in zip(results["approved"], decided, strict=True)]
    low, high = np.array(spread, dtype=float).reshape(-1, 2).T
    due = results["submitted_month"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=terms.DECIDED_WITHIN_DAYS)
    return results[[*keys, *_RESULTS]].assign(
        decided=decided,
        approval_rate=results["approved"] / _divisor(decided),
        low_rate=low,
        high_rate=high,
        requested_fen=results["requested_fen"],
        limit_fen=results["limit_fen"],
        amount_rate=results["limit_fen"] / _divisor(results["requested_fen"]),
        is_mature=due <= pd.Timestamp(as_of_end),
        is_small=decided < SMALL_CELL_LOANS,
    )


def approval_parts(results: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the approval rate of each part of the applications over a window.

    Parameters
    ----------
    results
        ``by``, ``submitted``, ``approved``, ``declined``, ``late``, ``withdrawn``, ``pending``; by month or summed.
    by
        A dimension.

    Returns
    -------
    DataFrame
        ``by``, the counts, ``decided``, ``approval_rate`` with ``low_rate`` and ``high_rate`` (95 %), ``is_small``; the
        largest part first.

    Notes
    -----
    **Source**: house definition F1; Wilson (1927) for the interval.
    """
    need(results, by, *_RESULTS)
    found = results.groupby(by, sort=True)[list(_RESULTS)].sum().reset_index()
    found["decided"] = found["approved"] + found["declined"]
    found["approval_rate"] = found["approved"] / _divisor(found["decided"])
    spread = [wilson(approved, total) for approved, total in zip(found["approved"], found["decided"], strict=True)]
    found[["low_rate", "high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
    found["is_small"] = found["decided"] < SMALL_CELL_LOANS
    return found.sort_values(["decided", by], ascending=[False, True], ignore_index=True)


def stages(counts: pd.DataFrame, windows: dict[str, tuple[date, date]]) -> pd.DataFrame:
    """Return how many applications entered and passed each stage.

    Parameters
    ----------
    counts
        ``submitted_month``, ``stage``, ``entered``, ``passed``, ``failed``, ``left``, ``open``.
    windows
        First and last month of submission of each window, by name, e.g. ``latest``.

    Returns
    -------
    DataFrame
        One row a ``window`` and ``stage``, in the order of ``terms.STAGES``: the counts, ``pass_rate`` = passed /
        entered, ``reach_rate`` = entered / passed the stage before (1 for the first; below 1 where an approved
        customer never drew), ``end_to_end_rate`` = passed / entered the first stage. A window's product of pass and
        reach rates up to a stage is its end-to-end rate. Windows without applications are absent.

    Notes
    -----
    **Source**: house definition F3.
    """
    names = ["entered", "passed", "failed", "left", "open"]
    need(counts, "submitted_month", "stage", *names)
    parts = []
    for window, (first, last) in windows.items():
        inside = counts["submitted_month"].between(pd.Timestamp(first), pd.Timestamp(last))
        sums = counts[inside].groupby("stage")[names].sum().reindex(list(terms.STAGES), fill_value=0)
        if sums["entered"].sum() == 0:
            continue
        before = sums["passed"].shift()
        parts.append(
            sums.assign(
                pass_rate=sums["passed"] / _divisor(sums["entered"]),
                reach_rate=(sums["entered"] / before.astype(float).replace(0.0, np.nan)).where(before.notna(), 1.0),
                end_to_end_rate=sums["passed"] / float(sums["entered"].iloc[0] or np.nan),
            )
            .reset_index()
            .assign(window=window)
        )
    columns = ["window", "stage", *names, "pass_rate", "reach_rate", "end_to_end_rate"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def declines(hits: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return why applications were declined.

    Parameters
    ----------
    hits
        ``rule_key``, ``first_hit``, ``any_hit``, ``sole_hit``; one row a rule.
    counts
        ``stage``, ``failed``; stages by month or summed.

    Returns
    -------
    DataFrame
        One row a reason, the commonest first: ``reason`` (a rule, or ``KYC`` and ``ANTI_FRAUD``), ``kind`` (``rule``
        or ``stage``), ``first_hit``, ``any_hit``, ``sole_hit`` (NaN for a stage, which stops at its first failure),
        ``declined`` (all declines), ``share_rate`` = first_hit / declined; the shares sum to 1 where every decline
        has a reason.

    Notes
    -----
    **Source**: house definition F3: first hit depends on the order of the rules; any hit and sole hit do not.
    """
    need(hits, "rule_key", "first_hit", "any_hit", "sole_hit")
    need(counts, "stage", "failed")
    failed = counts.groupby("stage")["failed"].sum().reindex(["KYC", "ANTI_FRAUD"], fill_value=0)
    failed = failed[failed > 0]
    gates = pd.DataFrame({"reason": failed.index, "kind": "stage", "first_hit": failed.to_numpy()})
    gates = gates.assign(any_hit=gates["first_hit"].astype(float), sole_hit=np.nan)
    rules = hits.rename(columns={"rule_key": "reason"}).assign(kind="rule")[list(gates.columns)]
    rules = rules.astype({"any_hit": float, "sole_hit": float})
    found = pd.concat([part for part in (rules, gates) if len(part)] or [gates], ignore_index=True)
    declined = int(found["first_hit"].sum())
    found = found.assign(declined=declined, share_rate=found["first_hit"] / (declined or np.nan))
    return found.sort_values(["first_hit", "any_hit", "reason"], ascending=[False, False, True], ignore_index=True)


def kills(declined: pd.DataFrame, counts: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Return what each rule takes out of the applications, alone and together with those before it.

    Parameters
    ----------
    declined
        Of :func:`declines`.
    counts
        ``stage``, ``entered``; stages by month or summed.
    order
        Keys of the rules in the policy's order.

    Returns
    -------
    DataFrame
        One row a reason in the order in which it is looked at, gates first: ``reason``, ``kind``, ``entered`` (all
        applications), ``first_hit``, ``kill_rate`` = first_hit / entered, ``sole_hit``, ``unique_rate`` = sole_hit /
        entered (NaN for a gate) with ``low_rate`` and ``high_rate`` (95 %), ``cumulative_hit`` and ``cumulative_rate``:
        declined by it or by one before it; ``is_small``.

    Notes
    -----
    **Source**: house definition F3; Wilson (1927) for the interval. A unique kill is what would be let through if the
    rule alone were dropped; the cumulative one depends on the order.
    """
    need(declined, "reason", "kind", "first_hit", "sole_hit")
    need(counts, "stage", "entered")
    entered = int(counts.loc[counts["stage"] == terms.STAGES[0], "entered"].sum())
    places = {reason: place for place, reason in enumerate((*terms.STAGES, *order))}
    found = declined[["reason", "kind", "first_hit", "sole_hit"]].assign(entered=entered)
    found = found.sort_values("reason", key=lambda reasons: reasons.map(places), kind="stable", ignore_index=True)
    base = float(entered) or np.nan
    found["kill_rate"] = found["first_hit"] / base
    found["unique_rate"] = found["sole_hit"] / base
    spread = [wilson(sole, entered if sole == sole else 0) for sole in found["sole_hit"]]
    found[["low_rate", "high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
    found["cumulative_hit"] = found["first_hit"].cumsum()
    found["cumulative_rate"] = found["cumulative_hit"] / base
    found["is_small"] = entered < SMALL_CELL_LOANS
    own = ["sole_hit", "unique_rate", "low_rate", "high_rate"]
    all_so_far = ["cumulative_hit", "cumulative_rate", "is_small"]
    return found[["reason", "kind", "entered", "first_hit", "kill_rate", *own, *all_so_far]]


def waits(decisions: pd.DataFrame, cash: pd.DataFrame, edges_seconds: Sequence[int]) -> pd.DataFrame:
    """Return how long people waited: the share served within each length, and percentiles.

    Parameters
    ----------
    decisions
        ``is_manual``, ``waits``, ``within_<edge>``; one row automatic, one by hand.
    cash
        ``waits``, ``within_<edge>``; one row.
    edges_seconds
        The lengths.

    Returns
    -------
    DataFrame
        One row a ``wait`` (``automatic``, ``manual``: from submission to decision; ``cash``: from asking for a
        drawdown to the money) and ``seconds``: ``served`` within it, ``waits``, ``share_rate``; ``p50_seconds``,
        ``p90_seconds``, ``p99_seconds``: the shortest length within which so many were served (NaN if none was long
        enough). A wait without a case is absent.

    Notes
    -----
    **Source**: house definition F7: percentiles, never the mean; automatic and by hand apart.
    """
    within = [f"within_{edge}" for edge in edges_seconds]
    need(decisions, "is_manual", "waits", *within)
    need(cash, "waits", *within)
    manual = decisions["is_manual"].astype("boolean").fillna(False).astype(bool)
    parts = []
    for name, rows in (("automatic", decisions[~manual]), ("manual", decisions[manual]), ("cash", cash)):
        total = int(rows["waits"].sum())
        if total == 0:
            continue
        served = rows[within].sum().to_numpy()
        part = pd.DataFrame({"wait": name, "seconds": list(edges_seconds), "served": served, "waits": total})
        part["share_rate"] = part["served"] / total
        for percent in PERCENTILES:
            reached = part.loc[part["served"] * 100 >= percent * total, "seconds"]
            part[f"p{percent}_seconds"] = float(reached.iloc[0]) if len(reached) else np.nan
        parts.append(part)
    columns = ["wait", "seconds", "served", "waits", "share_rate", *(f"p{percent}_seconds" for percent in PERCENTILES)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _divisor(counts: pd.Series) -> pd.Series:
    """Nothing to divide by is unknown, not zero."""
    return counts.astype(float).replace(0.0, np.nan)

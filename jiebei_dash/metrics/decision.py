"""One decision as a file: its inputs, rules, later course and gaps, and the comparison of a replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.features import FEATURES
from jiebei_dash.metrics.frames import need

MASK = "***"
_SHOWN_SIGNS = 6


@dataclass(frozen=True)
class Section:
    """One part of a decision's file.

    Parameters
    ----------
    key
        Which part.
    frame
        Its rows; empty if it is missing.
    missing
        Why it is missing: ``NOT_HELD`` by this book, ``NOT_ALLOWED`` for this reader, or ``NONE_YET`` as of the month;
        empty if it is there.
    """

    key: str
    frame: pd.DataFrame
    missing: str = ""


def masked(personal: pd.DataFrame) -> pd.DataFrame:
    """Return who the person is as a file shows it: numbers cut to their last or first signs.

    Parameters
    ----------
    personal
        ``customer_id``, ``id_hash`` and further columns; one row a person.

    Returns
    -------
    DataFrame
        The same columns. A number keeps its last four signs, and at most half of them; a hash its first six.
    """
    need(personal, "customer_id", "id_hash")
    shown = personal.copy()
    shown["customer_id"] = [MASK + number[-min(4, len(number) // 2) :] for number in personal["customer_id"]]
    shown["id_hash"] = [text[:_SHOWN_SIGNS] + MASK for text in personal["id_hash"]]
    return shown


def inputs(snapshot: pd.DataFrame) -> pd.DataFrame:
    """Return the inputs of one decision, one row a feature.

    Parameters
    ----------
    snapshot
        One row of ``feature_snapshot``.

    Returns
    -------
    DataFrame
        ``feature, value, unit, source, obtained_at, is_missing`` in the order of ``FEATURES``; a missing value is NaN.
    """
    need(snapshot, *(feature.key for feature in FEATURES))
    row = snapshot.iloc[0]
    return pd.DataFrame(
        [
            (
                feature.key,
                float("nan") if pd.isna(row[feature.key]) else float(row[feature.key]),
                feature.unit,
                feature.source,
                row[f"{feature.source}_obtained_at"],
                bool(pd.isna(row[feature.key])),
            )
            for feature in FEATURES
        ],
        columns=["feature", "value", "unit", "source", "obtained_at", "is_missing"],
    )


def rules(in_force: pd.DataFrame, hits: pd.DataFrame, snapshot: pd.DataFrame, decision: pd.DataFrame) -> pd.DataFrame:
    """Return every rule in force beside what it saw.

    Parameters
    ----------
    in_force
        ``rule_no, rule_key, column, keeps, effect, threshold_value``; the policy applied, in its order.
    hits
        ``rule_key, observed_value, threshold_value``; the rules stored as hit.
    snapshot
        One row of ``feature_snapshot``, or none if the book has no inputs.
    decision
        One row with ``decision``, ``score_points`` and ``limit_fen``.

    Returns
    -------
    DataFrame
        ``rule_no, rule_key, keeps, threshold_value, observed_value, unit, outcome``; one row a rule. ``outcome`` is
        ``HIT`` or, where the rule only cuts the limit, ``TRIM`` as stored; ``MISSING`` without a value, which fails
        nothing; else ``PASS``. Of a hit, value and threshold are the stored ones.
    """
    need(in_force, "rule_no", "rule_key", "column", "keeps", "effect", "threshold_value")
    need(hits, "rule_key", "observed_value", "threshold_value")
    need(decision, "decision", "score_points", "limit_fen")
    values = {**decision.iloc[0].to_dict(), **(snapshot.iloc[0].to_dict() if len(snapshot) else {})}
    if values["decision"] == "DECLINED":
        values["limit_fen"] = None
    stored = hits.set_index("rule_key")
    is_hit = in_force["rule_key"].isin(stored.index)
    shown = in_force[["rule_no", "rule_key", "keeps", "threshold_value"]].copy()
    observed = pd.to_numeric(in_force["column"].map(values), errors="coerce")
    shown["observed_value"] = observed.where(~is_hit, in_force["rule_key"].map(stored["observed_value"]))
    shown["threshold_value"] = shown["threshold_value"].where(
        ~is_hit, in_force["rule_key"].map(stored["threshold_value"])
    )
    units = {feature.key: str(feature.unit) for feature in FEATURES} | {"score_points": "points", "limit_fen": "fen"}
    shown["unit"] = in_force["column"].map(units)
    shown["outcome"] = np.select(
        [is_hit & (in_force["effect"] == "decline"), is_hit, shown["observed_value"].isna()],
        ["HIT", "TRIM", "MISSING"],
        "PASS",
    )
    return shown


def seen(loans: pd.DataFrame, as_of_month: date) -> pd.DataFrame:
    """Return drawdowns as they were known at the as-of month: what happened later is not observed.

    Parameters
    ----------
    loans
        Milestones ``first_<30|60|90>_<month|mob|fen>`` and ``closed_month, closed_mob, closed_state, lost_fen``.
    as_of_month
        Last month that counts.
    """
    need(loans, "closed_month", "closed_state", "lost_fen")
    known = loans.copy()
    for first in ("first_30", "first_60", "first_90", "closed"):
        is_later = pd.to_datetime(known[f"{first}_month"]) > pd.Timestamp(as_of_month)
        own = [column for column in known if column.startswith(f"{first}_")]
        known[own] = known[own].mask(is_later)
        if first == "closed":
            known["lost_fen"] = known["lost_fen"].mask(is_later, 0)
    return known


def course(performance: pd.DataFrame, recoveries: pd.DataFrame) -> pd.DataFrame:
    """Return how each drawdown went up to its last month seen.

    Parameters
    ----------
    performance
        ``loan_id, month, mob, state, dpd_days, balance_fen, paid_principal_fen, paid_interest_fen, lost_fen``; one row
        a loan and month-end, the months of a loan in order.
    recoveries
        ``loan_id, recovered_fen``; cash after the loan was written off or sold.

    Returns
    -------
    DataFrame
        ``loan_id, month, mob, state, dpd_days, balance_fen`` of the last month, ``most_dpd_days`` over all month-ends,
        and the sums ``paid_principal_fen, paid_interest_fen, lost_fen, recovered_fen``; one row a loan, in the order
        in which the loans first stand in ``performance``.
    """
    need(performance, "loan_id", "month", "dpd_days", "paid_principal_fen", "paid_interest_fen", "lost_fen")
    need(recoveries, "loan_id", "recovered_fen")
    by_loan = performance.groupby("loan_id", sort=False)
    last = by_loan[["month", "mob", "state", "dpd_days", "balance_fen"]].tail(1)
    last.insert(0, "loan_id", performance.loc[last.index, "loan_id"])
    # min_count: a book without amounts has no sums either, and no sum is not zero.
    sums = by_loan[["paid_principal_fen", "paid_interest_fen", "lost_fen"]].sum(min_count=1)
    sums["most_dpd_days"] = by_loan["dpd_days"].max()
    sums["recovered_fen"] = recoveries.groupby("loan_id")["recovered_fen"].sum().reindex(sums.index, fill_value=0)
    return last.merge(sums, on="loan_id").reset_index(drop=True)


def took_seconds(stages: pd.DataFrame) -> pd.DataFrame:
    """Return the stages with the time spent in each, ``took_seconds``; NaN while an application is still in one."""
    need(stages, "entered_at", "left_at")
    spent = pd.to_datetime(stages["left_at"]) - pd.to_datetime(stages["entered_at"])
    return stages.assign(took_seconds=spent.dt.total_seconds())


def contributions(base_points: float, points: pd.Series, values: pd.Series, score_points: float) -> pd.DataFrame:
    """Return what each input gave or took, the heaviest first, between where every score starts and this one ends.

    Parameters
    ----------
    base_points
        What the model gives before it looks at anything.
    points
        By feature; points, positive raised the score.
    values
        The input by feature, NaN if missing.
    score_points
        The score as stored.

    Returns
    -------
    DataFrame
        ``kind`` (BASE, FEATURE, SCORE), ``feature`` (empty but for FEATURE), ``value``, ``points``. The base and the
        inputs add up to the score.
    """
    order = points.abs().sort_values(ascending=False, kind="stable").index
    rows = [
        ("BASE", "", float("nan"), base_points),
        *(("FEATURE", str(key), float(values[key]), float(points[key])) for key in order),
        ("SCORE", "", float("nan"), score_points),
    ]
    return pd.DataFrame(rows, columns=["kind", "feature", "value", "points"])


def compared(items: Iterable[tuple[str, object, object]]) -> pd.DataFrame:
    """Return what was stored beside what was computed again.

    Parameters
    ----------
    items
        Name, stored and again; a float is the same only to its last bit, and missing is the same as missing.

    Returns
    -------
    DataFrame
        ``item, stored, again, is_same``; the values as text that gives back every bit.
    """
    rows = [(name, exact(stored), exact(again)) for name, stored, again in items]
    return pd.DataFrame(
        [(name, stored, again, stored == again) for name, stored, again in rows],
        columns=["item", "stored", "again", "is_same"],
    )


def exact(value: object) -> str:
    """Return a value as text that gives back every bit of it; a missing one is empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating):
        return repr(float(value))
    return str(value)


def hit_items(stored: pd.DataFrame, again: pd.DataFrame) -> list[tuple[str, object, object]]:
    """Return the rule hits of either side as items to compare, one a rule.

    Parameters
    ----------
    stored, again
        ``rule_key, rule_no, observed_value, threshold_value``; one row a hit.
    """
    before, now = _hit_texts(stored), _hit_texts(again)
    return [(f"rule.{key}", before.get(key), now.get(key)) for key in dict.fromkeys([*before, *now])]


def _hit_texts(hits: pd.DataFrame) -> dict[str, str]:
    need(hits, "rule_key", "rule_no", "observed_value", "threshold_value")
    return {
        str(hit.rule_key): f"{int(hit.rule_no)}: {float(hit.observed_value)!r} / {float(hit.threshold_value)!r}"
        for hit in hits.itertuples()
    }


def lines(sections: Sequence[Section]) -> pd.DataFrame:
    """Return a file as one long table, to be kept or printed.

    Returns
    -------
    DataFrame
        ``section, row_no, item, value``; one row a field. A missing section is one row whose ``item`` is ``missing``.
    """
    found: list[tuple[str, int, str, str]] = []
    for section in sections:
        if section.missing:
            found.append((section.key, 0, "missing", section.missing))
        for number, row in enumerate(section.frame.to_dict("records"), start=1):
            found.extend((section.key, number, str(item), exact(value)) for item, value in row.items())
    return pd.DataFrame(found, columns=["section", "row_no", "item", "value"])

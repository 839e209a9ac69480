"""What the page on the bad book says, from its numbers."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.classes import ClassTable
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_BEYOND_SPREADS = 2.0
"""As on the front page: more than so many standard deviations of earlier changes is a move."""


def ratios(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return NPL beside the managed ratio, 90+ with losses added back, what the sales of the month did, and deviation.

    Parameters
    ----------
    frame
        Of ``metrics.non_performing.ratios``.
    words
        Language.
    """
    last = frame.iloc[-1].to_dict()
    month = numbers.month(last["month"])
    said = [
        words(
            "non_performing.said_npl",
            month=month,
            npl=numbers.rate(last["npl_rate"]),
            change=numbers.rate_change(last["change_month"], words.language),
            noise=words(f"non_performing.noise_{_noise(last)}"),
        )
    ]
    if "managed_rate" not in frame:
        return [*said, _deviation(last, words)]
    managed = "non_performing.said_managed"
    if numbers.is_unknown(last["managed_rate"]):
        managed = "non_performing.said_managed_unknown"
    said.append(
        words(
            managed,
            managed=numbers.rate(last["managed_rate"]),
            late=numbers.rate(last["late_rate"]),
            late_managed=numbers.rate(last["late_managed_rate"]),
        )
    )
    return [*said, _sale(frame, words), _deviation(last, words)]


def classes(frame: pd.DataFrame, words: Words) -> str:
    """Return the classes of the last month in a sentence."""
    last = frame[frame["month"] == frame["month"].max()].set_index("risk_class")["share_rate"]
    parts = [
        words("non_performing.said_share", risk_class=words.code("risk_class", name), share=numbers.rate(last[name]))
        for name in terms.RISK_CLASSES
    ]
    return words(
        "non_performing.said_classes",
        month=numbers.month(frame["month"].max()),
        parts=words("scope.joiner").join(parts),
    )


def edges(table: ClassTable, words: Words) -> str:
    """Return the days past due beyond which each class begins, since when, from which source and how sure."""
    parts = [
        words("non_performing.said_edge", risk_class=words.code("risk_class", name), days=days)
        for name, days in table.more_than_days.items()
    ]
    return words(
        "non_performing.said_edges",
        parts=words("scope.joiner").join(parts),
        since=numbers.month(table.from_month),
        source=table.sources[words.language],
        mark=table.mark,
    )


def write_offs(frame: pd.DataFrame, words: Words) -> str:
    """Return what left the book in the last month."""
    last = frame.iloc[-1].to_dict()
    parts = []
    for name, state in (("written_off", "WO"), ("sold", "SOLD")):
        loans = numbers.count(last[f"{name}_loans"])
        if last[f"{name}_loans"] == 0:
            parts.append(words("non_performing.said_lost_none", state=words.code("state", state)))
            continue
        key, amount, interest = "count", "", ""
        if f"{name}_fen" in last:
            key, amount = "amount", numbers.yuan(last[f"{name}_fen"], words.language)
        if f"{name}_interest_fen" in last:
            key, interest = "interest", numbers.yuan(last[f"{name}_interest_fen"], words.language)
        parts.append(
            words(
                f"non_performing.said_lost_{key}",
                state=words.code("state", state),
                loans=loans,
                amount=amount,
                interest=interest,
            )
        )
    return words(
        "non_performing.said_lost", month=numbers.month(last["month"]), parts=words("scope.joiner").join(parts)
    )


def coverage(frame: pd.DataFrame, words: Words) -> str:
    """Return how far the last allowance that is kept goes."""
    last = frame.iloc[-1]
    return words(
        "non_performing.said_coverage_none" if last["npl_fen"] == 0 else "non_performing.said_coverage",
        month=numbers.month(last["month"]),
        held=numbers.yuan(last["allowance_fen"], words.language),
        npl=numbers.yuan(last["npl_fen"], words.language),
        coverage=numbers.rate(last["coverage_rate"], 1),
        rate=numbers.rate(last["allowance_rate"]),
    )


def migration(frame: pd.DataFrame, words: Words) -> str:
    """Return how much of each class of a year before is worse now; where few loans stand behind it, that too."""
    parts = [
        words(
            f"non_performing.said_moved{'_small' if row['is_small'] else ''}",
            risk_class=words.code("risk_class", row["risk_class"]),
            rate=numbers.rate(row["rate"]),
        )
        for row in frame.to_dict("records")
        if row["loans"]
    ]
    return words("non_performing.said_migration", parts=words("scope.joiner").join(parts))


def _noise(last: dict[Hashable, float]) -> str:
    if numbers.is_unknown(last["usual_change"]) or numbers.is_unknown(last["change_month"]):
        return "unknown"
    return "beyond" if abs(last["change_month"]) > _BEYOND_SPREADS * last["usual_change"] else "within"


def _sale(frame: pd.DataFrame, words: Words) -> str:
    """Whether the sale of bad loans made the month's number."""
    last = frame.iloc[-1]
    month = numbers.month(last["month"])
    if last["sold_fen" if "sold_fen" in last else "sold"] == 0:
        return words("non_performing.said_no_sale", month=month)
    before = float(frame["npl_rate"].iloc[-2]) if len(frame) > 1 else float("nan")
    with_sale, without = last["npl_rate"] - before, last["unsold_rate"] - before
    made = "made" if with_sale < 0 <= without else "helped" if without > with_sale else "idle"
    return words(
        f"non_performing.said_sale_{made}",
        month=month,
        npl=numbers.rate(last["npl_rate"]),
        unsold=numbers.rate(last["unsold_rate"]),
        change=numbers.rate_change(with_sale, words.language),
        change_unsold=numbers.rate_change(without, words.language),
        late=numbers.rate(last["late_rate"]),
        late_unsold=numbers.rate(last["late_unsold_rate"]),
    )


def _deviation(last: dict[Hashable, float], words: Words) -> str:
    if numbers.is_unknown(last["deviation_rate"]):
        return words("non_performing.said_no_npl")
    kind = "kind" if last["deviation_rate"] > 1 else "strict"
    return words(f"non_performing.said_deviation_{kind}", rate=numbers.rate(last["deviation_rate"], 1))

"""What the page on the portfolio's limits says, from its numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.limit_names import group_name, limit_change, limit_lack, limit_level, limit_months
from jiebei_dash.text.words import Words

ORDER = ("breach", "warning", "inside", "unknown")
_ICONS = {"breach": "✕", "warning": "!", "inside": "✓", "unknown": "?"}


def opening(frame: pd.DataFrame, names: list[str], words: Words) -> list[str]:
    """Return whether the book is inside every limit, which come next, and which cannot be checked."""
    counts = frame["status"].value_counts()
    checked = len(frame) - int(counts.get("unknown", 0))
    said = []
    broken = [name for name, status in zip(names, frame["status"], strict=True) if status == "breach"]
    if broken:
        said.append(
            words(
                "portfolio_limits.said_broken", broken=len(broken), checked=checked,
                names=words("scope.separator").join(broken),
            )
        )  # fmt: skip
    elif checked:
        said.append(words("portfolio_limits.said_inside", checked=checked, warned=int(counts.get("warning", 0))))
    near = frame.assign(name=names)[(frame["status"].isin(("inside", "warning"))) & (frame["breach_months"] <= 12)]
    if len(near):
        soonest = near.sort_values("breach_months").iloc[0]
        said.append(
            words(
                "portfolio_limits.said_soonest", name=soonest["name"], months=f"{soonest['breach_months']:.0f}",
                value=numbers.rate(soonest["value_rate"]), level=numbers.rate(soonest["level_rate"]),
            )
        )  # fmt: skip
    elif checked:
        said.append(words("portfolio_limits.said_none_soon"))
    unknown = [name for name, status in zip(names, frame["status"], strict=True) if status == "unknown"]
    if unknown:
        said.append(words("portfolio_limits.said_unknown", names=words("scope.separator").join(unknown)))
    return said


def bars(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return where each limit stands, short enough to stand behind its bar."""
    found = []
    for row in frame.to_dict("records"):
        status, figure = words(f"portfolio_limits.status_{row['status']}"), row["figure"]
        level = words(f"portfolio_limits.{row['side']}", level=limit_level(row["level_rate"], figure))
        value = limit_level(row["value_rate"], figure)
        known = row["status"] != "unknown"
        found.append(words("portfolio_limits.bar", status=status, value=value, level=level) if known else status)
    return found


def funder(frame: pd.DataFrame, words: Words) -> str:
    """Return which funder is closest to its cap, empty if no limit on a funder could be checked."""
    of_funders = frame[(frame["dimension"] == "funder_code") & (frame["side"] == "at_most") & frame["use_rate"].notna()]
    if of_funders.empty:
        return ""
    closest = of_funders.sort_values("use_rate", ascending=False).iloc[0]
    return words(
        "portfolio_limits.said_funder", name=group_name("funder_code", closest["code"], words),
        value=numbers.rate(closest["value_rate"]),
        level=numbers.rate(closest["level_rate"]),
        headroom=numbers.rate_change(closest["headroom_rate"], words.language),
    )  # fmt: skip


def rows(frame: pd.DataFrame, names: list[str], words: Words, sources: Mapping[str, str]) -> pd.DataFrame:
    """Return the limits as a table of texts, the worst status first.

    Parameters
    ----------
    frame, names
        Of the answer, and what its limits are called.
    words
        Language.
    sources
        Where each limit comes from, by its name.
    """
    lines = []
    for limit, row in zip(names, frame.to_dict("records"), strict=True):
        lines.append(
            [
                f"{_ICONS[row['status']]} {words('portfolio_limits.status_' + row['status'])}",
                limit,
                limit_level(row["value_rate"], row["figure"])
                if row["status"] != "unknown"
                else limit_lack(row["lacks"], words),
                _interval(row, words),
                words(f"portfolio_limits.{row['side']}", level=limit_level(row["level_rate"], row["figure"])),
                limit_level(row["warn_rate"], row["figure"]),
                limit_change(row["headroom_rate"], row["figure"], words),
                limit_change(row["pace_rate"], row["figure"], words),
                limit_months(row, words),
                words("portfolio_limits.source", mark=row["mark"], source=sources[limit]),
            ]
        )
    order = sorted(range(len(lines)), key=lambda at: ORDER.index(frame["status"].iloc[at]))
    heads = ("status", "limit", "value", "interval", "level", "warn", "headroom", "pace", "months", "source")
    return pd.DataFrame([lines[at] for at in order], columns=[words(f"portfolio_limits.head_{head}") for head in heads])


def _interval(row: Mapping[object, float], words: Words) -> str:
    if numbers.is_unknown(row["low_rate"]):
        return numbers.UNKNOWN
    return words("stratification.interval", low=numbers.rate(row["low_rate"]), high=numbers.rate(row["high_rate"]))

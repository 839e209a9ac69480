"""What the page on the portfolio's limits says, from its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.stratification_words import group_name

ORDER = ("breach", "warning", "inside", "unknown")
_BEYOND_MONTHS = 60
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
    return [
        words("portfolio_limits.bar", status=words(f"portfolio_limits.status_{row['status']}"),
              value=_level(row["value_rate"], row["figure"]), level=_level(row["level_rate"], row["figure"]))
        if row["status"] != "unknown" else words("portfolio_limits.status_unknown")
        for row in frame.to_dict("records")
    ]  # fmt: skip


def funder(frame: pd.DataFrame, funders: Mapping[str, str], words: Words) -> str:
    """Return which funder is closest to its cap, empty if no limit on a funder could be checked."""
    of_funders = frame[(frame["dimension"] == "funder_code") & (frame["side"] == "at_most") & frame["use_rate"].notna()]
    if of_funders.empty:
        return ""
    closest = of_funders.sort_values("use_rate", ascending=False).iloc[0]
    return words(
        "portfolio_limits.said_funder", name=group_name("funder_code", closest["code"], funders, words),
        value=numbers.rate(closest["value_rate"]),
        level=numbers.rate(closest["level_rate"]),
        headroom=numbers.rate_change(closest["headroom_rate"], words.language),
    )  # fmt: skip


def name(row: Mapping[object, object], funders: Mapping[str, str], words: Words) -> str:
    """Return what a limit is called."""
    figure, dimension, code = str(row["figure"]), str(row["dimension"]), str(row["code"])
    if not dimension:
        return words(f"portfolio_limits.figure_{figure}")
    by = words.code("split", dimension)
    if figure == "share":
        return words("portfolio_limits.name_share", by=by, name=group_name(dimension, code, funders, words))
    if figure == "largest":
        return words("portfolio_limits.name_largest", by=by, name=group_name(dimension, code, funders, words))
    return words(f"portfolio_limits.name_{figure}", by=by, top=str(row["top"]))


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
                _level(row["value_rate"], row["figure"])
                if row["status"] != "unknown"
                else lacking(row["lacks"], words),
                _interval(row, words),
                words(f"portfolio_limits.{row['side']}", level=_level(row["level_rate"], row["figure"])),
                _level(row["warn_rate"], row["figure"]),
                _headroom(row, words),
                _pace(row, words),
                _months(row, words),
                words("portfolio_limits.source", mark=row["mark"], source=sources[limit]),
            ]
        )
    order = sorted(range(len(lines)), key=lambda at: ORDER.index(frame["status"].iloc[at]))
    heads = ("status", "limit", "value", "interval", "level", "warn", "headroom", "pace", "months", "source")
    return pd.DataFrame([lines[at] for at in order], columns=[words(f"portfolio_limits.head_{head}") for head in heads])


def lacking(lacks: str, words: Words) -> str:
    """Return why a limit cannot be checked."""
    found = words.texts.get(f"portfolio_limits.lack_{lacks}")
    return found or words("portfolio_limits.lack", capability=words.code("capability", lacks))


def _level(value: float, figure: str) -> str:
    if figure == "herfindahl":
        return numbers.UNKNOWN if numbers.is_unknown(value) else f"{value:.3f}"
    if figure == "leverage":
        return f"{value:g}×"
    return numbers.rate(value)


def _interval(row: Mapping[Any, Any], words: Words) -> str:
    if numbers.is_unknown(row["low_rate"]):
        return numbers.UNKNOWN
    return words("stratification.interval", low=numbers.rate(row["low_rate"]), high=numbers.rate(row["high_rate"]))


def _headroom(row: Mapping[Any, Any], words: Words) -> str:
    if numbers.is_unknown(row["headroom_rate"]):
        return numbers.UNKNOWN
    if row["figure"] == "herfindahl":
        return f"{row['headroom_rate']:+.3f}"
    return numbers.rate_change(row["headroom_rate"], words.language)


def _pace(row: Mapping[Any, Any], words: Words) -> str:
    if row["figure"] == "herfindahl" and not numbers.is_unknown(row["pace_rate"]):
        return f"{row['pace_rate']:+.4f}"
    return numbers.rate_change(row["pace_rate"], words.language)


def _months(row: Mapping[Any, Any], words: Words) -> str:
    if row["status"] == "unknown" or numbers.is_unknown(row["pace_rate"]):
        return numbers.UNKNOWN
    if row["status"] == "breach":
        return words("portfolio_limits.broken")
    months = row["breach_months"]
    if numbers.is_unknown(months):
        return words("portfolio_limits.not_at_this_pace")
    return words("portfolio_limits.far", months=_BEYOND_MONTHS) if months > _BEYOND_MONTHS else f"{months:.1f}"

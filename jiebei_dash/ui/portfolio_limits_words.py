"""What the page on the portfolio's limits says, from its numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from jiebei_dash.caps import Cap
from jiebei_dash.text import numbers
from jiebei_dash.text.limit_names import group_name, limit_change, limit_lack, limit_level, limit_months, limit_name
from jiebei_dash.text.words import Words

ORDER = ("breach", "warning", "inside", "unknown")
_ICONS = {"breach": "✕", "warning": "!", "inside": "✓", "unknown": "?"}


def names(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return what the limits are called; two of one name are told apart by their level."""
    called = [limit_name(row, words) for row in frame.to_dict("records")]
    return [
        words("portfolio_limits.name_level", name=name, level=_level(row, words)) if called.count(name) > 1 else name
        for name, row in zip(called, frame.to_dict("records"), strict=True)
    ]


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
        warned = int(counts.get("warning", 0))
        key = "portfolio_limits.said_warned" if warned else "portfolio_limits.said_inside"
        said.append(words(key, checked=checked, **({"warned": warned} if warned else {})))
    near = frame.assign(name=names)[(frame["status"].isin(("inside", "warning"))) & (frame["breach_months"] <= 12)]
    if len(near):
        soonest = near.sort_values("breach_months").iloc[0]
        said.append(
            words(
                "portfolio_limits.said_soonest", name=soonest["name"], months=f"{soonest['breach_months']:.0f}",
                value=limit_level(soonest["value_rate"], soonest["figure"]),
                level=limit_level(soonest["level_rate"], soonest["figure"]),
            )
        )  # fmt: skip
    elif checked:
        said.append(words("portfolio_limits.said_none_soon"))
    unknown = frame.assign(name=names)[frame["status"] == "unknown"]
    if len(unknown):
        parts = [
            words(
                "portfolio_limits.said_lack",
                names=words("scope.separator").join(same["name"]),
                lack=limit_lack(str(lacks), words),
            )
            for lacks, same in unknown.groupby("lacks", sort=False)
        ]
        said.append(words("portfolio_limits.said_unknown", parts=words("portfolio_limits.part_joiner").join(parts)))
    return said


def bars(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return where each limit stands, short enough to stand behind its bar."""
    found = []
    for row in frame.to_dict("records"):
        status, figure = words(f"portfolio_limits.status_{row['status']}"), row["figure"]
        value, known = limit_level(row["value_rate"], figure), row["status"] != "unknown"
        bar = words("portfolio_limits.bar", status=status, value=value, level=_level(row, words))
        found.append(bar if known else status)
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


def sources(frame: pd.DataFrame, names: list[str], caps: Sequence[Cap], words: Words) -> pd.DataFrame:
    """Return since when each limit holds, how sure it is and where it comes from, as a table of texts."""
    lines = [
        [name, _level(row, words), f"{cap.starts:%Y-%m-%d}", cap.mark, cap.sources[words.language]]
        for name, row, cap in zip(names, frame.to_dict("records"), caps, strict=True)
    ]
    heads = ("limit", "level", "starts", "mark", "source")
    return pd.DataFrame(lines, columns=[words(f"portfolio_limits.head_{head}") for head in heads])


def rows(frame: pd.DataFrame, names: list[str], words: Words) -> pd.DataFrame:
    """Return the limits as a table of texts, the worst status first; why one is not checked stands in the opening."""
    lines = []
    for limit, row in zip(names, frame.to_dict("records"), strict=True):
        lines.append(
            [
                f"{_ICONS[row['status']]} {words('portfolio_limits.status_' + row['status'])}",
                limit,
                limit_level(row["value_rate"], row["figure"]),
                _interval(row, words),
                _level(row, words),
                limit_level(row["warn_rate"], row["figure"]),
                limit_change(row["headroom_rate"], row["figure"], words),
                limit_change(row["pace_rate"], row["figure"], words),
                limit_months(row, words),
            ]
        )
    order = sorted(range(len(lines)), key=lambda at: ORDER.index(frame["status"].iloc[at]))
    heads = ("status", "limit", "value", "interval", "level", "warn", "headroom", "pace", "months")
    return pd.DataFrame([lines[at] for at in order], columns=[words(f"portfolio_limits.head_{head}") for head in heads])


def _level(row: Mapping[Hashable, float], words: Words) -> str:
    return words(f"portfolio_limits.{row['side']}", level=limit_level(row["level_rate"], str(row["figure"])))


def _interval(row: Mapping[object, float], words: Words) -> str:
    if numbers.is_unknown(row["low_rate"]):
        return numbers.UNKNOWN
    return words("stratification.interval", low=numbers.rate(row["low_rate"]), high=numbers.rate(row["high_rate"]))

"""What the page on the book's make-up says, from its numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.limit_names import group_name
from jiebei_dash.text.words import Words


def table(frame: pd.DataFrame, by: str, words: Words, basis: Basis) -> list[str]:
    """Return what the largest stratum holds, and which one stands out in lateness beyond noise."""
    total = float(frame["amount"].sum())
    whole = float(frame["whole_late_rate"].iloc[0])
    largest = frame.loc[frame["amount"].idxmax()]
    size = numbers.yuan(total, words.language) if basis == "balance" else numbers.count(total)
    said = [
        words(
            f"stratification.said_largest_{basis}",
            size=size,
            loans=numbers.count(frame["loans"].sum()),
            name=words.code(by, largest[by]),
            share=numbers.rate(largest["share_rate"]),
            rate=numbers.rate(whole),
        )
    ]
    if by == "state":
        return said
    out = frame[~frame["is_small"] & ((frame["low_rate"] > whole) | (frame["high_rate"] < whole))]
    if out.empty:
        return [*said, words("stratification.said_alike")]
    parts = [
        words("stratification.said_part", name=words.code(by, row[by]), rate=numbers.rate(row["late_rate"]))
        for row in out.reindex((out["late_rate"] - whole).abs().sort_values(ascending=False).index)
        .head(3)
        .to_dict("records")
    ]
    return [*said, words("stratification.said_out", parts=words("scope.separator").join(parts))]


def crossed(frame: pd.DataFrame, keys: tuple[str, str], words: Words) -> str:
    """Return which cell is the largest, and which of at least 30 loans is the latest."""

    def name(row: pd.Series) -> str:
        return words(
            "stratification.pair", one=words.code(keys[0], row[keys[0]]), other=words.code(keys[1], row[keys[1]])
        )

    largest = frame.loc[frame["amount"].idxmax()]
    said = words("stratification.said_cell", name=name(largest), share=numbers.rate(largest["share_rate"]))
    enough = frame[~frame["is_small"]]
    if enough.empty:
        return said + words("stratification.said_all_small")
    worst = enough.loc[enough["late_rate"].fillna(-1).idxmax()]
    return said + words(
        "stratification.said_worst",
        name=name(worst),
        rate=numbers.rate(worst["late_rate"]),
        low=numbers.rate(worst["low_rate"]),
        high=numbers.rate(worst["high_rate"]),
        loans=numbers.count(worst["loans"]),
    )


def table_rows(frame: pd.DataFrame, by: str, words: Words, basis: Basis) -> pd.DataFrame:
    """Return a stratification as a table of texts, the whole in its last row."""
    whole = {
        "loans": frame["loans"].sum(), "amount": frame["amount"].sum(), "share_rate": 1.0,
        **{name: frame[f"whole_{name}"].iloc[0] for name in ("late_rate", "average_fen", "mean_mob", "mean_term")},
    }  # fmt: skip
    rows = [(words.code(by, row[by]), row) for row in frame.to_dict("records")]
    texts = [[name, *_cells(row, words, basis)] for name, row in [*rows, (words("stratification.total"), whole)]]
    heads = ["loans", "amount", "share_rate", "average_fen", "late_rate", "interval", "mean_mob", "mean_term"]
    if basis == "count":
        heads = [head for head in heads if head not in ("amount", "average_fen")]
    return pd.DataFrame(
        texts, columns=[words.code("split", by), *(words(f"stratification.head_{head}") for head in heads)]
    )


def _cells(row: Mapping[object, float], words: Words, basis: Basis) -> list[str]:
    few = words("stratification.few") if row.get("is_small") else ""
    interval = (
        words("stratification.interval", low=numbers.rate(row["low_rate"]), high=numbers.rate(row["high_rate"]))
        if not numbers.is_unknown(row.get("low_rate"))
        else numbers.UNKNOWN
    )
    money = basis == "balance"
    return [
        numbers.count(row["loans"]),
        *([numbers.yuan(row["amount"], words.language)] if money else []),
        numbers.rate(row["share_rate"]),
        *([numbers.yuan(row["average_fen"], words.language)] if money else []),
        numbers.rate(row["late_rate"]) + few,
        interval,
        _months(row["mean_mob"]),
        _months(row["mean_term"]),
    ]


def pool_rows(totals: pd.DataFrame, frame: pd.DataFrame, by: str, words: Words, basis: Basis) -> pd.DataFrame:
    """Return pools side by side: a column a pool, first as wholes, then the share and 30+ of each stratum."""
    columns: dict[str, list[str]] = {words("stratification.line"): _pool_lines(frame, by, words, basis)}
    for total in totals.to_dict("records"):
        mine = frame[(frame["pool_key"] == total["pool_key"]) & (frame["pool_code"] == total["pool_code"])]
        few = words("stratification.few") if total["is_small"] else ""
        late = numbers.rate(total["late_rate"]) + few + _mark(total, "late", words)
        cells = [numbers.count(total["loans"])]
        if basis == "balance":
            cells += [numbers.yuan(total["amount"], words.language), numbers.yuan(total["average_fen"], words.language)]
        cells += [_months(total["mean_mob"]), late]
        for row in mine.to_dict("records"):
            few = words("stratification.few") if row["is_small"] else ""
            cells.append(numbers.rate(row["share_rate"]) + _mark(row, "share", words))
            cells.append(numbers.rate(row["late_rate"]) + few + _mark(row, "late", words))
        columns[words.code(total["pool_key"], total["pool_code"])] = cells
    return pd.DataFrame(columns)


def pools(totals: pd.DataFrame, words: Words) -> str:
    """Return which pools differ from the first in 30+ beyond noise."""
    first = totals.iloc[0]
    said = words(
        "stratification.said_first_pool", name=words.code(first["pool_key"], first["pool_code"]),
        rate=numbers.rate(first["late_rate"]),
    )  # fmt: skip
    apart = totals[totals["is_late_beyond_noise"]]
    if apart.empty:
        return said + words("stratification.said_pools_alike")
    parts = [
        words(
            "stratification.said_part_change", name=words.code(row["pool_key"], row["pool_code"]),
            rate=numbers.rate(row["late_rate"]), change=numbers.rate_change(row["late_difference"], words.language),
        )
        for row in apart.to_dict("records")
    ]  # fmt: skip
    return said + words("stratification.said_pools_apart", parts=words("scope.separator").join(parts))


def concentration(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return where the book leans most on one group, and what moved most in a year."""
    last = frame[frame["month"] == frame["month"].max()]
    most = last.loc[last["largest_rate"].idxmax()]
    said = [
        words(
            "stratification.said_leans", by=words.code("split", most["by"]), share=numbers.rate(most["largest_rate"]),
            name=group_name(most["by"], most["largest"], words), equal=f"{most['equal_groups']:.1f}",
        )
    ]  # fmt: skip
    provinces = last[last["by"] == "province_code"]
    if len(provinces):
        row = provinces.iloc[0]
        said.append(
            words(
                "stratification.said_provinces", top=numbers.rate(row["top_10_rate"]),
                groups=numbers.count(row["groups"]),
                equal=f"{row['equal_groups']:.1f}",
            )
        )  # fmt: skip
    return said


def concentration_rows(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the concentration of the last month as a table of texts, with the change of its HHI since the first."""
    last = frame[frame["month"] == frame["month"].max()]
    first = frame[frame["month"] == frame["month"].min()].set_index("by")["herfindahl"]
    rows = [
        [
            words.code("split", row["by"]),
            group_name(row["by"], row["largest"], words),
            numbers.rate(row["largest_rate"]),
            numbers.rate(row["top_3_rate"]) if row["groups"] > 3 else numbers.UNKNOWN,
            numbers.rate(row["top_10_rate"]) if row["groups"] > 10 else numbers.UNKNOWN,
            numbers.count(row["groups"]),
            f"{row['herfindahl']:.3f}",
            f"{row['equal_groups']:.1f}",
            _step(row["herfindahl"] - first[row["by"]]) if row["by"] in first else numbers.UNKNOWN,
        ]
        for row in last.to_dict("records")
    ]
    heads = ("by", "largest", "largest_rate", "top_3_rate", "top_10_rate", "groups", "herfindahl", "equal_groups")
    since = words("stratification.since", month=numbers.month(frame["month"].min()))
    return pd.DataFrame(rows, columns=[*(words(f"columns.{head}") for head in heads), since])


def utilisation(frame: pd.DataFrame, words: Words) -> str:
    """Return how much of the limits is drawn, and how much is frozen."""
    last, before = frame.iloc[-1], frame.iloc[0]
    return words(
        "stratification.said_utilisation",
        month=numbers.month(last["month"]),
        rate=numbers.rate(last["rate"]),
        change=numbers.rate_change(last["rate"] - before["rate"], words.language),
        since=numbers.month(before["month"]),
        active=numbers.yuan(last["active_fen"], words.language),
        frozen=numbers.yuan(last["frozen_fen"], words.language),
        all=numbers.rate(last["with_frozen_rate"]),
    )


def utilisation_rows(frame: pd.DataFrame, by: str, words: Words) -> pd.DataFrame:
    """Return utilisation by a dimension as a table of texts."""
    rows = [
        [
            words.code(by, row[by]),
            *(numbers.yuan(row[name], words.language) for name in ("balance_fen", "active_fen", "frozen_fen")),
            numbers.rate(row["rate"]),
            numbers.rate(row["with_frozen_rate"]),
        ]
        for row in frame.to_dict("records")
    ]
    heads = ("balance", "active", "frozen", "rate", "with_frozen")
    return pd.DataFrame(
        rows, columns=[words.code("split", by), *(words(f"stratification.use_{head}") for head in heads)]
    )


def _pool_lines(frame: pd.DataFrame, by: str, words: Words, basis: Basis) -> list[str]:
    heads = ["loans", *(["amount", "average_fen"] if basis == "balance" else []), "mean_mob", "late_rate"]
    lines = [words(f"stratification.head_{head}") for head in heads]
    for code in dict.fromkeys(frame[by]):
        lines.append(words("stratification.line_share", name=words.code(by, code)))
        lines.append(words("stratification.line_late", name=words.code(by, code)))
    return lines


def _mark(row: Mapping[object, float], of: str, words: Words) -> str:
    if not row[f"is_{of}_beyond_noise"]:
        return ""
    return words("stratification.above" if row[f"{of}_difference"] > 0 else "stratification.below")


def _step(value: float) -> str:
    return f"{round(value, 3) + 0.0:+.3f}"  # no minus before a zero


def _months(value: float) -> str:
    return numbers.UNKNOWN if numbers.is_unknown(value) else f"{value:.1f}"

"""What the page on rolls says, from its numbers."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.book.scope import month_plus
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def matrix(frame: pd.DataFrame, words: Words, window_months: int) -> list[str]:
    """Return what C and M1 did in the window."""
    rates = frame.set_index(["prev_state", "state"])["rate"]
    said = []
    for here, worse in (("C", "M1"), ("M1", "M2")):
        if (here, worse) not in rates.index:
            continue
        back = rates.get((here, "C"), 0.0)
        said.append(
            words(
                f"roll_rates.said_{here}",
                window=words.code("window_months", window_months),
                here=words.code("state", here),
                worse=words.code("state", worse),
                rate=numbers.rate(rates[here, worse]),
                back=numbers.rate(back),
            )
        )
    return said


def chain(frame: pd.DataFrame, words: Words) -> str:
    """Return the last known chain to a loss beside the first shown."""
    known = frame[frame["annual_rate"].notna()]
    if known.empty:
        return words("roll_rates.chain_unknown")
    first, last = known.iloc[0], known.iloc[-1]
    return words(
        "roll_rates.said_chain",
        month=numbers.month(last["month"]),
        rate=numbers.rate(last["annual_rate"]),
        first=numbers.month(first["month"]),
        before=numbers.rate(first["annual_rate"]),
    )


def cell(prev_state: str, state: str, as_of_month: date, window_months: int, words: Words) -> str:
    """Return which move a cell of the matrix holds, and in which months."""
    ends = {numbers.month(month_plus(as_of_month, 1 - window_months)), numbers.month(as_of_month)}
    return words(
        "standing.moved",
        prev_state=words.code("state", prev_state),
        state=words.code("state", state),
        months=" – ".join(sorted(ends)),
    )


def moved(frame: pd.DataFrame, words: Words, window_months: int) -> str:
    """Return which cell moved most money beyond noise since the window before."""
    beyond = frame[frame["is_beyond_noise"]]
    window = words.code("window_months", window_months)
    if beyond.empty:
        return words("roll_rates.nothing_moved", window=window)
    most = beyond.iloc[0]
    return words(
        "roll_rates.said_moved",
        window=window,
        count=len(beyond),
        cell=cell_name(most["prev_state"], most["state"], words),
        change=numbers.rate_change(most["change_rate"], words.language),
        before=numbers.rate(most["rate_before"]),
        after=numbers.rate(most["rate_after"]),
    )


def moved_table(frame: pd.DataFrame, words: Words, basis: Basis, rows: int) -> pd.DataFrame:
    """Return the cells that moved most, as texts: those beyond noise before the others."""
    shown = frame[frame["amount"] != 0].sort_values("is_beyond_noise", ascending=False, kind="stable").head(rows)
    names = ("cell", "before", "after", "change", "amount", "noise")
    return pd.DataFrame(
        [
            (
                cell_name(row["prev_state"], row["state"], words),
                numbers.rate(row["rate_before"]),
                numbers.rate(row["rate_after"]),
                numbers.rate_change(row["change_rate"], words.language),
                _signed(row["amount"], basis, words),
                words(f"roll_rates.noise_{_noise(row)}"),
            )
            for row in shown.to_dict("records")
        ],
        columns=[words(f"roll_rates.column_{name}") for name in names],
    )


def directions_table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return what each bucket did, as texts."""
    parts = ("forward", "stay", "cure", "paid")
    return pd.DataFrame(
        [
            (
                words.code("state", row["prev_state"]),
                *(numbers.rate(row[f"{part}_rate"]) for part in parts),
                numbers.count(row["opening_loans"]),
            )
            for row in frame.to_dict("records")
        ],
        columns=[words(f"roll_rates.column_{name}") for name in ("bucket", *parts, "loans")],
    )


def stock_table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the rolls beside their stock approximation, as texts."""
    known = frame[frame["rate"].notna() | frame["stock_rate"].notna()]
    return pd.DataFrame(
        [
            (
                cell_name(row["prev_state"], row["state"], words),
                numbers.rate(row["rate"]),
                numbers.rate(row["stock_rate"]),
                numbers.rate_change(row["difference_rate"], words.language),
            )
            for row in known.to_dict("records")
        ],
        columns=[words(f"roll_rates.column_{name}") for name in ("cell", "roll", "stock", "difference")],
    )


def stock(frame: pd.DataFrame, words: Words) -> str:
    """Return the chain from current to 61-90 days, by the loans and by stocks."""
    last = frame.iloc[-1]
    if numbers.is_unknown(last["rate"]) or numbers.is_unknown(last["stock_rate"]):
        return words("roll_rates.stock_unknown")
    return words("roll_rates.said_stock", rate=numbers.rate(last["rate"], 3), stock=numbers.rate(last["stock_rate"], 3))


def flow(frame: pd.DataFrame, by: str | None, name: str, words: Words) -> str:
    """Return where a roll stands, and in which group it is highest among those with 30 loans."""
    last = frame[frame["month"] == frame["month"].max()]
    if by is None:
        first, now = frame.iloc[0], last.iloc[0]
        return words(
            "roll_rates.said_flow",
            flow=words.code("flow", name),
            rate=numbers.rate(now["rate"]),
            month=numbers.month(now["month"]),
            low=numbers.rate(now["low_rate"]),
            high=numbers.rate(now["high_rate"]),
            first=numbers.month(first["month"]),
            before=numbers.rate(first["rate"]),
        )
    large = last[~last["is_small"]]
    if large.empty:
        return words("roll_rates.all_small")
    highest, lowest = large.loc[large["rate"].idxmax()], large.loc[large["rate"].idxmin()]
    return words(
        "roll_rates.said_flow_by",
        flow=words.code("flow", name),
        month=numbers.month(highest["month"]),
        highest=words.code(by, highest[by]),
        rate=numbers.rate(highest["rate"]),
        lowest=words.code(by, lowest[by]),
        low=numbers.rate(lowest["rate"]),
    )


def cell_name(here: str, there: str, words: Words) -> str:
    """Return a cell of the matrix as it reads: from, to; buckets by their days."""
    return " → ".join(
        words(f"roll_rates.days_{state}") if state in terms.BUCKETS[1:] else words.code("state", state)
        for state in (here, there)
    )


def _noise(row: dict[str, object]) -> str:  # type: ignore[type-arg]
    return "small" if row["is_small"] else "beyond" if row["is_beyond_noise"] else "within"


def _signed(amount: float, basis: Basis, words: Words) -> str:
    size = numbers.yuan(abs(amount), words.language) if basis == "balance" else numbers.count(abs(amount))
    return ("+" if amount > 0 else "-") + size

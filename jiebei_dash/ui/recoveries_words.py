"""What the page on recoveries says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words

_AGES = (12, 6, 3)
"""Months after a write-off at which cohorts are compared: the longest that two have reached."""


def curves(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return what came back by an age, and whether the newest cohort of that age differs beyond noise."""
    pooled = frame[frame["cohort"].isna()].set_index("since_months")
    settled = pooled[pooled["cohorts"] > 1]
    age = next((age for age in _AGES if age in settled.index), int(pooled.index.max()))
    all_of = pooled.loc[age]
    said = words(
        "recoveries.said_pooled" if pooled["low_rate"].notna()[age] else "recoveries.said_one",
        since=age,
        amount=numbers.yuan(all_of["lost_fen"], words.language),
        rate=numbers.rate(all_of["rate"]),
        low=numbers.rate(all_of["low_rate"]),
        high=numbers.rate(all_of["high_rate"]),
        cohorts=int(all_of["cohorts"]),
        loans=numbers.count(all_of["loans"]),
    )
    here = frame[frame["cohort"].notna() & (frame["since_months"] == age)].sort_values("cohort")
    if here.empty or numbers.is_unknown(here["others_rate"].iloc[-1]):
        return [said]
    newest = here.iloc[-1]
    kind = "small" if newest["is_small"] else "beyond" if newest["is_beyond_noise"] else "within"
    return [
        said,
        words(
            "recoveries.said_newest",
            cohort=numbers.month(newest["cohort"]),
            rate=numbers.rate(newest["rate"]),
            loans=numbers.count(newest["loans"]),
            others=numbers.rate(newest["others_rate"]),
            judged=words(f"recoveries.judged_{kind}"),
        ),
    ]


def sales(frame: pd.DataFrame, words: Words) -> str:
    """Return the prices of the last sale, and of all of them together."""
    last, sums = frame.iloc[-1], frame[["proceeds_fen", "lost_fen", "claim_fen"]].sum(skipna=False)
    knows = not numbers.is_unknown(last["claim_price_rate"])
    return words(
        "recoveries.said_sale" if knows else "recoveries.said_sale_principal",
        month=numbers.month(last["month"]),
        loans=numbers.count(last["loans"]),
        principal=numbers.rate(last["principal_price_rate"]),
        claim=numbers.rate(last["claim_price_rate"]),
        sales=len(frame),
        all_principal=numbers.rate(sums["proceeds_fen"] / sums["lost_fen"] if sums["lost_fen"] else None),
    )


def net(frame: pd.DataFrame, words: Words) -> str:
    """Return what was left of the cash of the last month and of all months shown."""
    last, sums = frame.iloc[-1], frame[["cash_fen", "commission_fen", "net_fen"]].sum(skipna=False)
    knows = not numbers.is_unknown(sums["net_fen"])
    return words(
        "recoveries.said_net" if knows else "recoveries.said_cash",
        months=len(frame),
        month=numbers.month(last["month"]),
        cash=numbers.yuan(last["cash_fen"], words.language),
        net=numbers.yuan(last["net_fen"], words.language),
        all_cash=numbers.yuan(sums["cash_fen"], words.language),
        all_net=numbers.yuan(sums["net_fen"], words.language),
        rate=numbers.rate(sums["commission_fen"] / sums["cash_fen"] if sums["cash_fen"] else None),
    )


def mixed_table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the years as texts, newest first."""
    rows = frame.iloc[::-1].to_dict("records")
    units = {
        "loans": "count", "lost_fen": "fen", "cash_fen": "fen", "mixed_rate": "rate", "own_fen": "fen",
        "own_rate": "rate",
    }  # fmt: skip
    return _texts(rows, "year", units, "recoveries.mixed", words)


def agency_table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the agencies as texts, the most net cash first."""
    rows = [{**row, "agency_code": words.code("agency_code", row["agency_code"])} for row in frame.to_dict("records")]
    units = {
        "payments": "count", "cash_fen": "fen", "commission_fen": "fen", "net_fen": "fen", "commission_rate": "rate",
        "share_rate": "rate",
    }  # fmt: skip
    return _texts(rows, "agency_code", units, "recoveries.agencies", words)


def _texts(rows: list[dict], name: str, units: dict[str, str], subject: str, words: Words) -> pd.DataFrame:
    heads = [header(name, subject, words), *(header(unit, subject, words) for unit in units)]
    cells = [
        [
            words("recoveries.few", name=row[name]) if row["is_small"] else row[name],
            *(
                numbers.yuan(row[column], words.language)
                if unit == "fen"
                else numbers.rate(row[column])
                if unit == "rate"
                else numbers.count(row[column])
                for column, unit in units.items()
            ),
        ]
        for row in rows
    ]
    return pd.DataFrame(cells, columns=heads)

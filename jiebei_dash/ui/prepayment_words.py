"""What the page on early repayment says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.show import Kpi

_SERIES = 13
_BEYOND = 2.0
"""Times the usual change. Source: house definition."""


def opening(frame: pd.DataFrame, words: Words, schedule: str) -> list[str]:
    """Return the rate of the last month and of three, and whether the month moved beyond noise."""
    last = frame.iloc[-1]
    if schedule == "without":
        return [
            words(
                "prepayment.said_mpr",
                month=numbers.month(last["month"]),
                mpr=numbers.rate(last["mpr_rate"]),
                paid=numbers.yuan(last["paid_fen"], words.language),
                opening=numbers.yuan(last["opening_fen"], words.language),
                three=numbers.rate(last["mpr_3_rate"]),
            )
        ]
    said = [
        words(
            "prepayment.said_smm",
            month=numbers.month(last["month"]),
            smm=numbers.rate(last["smm_rate"]),
            prepaid=numbers.yuan(last["prepaid_fen"], words.language),
            unscheduled=numbers.yuan(last["unscheduled_fen"], words.language),
            cpr=numbers.rate(last["cpr_rate"]),
            three=numbers.rate(last["smm_3_rate"]),
            three_year=numbers.rate(last["cpr_3_rate"]),
        )
    ]
    usual = last["usual_change"]
    if len(frame) > 1 and not numbers.is_unknown(usual) and usual > 0:
        change = last["smm_rate"] - frame["smm_rate"].iloc[-2]
        times = abs(change) / usual
        said.append(
            words(
                "prepayment.said_change",
                change=numbers.rate_change(change, words.language),
                times=f"{times:.1f}",
                verdict=words(f"prepayment.verdict_{'beyond' if times > _BEYOND else 'noise'}"),
            )
        )
    return said


def kpis(frame: pd.DataFrame, words: Words, schedule: str) -> list[Kpi]:
    """Return the key figures of loans with a schedule of principal, or of those without."""
    shown = {"smm": "smm_3_rate", "cpr": "cpr_3_rate", "pool": "pool_rate"}
    if schedule == "without":
        shown = {"mpr": "mpr_3_rate"}
    found = []
    for key, column in shown.items():
        series = [float(value) for value in frame[column].dropna()][-_SERIES:]
        change = numbers.rate_change(series[-1] - series[-2], words.language) if len(series) > 1 else ""
        found.append(
            Kpi(
                label=words(f"prepayment.kpi_{key}"),
                value=numbers.rate(series[-1] if series else None),
                change=words("overview.on_month", change=change) if change else "",
                series=tuple(series),
                note=words(f"prepayment.note_{key}"),
            )
        )
    return found


def by_age(frame: pd.DataFrame, words: Words, rate: str) -> str:
    """Return the rate of the first months on book and that of all later ones; empty if one of the two has none."""
    spans = frame.groupby("is_young").agg(rate=(f"span_{rate}", "first"), last=("mob", "max"))
    if len(spans) < 2 or spans["rate"].isna().any():
        return ""
    young, old = (numbers.rate(spans["rate"][is_young]) for is_young in (True, False))
    return words("prepayment.said_age", mob=int(spans["last"][True]), young=young, old=old)


def by_group(frame: pd.DataFrame, by: str, words: Words, rate: str) -> str:
    """Return the fastest and the slowest group."""
    known = frame[frame[rate].notna() & ~frame["is_small"]]
    if len(known) < 2:
        return words("prepayment.one_group")
    most, least = known.loc[known[rate].idxmax()], known.loc[known[rate].idxmin()]
    return words(
        "prepayment.said_group",
        group=words.code(by, most[by]),
        rate=numbers.rate(most[rate]),
        other=words.code(by, least[by]),
        other_rate=numbers.rate(least[rate]),
    )

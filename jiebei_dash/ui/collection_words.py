"""What the page on collections says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words


def batches(frame: pd.DataFrame, bucket: str, within_months: int, words: Words) -> list[str]:
    """Return what came of the last batch, and whether it differs from the earlier ones beyond noise."""
    last = frame.iloc[-1]
    said = words(
        "collection.said_batch",
        month=numbers.month(last["entered_month"]),
        bucket=words.code("state", bucket),
        loans=numbers.count(last["loans"]),
        amount=numbers.yuan(last["entered_fen"], words.language),
        within=words.code("within_months", within_months),
        paid=numbers.rate(last["paid_rate"]),
        cured=numbers.rate(last["cured_rate"]),
        low=numbers.rate(last["low_rate"]),
        high=numbers.rate(last["high_rate"]),
    )
    if len(frame) == 1:
        return [said]
    kind = "small" if last["is_small"] else "beyond" if last["is_beyond_noise"] else "within"
    judged = words(f"collection.judged_{kind}")
    return [said, words("collection.said_others", others=numbers.rate(last["others_rate"]), judged=judged)]


def share(frame: pd.DataFrame, key: str, at: str, below: str, words: Words) -> str:
    """Return the last month of a share of loans or promises with its interval, and all months together."""
    last = frame.iloc[-1]
    return words(
        f"collection.said_{key}",
        month=numbers.month(last[at]),
        count=numbers.count(last[below]),
        rate=numbers.rate(last["rate"]),
        low=numbers.rate(last["low_rate"]),
        high=numbers.rate(last["high_rate"]),
        months=len(frame),
        whole=numbers.rate(last["whole_rate"]),
    )


def in_bucket(frame: pd.DataFrame, bucket: str, words: Words) -> str:
    """Return what was received in a bucket in the last month, and over all months shown."""
    last = frame.iloc[-1]
    return words(
        "collection.said_bucket",
        month=numbers.month(last["month"]),
        bucket=words.code("state", bucket),
        rate=numbers.rate(last["rate"]),
        months=len(frame),
        whole=numbers.rate(last["whole_rate"]),
    )


def contacts(frame: pd.DataFrame, words: Words) -> str:
    """Return how many contacts reached somebody and how many broke the rules, all agencies together."""
    whole = frame.iloc[0]
    return words(
        "collection.said_contacts",
        contacts=numbers.count(frame["contacts"].sum()),
        reached=numbers.rate(whole["whole_reached_rate"]),
        outside=numbers.count(frame["outside"].sum()),
        rate=numbers.rate(whole["whole_outside_rate"], 3),
    )


def contact_table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return agencies and channels as texts."""
    subject = "collection.contacts"
    cells = []
    for row in frame.to_dict("records"):
        agency = words.code("agency_code", row["agency_code"])
        name = words("collection.few", name=agency) if row["is_small"] else agency
        channel = words.code("contact_channel", row["contact_channel"])
        counts = [numbers.count(row[column]) for column in ("contacts", "reached")]
        reached = [numbers.rate(row["reached_rate"]), _between(row["low_rate"], row["high_rate"], words)]
        outside = [
            numbers.rate(row["outside_rate"]),
            _between(row["outside_low_rate"], row["outside_high_rate"], words),
        ]
        cells.append([name, channel, *counts, *reached, numbers.count(row["outside"]), *outside])
    names = ("agency_code", "contact_channel", "contacts", "reached", "reached_rate", "interval", "outside",
             "outside_rate", "outside_interval")  # fmt: skip
    return pd.DataFrame(cells, columns=[header(name, subject, words) for name in names])


def _between(low: float, high: float, words: Words) -> str:
    return words("collection.between", low=numbers.rate(low), high=numbers.rate(high))

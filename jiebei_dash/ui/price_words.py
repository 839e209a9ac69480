"""What the page on prices says, from its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from jiebei_dash.price_caps import CapRule
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_KINDS = ("nominal", "effective")


def opening(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return what the loans of the last month cost, how that moved, and how many lie above the cap.

    Parameters
    ----------
    frame
        Of ``answers.price.by_month``.
    words
        Language.
    """
    last = frame.iloc[-1]
    said = [
        words(
            "price.said_last",
            month=numbers.month(last["opened_month"]),
            loans=numbers.count(last["loans"]),
            nominal=numbers.rate(last["nominal_p50_rate"]),
            effective=numbers.rate(last["effective_p50_rate"]),
            mean=numbers.rate(last["nominal_mean_rate"]),
        )
    ]
    if len(frame) > 12:
        before = frame.iloc[-13]
        change = last["nominal_mean_rate"] - before["nominal_mean_rate"]
        if not numbers.is_unknown(change):
            said[0] += words("price.said_change", change=numbers.rate_change(change, words.language))
    if numbers.is_unknown(last["cap_rate"]):
        return [*said, words("price.said_no_cap")]
    said.append(
        words(
            "price.said_above",
            cap=numbers.rate(last["cap_rate"]),
            nominal=_share(last, "nominal", words),
            effective=_share(last, "effective", words),
        )
    )
    if not numbers.is_unknown(last["target_rate"]):
        shares = {kind: numbers.rate(last[f"over_target_{kind}_rate"], 1) for kind in _KINDS}
        said.append(words("price.said_target", target=numbers.rate(last["target_rate"]), **shares))
    return said


def products(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the product classes side by side, as texts.

    Parameters
    ----------
    frame
        Of ``answers.price.by_product``.
    words
        Language.
    """
    rows = []
    for row in frame.to_dict("records"):
        spread = {
            words(f"price.column_{kind}"): words(
                "price.spread",
                **{f"p{percent}": numbers.rate(row[f"{kind}_p{percent}_rate"]) for percent in (10, 50, 90)},
            )
            for kind in (*_KINDS, "all_in_effective")
        }
        above = {words(f"price.column_above_{kind}"): _share(row, kind, words) for kind in _KINDS}
        name = words.code("product_class", row["product_class"]) + (" *" if row["is_small"] else "")
        rows.append(
            {words("controls.product_class"): name, words("columns.loans"): numbers.count(row["loans"])}
            | spread
            | above
        )
    return pd.DataFrame(rows)


def caps(rules: Sequence[CapRule], day: date, words: Words) -> pd.DataFrame:
    """Return the rules with what each says on a day, as texts."""
    return pd.DataFrame(
        [
            {
                words("price.column_rule"): rule.names[words.language],
                words("price.column_status"): words(f"price.status_{rule.status}"),
                words("price.column_from"): f"{rule.steps[0][0]:%Y-%m-%d}",
                words("price.column_cap"): numbers.rate(cap) if (cap := rule.on(day)) < 1 else numbers.UNKNOWN,
                words("price.column_source"): words(
                    "price.source", source=rule.sources[words.language], mark=rule.mark
                ),
            }
            for rule in rules
        ]
    )


def _share(row: pd.Series | dict, kind: str, words: Words) -> str:
    return words(
        "price.share",
        share=numbers.rate(row[f"above_{kind}_rate"], 1),
        low=numbers.rate(row[f"above_{kind}_low_rate"], 1),
        high=numbers.rate(row[f"above_{kind}_high_rate"], 1),
        count=numbers.count(row[f"above_{kind}_count"]),
    )

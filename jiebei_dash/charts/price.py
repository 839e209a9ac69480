"""Figures of what new loans cost: half of them and the outer tenths by month, beside the caps of then."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import line, months_of
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_PERCENTS = (90, 50, 10)


def by_month(frame: pd.DataFrame, has_fees: bool, words: Words, look: Look) -> go.Figure:
    """Draw the nominal and the effective yearly cost of new loans side by side, each with the caps.

    Parameters
    ----------
    frame
        Of ``metrics.price.against_caps`` by month.
    has_fees
        Whether a reader added fees: then the all-in cost is drawn in the colour of a proposal, beside the contract.
    words, look
        Language and colours.
    """
    months = months_of(frame["opened_month"])
    groups = []
    for kind in ("nominal", "effective"):
        lines = []
        for column, name, colour in (
            ("cap_rate", "cap", look.breach),
            ("target_rate", "target", look.muted),
        ):
            tips = [
                words("price.tip_cap", month=month, name=words(f"price.line_{name}"), rate=numbers.rate(rate))
                for month, rate in zip(months, frame[column], strict=True)
            ]
            drawn = line(months, frame[column].tolist(), tips, colour, 1.5)
            lines.append(
                ({**drawn, "line": {"color": colour, "width": 1.5, "shape": "hv"}}, words(f"price.line_{name}"))
            )
        if has_fees:
            lines.append(_half(frame, months, f"all_in_{kind}", 50, look.proposed, words))
        lines += [
            _half(frame, months, kind, percent, look.today if percent == 50 else look.context, words)
            for percent in _PERCENTS
        ]
        groups.append((words(f"price.panel_{kind}"), lines))
    return panels(groups, words("price.axis_rate"), look, 320)


def _half(
    frame: pd.DataFrame, months: list[str], kind: str, percent: int, colour: str, words: Words
) -> tuple[dict[str, object], str]:
    name = words("price.line_all_in" if kind.startswith("all_in") else f"price.line_p{percent}")
    values = frame[f"{kind}_p{percent}_rate"].tolist()
    tips = [
        words("price.tip_half", month=month, name=name, rate=numbers.rate(rate), loans=numbers.count(loans))
        for month, rate, loans in zip(months, values, frame["loans"], strict=True)
    ]
    return line(months, values, tips, colour, 2 if percent == 50 else 1.5), name

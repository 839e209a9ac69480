"""Figures of what is to come: dotted, with a band, after what was observed."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import Part, faded, line, months_of, sized
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def path(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the book, in parts of today's, and 30+, 60+ and 90+: seen as a line, projected dotted with its band.

    Parameters
    ----------
    frame
        Of ``metrics.projection.path``.
    words, look
        Language and colours.
    basis
        What it is counted in.
    """
    book = frame[frame["past_due_days"] == terms.PAST_DUE_DAYS[0]]
    today = float(book["book"].dropna().iloc[-1])
    share = pd.DataFrame(
        {
            "month": book["month"],
            "observed": book["book"] / today,
            "projected": book["projected_book"] / today,
            "low": book["low_book"] / today,
            "high": book["high_book"] / today,
            "amount": book["book"].fillna(book["projected_book"]),
        }
    )
    groups = [(words("projection.panel_book"), _lines(share, words("projection.panel_book"), words, look, basis))]
    for days in terms.PAST_DUE_DAYS:
        rows = frame[frame["past_due_days"] == days]
        rates = pd.DataFrame(
            {
                "month": rows["month"],
                "observed": rows["observed_rate"],
                "projected": rows["projected_rate"],
                "low": rows["low_rate"],
                "high": rows["high_rate"],
                "amount": rows["book"].fillna(rows["projected_book"])
                * rows["observed_rate"].fillna(rows["projected_rate"]),
            }
        )
        title = words("projection.panel_late", days=days)
        groups.append((title, _lines(rates, title, words, look, basis)))
    drawn = panels(groups, words(f"projection.axis_{basis}"), look, 300)
    months = months_of(book["month"])
    return drawn.update_xaxes(tickmode="array", tickvals=[months[0], months[-1]])


def _lines(rows: pd.DataFrame, name: str, words: Words, look: Look, basis: Basis) -> list[tuple[Part, str]]:
    seen, ahead = rows[rows["observed"].notna()], rows[rows["projected"].notna()]
    seen_at, at = months_of(seen["month"]), months_of(ahead["month"])
    seen_tips = [
        words(
            "projection.tip_seen", name=name, month=month, rate=numbers.rate(rate), amount=sized(amount, basis, words)
        )
        for month, rate, amount in zip(seen_at, seen["observed"], seen["amount"], strict=True)
    ]
    tips = [
        words(
            "projection.tip_ahead",
            name=name,
            month=month,
            rate=numbers.rate(row["projected"]),
            low=numbers.rate(row["low"]),
            high=numbers.rate(row["high"]),
            amount=sized(row["amount"], basis, words),
        )
        for month, row in zip(at, ahead.to_dict("records"), strict=True)
    ]
    pale = faded(look.today, 0.5)
    dotted = line(at, ahead["projected"].tolist(), tips, look.today)
    dotted["line"] = {"color": pale, "width": 2.5, "dash": "dot"}
    drawn = [(line(seen_at, seen["observed"].tolist(), seen_tips, look.today), "")]
    if ahead["low"].notna().all():
        drawn.append((_band(at, ahead, faded(look.today, 0.16)), ""))
    return [*drawn, (dotted, numbers.rate(ahead["projected"].iloc[-1], 1))]


def _band(at: list[str], ahead: pd.DataFrame, colour: str) -> Part:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*at, *reversed(at)],
        "y": [*ahead["high"].tolist(), *reversed(ahead["low"].tolist())],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0, "color": colour},
        "hoverinfo": "skip",
    }

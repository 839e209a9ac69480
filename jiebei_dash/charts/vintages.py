"""Figures of vintages: curves in one hue from old to new, and the triangle as squares that can be picked."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, part, sized, ticks_of, top_of
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look, base_layout, cohort_colour
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_COHORTS = 24
"""Older ones are in the table; more lines would not be told apart."""
MOST_ROWS = 18
"""Of the triangle: so many by month still leave room for numbers."""
_LEAST_LABELLED_MOB = 3
_MOST_NUMBERS = 200


def curves(frame: pd.DataFrame, words: Words, look: Look, basis: Basis, quantity: str, chosen: str = "") -> go.Figure:
    """Draw the cohorts over their age, pale for the oldest, and the pooled curve in grey.

    Parameters
    ----------
    frame
        Of ``answers.vintages.curves``.
    words, look
        Language and colours.
    basis
        What the cells are counted in.
    quantity
        Title of the y axis: which measure, of what.
    chosen
        A cohort (``2025-03``) to be labelled besides the oldest and the newest with an age and a rate to speak of.
    """
    cohorts = frame["cohort"].dropna().sort_values().drop_duplicates().tolist()[-MOST_COHORTS:]
    lines, ends = [], []
    longest = int(frame[frame["cohort"].isin(cohorts)]["mob"].max())
    pooled = frame[frame["cohort"].isna() & (frame["mob"] <= longest)]
    # Words at a line that still lies on the axis would hide the axis' own.
    last = frame[frame["cohort"].isin(cohorts)].sort_values(["cohort", "mob"]).groupby("cohort").tail(1)
    begun = last[(last["mob"] >= _LEAST_LABELLED_MOB) & (last["numerator"] > 0)]["cohort"].tolist()
    labelled = {*cohorts[:1], *begun[-1:]}
    name = words("vintages.pooled")
    grey = [_tip(row, name, words, basis) + "<br>" + words("vintages.tip_cohorts", count=int(row.cohorts))
            for row in pooled.itertuples()]  # fmt: skip
    lines.append(line(pooled["mob"].tolist(), pooled["rate"].tolist(), grey, look.muted, 3, mode="lines"))
    for place, cohort in enumerate(cohorts):
        rows = frame[frame["cohort"] == cohort]
        label = numbers.month(cohort)
        colour = cohort_colour(look, place / max(len(cohorts) - 1, 1))
        marked = label == chosen
        tips = [_tip(row, label, words, basis) for row in rows.itertuples()]
        x, y = rows["mob"].tolist(), rows["rate"].tolist()
        width = 3 if marked else 2.5 if cohort in labelled else 1.5
        lines.append(line(x, y, tips, look.proposed if marked else colour, width))
        if marked or cohort in labelled:
            ends += end_of(x, y, label, look.proposed if marked else look.text)
    ends += end_of(pooled["mob"].tolist(), pooled["rate"].tolist(), name, look.muted)
    top = top_of(*(drawn["y"] for drawn in lines))  # type: ignore[arg-type]
    layout = base_layout(look, words("vintages.axis_mob"), quantity, 420)
    layout["margin"] = {"l": 56, "r": 84, "t": 16, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "rangemode": "tozero", "dtick": 1 if longest <= 18 else 3}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, 356)
    return go.Figure({"data": lines, "layout": layout})


def triangle(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the triangle as squares: a row a cohort, a column an age; what has not closed is blank.

    Parameters
    ----------
    frame
        Of ``metrics.vintages.cells``.
    words, look
        Language and colours. A picked square has its :func:`cell_codes` as ``customdata``.
    basis
        What the cells are counted in.
    """
    cohorts = frame["cohort"].sort_values().drop_duplicates().tolist()[-MOST_ROWS:]
    shown = frame[frame["cohort"].isin(cohorts)]
    names = [numbers.month(cohort) for cohort in cohorts]
    scale = [[place / (len(look.sequential) - 1), colour] for place, colour in enumerate(look.sequential)]
    highest = float(shown["rate"].max() or 0.0) or 0.01
    few = len(shown) <= _MOST_NUMBERS
    ages = int(shown["mob"].max()) + 1
    drawn = {
        "type": "scatter",
        "mode": "markers+text" if few else "markers",
        "x": shown["mob"].tolist(),
        "y": [numbers.month(cohort) for cohort in shown["cohort"]],
        "customdata": cell_codes(shown),
        "marker": {
            "symbol": "square",
            "size": max(12, min(28, 760 // ages)),
            "color": shown["rate"].tolist(),
            "cmin": 0,
            "cmax": highest,
            "colorscale": scale,
            "line": {"width": 1, "color": look.grid},
        },
        "text": [f"{rate * 100:.1f}" for rate in shown["rate"]] if few else None,
        "textfont": {
            "size": 10,
            "color": [_ink(rate / highest, look) for rate in shown["rate"]],
        },
        # The picked square takes the reader's colour; the others keep theirs.
        "selected": {"marker": {"color": look.proposed}, "textfont": {"color": look.paper}},
        "unselected": {"marker": {"opacity": 1}},
        "hovertext": [_tip(row, numbers.month(row.cohort), words, basis) for row in shown.itertuples()],
        "hoverinfo": "text",
    }
    layout = base_layout(look, words("vintages.axis_mob"), words("vintages.axis_opened"), 96 + 30 * len(names))
    layout["margin"] = {"l": 72, "r": 16, "t": 40, "b": 16}
    layout["xaxis"] = {
        **part(layout, "xaxis"),
        "side": "top",
        "dtick": 1 if ages <= 18 else 3,
        "range": [-0.7, ages - 0.3],
    }
    layout["yaxis"] = {
        **part(layout, "yaxis"),
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names[::-1],
        "showgrid": False,
        "rangemode": "normal",
        "range": [-0.7, len(names) - 0.3],
    }
    return go.Figure({"data": [drawn], "layout": layout})


def cell_codes(frame: pd.DataFrame) -> list[str]:
    """Return each cell as a link names it: cohort and age."""
    return [f"{numbers.month(row.cohort)}.{row.mob}" for row in frame.itertuples()]


def _ink(depth: float, look: Look) -> str:
    """Numbers must be read on their own square: paper on the strong end of the scale."""
    return look.paper if depth > 0.72 else look.text


def _tip(row: object, cohort: str, words: Words, basis: Basis) -> str:
    return words(
        "vintages.tip_cell",
        cohort=cohort,
        mob=int(row.mob),  # type: ignore[attr-defined]
        rate=numbers.rate(row.rate),  # type: ignore[attr-defined]
        numerator=sized(row.numerator, basis, words),  # type: ignore[attr-defined]
        denominator=sized(row.denominator, basis, words),  # type: ignore[attr-defined]
        loans=numbers.count(row.loans),  # type: ignore[attr-defined]
    )


def watched(frame: pd.DataFrame, past_due_days: int, words: Words, look: Look) -> go.Figure:
    """Draw lateness by age over loans under observation, and the chance to have ended in default or a loss.

    Parameters
    ----------
    frame
        Of ``metrics.outcomes.watched``.
    past_due_days
        Days of the first panel.
    words, look
        Language and colours.
    """
    ages = frame["mob"].tolist()
    groups = []
    for column, name in (("rate", words("outcomes.panel_late", days=past_due_days)),
                         ("default_rate", words("outcomes.panel_default"))):  # fmt: skip
        tips = [
            words(
                "outcomes.tip_watched",
                name=name,
                mob=row.mob,
                rate=numbers.rate(getattr(row, column)),
                late=numbers.count(row.late),
                watched=numbers.count(row.watched),
            )
            for row in frame.itertuples()
        ]
        groups.append((name, [(line(ages, frame[column].tolist(), tips, look.today), "")]))
    drawn = panels(groups, words("outcomes.axis_count"), look)
    drawn.update_xaxes(title={"text": words("vintages.axis_mob"), "font": {"size": 12, "color": look.muted}})
    return drawn

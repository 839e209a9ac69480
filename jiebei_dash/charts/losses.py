"""Figures of losses: the year's loss and default, cohorts at one age, severity, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import (
    EndLabel,
    Part,
    end_labels,
    end_of,
    line,
    month_axis,
    months_of,
    part,
    sized,
    ticks_of,
    top_of,
)
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT, _FIRST_HEIGHT = 340, 380
_DRAWN = 64
"""Of a figure's height, margins above and below."""
_ROOM_RIGHT = {"l": 56, "r": 150, "t": 16, "b": 48}
_BAND = 0.16


def annual(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the loss a year of each month, pale, and of three and twelve months.

    Parameters
    ----------
    frame
        Of ``answers.losses.annual``; where recoveries are not known, what was lost before them is drawn.
    words, look
        Language and colours.
    basis
        What it is counted in.
    """
    column = "rate" if frame["rate"].notna().any() else "gross_rate"
    lines, ends = [], []
    for window, colour, width in ((1, look.context, 1.5), (3, look.proposed, 2), (12, look.today, 3)):
        rows = frame[frame["window_months"] == window]
        months, name = months_of(rows["month"]), words(f"losses.line_{window}")
        tips = [
            words(
                "losses.tip_annual",
                name=name,
                month=month,
                rate=numbers.rate(row[column]),
                gross=numbers.rate(row["gross_rate"]),
                lost=sized(row["lost"], basis, words),
                recovered=sized(row["recovered"], basis, words),
                book=sized(row["mean_book"], basis, words),
                loans=numbers.count(row["lost_loans"]),
            )
            + _small(row["is_small"], words)
            for month, row in zip(months, rows.to_dict("records"), strict=True)
        ]
        rates = rows[column].tolist()
        lines.append(line(months, rates, tips, colour, width))
        ends += end_of(months, rates, name, look.muted if window == 1 else colour)
    return _over_months(lines, ends, words(f"losses.axis_annual_{column}_{basis}"), words, look, _FIRST_HEIGHT)


def defaults(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the yearly default rate of each month, pale, and of twelve months.

    Parameters
    ----------
    frame
        Of ``answers.losses.defaults``.
    words, look
        Language and colours.
    basis
        What it is counted in.
    """
    months = months_of(frame["month"])
    tips = [
        words(
            "losses.tip_default",
            month=month,
            mdr=numbers.rate(row["mdr_rate"]),
            defaulted=sized(row["defaulted"], basis, words),
            performing=sized(row["performing"], basis, words),
            cdr=numbers.rate(row["cdr_rate"]),
            year=numbers.rate(row["cdr_year_rate"]),
            loans=numbers.count(row["defaulted_loans"]),
        )
        + _small(row["is_small"], words)
        for month, row in zip(months, frame.to_dict("records"), strict=True)
    ]
    month, year = frame["cdr_rate"].tolist(), frame["cdr_year_rate"].tolist()
    lines = [line(months, month, tips, look.context, 1.5), line(months, year, tips, look.today, 3)]
    ends = [
        *end_of(months, month, words("losses.line_1"), look.muted),
        *end_of(months, year, words("losses.line_12"), look.today),
    ]
    return _over_months(lines, ends, words(f"losses.axis_default_{basis}"), words, look)


def cohorts(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the net loss of each cohort at one age beside that of all others.

    Hollow where few loans stand behind it; a diamond in the colour of a change for the worse where more of its loans
    were lost than chance would explain.

    Parameters
    ----------
    frame
        Of ``answers.losses.cohorts``; not empty.
    words, look
        Language and colours.
    """
    months, mob = months_of(frame["cohort"]), int(frame["mob"].iloc[0])
    tips = [
        words(
            "losses.tip_cohort",
            cohort=cohort,
            mob=mob,
            rate=numbers.rate(row["rate"]),
            lost=numbers.yuan(row["net_lost_fen"], words.language),
            principal=numbers.yuan(row["principal_fen"], words.language),
            others=numbers.rate(row["others_rate"]),
            count=numbers.count(row["lost_loans"]),
            loans=numbers.count(row["loans"]),
        )
        + _small(row["is_small"], words)
        for cohort, row in zip(months, frame.to_dict("records"), strict=True)
    ]
    is_worse = (frame["low_difference_rate"] > 0).tolist()
    inks = [look.bad if worse else look.today for worse in is_worse]
    others = line(months, frame["others_rate"].tolist(), tips, look.context, 2)
    dots = {
        **line(months, frame["rate"].tolist(), tips, look.today),
        "mode": "markers",
        "marker": {
            "symbol": ["diamond" if worse else "circle" for worse in is_worse],
            "size": 10,
            "color": [look.paper if small else ink for small, ink in zip(frame["is_small"], inks, strict=True)],
            "line": {"width": 2, "color": inks},
        },
    }
    ends = end_of(months, frame["others_rate"].tolist(), words("losses.line_others"), look.muted)
    title = words("losses.axis_cohort", mob=mob)
    drawn = _over_months([others, dots], ends, title, words, look)
    drawn.layout.xaxis.title.text = words("vintages.axis_opened")
    return drawn


def severity(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw what part of a lost principal has not come back, with its interval over cohorts.

    Parameters
    ----------
    frame
        Of ``answers.losses.severity``; not empty.
    words, look
        Language and colours.
    """
    since, known = frame["months_since"].tolist(), frame[frame["low_rate"].notna()]
    tips = [
        words(
            "losses.tip_severity",
            months=int(row["months_since"]),
            rate=numbers.rate(row["severity_rate"]),
            low=numbers.rate(row["low_rate"]),
            high=numbers.rate(row["high_rate"]),
            undiscounted=numbers.rate(row["undiscounted_rate"]),
            lost=numbers.yuan(row["lost_fen"], words.language),
            cohorts=numbers.count(row["cohorts"]),
            loans=numbers.count(row["lost_loans"]),
        )
        + _small(row["is_small"], words)
        for row in frame.to_dict("records")
    ]
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": [*known["months_since"], *known["months_since"][::-1]],
        "y": [*known["high_rate"], *known["low_rate"][::-1]],
        "fill": "toself",
        "line": {"width": 0},
        "fillcolor": look.today,
        "opacity": _BAND,
        "hoverinfo": "skip",
    }
    drawn = line(since, frame["severity_rate"].tolist(), tips, look.today, 3)
    layout = base_layout(look, words("losses.axis_since"), words("losses.axis_severity"), _HEIGHT)
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = {**part(layout, "xaxis"), "rangemode": "tozero", "dtick": 3 if len(since) <= 36 else 6}
    top = top_of(frame["severity_rate"].tolist(), known["high_rate"].tolist())
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    return go.Figure({"data": [band, drawn] if len(known) else [drawn], "layout": layout})


def expected(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw what each book was expected to lose, dashed in the colour of what nobody observed, and what it lost.

    Parameters
    ----------
    frame
        Of ``answers.losses.expected``.
    words, look
        Language and colours.
    """
    months = months_of(frame["month"])
    tips = [
        words(
            "losses.tip_expected",
            month=month,
            expected=numbers.rate(row["expected_rate"]),
            pd=numbers.rate(row["pd_rate"]),
            lgd=numbers.rate(row["lgd_rate"]),
            exposure=numbers.yuan(row["exposure_fen"], words.language),
            realised=numbers.rate(row["realised_rate"]),
        )
        for month, row in zip(months, frame.to_dict("records"), strict=True)
    ]
    ahead, seen = frame["expected_rate"].tolist(), frame["realised_rate"].tolist()
    dashed = line(months, ahead, tips, look.inferred, 2)
    dashed["line"] = {**part(dashed, "line"), "dash": "dash"}
    ends = [
        *end_of(months, ahead, words("losses.line_expected"), look.inferred),
        *end_of(months, seen, words("losses.line_realised"), look.today),
    ]
    drawn = _over_months(
        [dashed, line(months, seen, tips, look.today, 3)], ends, words("losses.axis_expected"), words, look
    )
    drawn.layout.xaxis.title.text = words("losses.axis_start")
    return drawn


def _over_months(
    lines: Sequence[Part], ends: Sequence[EndLabel], title: str, words: Words, look: Look, height: int = _HEIGHT
) -> go.Figure:
    """Lines over months from zero, or from below it where more came back than was lost."""
    values = [value for drawn in lines for value in drawn["y"]]  # type: ignore[attr-defined]
    top = top_of(values)
    low = min([0.0, *(value for value in values if value is not None)])
    layout = base_layout(look, words("losses.axis_month"), title, height)
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [low * 1.12, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, (height - _DRAWN) * top / (top - low * 1.12))
    return go.Figure({"data": list(lines), "layout": layout})


def _small(is_small: object, words: Words) -> str:
    return "<br>" + words("losses.small") if is_small else ""

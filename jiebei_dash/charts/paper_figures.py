"""The figures of the risk monthly: from an answer's frame to a drawing for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.charts import paper
from jiebei_dash.charts.paper import Drawing, Trace
from jiebei_dash.charts.theme import Look, cohort_colour
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

COHORTS_SHOWN = 12
_LONGEST_MOB = 18
_LEAST_LABELLED_MOB = 3


def approval(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the approval rate by count and by amount over the months of submission."""
    wide = frame.set_index("submitted_month")
    named = {
        "approval_rate": (words("columns.approval_rate"), look.today, False),
        "amount_rate": (words("columns.amount_rate"), look.proposed, True),
    }
    return _months(wide[list(named)], named, words, look)


def past_due(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the 30+, 60+ and 90+ rates by month, and the lagged 30+ dashed."""
    wide = frame.pivot(index="month", columns="past_due_days", values="rate")
    lagged = frame[frame["past_due_days"] == terms.PAST_DUE_DAYS[0]].set_index("month")["lagged_rate"]
    colours = (look.states["M2"], look.states["M4"], look.states["M6"])
    named: dict[Any, tuple[str, str, bool]] = {
        days: (words("delinquency.panel_past_due", days=days), colour, False)
        for days, colour in zip(terms.PAST_DUE_DAYS, colours, strict=True)
    }
    named["lagged"] = (f"{named[30][0]} {words('delinquency.line_lagged_rate')}", look.states["M2"], True)
    return _months(wide.assign(lagged=lagged), named, words, look)


def buckets(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the share of each late bucket by month."""
    wide = frame.pivot(index="month", columns="state", values="share_rate")
    late = [state for state in terms.BUCKETS[1:] if state in wide]
    named = {state: (words.code("state", state), look.states[state], False) for state in late}
    return _months(wide[late], named, words, look)


def entry(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw what entered by month and what of it rolled on; the 30-day collection stands in the table."""
    wide = frame.pivot(index="month", columns="measure", values="rate").reindex(columns=["entry", "to_m2"])
    named = {
        "entry": (words("columns.kpis.entry"), look.today, False),
        "to_m2": (words("entry.measure_to_m2"), look.bad, False),
    }
    return _months(wide, named, words, look)


def chain(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the annualised chain to a loss by month."""
    wide = frame.set_index("month")[["annual_rate"]]
    return _months(wide, {"annual_rate": (words("columns.annual_rate"), look.today, False)}, words, look)


def bridge(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw what each group carries of the change of the 30+ rate."""
    by = str(frame.columns[0])
    rows = [
        (words.code(by, row[by]), float(row["carries"]), numbers.rate_change(row["carries"], words.language))
        for row in frame.to_dict("records")
    ]
    return Drawing(paper.bars(rows, look), _said([(name, said) for name, _, said in rows], words))


def declines(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the main reasons of declined applications by their share."""
    rows = []
    for row in frame.to_dict("records"):
        name = words.code("rule" if row["kind"] == "rule" else "stage", row["reason"])
        rows.append((name, float(row["share_rate"]), numbers.rate(row["share_rate"], 1)))
    return Drawing(paper.bars(rows, look), _said([(name, said) for name, _, said in rows[:3]], words))


def vintages(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the last twelve cohorts over their age, pale for the oldest; a curve ends where its months end."""
    cohorts = frame["cohort"].dropna().sort_values().drop_duplicates().tolist()[-COHORTS_SHOWN:]
    ages = range(min(int(frame.loc[frame["cohort"].isin(cohorts), "mob"].max()), _LONGEST_MOB) + 1)
    traces = [_aged(frame[frame["cohort"].isna()], ages, words("vintages.pooled"), look.muted, True)]
    said = []
    old_enough = [cohort for cohort in cohorts if (frame["cohort"] == cohort).sum() > _LEAST_LABELLED_MOB]
    labelled = {*cohorts[:1], *old_enough[-1:]}
    for place, cohort in enumerate(cohorts):
        name = numbers.month(cohort)
        colour = cohort_colour(look, place / max(len(cohorts) - 1, 1))
        rows = frame[frame["cohort"] == cohort].sort_values("mob")
        traces.append(_aged(rows, ages, name if cohort in labelled else "", colour, False))
        said.append(
            (f"{name}, {words('vintages.axis_mob')} {rows['mob'].iloc[-1]}", numbers.rate(rows["rate"].iloc[-1]))
        )
    return Drawing(paper.lines([str(age) for age in ages], traces, look, 250), _said(said, words))


def triangle(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw the last twelve cohorts as a triangle of cells; what has not closed is blank."""
    cohorts = frame["cohort"].dropna().sort_values().drop_duplicates().tolist()[-COHORTS_SHOWN:]
    shown = frame[frame["cohort"].isin(cohorts) & (frame["mob"] <= _LONGEST_MOB)]
    wide = shown.pivot(index="cohort", columns="mob", values="rate")
    rows = [numbers.month(cohort) for cohort in wide.index]
    svg = paper.cells(rows, [str(age) for age in wide], wide.to_numpy(dtype=float).tolist(), look, _most(wide))
    last = [(numbers.month(cohort), numbers.rate(wide.loc[cohort].dropna().iloc[-1])) for cohort in wide.index]
    return Drawing(svg, _said(last, words))


def matrix(frame: pd.DataFrame, words: Words, look: Look) -> Drawing:
    """Draw where the opening balances of each state moved, as cells."""
    wide = frame.pivot(index="prev_state", columns="state", values="rate")
    rows = [state for state in terms.BUCKETS if state in wide.index]
    columns = [state for state in terms.MOVES_TO if state in wide]
    wide = wide.loc[rows, columns]
    svg = paper.cells(
        [words.code("state", state) for state in rows],
        [words.code("state", state) for state in columns],
        wide.to_numpy(dtype=float).tolist(),
        look,
        1.0,
    )
    forward = [
        (f"{words.code('state', here)} → {words.code('state', there)}", numbers.rate(wide.loc[here, there]))
        for here, there in zip(terms.BUCKETS[:-1], terms.BUCKETS[1:], strict=True)
        if here in rows and there in columns
    ]
    return Drawing(svg, _said(forward, words))


def _months(wide: pd.DataFrame, named: Mapping[Any, tuple[str, str, bool]], words: Words, look: Look) -> Drawing:
    labels = [numbers.month(month) for month in wide.index]
    traces, said = [], []
    for column, (name, colour, is_dashed) in named.items():
        values = tuple(float(value) for value in wide[column])
        traces.append(Trace(name, values, colour, is_dashed=is_dashed))
        known = [(label, value) for label, value in zip(labels, values, strict=True) if value == value]
        if known:
            said.append((f"{name}, {known[-1][0]}", numbers.rate(known[-1][1])))
    return Drawing(paper.lines(labels, traces, look), _said(said, words))


def _aged(rows: pd.DataFrame, ages: Sequence[int], name: str, colour: str, is_dashed: bool) -> Trace:
    by_age = rows.set_index("mob")["rate"].reindex(list(ages))
    return Trace(name, tuple(float(value) for value in by_age), colour, is_dashed=is_dashed)


def _said(pairs: Sequence[tuple[str, str]], words: Words) -> str:
    """What the picture says, for a reader who does not see it."""
    return words("monthly.alt_joiner").join(words("monthly.alt", name=name, value=value) for name, value in pairs)


def _most(wide: pd.DataFrame) -> float:
    most = float(wide.max().max())
    return most if most > 0 else 1.0

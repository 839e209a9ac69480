"""The figures of the manager's pages on the dozen: what they draw, in both languages and both looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import plotly.graph_objects as go
import pytest

from jiebei_dash.answers import bridge, delinquency, entry, funnel, projection, roll_rates, vintages
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.charts import bridge as moved
from jiebei_dash.charts import delinquency as late
from jiebei_dash.charts import entry as starts
from jiebei_dash.charts import funnel as through
from jiebei_dash.charts import projection as ahead
from jiebei_dash.charts import roll_flows as flows
from jiebei_dash.charts import roll_rates as rolls
from jiebei_dash.charts import take_up as lines
from jiebei_dash.charts import vintages as ages
from jiebei_dash.charts.marks import EndLabel, end_labels
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.terms import Language
from jiebei_dash.text.words import Words, load_words

Figures = Callable[[Words, Look], dict[str, go.Figure]]
MOST_MARKS = 1_000


@pytest.fixture
def figures(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> Figures:
    scope, fetch = scope_of(), fetch_as("manager")

    def drawn(words: Words, look: Look) -> dict[str, go.Figure]:
        curves = vintages.curves(scope, fetch).frame
        by_channel = funnel.approval(scope, fetch, by="channel").frame
        return {
            "buckets": late.buckets(delinquency.buckets(scope, fetch).frame, words, look, "balance"),
            "rates": late.rates(delinquency.rates(scope, fetch).frame, words, look, "balance"),
            "entry": starts.entry(entry.entry(scope, fetch).frame, words, look, "balance"),
            "first": starts.first_payment(entry.first_payment(scope, fetch).frame, words, look, "count"),
            "later": starts.later_payments(entry.later_payments(scope, fetch).frame, words, look, "count"),
            "weeks": starts.weekly(entry.weekly(scope, fetch).frame, words, look, "balance"),
            "steps": moved.steps(
                change := bridge.change(scope, fetch, months_back=1).frame,
                ("2024-09", "2024-10"),
                "past_due_30",
                "balance",
                words,
                look,
            ),
            "cells": moved.cells(change, ["product_class"], "past_due_30", words, look),
            "matrix": rolls.matrix(roll_rates.matrix(scope, fetch, window_months=9).frame, words, look),
            "chain": rolls.chain(roll_rates.chain(scope, fetch, window_months=6).frame, words, look),
            "flow": flows.through_time(roll_rates.flow(scope, fetch).frame, None, words, look),
            "flow_by": flows.through_time(
                by_band := roll_rates.flow(scope, fetch, by="zhima_band").frame, "zhima_band", words, look
            ),
            "latest": flows.latest(by_band, "zhima_band", words, look),
            "projection": ahead.path(projection.path(scope, fetch).frame, words, look, "balance"),
            "curves": ages.curves(curves, words, look, "balance", "quantity", chosen="2024-02"),
            "triangle": ages.triangle(vintages.triangle(scope, fetch).frame, words, look, "balance"),
            "stages": through.stages(funnel.stages(scope, fetch, months=12).frame, words, look),
            "approval": through.approval(funnel.approval(scope, fetch).frame, words, look),
            "by_channel": through.approval(by_channel, words, look, "channel"),
            "declines": through.declines(funnel.declines(scope, fetch, months=12).frame, words, look),
            "kills": through.kills(funnel.kills(scope, fetch, months=12).frame, words, look),
            "parts": lines.approved(
                funnel.approval_parts(scope, fetch, "channel", months=12).frame, "channel", words, look
            ),
            "take_up": lines.curves(funnel.take_up(scope, fetch).frame, words, look),
            "hours": lines.by_hour(funnel.cash_percentiles(scope, fetch, months=12).frame, words, look),
            "funders": lines.by_part(
                funnel.cash_percentiles(scope, fetch, "funder_code", 12).frame, "funder_code", words, look
            ),
            "tickets": lines.tickets(lent := funnel.lent(scope, fetch).frame, words, look),
            "shares": lines.shares(lent, words, look),
            "waits": through.time_to_cash(funnel.time_to_cash(scope, fetch, months=12).frame, words, look),
        }

    return drawn


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _strings(inner)
    elif isinstance(part, list | tuple | np.ndarray):
        for inner in part:
            yield from _strings(inner)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_every_figure_is_light_enough_and_never_says_a_bare_m1(
    figures: Figures, language: Language, look: Look
) -> None:
    for name, figure in figures(load_words(language), look).items():
        marks = sum(len(trace.y) for trace in figure.data if trace.y is not None)
        assert 0 < marks < MOST_MARKS, name
        said = list(_strings(figure.to_plotly_json()))
        assert not [text for text in said if re.fullmatch(r"M[1-6]", text.strip())], name
        assert not [text for text in said if re.search(r"\b(nan|NaT|None)\b", text)], name


def test_the_curve_of_february_ends_at_four_of_fifteen(figures: Figures) -> None:
    figure = figures(load_words("en"), LIGHT)["curves"]
    february = next(trace for trace in figure.data if "Opened 2024-02" in trace.text[0])
    assert february.y[-1] == pytest.approx(4 / 15)
    assert february.line.color == LIGHT.proposed
    assert "¥4.00k / ¥15.00k" in february.text[-1]
    assert "2024-02" in [note.text for note in figure.layout.annotations]


def test_the_triangle_has_a_square_a_closed_cell_and_its_number(figures: Figures) -> None:
    (squares,) = figures(load_words("en"), LIGHT)["triangle"].data
    assert squares.marker.symbol == "square"
    assert len(squares.x) == 10 + 9 + 8 + 4
    at = [(x, y) for x, y in zip(squares.x, squares.y, strict=True)].index((3, "2024-02"))
    assert squares.text[at] == "33.3"
    assert (8, "2024-03") not in set(zip(squares.x, squares.y, strict=True))


def test_moves_for_the_worse_are_warm_and_all_others_are_not(figures: Figures) -> None:
    cells = figures(load_words("en"), LIGHT)["matrix"].data[0]
    here, there = list(cells.y), [label.replace("<br>", " ") for label in cells.x]
    assert cells.z[here.index("M6 (151–180 d)")][there.index("Written off")] == pytest.approx(1)
    assert cells.z[here.index("Current")][there.index("Current")] < 0
    assert cells.text[here.index("Current")][there.index("Sold")] == ""
    assert "n < 30" in cells.hovertext[here.index("M1 (1–30 d)")][there.index("M2 31–60 d")]


def test_what_is_projected_is_dotted_after_what_was_seen_and_begins_where_it_ends(figures: Figures) -> None:
    figure = figures(load_words("en"), LIGHT)["projection"]
    seen, band, dotted = figure.data[3:6]
    assert dotted.line.dash == "dot"
    assert dotted.line.color == "rgba(51,65,85,0.5)"
    assert (seen.x[-1], seen.y[-1]) == (dotted.x[0], dotted.y[0]) == ("2024-10", pytest.approx(8 / 22))
    assert (band.fill, len(band.x)) == ("toself", 2 * len(dotted.x))


def test_a_group_of_few_loans_has_a_hollow_mark(figures: Figures) -> None:
    (marks,) = figures(load_words("en"), LIGHT)["latest"].data
    assert set(marks.marker.color) == {LIGHT.paper}
    assert all("n < 30" in text for text in marks.text)


def test_the_steps_lead_from_three_of_24_to_eight_of_22(figures: Figures) -> None:
    (bars,) = figures(load_words("en"), LIGHT)["steps"].data
    assert (bars.y[0], bars.y[-1]) == (pytest.approx(3 / 24), pytest.approx(8 / 22))
    # Each step begins where the one before ended: the mix lowers or raises from 3 / 24, the last ends at 8 / 22.
    ends = [base + height for base, height in zip(bars.base, bars.y, strict=True)]
    assert bars.base[1] == pytest.approx(3 / 24)
    assert max(ends[3], bars.base[3]) == pytest.approx(ends[2])
    assert bars.base[3] == pytest.approx(8 / 22)


def test_the_bars_of_a_cell_sum_to_what_stands_beside_it(figures: Figures) -> None:
    within, mix = figures(load_words("en"), LIGHT)["cells"].data
    whole = [first + second for first, second in zip(within.x, mix.x, strict=True)]
    assert sum(whole) == pytest.approx((8 / 22 - 3 / 24) * 1e4)
    assert within.y[-1].startswith("Jiebei M1 product  +")


def test_buckets_stack_in_their_fixed_colours(figures: Figures) -> None:
    bars = figures(load_words("en"), DARK)["buckets"].data
    assert [bar.marker.color for bar in bars] == [
        DARK.states[state] for state in ("M1", "M2", "M3", "M4", "M5", "M6", "M7+")
    ]
    october = [bar.y[-1] for bar in bars]
    assert october == pytest.approx([0, 5 / 22, 3 / 22, 0, 0, 0, 0])


def test_labels_at_the_ends_of_lines_keep_apart_and_inside() -> None:
    labels = [EndLabel("x", value, str(value), "#000") for value in (0.98, 0.99, 1.0)]
    placed = end_labels(labels, top=1.0, height_px=100)
    heights = [float(str(label["y"])) * 100 + float(str(label["yshift"])) for label in placed]
    assert heights == pytest.approx([70, 85, 100])


def test_a_cohort_without_a_loss_has_no_words_on_the_axis(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    """July has lost nothing yet; of those that have, February is the newest."""
    frame = vintages.curves(scope_of(), fetch_as("manager"), measure="net_loss").frame
    figure = ages.curves(frame, load_words("en"), LIGHT, "balance", "quantity")
    assert sorted(note.text for note in figure.layout.annotations) == ["2024-01", "2024-02", "All cohorts"]

"""The figures of losses and early repayment on the dozen: what they draw, in both languages and both looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from jiebei_dash.answers import losses, outcomes, prepayment
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.charts import losses as lost
from jiebei_dash.charts import outcomes as became
from jiebei_dash.charts import prepayment as early
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.terms import Language
from jiebei_dash.text.words import Words, load_words

Figures = Callable[[Words, Look], dict[str, go.Figure]]


@pytest.fixture
def figures(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> Figures:
    scope, fetch = scope_of(), fetch_as("manager")
    expected = pd.DataFrame(
        {
            "month": pd.to_datetime(["2024-01-01", "2024-02-01"]),
            "exposure_fen": 100_000.0,
            "pd_rate": 0.03,
            "lgd_rate": 0.9,
            "expected_rate": 0.027,
            "realised_rate": [0.031, np.nan],
        }
    )

    def drawn(words: Words, look: Look) -> dict[str, go.Figure]:
        by_age = outcomes.by_age(scope, fetch).frame
        return {
            "annual": lost.annual(losses.annual(scope, fetch).frame, words, look, "balance"),
            "defaults": lost.defaults(losses.defaults(scope, fetch).frame, words, look, "balance"),
            "cohorts": lost.cohorts(losses.cohorts(scope, fetch, 7, "month").frame, words, look),
            "severity": lost.severity(losses.severity(scope, fetch).frame, words, look),
            "expected": lost.expected(expected, words, look),
            "by_age": became.by_age(by_age, words, look, "balance"),
            "losing": became.losing(by_age, words, look, "balance"),
            "smm": early.by_month(prepayment.by_month(scope, fetch).frame, words, look, "with"),
            "mpr": early.by_month(prepayment.by_month(scope, fetch, "without").frame, words, look, "without"),
            "ages": early.by_age(prepayment.by_age(scope, fetch).frame, words, look, "with"),
            "groups": early.by_group(
                prepayment.by_group(scope, fetch, "channel").frame, words, look, "with", "channel"
            ),
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
def test_every_axis_says_its_base_and_nothing_says_nan(figures: Figures, language: Language, look: Look) -> None:
    for name, figure in figures(load_words(language), look).items():
        said = list(_strings(figure.to_plotly_json()))
        assert not [text for text in said if re.search(r"\b(nan|NaT|None|fen)\b", text)], name
        titles = [figure.layout.yaxis.title.text or "", figure.layout.xaxis.title.text or ""]
        assert any("%" in title for title in titles), name


def test_no_figure_of_a_loss_has_two_denominators(figures: Figures) -> None:
    drawn = figures(load_words("en"), LIGHT)
    bases = {
        "annual": "average balance",
        "defaults": "performing balance",
        "cohorts": "original principal",
        "severity": "principal lost",
        "expected": "performing balance",
        "by_age": "original principal",
    }
    for name, base in bases.items():
        title = drawn[name].layout.yaxis.title.text
        assert base in title, name
        assert sum(other in title for other in set(bases.values())) == 1, name


def test_three_months_to_october_end_at_their_rate_and_a_month_may_lie_below_zero(figures: Figures) -> None:
    annual = figures(load_words("en"), LIGHT)["annual"]
    assert [trace.y[-1] for trace in annual.data[:2]] == [
        pytest.approx(12 * -0.3 / 23),
        pytest.approx(12 * 9.2 / 89),
    ]
    assert annual.layout.yaxis.range[0] < 12 * -0.3 / 23
    assert "2 loans lost" in annual.data[1].text[-1]
    assert "n < 30" in annual.data[1].text[-1]


def test_what_a_model_expects_is_dashed_in_the_colour_of_what_nobody_saw(figures: Figures) -> None:
    dashed, seen = figures(load_words("en"), DARK)["expected"].data
    assert (dashed.line.dash, dashed.line.color) == ("dash", DARK.inferred)
    assert seen.y == (0.031, None)


def test_areas_fill_the_whole_with_losses_at_the_bottom(figures: Figures) -> None:
    areas = figures(load_words("en"), LIGHT)["by_age"].data
    assert [area.fillcolor for area in areas] == [LIGHT.states[name] for name in ("WO", "M4", "PAID", "C")]
    assert np.sum([area.y for area in areas], axis=0) == pytest.approx(1)


def test_few_loans_have_a_hollow_mark(figures: Figures) -> None:
    drawn = figures(load_words("en"), LIGHT)
    assert set(drawn["ages"].data[0].marker.color) == {LIGHT.paper}
    assert set(drawn["cohorts"].data[1].marker.color) == {LIGHT.paper}

"""Figures of a back-test: what is inferred is dashed, every vintage is drawn, few loans are hollow."""

from collections.abc import Callable

import pytest

from jiebei_dash.answers import back_test
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.charts import back_test as charts
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.text.words import load_words

EN = load_words("en")
ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]


@pytest.mark.parametrize(("floor", "dashes"), [(600.0, set()), (560.0, {"dash"})])
def test_an_inferred_curve_is_violet_and_dashed(
    scope_of: ScopeOf, fetch_as: FetchAs, floor: float, dashes: set[str]
) -> None:
    frame = back_test.curves(scope_of("analyst"), fetch_as("analyst"), span="month", score_floor=floor).frame
    february = frame[frame["vintage"] == "2024-02-01"]
    drawn = charts.curves(february, EN, LIGHT, "count", "30+")
    violet = [trace for trace in drawn.data if trace.line.color == LIGHT.inferred and trace.line.width]
    assert {trace.line.dash for trace in violet} == dashes
    said = [note.text for note in drawn.layout.annotations]
    assert ("draft, part inferred" in said) == bool(dashes)
    assert "as it was" in said


def test_every_vintage_has_its_mark_and_few_loans_are_hollow(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    frame = back_test.vintages(scope_of("analyst"), fetch_as("analyst"), span="month", score_floor=600.0).frame
    drawn = charts.differences(frame, EN, LIGHT, "month")
    assert sorted(x for trace in drawn.data for x in trace.x) == [0, 1, 2]
    assert {symbol for trace in drawn.data for symbol in trace.marker.symbol} == {"circle-open"}
    assert [note.text for note in drawn.layout.annotations] == ["worst under the draft: 2024-02"]
    assert list(drawn.layout.xaxis.ticktext) == ["2024-01", "2024-02", "2024-03"]


def test_a_draft_equal_to_today_is_one_line(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    frame = back_test.curves(scope_of("analyst"), fetch_as("analyst"), span="month").frame
    drawn = charts.curves(frame[frame["vintage"] == "2024-02-01"], EN, LIGHT, "balance", "30+")
    assert "today = draft, loans seen" in [note.text for note in drawn.layout.annotations]

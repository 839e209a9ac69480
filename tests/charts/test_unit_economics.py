"""The steps from the yield to what is left end where the numbers do, and a changed line shows its colour."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from jiebei_dash.answers import unit_economics
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.charts import unit_economics as charts
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.text.words import load_words

EN = load_words("en")


def test_each_step_begins_where_the_last_one_ended(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    row = unit_economics.segments(scope_of(), fetch_as("manager")).frame.iloc[0]
    bars = charts.waterfall(row, ["capital_charge"], EN, LIGHT).data[0]
    names = list(bars.y)
    low = dict(zip(names, bars.base, strict=True))
    high = {name: low[name] + length for name, length in zip(names, bars.x, strict=True)}
    assert high["Interest received"] == pytest.approx(row["yield_rate"] * 100)
    costs = names[1 : names.index("Margin before tax")]
    for before, after in pairwise(costs):
        assert low[before] == pytest.approx(high[after])
    assert low["Margin before tax"] == pytest.approx(low["Operations"]) == pytest.approx(row["margin_rate"] * 100)
    assert low["Left after capital"] == pytest.approx(row["economic_rate"] * 100)
    colours = dict(zip(names, bars.marker.color, strict=True))
    assert colours["Capital charge"] == colours["Left after capital"] == LIGHT.proposed
    assert colours["Margin before tax"] == LIGHT.today


def test_the_loss_stands_inside_its_interval_and_beside_its_break_even(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    frame = unit_economics.segments(scope_of(), fetch_as("manager"), by="product_class").frame
    loss, kills = charts.break_even(frame, "product_class", False, EN, LIGHT).data
    assert list(loss.x) == pytest.approx((frame["loss_rate"] * 100).tolist()[::-1])
    assert list(kills.x) == pytest.approx((frame["break_even_rate"] * 100).tolist()[::-1])
    assert all(name.endswith(" *") for name in loss.y)
    assert min(loss.error_x.array) > 0
    assert min(loss.error_x.arrayminus) >= 0

"""Vintages by code and by calendar month, counted by hand from the table in ``tests.dozen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import comb

import pandas as pd
import pytest

from jiebei_dash.answers import vintage_calendar, vintage_parts, vintages
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope
from jiebei_dash.charts import vintage_calendar as calendar_charts
from jiebei_dash.charts import vintage_parts as parts_charts
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.errors import BadArgument
from jiebei_dash.metrics import vintage_calendar as calendar_metrics
from jiebei_dash.metrics import vintage_parts as metrics
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import vintage_parts_words

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def test_at_month_three_the_checkout_has_eleven_of_twenty_four(scope_of: Scopes, fetch_as: Ask) -> None:
    """HOME: L01 L03 L05 L07 L09 L10, none late; CHECKOUT: L02 and L11 of three; RECALL: L04; PARTNER: L12 of two."""
    found = vintage_parts.at_age(scope_of(), fetch_as("manager"), by="channel", mob=3).frame.set_index("channel")
    assert (found["numerator"] / K).to_dict() == {"RECALL": 5, "CHECKOUT": 11, "PARTNER": 3, "HOME": 0}
    assert (found["denominator"] / K).to_dict() == {"RECALL": 6, "CHECKOUT": 24, "PARTNER": 9, "HOME": 36}
    assert found["bad_loans"].to_dict() == {"RECALL": 1, "CHECKOUT": 2, "PARTNER": 1, "HOME": 0}
    assert found["loans"].to_dict() == {"RECALL": 1, "CHECKOUT": 3, "PARTNER": 2, "HOME": 6}
    assert found.loc["CHECKOUT", "others_rate"] == pytest.approx(8 / 51)
    assert found["is_small"].all()
    assert found["chance_rate"].isna().all()


def test_a_curve_of_a_code_uses_only_its_cohorts_that_reached_the_age(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintage_parts.curves(scope_of(), fetch_as("manager"), by="channel").frame
    checkout = frame[frame["channel"] == "CHECKOUT"].set_index("mob")
    # January's L02, March's L08 and July's L11; from month 4 on without July.
    assert checkout["cohorts"].tolist() == [3, 3, 3, 3, 2, 2, 2, 2, 1, 1]
    assert (checkout["numerator"] / K).tolist() == [0, 0, 6, 11, 6, 6, 6, 6, 6, 6]
    assert frame["channel"].drop_duplicates().tolist() == ["HOME", "CHECKOUT", "PARTNER", "RECALL"]


@pytest.mark.parametrize("by", DIMENSION_KEYS)
@pytest.mark.parametrize("measure", ["current", "ever", "loss", "net_loss"])
def test_the_parts_add_up_to_the_pooled_curve(scope_of: Scopes, fetch_as: Ask, by: str, measure: str) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    parts = vintage_parts.curves(scope, fetch, by, measure=measure).frame  # type: ignore[arg-type]
    whole = vintages.curves(scope, fetch, measure=measure).frame  # type: ignore[arg-type]
    pooled = whole[whole["cohort"].isna()].set_index("mob")
    assert parts.groupby("mob")["numerator"].sum().tolist() == pooled["numerator"].tolist()
    assert parts.groupby("mob")["denominator"].sum().tolist() == pooled["denominator"].tolist()


def test_the_cohorts_of_a_range_alone_are_compared(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = replace(scope_of(), opened_from=date(2024, 7, 1))
    found = vintage_parts.at_age(scope, fetch_as("manager"), by="channel", mob=3).frame.set_index("channel")
    assert found["loans"].to_dict() == {"PARTNER": 1, "CHECKOUT": 1, "HOME": 1}


def _codes(bad: list[int]) -> pd.DataFrame:
    rows = pd.DataFrame({"channel": ["HOME", "CHECKOUT", "PARTNER"], "numerator": bad})
    rows = rows.assign(cohort=pd.Timestamp("2024-01-01"), mob=3, denominator=1_000, loans=1_000)
    return rows.assign(rate=rows["numerator"] / 1_000)


def test_a_code_worse_than_the_rest_is_named_with_how_many_were_judged() -> None:
    """40 of 1,000 beside 40 of 2,000: of 80 bad ones 40 or more fall on a third of the loans."""
    cells = _codes([20, 40, 20])
    found = metrics.at_age(cells, cells, "channel", 3)
    worst = found.iloc[0]
    chance = sum(comb(80, k) * 2 ** (80 - k) for k in range(40, 81)) / 3**80
    assert (worst["channel"], worst["others_rate"]) == ("CHECKOUT", 0.02)
    assert worst["chance_rate"] == pytest.approx(chance)
    assert found["allowed_rate"].tolist() == pytest.approx([0.05 / 3] * 3)
    assert found["is_worse"].tolist() == [True, False, False]
    words = load_words("en")
    said = vintage_parts_words.parts(found, "channel", 3, words)
    assert said[1] == words(
        "vintage_parts.said_worse", codes=words.code("channel", "CHECKOUT"), count=3, allowed="1.67%"
    )
    calm = metrics.at_age(_codes([20, 25, 20]), _codes([20, 25, 20]), "channel", 3)
    assert "None is worse" in vintage_parts_words.parts(calm, "channel", 3, words)[1]


def test_new_in_a_month_is_set_beside_what_is_usual_at_the_ages_then(scope_of: Scopes, fetch_as: Ask) -> None:
    """First 30+: L02 and L12 at month 2, L04 and L11 at month 3, both of 12 loans; L06 at month 4, of 9.

    In May January is at month 4, February at 3, March at 2: 3/9 + 3 * 2/12 + 3 * 2/12 = 4/3 usual, L04 came.
    In October July is at month 3: half a loan is usual, L11 came; ages that two cohorts have reached are left out."""
    found = vintage_calendar.months(scope_of(), fetch_as("manager"), basis="count").frame.set_index("month")
    may, october = found.loc["2024-05-01"], found.loc["2024-10-01"]
    assert (may["bad_loans"], may["loans"], may["cohorts"]) == (1, 9, 3)
    assert may["usual"] == pytest.approx(4 / 3)
    assert may["against_usual"] == pytest.approx(3 / 4)
    # Garwood's interval of one event is 0.0253 to 5.5716.
    assert (may["low_against"], may["high_against"]) == pytest.approx((0.0253 * 0.75, 5.5716 * 0.75), abs=1e-4)
    assert (october["bad_loans"], october["against_usual"]) == (1, pytest.approx(2))
    assert october["cohorts"] == 2
    assert found["numerator"].sum() == pytest.approx(found["usual"].sum())
    assert found["chance_rate"].isna().all()


def test_by_balance_new_money_is_told_and_a_month_without_anything_usual_is_unknown(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    found = vintage_calendar.months(scope_of(), fetch_as("manager")).frame.set_index("month")
    assert found.loc["2024-05-01", "numerator"] == 5 * K
    assert pd.isna(found.loc["2024-01-01", "against_usual"])
    for row in vintage_parts_words.months_table(found.reset_index(), "balance", load_words("zh")).to_numpy().ravel():
        assert str(row) not in {"nan", "None"}


def test_a_month_that_hits_all_ages_is_found_and_a_bad_cohort_is_not_called_one() -> None:
    """Twelve cohorts of 10,000, ten new at each age; in the calendar's tenth month all have thirty."""
    opened = pd.date_range("2024-01-01", periods=12, freq="MS")
    rows = []
    for place, cohort in enumerate(opened):
        total = 0
        for mob in range(12 - place):
            total += 30 if place + mob == 9 else 10
            rows.append({"cohort": cohort, "mob": mob, "numerator": total, "denominator": 10_000, "loans": 10_000})
    cells = pd.DataFrame(rows).assign(rate=lambda frame: frame["numerator"] / 10_000)
    found = calendar_metrics.months(cells, cells, 1)
    assert found.loc[found["is_worse"], "month"].tolist() == [pd.Timestamp("2024-10-01")]
    words = load_words("en")
    assert "2024-10 with " in vintage_parts_words.months(found, words)[1]
    quarters = calendar_metrics.months(cells, cells, 3)
    assert quarters.loc[quarters["is_worse"], "month"].tolist() == [pd.Timestamp("2024-12-01")]


def test_figures_of_parts_and_months_tell_groups_apart_without_hues(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch, words = scope_of(), fetch_as("manager"), load_words("en")
    whole = vintages.curves(scope, fetch).frame
    frame = vintage_parts.curves(scope, fetch, by="channel").frame
    figure = parts_charts.curves(frame, whole[whole["cohort"].isna()], "channel", words, LIGHT, "balance")
    assert len(figure.layout.annotations) == 4
    assert {trace.line.color for trace in figure.data} == {LIGHT.context, LIGHT.muted, LIGHT.proposed}
    dotted = [trace for trace in figure.data if trace.line.dash == "dot"]
    assert dotted[1].y[3] == pytest.approx(11 / 24)
    lines = calendar_charts.cohorts(whole, 1, words, LIGHT, "quantity")
    assert [trace.x[0] for trace in lines.data] == ["2024-01", "2024-02", "2024-03", "2024-07"]
    assert {trace.x[-1] for trace in lines.data} == {"2024-10"}
    months = vintage_calendar.months(scope, fetch, basis="count").frame
    assert calendar_charts.against_usual(months, words, LIGHT).data[1].y[-1] == pytest.approx(2)


def test_what_is_no_dimension_and_no_adding_measure_is_refused(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BadArgument):
        vintage_parts.curves(scope_of(), fetch_as("manager"), by="agency")
    with pytest.raises(BadArgument):
        vintage_calendar.months(scope_of(), fetch_as("manager"), measure="current")  # type: ignore[arg-type]

"""Cohorts at one age, counted by hand: on the dozen of ``tests.dozen``, and on cohorts large enough to be judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import comb

import pandas as pd
import pytest

from jiebei_dash.answers import same_age
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks
from jiebei_dash.metrics import same_age as metrics
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import same_age_words

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _cohorts(bad: list[int], loans: int = 1_000, size: int = 1, months: int = 1) -> pd.DataFrame:
    opened = pd.date_range("2023-01-01", periods=len(bad), freq=f"{months}MS")
    frame = pd.DataFrame({"cohort": opened, "mob": 3, "numerator": bad, "loans": loans})
    return frame.assign(
        numerator=frame["numerator"] * size, denominator=loans * size, rate=frame["numerator"] / frame["loans"]
    )


def _by_count(bad: list[int], loans: int = 1_000) -> pd.DataFrame:
    return metrics.cohorts(_cohorts(bad, loans), _cohorts(bad, loans), 3)


def test_at_month_three_each_cohort_of_the_dozen_has_its_loans_bad_loans_and_money(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    """L02 of January, L04 of February, none of March; L11 and L12 of July: 30+ at month 3."""
    found = same_age.cohorts(scope_of(), fetch_as("manager"), mob=3).frame
    assert found["cohort"].dt.month.tolist() == [1, 2, 3, 7]
    assert found["loans"].tolist() == [3, 3, 3, 3]
    assert found["bad_loans"].tolist() == [1, 1, 0, 2]
    assert (found["numerator"] / K).tolist() == [6, 5, 0, 8]
    assert (found["denominator"] / K).tolist() == [15, 15, 24, 21]
    # July alone has three cohorts in the year before it: 11 of 54.
    assert found["before_rate"].isna().tolist() == [True, True, True, False]
    assert found["before_rate"].iloc[-1] == pytest.approx(11 / 54)
    assert found["difference_rate"].iloc[-1] == pytest.approx(8 / 21 - 11 / 54)


def test_three_loans_are_shown_with_their_interval_and_not_judged(scope_of: Scopes, fetch_as: Ask) -> None:
    found = same_age.cohorts(scope_of(), fetch_as("manager"), mob=3, basis="count").frame
    assert found["is_small"].all()
    assert not found["is_worse"].any()
    assert found["chance_rate"].isna().all()
    # Wilson of 2 in 3, by hand: (2/3 + 3.8415/6) / (1 + 3.8415/3) -+ 1.96 / 2.2805 * sqrt(2/27 + 3.8415/36).
    july = found.iloc[-1]
    assert (july["low_rate"], july["high_rate"]) == pytest.approx((0.20765, 0.93851), abs=1e-5)
    said = same_age_words.opening(found, 3, load_words("en"))
    assert said == [load_words("en")("same_age.said_alone", mob=3)]


def test_a_quarter_that_is_partial_is_blank_and_said(scope_of: Scopes, fetch_as: Ask) -> None:
    """In October the first quarter's youngest month, March, has reached month 7; in September it has not."""
    found = same_age.cohorts(scope_of(), fetch_as("manager"), mob=7, cohort="quarter").frame
    assert found["cohort"].dt.month.tolist() == [1]
    assert (found["numerator"] / K).tolist() == [10]
    words = load_words("en")
    in_may = same_age_words.partial(date(2024, 1, 1), date(2024, 5, 1), 0, "quarter", words)
    assert in_may == words("same_age.partial", cohort="2024-04", mob=0, months=2)
    assert same_age_words.partial(date(2024, 1, 1), date(2024, 3, 1), 0, "quarter", words) == ""
    assert same_age_words.partial(date(2024, 1, 1), date(2024, 5, 1), 0, "month", words) == ""
    then = replace(scope_of(), as_of_month=date(2024, 9, 1))
    assert same_age.cohorts(then, fetch_as("manager"), mob=7, cohort="quarter").frame.empty


def test_a_cohort_is_worse_below_its_part_of_five_percent(scope_of: Scopes) -> None:
    """60 of 3,000 before and 40 of 1,000: of 100 bad ones 40 or more fall on a quarter of the loans."""
    found = _by_count([20, 20, 20, 40])
    chance = sum(comb(100, k) * 0.25**k * 0.75 ** (100 - k) for k in range(40, 101))
    last = found.iloc[-1]
    assert last["chance_rate"] == pytest.approx(chance)
    assert last["before_rate"] == pytest.approx(0.02)
    assert (last["allowed_rate"], last["is_worse"]) == (0.05, True)
    assert found["is_worse"].tolist() == [False, False, False, True]


def test_the_first_one_that_looks_worse_is_said_with_how_many_were_judged() -> None:
    """Seventeen cohorts of which fourteen are judged: 45 of 1,000 come among cohorts of 20."""
    bad = [20] * 10 + [45, 20, 20, 44, 20, 20, 20]
    found = _by_count(bad)
    assert found["allowed_rate"].dropna().unique().tolist() == pytest.approx([0.05 / 14])
    assert found.loc[found["is_worse"], "cohort"].dt.strftime("%Y-%m").tolist() == ["2023-11", "2024-02"]
    # In the year before February 2024 are eleven cohorts of 20 and the one of 45.
    assert found["before_rate"].iloc[13] == pytest.approx((11 * 20 + 45) / 12_000)
    said = " ".join(same_age_words.opening(found, 3, load_words("en")))
    assert "the last 14 cohorts at month 3" in said
    assert "beyond chance, is 2023-11: 4.50% against 2.00%" in said
    assert "as well: 2024-02" in said
    assert "below 0.36%; the chance of any wrong alarm is then 5% (Bonferroni)" in said


def test_what_one_of_many_may_reach_is_no_alarm() -> None:
    """31 of 1,000 after 20 in each: by itself beyond 5 %, as one of 24 not."""
    found = _by_count([20] * 26 + [31])
    last = found.iloc[-1]
    assert found["chance_rate"].notna().sum() == 24
    assert 0.05 / 24 < last["chance_rate"] < 0.05
    assert not found["is_worse"].any()
    assert "None of the last 24 cohorts" in same_age_words.opening(found, 3, load_words("en"))[0]


def test_twenty_nine_loans_are_small_and_thirty_are_not() -> None:
    assert _by_count([0] * 4, loans=29)["is_small"].all()
    assert not _by_count([0] * 4, loans=30)["is_small"].any()


def test_by_balance_a_loan_counts_for_less_the_more_its_amount_spreads() -> None:
    """Mean bad amount 100, 300, 100 and 300 of 10 loans each: a quarter from 200 on each side, v = 4 * 10/4 / 3."""
    counted = _cohorts([10, 10, 10, 10])
    found = counted.assign(
        numerator=[1_000, 3_000, 1_000, 3_000], denominator=200_000, rate=lambda rows: rows["numerator"] / 200_000
    )
    here = found.assign(bad_loans=10)
    assert metrics.counted_as(here) == pytest.approx(1 / (1 + 10 / 3))
    assert metrics.counted_as(here.assign(numerator=2_000)) == 1.0
    wide, narrow = metrics.cohorts(found, counted, 3), metrics.cohorts(counted, counted, 3)
    assert (wide["high_rate"].iloc[0] - wide["low_rate"].iloc[0]) > (
        narrow["high_rate"].iloc[0] - narrow["low_rate"].iloc[0]
    )


def test_quarters_have_four_in_the_year_before() -> None:
    found = metrics.cohorts(
        _cohorts([10, 20, 30, 40, 50, 60], months=3), _cohorts([10, 20, 30, 40, 50, 60], months=3), 3
    )
    assert found["before_rate"].tolist()[3:] == pytest.approx([0.02, 0.025, 0.035])
    assert found["before_rate"].isna().sum() == 3


def test_an_age_nobody_has_reached_gives_no_row_and_an_age_that_is_none_is_refused(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    assert same_age.cohorts(scope_of(), fetch_as("manager"), mob=12).frame.empty
    with pytest.raises(BadArgument):
        same_age.cohorts(scope_of(), fetch_as("manager"), mob=-1)
    with pytest.raises(BookLacks):
        same_age.cohorts(replace(scope_of(), lacks=frozenset({"whole_cohorts"})), fetch_as("manager"))


def test_the_table_has_words_and_no_missing_values(scope_of: Scopes, fetch_as: Ask) -> None:
    for language in ("en", "zh"):
        words = load_words(language)  # type: ignore[arg-type]
        found = same_age.cohorts(scope_of(), fetch_as("manager"), mob=3).frame
        table = same_age_words.table(found, "balance", words)
        cells = {str(cell) for name in table for cell in table[name]}
        assert not cells & {"None", "nan", "NaT"}
        assert table.iloc[0, 0] == "2024-07"
        assert table.iloc[0, -1] == words("same_age.small")

"""Car loans of a pool through their mapping: payments without days past due, seen from an age of 1 to 18 months on.

Source of the rule and of the counts: Lautier, Pozdnyakov, Yan (2024); the columns D, R and C of the file say which loan
is which.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import case, func, select

from jiebei_dash.answers import ever_past_due, outcomes, vintages
from jiebei_dash.book import schema
from jiebei_dash.book.sums import sum_of
from jiebei_dash.errors import BookLacks
from jiebei_dash.terms import BUCKETS
from tests.load.public import Loaded, brought_in, fen, needs_tapes, raw

pytestmark = needs_tapes


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    with brought_in(tmp_path_factory.mktemp("aart"), "aart_auto") as loaded:
        yield loaded


@pytest.fixture(scope="module")
def on_book() -> pd.DataFrame:
    """The tape's months, without the loader: the first report, then June 2017 on, to the first balance of nothing."""
    loans, monthly = raw("auto_abs_aart2017_loans"), raw("auto_abs_aart2017_monthly")
    first = pd.DataFrame(
        {
            "loan": loans["assetNumber"], "month_index": 0, "PMT": loans["totalActualAmountPaid"],
            "PRC": loans["actualPrincipalCollectedAmount"], "BAL": loans["reportingPeriodActualEndBalanceAmount"],
        }
    )  # fmt: skip
    rest = monthly.rename(columns={"assetNumber": "loan"})[["loan", "month_index", "PMT", "PRC", "BAL"]]
    every = pd.concat([first, rest[rest["BAL"].notna()]]).sort_values(["loan", "month_index"])
    ended = (every["BAL"] <= 0).groupby(every["loan"]).transform(lambda it: it.shift(fill_value=False).cummax())
    return every[~ended]


def test_every_row_is_loaded(pool: Loaded) -> None:
    assert pool.told == [("loan", 3_513, 3_513, 0), ("payment", 3_513, 3_513, 0), ("payment", 108_176, 108_176, 0)]
    assert pool.report.rows["loan"] == 3_513


def test_the_days_past_due_are_marked_as_estimated(pool: Loaded) -> None:
    assert pool.book.estimates == {"missed_payments"}
    assert (pool.book.first_month, pool.book.last_closed_month) == (date(2017, 5, 1), date(2020, 12, 1))


def test_money_ties_with_the_tape_month_by_month(pool: Loaded, on_book: pd.DataFrame) -> None:
    months = schema.loan_month.c
    found = pool.ask(
        "money",
        select(
            months.month,
            func.count().label("loans"),
            sum_of(months.paid_principal_fen).label("principal"),
            sum_of(months.paid_interest_fen).label("interest"),
            sum_of(months.balance_fen).label("balance"),
        )
        .group_by(months.month)
        .order_by(months.month),
    )
    told = on_book.groupby("month_index")
    assert found["loans"].tolist() == told.size().tolist()
    assert found["principal"].tolist() == told["PRC"].apply(fen).tolist()
    assert (found["principal"] + found["interest"]).tolist() == told["PMT"].apply(fen).tolist()
    assert found["balance"].tolist() == told["BAL"].apply(lambda it: fen(it.clip(lower=0))).tolist()


def test_by_the_papers_rule_393_default_1_891_repay_and_1_229_still_run(pool: Loaded) -> None:
    """Repaid: all principal received, the first report's included, and ten dollars reach the lower of the balances
    before and after that report. Default: not repaid, and three payments of nothing in a row. Otherwise: runs."""
    months = schema.loan_month
    paid = months.c.paid_principal_fen + months.c.paid_interest_fen

    def before(steps: int) -> object:
        return func.lag(paid, steps).over(partition_by=months.c.loan_id, order_by=months.c.month)

    place = func.row_number().over(partition_by=months.c.loan_id, order_by=months.c.month)
    lower = case((months.c.balance_fen < months.c.opening_fen, months.c.balance_fen), else_=months.c.opening_fen)
    is_third = (paid == 0) & (before(1) == 0) & (before(2) == 0)  # type: ignore[operator]
    rows = select(
        months.c.loan_id,
        months.c.paid_principal_fen,
        case((place == 1, lower)).label("first_fen"),
        case((is_third, 1), else_=0).label("third"),
    ).subquery()
    loans = (
        select(
            rows.c.loan_id,
            (func.sum(rows.c.paid_principal_fen) + 1_000 >= func.max(rows.c.first_fen)).label("repaid"),
            func.max(rows.c.third).label("third"),
        )
        .group_by(rows.c.loan_id)
        .subquery()
    )
    outcome = case((loans.c.repaid, "R"), (loans.c.third == 1, "D"), else_="C")
    found = pool.ask("paper", select(loans.c.loan_id, outcome.label("outcome")).order_by(loans.c.loan_id))
    assert found["outcome"].value_counts().to_dict() == {"R": 1_891, "C": 1_229, "D": 393}
    file = raw("auto_abs_aart2017_loans")
    told = file.set_index(file["assetNumber"].astype(str))[["C", "D", "R"]].idxmax(axis=1)
    assert found["outcome"].tolist() == told.reindex(found["loan_id"]).tolist()


def test_the_book_itself_ends_a_loan_when_its_balance_is_gone(pool: Loaded, on_book: pd.DataFrame) -> None:
    """Repaid if ten dollars or less of it are unpaid. 110 balances were written off, 5 of them loans that the paper
    takes for repaid: it counts the first report's principal against the balance after it."""
    last = on_book.groupby("loan").last()
    gone = last[last["BAL"] <= 0]
    loans = schema.loan.c
    found = pool.ask(
        "ends",
        select(loans.closed_state, func.count().label("loans"), sum_of(loans.lost_fen).label("lost"))
        .group_by(loans.closed_state)
        .order_by(loans.closed_state),
    ).set_index("closed_state")
    assert found.loc[["PAID", "WO"], "loans"].sum() == len(gone)
    assert found.loc["WO", "loans"] == 110
    assert found["loans"].sum() == 3_513
    before = on_book.groupby("loan")["BAL"].apply(lambda it: it.iloc[-2] if len(it) > 1 else 0)
    unpaid = (before.reindex(gone.index) - gone["PRC"])[lambda it: it > 10]
    assert found.loc["WO", "lost"] == fen(unpaid)


def test_a_loan_ever_more_than_60_days_past_due_missed_three_payments_in_a_row(
    pool: Loaded, on_book: pd.DataFrame
) -> None:
    """By the product's own answer; a month written off or paid off in is no longer past due."""
    answer = ever_past_due.shares(pool.scope(), pool.fetch, thresholds_days=(60,))
    is_zero = on_book["PMT"] == 0
    run = is_zero.groupby(on_book["loan"]).transform(lambda it: it.groupby((~it).cumsum()).cumsum())
    still = on_book["BAL"] > 0
    assert answer.frame["loan_count"].item() == 3_513
    assert answer.frame["past_due_count"].item() == on_book.loc[(run >= 3) & still, "loan"].nunique()


def test_vintages_refuse_a_pool_that_took_its_loans_at_any_age(pool: Loaded) -> None:
    with pytest.raises(BookLacks) as caught:
        vintages.curves(pool.scope(), pool.fetch)
    assert caught.value.facts["capability"] == "whole_cohorts"


def test_loans_under_observation_at_each_age_can_be_counted(pool: Loaded) -> None:
    """What a rate by age has to be divided by: none at age 0, all ages from 4 on; never the 3,513 of all cohorts."""
    months = schema.loan_month.c
    found = pool.ask(
        "observed", select(months.mob, func.count().label("loans")).group_by(months.mob).order_by(months.mob)
    )
    ages = raw("auto_abs_aart2017_loans")["originationDate"]
    youngest = (
        (2017 - pd.to_datetime(ages, format="%m/%Y").dt.year) * 12 + 5 - pd.to_datetime(ages, format="%m/%Y").dt.month
    )
    assert found["mob"].iloc[0] == youngest.min()
    assert found["loans"].iloc[0] == (youngest == youngest.min()).sum()
    assert found["loans"].max() < 3_513


def test_a_rate_by_age_is_divided_by_the_loans_under_observation(pool: Loaded) -> None:
    frame = outcomes.watched(pool.scope(), pool.fetch).frame
    months = schema.loan_month.c
    counted = pool.ask(
        "watched",
        select(months.mob, func.count().label("loans"), func.count(case((months.dpd_days > 30, 1))).label("late"))
        .where(months.state.in_(BUCKETS))
        .group_by(months.mob)
        .order_by(months.mob),
    )
    assert frame["mob"].tolist() == counted["mob"].tolist()
    assert frame["watched"].tolist() == counted["loans"].tolist()
    assert frame["late"].tolist() == counted["late"].tolist()
    assert frame["watched"].max() < 3_513
    assert frame["default_rate"].dropna().between(0, 1).all()
    assert frame["default_rate"].iloc[-1] > 0

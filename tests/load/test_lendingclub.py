"""LendingClub through its mappings: totals of the files, and shares that others published.

Source of the shares: mathieufiani/vintage-analysis-lending-club: charged off within 12, 24 and 36 months of issue among
the loans Fully Paid or Charged Off, by the month of the last payment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import func, select

from jiebei_dash.answers import vintages
from jiebei_dash.book import schema
from jiebei_dash.book.sums import sum_of
from tests.load.public import Loaded, brought_in, fen, needs_tapes, raw

pytestmark = needs_tapes
PUBLISHED = [
    (date(2008, 10, 1), 503, (0.06759, 0.13121, 0.15308)),
    (date(2010, 1, 1), 1_953, (0.03994, 0.07578, 0.10036)),
    (date(2011, 10, 1), 6_617, (0.05350, 0.10972, 0.14493)),
]


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    with brought_in(tmp_path_factory.mktemp("accepted"), "lendingclub_accepted") as loaded:
        yield loaded


def test_every_loan_is_loaded(accepted: Loaded) -> None:
    assert accepted.told == [("outcome", 42_535, 42_535, 0)]
    assert accepted.report.rows["loan"] == 42_535


def test_the_course_is_marked_as_estimated(accepted: Loaded) -> None:
    assert accepted.book.estimates == {"final_status"}
    assert (accepted.book.first_month, accepted.book.last_closed_month) == (date(2007, 6, 1), date(2017, 4, 1))


def test_what_was_lent_lost_and_received_ties_with_the_file(accepted: Loaded) -> None:
    """To the cent but for 34,116 + 1,988 loans fully paid: a few end some cents short, which the tape calls paid."""
    file = raw("lendingclub_2007_2011")
    loans, months = schema.loan.c, schema.loan_month.c
    sums = accepted.ask(
        "sums", select(func.sum(loans.principal_fen).label("lent"), func.sum(loans.lost_fen).label("lost"))
    )
    is_lost = file["loan_status"].str.endswith("Charged Off")
    assert sums["lent"].item() == fen(file["funded_amnt"])
    assert sums["lost"].item() == fen(file.loc[is_lost, "funded_amnt"] - file.loc[is_lost, "total_rec_prncp"])
    received = accepted.ask("received", select(func.sum(months.paid_principal_fen).label("received")))
    short = fen(file.loc[~is_lost, "funded_amnt"] - file.loc[~is_lost, "total_rec_prncp"])
    assert received["received"].item() == fen(file["total_rec_prncp"]) + short
    assert 0 <= short < 0.5 * 100 * (~is_lost).sum()


@pytest.mark.parametrize(("quarter", "loan_count", "shares"), PUBLISHED)
def test_charged_off_by_the_month_of_the_last_payment_is_the_published_share(
    accepted: Loaded, quarter: date, loan_count: int, shares: tuple[float, ...]
) -> None:
    """Asked for: the age in the last month with a payment, of loans written off; who never paid has none."""
    loan, month = schema.loan, schema.loan_month
    last_paid = (
        select(month.c.loan_id, func.max(month.c.mob).label("mob"))
        .where(month.c.paid_principal_fen + month.c.paid_interest_fen > 0)
        .group_by(month.c.loan_id)
        .subquery()
    )
    by_age = (
        select(last_paid.c.mob, loan.c.closed_state, func.count().label("loans"))
        .select_from(loan.outerjoin(last_paid, last_paid.c.loan_id == loan.c.loan_id))
        .where(loan.c.product_code == "CREDIT_POLICY", loan.c.opened_month >= quarter)
        .where(loan.c.opened_month < (pd.Timestamp(quarter) + pd.DateOffset(months=3)).date())
        .group_by(last_paid.c.mob, loan.c.closed_state)
        .order_by(last_paid.c.mob, loan.c.closed_state)
    )
    found = accepted.ask("charged_off_by_last_payment", by_age)
    assert found["loans"].sum() == loan_count
    lost = found[found["closed_state"] == "WO"]
    assert tuple(round(lost.loc[lost["mob"] <= age, "loans"].sum() / loan_count, 5) for age in (12, 24, 36)) == shares


@pytest.mark.parametrize(("age", "share"), [(12, 0.05350), (24, 0.10972), (36, 0.14493)])
def test_the_vintage_of_losses_shows_them_five_months_later(accepted: Loaded, age: int, share: float) -> None:
    """By the product's own answer, 2011Q4: 150 days from the middle of a month are five months; nine loans that never
    paid are lost five months after their opening, and no loan of that quarter is from before the policy."""
    answer = vintages.triangle(accepted.scope(), accepted.fetch, measure="loss", basis="count", cohort="quarter")
    cell = answer.frame[(answer.frame["cohort"] == pd.Timestamp("2011-10-01")) & (answer.frame["mob"] == age + 5)]
    assert cell["denominator"].item() == 6_617
    assert round((cell["numerator"].item() - 9) / 6_617, 5) == share


def test_the_balance_of_the_book_falls_to_nothing(accepted: Loaded) -> None:
    months = schema.loan_month.c
    left = accepted.ask(
        "left",
        select(
            months.month, sum_of(months.balance_fen).label("balance_fen"), sum_of(months.opening_fen).label("opening")
        )
        .group_by(months.month)
        .order_by(months.month),
    )
    assert left["balance_fen"].iloc[-1] == 0
    assert left["balance_fen"].max() > 20_000_000_00


def test_the_sample_of_2016_to_2018_has_lines_and_no_months(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = raw("lendingclub_2016_2018_accepted_5k")
    with brought_in(tmp_path_factory.mktemp("sample"), "lendingclub_accepted_2016_2018") as sample:
        assert sample.told == [("loan", 5_000, 5_000, 0)]
        assert "loan_month" not in sample.report.rows
        assert sample.book.estimates == frozenset()
        loans = schema.loan.c
        found = sample.ask(
            "states",
            select(loans.closed_state, loans.term_months, func.count().label("loans"),
                   func.sum(loans.principal_fen).label("lent"))
            .group_by(loans.closed_state, loans.term_months).order_by(loans.closed_state, loans.term_months),
        )  # fmt: skip
        assert found["lent"].sum() == fen(file["loan_amnt"])
        counted = found.groupby("closed_state")["loans"].sum()
        assert counted["PAID"] == (file["loan_status"] == "Fully Paid").sum()
        assert counted["WO"] == (file["loan_status"] == "Charged Off").sum()
        assert sorted(found["term_months"].unique()) == [36, 60]


def test_the_rejected_are_applications_declined_and_the_one_told_twice_is_set_aside(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = raw("lendingclub_2016_2018_rejected_5k")
    once = file[file["Unnamed: 0"] != 10_162_683]
    with brought_in(tmp_path_factory.mktemp("rejected"), "lendingclub_rejected") as rejected:
        assert rejected.told == [
            ("application", 5_000, 4_998, 2), ("decision", 5_000, 4_998, 2), ("feature_snapshot", 5_000, 4_998, 2),
        ]  # fmt: skip
        assert {each.reason for each in rejected.report.reasons} == {"repeated_key"}
        table, inputs = schema.application.c, schema.feature_snapshot.c
        sums = rejected.ask(
            "asked", select(func.count().label("applications"), func.sum(table.requested_fen).label("asked"))
        )
        assert sums.to_dict("records") == [{"applications": 4_998, "asked": fen(once["loan_amnt"])}]
        burden = rejected.ask(
            "burden", select(func.count(inputs.dti_rate).label("known"), func.sum(inputs.dti_rate).label("sum"))
        )
        percents = once["dti"].str.rstrip("%").astype(float)
        assert burden["known"].item() == (percents != -1).sum()
        assert burden["sum"].item() == pytest.approx(percents[percents != -1].sum() / 100)

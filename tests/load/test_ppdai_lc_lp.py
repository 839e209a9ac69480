"""A made-up tape in the layout of 拍拍贷 LC and LP, three listings counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import select

from jiebei_dash.answers import ever_past_due, vintages
from jiebei_dash.book import schema
from tests.load.public import Loaded, brought_in

LC = """ListingId,借款金额,借款期限,借款利率,借款成功日期,初始评级,借款类型,是否首标,年龄,性别,手机认证,户口认证,\
视频认证,学历认证,征信认证,淘宝认证,历史成功借款次数,历史成功借款金额,总待还本金,历史正常还款期数,历史逾期还款期数
101,3000,3,18.25,2015/1/15,C,应收安全标,否,33,男,成功认证,未成功认证,未成功认证,未成功认证,未成功认证,未成功认证,2,5000,0,9,1
102,3000,3,20,2015-01-16,B,电商,是,28,女,成功认证,未成功认证,成功认证,未成功认证,未成功认证,未成功认证,0,0,0,0,0
105,3000,3,22,2015-01-17,D,普通,是,41,男,未成功认证,未成功认证,未成功认证,未成功认证,未成功认证,未成功认证,0,0,0,0,0
103,3000,3,22,2015-01-17,D,普通,是,41,男,未成功认证,未成功认证,未成功认证,未成功认证,未成功认证,未成功认证,0,0,0,0,0
"""
LP = r"""ListingId,期数,还款状态,应还本金,应还利息,剩余本金,剩余利息,到期日期,还款日期,recorddate
101,1,1,1000,45.5,0,0,2015-02-15,2015-02-15,2015-06-30
101,2,2,1000,30,0,0,2015-03-15,2015-04-20,2015-06-30
101,3,0,1000,15,1000,15,2015-04-15,\N,2015-06-30
102,1,1,1000,50,0,0,2015-02-16,2015-02-10,2015-06-30
102,2,3,1000,33,0,0,2015-03-16,2015-02-20,2015-06-30
102,3,3,1000,17,0,0,2015-04-16,2015-02-20,2015-06-30
103,1,4,1000,55,400,0,2015-02-17,2015-03-01,2015-06-30
103,2,0,1000,37,1000,37,2015-03-17,\N,2015-06-30
103,3,0,1000,18,1000,18,2015-04-17,\N,2015-06-30
103,4,0,1000,18,1000,18,17.4.2015,\N,2015-06-30
104,1,0,1000,18,1000,18,2015-04-17,\N,2015-06-30
"""


@pytest.fixture(scope="module")
def listings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("ppdai")
    (folder / "LC.csv").write_text(LC, encoding="utf-8")
    (folder / "LP.csv").write_text(LP, encoding="utf-8")
    # Two of eleven rows are bad on purpose: more than a load may set aside.
    with brought_in(folder, "ppdai_lc_lp", folder, "[checks]\nmost_quarantined_rate = 0.5") as loaded:
        yield loaded


def months_of(listings: Loaded, loan: str) -> pd.DataFrame:
    table = schema.loan_month
    return listings.ask("months", select(table).where(table.c.loan_id == loan).order_by(table.c.month))


def test_rows_are_loaded_or_set_aside_with_a_reason(listings: Loaded) -> None:
    """An unreadable due date, an instalment of a listing that LC has not, a listing without an instalment in LP."""
    assert listings.told == [("instalment", 11, 9, 2), ("loan", 4, 3, 1)]
    assert sorted((each.reason, each.count) for each in listings.report.reasons if not each.is_warning) == [
        ("no_course", 1),
        ("no_loan", 1),
        ("not_a_date", 1),
    ]
    assert listings.report.rows == {"loan": 3, "instalment": 9, "loan_month": 14}
    assert listings.book.estimates == frozenset()


def test_days_past_due_are_exact(listings: Loaded) -> None:
    """The second instalment 36 days late; the third unpaid: the day of the extract does not heal it."""
    found = months_of(listings, "101")
    assert found["dpd_days"].tolist() == [0, 0, 16, 15, 46, 76]
    assert found["state"].tolist() == ["C", "C", "M1", "M1", "M2", "M3"]
    assert (found["balance_fen"] / 100).tolist() == [3_000, 2_000, 2_000, 1_000, 1_000, 1_000]
    assert (found["paid_interest_fen"] / 100).tolist() == [0, 45.5, 0, 30, 0, 0]


def test_an_early_pay_off_closes_the_listing(listings: Loaded) -> None:
    found = months_of(listings, "102")
    assert found["state"].tolist() == ["C", "PAID"]
    assert (found["prepaid_fen"] / 100).tolist() == [0, 2_000]


def test_an_instalment_with_something_left_is_not_settled(listings: Loaded) -> None:
    """600 of 1,000 came on 1 March: late since 17 February all the same, with the whole balance."""
    found = months_of(listings, "103")
    assert found["dpd_days"].tolist() == [0, 11, 42, 72, 103, 133]
    assert found["balance_fen"].unique().tolist() == [3_000_00]
    table = schema.instalment.c
    kept = listings.ask(
        "first", select(table.paid_on, table.paid_principal_fen).where(table.loan_id == "103", table.instalment_no == 1)
    )
    assert kept["paid_on"].isna().all()
    assert kept["paid_principal_fen"].tolist() == [600_00]


def test_the_products_answers_count_the_three_listings(listings: Loaded) -> None:
    shares = ever_past_due.shares(listings.scope(), listings.fetch, thresholds_days=(0, 30, 60, 90))
    assert shares.frame["past_due_count"].tolist() == [2, 2, 2, 1]
    cells = vintages.triangle(listings.scope(), listings.fetch, past_due_days=30, basis="count").frame
    assert cells["denominator"].unique().tolist() == [3]
    assert cells["numerator"].tolist() == [0, 0, 1, 1, 2, 2]


def test_the_line_of_a_listing_is_the_platforms(listings: Loaded) -> None:
    loan = schema.loan
    found = listings.ask("lines", select(loan).order_by(loan.c.loan_id), "auditor", lambda question, level: None)
    assert found["rate_day"].round(7).tolist() == [0.0005, 0.0005479, 0.0006027]
    assert found["principal_fen"].tolist() == [3_000_00] * 3
    assert found["product_code"].tolist() == ["C", "B", "D"]
    assert found["draw_no"].tolist() == [3, 1, 1]
    assert found["first_30_mob"].fillna(-1).tolist() == [4, -1, 2]
    assert found["opened_month"].dt.date.unique().tolist() == [date(2015, 1, 1)]

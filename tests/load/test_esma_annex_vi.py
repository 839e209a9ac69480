"""A made-up tape in the layout of Annex VI for consumer exposures: what is not there is unknown, never 0."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from jiebei_dash.answers import delinquency, vintages
from jiebei_dash.book import schema
from jiebei_dash.errors import BookLacks, TapeCurrency
from tests.load.public import Loaded, brought_in

HEADER = "CMRL1,CMRL3,CMRL5,CMRL6,CMRL21,CMRL23,CMRL26,CMRL27,CMRL28,CMRL36,Number Of Days In Arrears\n"
ROWS = """S1,E1,O1,2024-05-31,2023-11-10,24,EUR,5000.00,4000.00,0.05,0
S1,E1,O1,2024-06-30,2023-11-10,24,EUR,5000.00,3800.00,0.05,0
S1,E2,O2,2024-05-31,2024-01-20,12,EUR,1200.00,900.00,110.00,16
S1,E2,O2,2024-06-30,2024-01-20,12,EUR,1200.00,900.00,110.00,46
S1,E3,O3,2024-05-31,2022-03-05,ND5,EUR,ND1,ND2,ND4,0
S1,E3,O3,2024-06-30,2022-03-05,ND5,EUR,ND1,0,ND4,0
S1,E4,O4,2024-05-31,2024-02-02,12,EUR,1000.00,1000.00,90.00,ND1
"""


@pytest.fixture(scope="module")
def exposures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("annex_vi")
    (folder / "annex_vi.csv").write_text(HEADER + ROWS, encoding="utf-8")
    with brought_in(folder, "esma_annex_vi_consumer", folder, "[checks]\nmost_quarantined_rate = 0.5") as loaded:
        yield loaded


def test_a_line_without_days_in_arrears_is_set_aside(exposures: Loaded) -> None:
    assert exposures.told == [("loan_month", 7, 6, 1)]
    assert [(each.reason, each.count) for each in exposures.report.reasons if not each.is_warning] == [("no_status", 1)]


def test_no_data_is_unknown_and_nought_is_nought(exposures: Loaded) -> None:
    months, loans = schema.loan_month.c, schema.loan.c
    found = exposures.ask(
        "months",
        select(months.loan_id, months.balance_fen, months.dpd_days, months.mob).order_by(months.loan_id, months.month),
    )
    assert found["balance_fen"].fillna(-1).tolist() == [400_000, 380_000, 90_000, 90_000, -1, 0]
    assert found["dpd_days"].tolist() == [0, 0, 16, 46, 0, 0]
    assert found["mob"].tolist() == [6, 7, 4, 5, 26, 27]
    lines = exposures.ask(
        "lines", select(loans.loan_id, loans.principal_fen, loans.term_months).order_by(loans.loan_id)
    )
    assert lines["principal_fen"].fillna(-1).tolist() == [500_000, 120_000, -1]
    assert lines["term_months"].fillna(-1).tolist() == [24, 12, -1]


def test_the_payment_due_is_no_interest_rate(exposures: Loaded) -> None:
    loans = schema.loan.c
    found = exposures.ask("rates", select(loans.loan_id, loans.rate_day).order_by(loans.loan_id))
    assert found["rate_day"].isna().all()


def test_the_book_answers_what_it_can_and_refuses_the_rest(exposures: Loaded) -> None:
    frame = delinquency.buckets(exposures.scope(), exposures.fetch, months=2).frame
    late = frame[frame["state"] == "M2"]
    assert late["amount"].tolist() == [0, 90_000]
    assert late["total"].tolist() == [490_000, 470_000]
    with pytest.raises(BookLacks):
        vintages.curves(exposures.scope(), exposures.fetch)


def test_amounts_in_two_currencies_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("two_currencies")
    rows = ROWS.replace("12,EUR,1200.00", "12,GBP,1200.00")
    (folder / "annex_vi.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(TapeCurrency), brought_in(folder, "esma_annex_vi_consumer", folder):
        pass

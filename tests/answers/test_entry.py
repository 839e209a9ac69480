"""Counted by hand from the table in ``tests.dozen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import entry
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Fetch, open_book
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks
from tests.changed import changed_book

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _at(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_of_the_april_dues_of_current_loans_two_were_late_and_one_was_collected(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    april = entry.entry(scope_of(), fetch_as("manager")).frame
    april = april[april["month"] == "2024-04-01"].set_index("measure")
    # 5 x 1,060 + 1,030 + 1,120 due; L04 1,060 and L08 1,120 late; L08 paid after 8 days. L03 is paid off, and L02 was
    # late before: it cannot enter again.
    assert april.loc["entry", "denominator"] == 7_450_00
    assert april.loc["entry", "rate"] == pytest.approx(2_180 / 7_450)
    assert april.loc["collected", "rate"] == pytest.approx(1_120 / 2_180)
    assert april.loc["to_m2", "rate"] == pytest.approx(1_060 / 7_450)


def test_what_falls_due_once_a_loan_is_lost_is_not_due_on_the_book(
    scope_of: Scopes, fetch_as: Ask, dozen_url: str, tmp_path: Path
) -> None:
    sold = sa.update(schema.loan).where(schema.loan.c.loan_id == "L07")
    sold = sold.values(closed_month=date(2024, 6, 1), closed_state="SOLD")
    url = changed_book(dozen_url, tmp_path / "lost_early.duckdb", lambda connection: connection.execute(sold))
    before = entry.entry(scope_of(), fetch_as("manager"), basis="count").frame
    # June: L01, L07, L08 and L09 are due and were current; L09 is late. L02, L04 and L06 were late before.
    june = _at(before, month=pd.Timestamp("2024-06-01"), measure="entry")
    assert june[["numerator", "denominator"]].tolist() == [1, 4]
    book = open_book(url)
    after = entry.entry(scope_of(book=book), fetch_as("manager", book=book), basis="count").frame
    book.engine.dispose()
    june = _at(after, month=pd.Timestamp("2024-06-01"), measure="entry")
    assert june[["numerator", "denominator"]].tolist() == [1, 3]


def test_by_count_two_of_seven_april_dues_of_current_loans_were_late(scope_of: Scopes, fetch_as: Ask) -> None:
    april = entry.entry(scope_of(), fetch_as("manager"), basis="count").frame
    april = april[april["month"] == "2024-04-01"].set_index("measure")
    assert april.loc["entry", ["numerator", "denominator"]].tolist() == [2, 7]
    # Wilson for 2 of 7: 0.0822 to 0.6411.
    assert april.loc["entry", ["low_rate", "high_rate"]].tolist() == pytest.approx([0.0822, 0.6411], abs=1e-4)
    assert april.loc["collected", ["instalments", "is_small"]].tolist() == [2, True]


def test_collection_of_a_month_not_thirty_days_old_is_absent(scope_of: Scopes, fetch_as: Ask) -> None:
    found = entry.entry(scope_of(), fetch_as("manager")).frame
    measures = found.groupby("month")["measure"].agg(list)
    assert measures["2024-10-01"] == ["entry"]
    assert measures["2024-09-01"] == ["entry", "collected", "to_m2"]


def test_paid_after_the_as_of_month_is_unpaid_then(scope_of: Scopes, fetch_as: Ask) -> None:
    in_april = replace(scope_of(), as_of_month=date(2024, 4, 1))
    april = entry.entry(in_april, fetch_as("manager"), basis="count").frame
    assert _at(april, month=pd.Timestamp("2024-04-01"), measure="entry")["numerator"] == 2
    may = replace(scope_of(), as_of_month=date(2024, 5, 1))
    found = entry.entry(may, fetch_as("manager"), basis="count").frame
    assert _at(found, month=pd.Timestamp("2024-04-01"), measure="collected")["numerator"] == 1


def test_first_instalments_of_march_were_late_once_and_for_eight_days(scope_of: Scopes, fetch_as: Ask) -> None:
    found = entry.first_payment(scope_of(), fetch_as("manager")).frame
    march = found[found["opened_month"] == "2024-03-01"].set_index("measure")["numerator"]
    assert march.to_dict() == {"never_paid": 0, "fpd_1": 1, "fpd_7": 1, "fpd_15": 0, "fpd_30": 0}
    january = found[found["opened_month"] == "2024-01-01"].set_index("measure")
    assert january.loc["fpd_30", "rate"] == pytest.approx(1 / 3)
    assert january.loc["never_paid", "numerator"] == 1


def test_first_payment_by_principal_weighs_the_loan_and_not_the_instalment(scope_of: Scopes, fetch_as: Ask) -> None:
    found = entry.first_payment(scope_of(), fetch_as("manager"), basis="balance").frame
    assert _at(found, opened_month=pd.Timestamp("2024-03-01"), measure="fpd_7")["rate"] == pytest.approx(12 / 24)


def test_fpd30_is_absent_until_every_first_due_date_is_thirty_days_old(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = replace(scope_of(), as_of_month=date(2024, 4, 1))
    found = entry.first_payment(scope, fetch_as("manager")).frame
    march = found[found["opened_month"] == "2024-03-01"]
    assert march["measure"].tolist() == ["fpd_1", "fpd_7", "fpd_15"]


def test_what_the_book_lacks_is_named(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BookLacks, match="instalments"):
        entry.entry(replace(scope_of(), lacks=frozenset({"instalments"})), fetch_as("manager"))


def test_second_and_third_instalments_are_judged_given_the_earlier_ones_were_paid(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    found = entry.later_payments(scope_of(), fetch_as("manager")).frame
    # February: L04 missed its second; L05 and L06 paid theirs, and L06 missed its third. L04 is not given there.
    february = found[found["opened_month"] == "2024-02-01"].set_index("measure")
    assert february.loc["spd_30", ["numerator", "denominator", "all_numerator", "all_denominator"]].tolist() == [
        1,
        3,
        1,
        3,
    ]
    assert february.loc["tpd_30", ["numerator", "denominator", "all_numerator", "all_denominator"]].tolist() == [
        1,
        2,
        2,
        3,
    ]
    # January: L02 never paid, so it is in the unconditional share alone; L03 paid early and counts as paid.
    january = found[found["opened_month"] == "2024-01-01"].set_index("measure")
    assert january.loc["spd_1", ["numerator", "denominator", "all_numerator", "all_denominator"]].tolist() == [
        0,
        2,
        1,
        3,
    ]
    # March: the third of L09 was 25 days late. L08's first was 8 days late, and settled by the second's due date.
    march = found[found["opened_month"] == "2024-03-01"].set_index("measure")
    assert march.loc[["tpd_1", "tpd_7", "tpd_15", "tpd_30"], "numerator"].tolist() == [1, 1, 1, 0]
    assert march["denominator"].unique().tolist() == [3]


def test_the_third_of_july_is_absent_at_thirty_days_and_weighs_principal_by_balance(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    found = entry.later_payments(scope_of(), fetch_as("manager"), basis="balance").frame
    july = found[found["opened_month"] == "2024-07-01"].set_index("measure")
    # Due on 10 October: 21 days old at the end of October.
    assert [name for name in july.index if name.startswith("tpd")] == ["tpd_1", "tpd_7", "tpd_15"]
    # L10 (12,000) paid its second, L11 (6,000) did not; L12 never paid.
    assert july.loc["spd_30", "rate"] == pytest.approx(6 / 18)
    assert july.loc["spd_30", "all_rate"] == pytest.approx(9 / 21)


def test_the_week_of_the_tenth_of_september_is_that_of_its_dues(scope_of: Scopes, fetch_as: Ask) -> None:
    found = entry.weekly(scope_of(), fetch_as("manager")).frame
    september = _at(found, week=pd.Timestamp("2024-09-09"))
    # L07, L08, L09, L10 and L11 are due and current: 3 x 1,060 + 2 x 1,120; L11 does not pay.
    assert september[["numerator", "denominator", "instalments"]].tolist() == [1_060_00, 5_420_00, 5]
    assert september["is_small"]
    # National Day ended on the 7th of October; what fell due in that week was due on the 10th.
    assert _at(found, week=pd.Timestamp("2024-10-07"))["holiday"] == ""


def test_the_peaks_of_the_dozen_are_those_of_three_months_together(scope_of: Scopes, fetch_as: Ask) -> None:
    found = entry.peaks(scope_of(), fetch_as("manager")).frame.set_index("figure")
    # 30+ of May to July: 11 + 10 + 10 of 35 + 29 + 44; of June to August 24 of 105; of April to June 27 of 104.
    assert found.loc["past_due_30", "peak_month"] == pd.Timestamp("2024-07-01")
    assert found.loc["past_due_30", "peak_rate"] == pytest.approx(31 / 108)
    # August to October: 4 + 3 + 8 of 32 + 24 + 22.
    assert found.loc["past_due_30", "now_rate"] == pytest.approx(15 / 78)

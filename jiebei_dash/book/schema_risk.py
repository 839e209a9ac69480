"""Tables of the book about what a lender does once a loan runs: limits moved, allowances made, borrowers contacted.

Marks and units are those of :mod:`jiebei_dash.book.schema`, which every reader imports these tables from.
Source: house data model.
"""

from __future__ import annotations

from sqlalchemy import Column, SmallInteger, Table

from jiebei_dash.book.columns import (
    day_column,
    fen_column,
    flag_column,
    month_column,
    segments,
    text_column,
    time_column,
)
from jiebei_dash.book.history import book

line_event = Table(
    "line_event", book,
    text_column("application_id", "the line's application", key=True, level="applicant"),
    Column("event_no", SmallInteger, primary_key=True, autoincrement=False, comment="1 for the opening of the line"),
    month_column("month", "month of the change"),
    time_column("changed_at", "when it changed"),
    text_column("kind", "one of terms.LINE_EVENTS"),
    text_column("reason_code", "why, one of terms.LINE_REASONS"),
    fen_column("limit_fen", "limit of the line after it, active or frozen; 0 once closed"),
    fen_column("active_delta_fen", "change of the limit that can be drawn on; sums to date are the limits of a day"),
    fen_column("frozen_delta_fen", "change of the limit that is granted and frozen"),
    month_column("submitted_month", "cohort of the application"),
    *segments(),
    comment="one row a change of a credit line", info={"row": "applicant", "period": "month"},
)  # fmt: skip

allowance = Table(
    "allowance", book,
    month_column("month", "month-end", key=True),
    text_column("product_class", "product class, e.g. JB_M1; not the bucket M1", key=True),
    Column("ecl_stage", SmallInteger, primary_key=True, autoincrement=False, comment="one of terms.ECL_STAGES"),
    fen_column("gross_fen", "principal outstanding in the stage"),
    fen_column("allowance_fen", "allowance for expected credit losses on it"),
    comment="one row a month-end, product class and stage of expected credit loss",
    info={"row": "sums", "period": "month"},
)  # fmt: skip

contact = Table(
    "contact", book,
    text_column("loan_id", "the drawdown", key=True, level="loan"),
    Column("contact_no", SmallInteger, primary_key=True, autoincrement=False, comment="from 1, in order of time"),
    month_column("month", "month of the contact"),
    time_column("contacted_at", "when the borrower was contacted"),
    month_column("opened_month", "cohort of the loan"),
    text_column("bucket", "one of terms.BUCKETS on the day of the contact"),
    text_column("agency_code", "who contacted: OWN or a code of an agency"),
    text_column("contact_channel", "one of terms.CONTACT_CHANNELS"),
    text_column("result", "one of terms.CONTACT_RESULTS"),
    fen_column("promised_fen", "amount promised; null without a promise"),
    day_column("promised_on", "day by which it was promised; null without a promise"),
    month_column("promised_month", "month of promised_on"),
    day_column("kept_on", "day on which the promise was kept, by promised_on at the latest; null if it was not"),
    flag_column("is_permitted", "inside the permitted hours and the daily cap"),
    *segments(),
    comment="one row a contact of collections with a borrower about a loan",
    info={"row": "loan", "period": "month"},
)  # fmt: skip

recovery = Table(
    "recovery", book,
    text_column("loan_id", "the drawdown written off or sold", key=True, level="loan"),
    month_column("month", "month of the cash", key=True),
    text_column("kind", "CASH collected, or SALE proceeds", key=True),
    month_column("opened_month", "cohort of the loan"),
    month_column("lost_month", "month of the write-off or sale"),
    fen_column("recovered_fen", "cash received"),
    fen_column("commission_fen", "of it, the fee of the agency; null if unknown"),
    text_column("agency_code", "who collected: OWN or a code of an agency; null for a sale"),
    *segments(),
    comment="one row a loan, month and kind of cash after the loan left the book",
    info={"row": "loan", "period": "month"},
)  # fmt: skip

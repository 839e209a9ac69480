"""What a book knows about itself: its version, the contents of each month, and every load that made it.

These tables are no facts about loans: they are written by whoever writes the book, last, and carry the identity of its
contents, what came in, what was set aside, which totals tie and which closed months were changed. Source: house data
model.
"""

from __future__ import annotations

from sqlalchemy import MetaData, Table

from jiebei_dash.book.columns import (
    big_column,
    flag_column,
    int_column,
    month_column,
    rate_column,
    text_column,
    time_column,
)

book = MetaData()

NO_MONTH = "1970-01-01"
"""The month under which a table without a period stands in ``book_month``; ISO date."""
MEASURES: dict[str, dict[str, str]] = {
    "application": {"requested": "requested_fen"},
    "decision": {"limit": "limit_fen"},
    "loan": {"principal": "principal_fen"},
    "loan_month": {"balance": "balance_fen", "interest": "paid_interest_fen"},
    "recovery": {"recovered": "recovered_fen"},
}
"""Sums that are compared beside the count of rows, by the code of ``codes.control_measure``; fen."""

book_version = Table(
    "book_version", book,
    text_column("data_version", "identity of everything in this book: hash of all tables", key=True),
    text_column("kind", "sample or tape"),
    text_column("name", "what the book is called on the screen"),
    month_column("first_month", "first month with facts"),
    month_column("last_closed_month", "last month whose end has closed: the newest as-of"),
    time_column("made_at", "when the book was made"),
    text_column("source_sha256", "hash of the tape, or of the sample's parameters"),
    text_column("mapping_sha256", "hash of the mapping file, empty for a sample"),
    text_column("code_version", "version of the product that wrote it"),
    comment="one row: the whole book; written last, so a book without it is half made", info={"row": "sums"},
)  # fmt: skip

book_lack = Table(
    "book_lack", book,
    text_column("capability", "one of terms.CAPABILITIES that the source never had", key=True),
    comment="one row a missing capability", info={"row": "sums"},
)  # fmt: skip

book_estimate = Table(
    "book_estimate", book,
    text_column("what", "one of terms.ESTIMATES: what of this book was not observed but derived by a rule", key=True),
    comment="one row a thing estimated; every figure of the book says so", info={"row": "sums"},
)  # fmt: skip

book_month = Table(
    "book_month", book,
    text_column("table_name", "table of the book", key=True),
    month_column("month", "its period; 1970-01 for a table without one", key=True),
    big_column("row_count", "rows"),
    text_column("content_hash", "hash of the rows, whatever their order: equal rows, equal hash"),
    comment="one row a table and month: which contents the data version is the hash of", info={"row": "sums"},
)  # fmt: skip

load_run = Table(
    "load_run", book,
    int_column("load_no", "1 for the first load of the book", key=True),
    time_column("loaded_at", "when it ended"),
    text_column("outcome", "LOADED, UNCHANGED (the same contents again) or STOPPED (nothing was changed)"),
    text_column("mode", "WHOLE (replaces the book) or MONTHS (replaces the months that the tape holds)"),
    text_column("tape", "name of the tape's file or folder, without its place"),
    text_column("source_sha256", "hash of the tape"),
    text_column("mapping_sha256", "hash of the mapping file"),
    text_column("code_version", "version of the product that loaded it"),
    text_column("data_version_before", "version that it found; empty if none"),
    text_column("data_version_after", "version that it left"),
    rate_column("seconds", "how long it took"),
    text_column("stopped_by", "why it was stopped, a code of codes.load_stop; empty if it was not"),
    comment="one row a load, those that were stopped among them", info={"row": "sums"},
)  # fmt: skip

load_file = Table(
    "load_file", book,
    int_column("load_no", "the load", key=True),
    text_column("file", "name of the file, or of the table of a SQL address", key=True),
    text_column("table_name", "table of the book that it was read for", key=True),
    text_column("sha256", "hash of the file"),
    big_column("rows_in", "rows in the file; rows_in = rows_loaded + rows_quarantined"),
    big_column("rows_loaded", "rows that passed every check"),
    big_column("rows_quarantined", "rows that were set aside"),
    comment="one row a load, file and table", info={"row": "sums"},
)  # fmt: skip

load_reason = Table(
    "load_reason", book,
    int_column("load_no", "the load", key=True),
    text_column("file", "name of the file", key=True),
    text_column("table_name", "table of the book", key=True),
    text_column("reason", "code of codes.tape_reason", key=True),
    text_column("column_name", "column of the tape; empty if it is the whole row", key=True),
    big_column("row_count", "rows set aside, or, for a warning, rows loaded in spite of it"),
    flag_column("is_warning", "the rows were loaded"),
    comment="one row a load, file, table, reason and column", info={"row": "sums"},
)  # fmt: skip

load_total = Table(
    "load_total", book,
    int_column("load_no", "the load", key=True),
    text_column("table_name", "table of the book", key=True),
    month_column("month", "month of the total; 1970-01 for all months", key=True),
    text_column("measure", "code of codes.control_measure", key=True),
    rate_column("control_value", "the total given with the tape, in our unit"),
    rate_column("loaded_value", "the same total of what was loaded"),
    rate_column("tolerance", "difference that is allowed, same unit"),
    flag_column("ties", "the difference is within the tolerance"),
    comment="one row a load, table, month and control total", info={"row": "sums"},
)  # fmt: skip

restatement = Table(
    "restatement", book,
    int_column("load_no", "the load that changed a closed month", key=True),
    text_column("table_name", "table of the book", key=True),
    month_column("month", "the month that changed", key=True),
    text_column("measure", "code of codes.control_measure", key=True),
    rate_column("value_before", "as it was known"),
    rate_column("value_after", "as it is known now"),
    comment="one row a load, table, month and measure that a load changed after the month had closed",
    info={"row": "sums"},
)  # fmt: skip

ABOUT_THE_BOOK = frozenset(book.tables)
"""Names of these tables: all others hold facts."""

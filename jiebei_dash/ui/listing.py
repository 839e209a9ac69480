"""A list of single loans under a figure, page by page; a row opens its loan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from jiebei_dash.book.engine import Answer
from jiebei_dash.settings import ROOT
from jiebei_dash.text import numbers, records
from jiebei_dash.ui import link, show
from jiebei_dash.ui.frame import Page

PAGE_SIZE = 25
LOAN_MONTHS = (
    "loan_id", "opened_month", "balance_fen", "dpd_days", "prev_state", "state", "month", "mob", "product_class",
    "channel", "zhima_band", "term_months",
)  # fmt: skip
"""Columns of a list of loan-months."""
_TO_THE_RIGHT = ("_fen", "_days", "_rate", "mob")


def place(page: Page, name: str, count: int, asked: Callable[[int], Answer], columns: Sequence[str]) -> None:
    """Place one page of a list, and go to the loan whose row is picked.

    Parameters
    ----------
    page
        The open page.
    name
        Tells this list from any other that could stand in its place: its pages are counted anew.
    count
        Rows of the whole list.
    asked
        Returns a page of ``PAGE_SIZE`` rows by its number, from 1; the frame has ``loan_id`` and ``opened_month``.
    columns
        Which are shown, in order.
    """
    if count == 0:
        return
    pages = -(-count // PAGE_SIZE)
    at = st.pagination(pages, key=f"pages_{name}") if pages > 1 else 1
    answer = asked(at)
    table = records.table(answer.frame, page.words, columns, is_markdown=False)
    right = [title for title, column in zip(table.columns, columns, strict=True) if column.endswith(_TO_THE_RIGHT)]
    picked = st.dataframe(
        table,
        hide_index=True,
        height="content",
        key=f"rows_{name}_{at}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={title: st.column_config.TextColumn(alignment="right") for title in right},
    )
    rows = picked["selection"]["rows"]
    if rows:
        open_loan(answer.frame.iloc[rows[0]])
    show.proof(answer, page)


def standing(
    page: Page,
    cell: str,
    counted: pd.Series,
    asked: Callable[[int], Answer],
    has_left: bool = False,
    is_window: bool = False,
) -> None:
    """Place the loans that stood in a state at month-ends, with what they owe.

    Parameters
    ----------
    page
        The open page.
    cell
        The state and the months, in words.
    counted
        ``loans``, ``opening_fen``, ``balance_fen`` of the whole list.
    asked
        As for :func:`place`.
    has_left
        They have left the book: what they owed a month before is told.
    is_window
        Several months, so a loan may stand in the list more than once.
    """
    words = page.words
    st.subheader(words("standing.title", cell=cell), anchor=False)
    fen = counted["opening_fen" if has_left else "balance_fen"]
    said = words(
        "standing.said_left" if has_left else "standing.said",
        count=numbers.count(counted["loans"]),
        amount=numbers.UNKNOWN if "amounts" in page.scope.lacks else numbers.yuan(fen, words.language),
    )
    more = [words("standing.said_window")] if is_window else []
    st.caption("  \n".join([said, *more, words("loan.pick")]))
    columns = [column.replace("balance_fen", "opening_fen") if has_left else column for column in LOAN_MONTHS]
    place(page, f"standing_{cell}", int(counted["loans"]), asked, columns)


def open_loan(row: pd.Series) -> None:
    """Go to the page of a loan."""
    number, opened = str(row["loan_id"]), numbers.month(row["opened_month"])
    st.switch_page(ROOT / "pages" / "loan.py", query_params=link.along(loan=number, opened=opened))

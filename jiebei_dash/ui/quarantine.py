"""The rows that a load set aside: personal data, for an auditor's eyes, each look in the log before it is answered."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from jiebei_dash.book import access
from jiebei_dash.desk import log
from jiebei_dash.load.quarantine import quarantine_path, read_quarantine, write_to_mend
from jiebei_dash.settings import read_settings
from jiebei_dash.text.words import Words
from jiebei_dash.ui.frame import Page

PAGE_ROWS = 50


def place(page: Page, load_no: int, files: Sequence[str], row_count: int) -> None:
    """Place the rows that a load set aside, page by page, and a list of each file to be mended.

    Parameters
    ----------
    page
        Of an auditor; any other reader is told who may see them.
    load_no
        The load.
    files
        Names of its files that have such rows.
    row_count
        How many rows it set aside.
    """
    words = page.words
    st.markdown(f"**{words('data_quality.rows')}**")
    if page.scope.reader.role != "auditor":
        st.caption(words("data_quality.rows_hidden"))
        return
    path = quarantine_path(read_settings().book_url, load_no)
    if not path.is_file():
        st.caption(words("data_quality.rows_gone"))
        return
    st.caption(words("data_quality.rows_logged"))
    if not st.toggle(words("data_quality.rows_show"), key=f"quarantine_{load_no}"):
        return
    pages = max(1, -(-row_count // PAGE_ROWS))
    number = st.pagination(pages, key=f"quarantine_page_{load_no}") if pages > 1 else 1
    st.dataframe(_rows(page, path, load_no, number), hide_index=True, height="auto", key="quarantine_rows")
    for file in files:
        st.download_button(
            words("data_quality.rows_download", file=file),
            _to_mend(page, path, load_no, file),
            f"{Path(file).stem}_load_{load_no}.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"quarantine_csv_{load_no}_{file}",
        )


def _rows(page: Page, path: Path, load_no: int, number: int) -> pd.DataFrame:
    _logged(page, load_no, list_page=number)
    words = page.words
    rows = [
        {
            "file": row.file,
            "table_name": words(f"lineage.table.{row.table}"),
            "line": row.line,
            "tape_reason": words.code("tape_reason", row.reason),
            "column_name": row.column,
            "raw": row.raw,
        }
        for row in read_quarantine(path, offset=(number - 1) * PAGE_ROWS, limit=PAGE_ROWS)
    ]
    return _headed(words, pd.DataFrame(rows))


def _headed(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis([words(f"columns.{name}") for name in frame.columns], axis="columns")


def _to_mend(page: Page, path: Path, load_no: int, file: str) -> Callable[[], bytes]:
    """Made on the click, in the log first; nothing of it stays on the disk."""

    def made() -> bytes:
        _logged(page, load_no, file=file)
        with tempfile.TemporaryDirectory(prefix="mend-") as folder:
            target = Path(folder) / "rows.csv"
            write_to_mend(path, file, target)
            return target.read_bytes()

    return made


def _logged(page: Page, load_no: int, **detail: str | int) -> None:
    reader = page.scope.reader
    access.check_level("personal", reader.role)
    desk = log.open_desk(read_settings().desk_url)
    found = {**detail, "data_version": page.scope.data_version}
    log.append(desk, datetime.now(UTC), reader.name, reader.role, "read", f"quarantine of load {load_no}", found)

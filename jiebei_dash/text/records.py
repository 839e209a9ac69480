"""Rows of the book as people read them: labelled columns, codes as words, values in their unit.

A column's ending says its unit (see :mod:`jiebei_dash.book.schema`); its label is ``fields.<column>``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_CODES = {
    "main_reason": "rule",
    "rule_key": "rule",
    "closed_state": "state",
    "prev_state": "state",
    "funder_kind": "funder_kind",
} | {
    name: name
    for name in (
        "decision",
        "result",
        "product_class",
        "channel",
        "province_code",
        "zhima_band",
        "term_months",
        "repay_method",
        "stage",
        "outcome",
        "keeps",
        "kind",
        "state",
        "feature",
        "source",
        "role",
        "action",
    )
}
"""Column -> section of ``codes.toml`` that labels its codes."""
_IN_ROW_UNIT = ("value", "observed_value", "threshold_value")
_MARKS = re.compile(r"([\\`*_{}\[\]<>~$&|@]|:(?=[A-Za-z_+/-])|(?<=www)\.)")
"""Emphasis, code, links, pictures, formulas, entities, shortcodes and addresses that markdown would link by itself."""


def table(frame: pd.DataFrame, words: Words, columns: Sequence[str], is_markdown: bool = True) -> pd.DataFrame:
    """Return columns of a frame as text, labelled; one row a row.

    Parameters
    ----------
    frame
        An answer of single cases; a column ``unit`` gives the unit of ``value``, ``observed_value`` and
        ``threshold_value`` in its row.
    words
        Language.
    columns
        Which, in order.
    is_markdown
        Whether the cells will be read as markdown and must be made safe for it.
    """
    safe = escaped if is_markdown else str
    rows = [
        [safe(cell(column, row[column], words, row.get("unit"))) for column in columns]
        for row in frame.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=[words(f"fields.{column}") for column in columns])


def form(frame: pd.DataFrame, words: Words, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of a frame as text, one row a column and, beside its label, one column a row of the frame."""
    turned = table(frame, words, columns).T.reset_index()
    turned.columns = [words("fields.field"), *(f"{words('fields.entry')} {n}" for n in range(1, len(frame) + 1))]
    if len(frame) == 1:
        turned.columns = [words("fields.field"), words("fields.entry")]
    return turned


def cell(column: str, value: object, words: Words, unit: object = None) -> str:
    """Return one value as text in its unit; unknown is an en dash."""
    if value is pd.NaT or value is pd.NA or numbers.is_unknown(value) or value == "":
        return numbers.UNKNOWN
    if column in _CODES:
        return words.code(_CODES[column], value)
    if column == "bad_definition":
        return words.texts.get(f"codes.bad_definition.{_slug(str(value))}", str(value))
    if column in _IN_ROW_UNIT and isinstance(value, int | float):
        return _in_unit(float(value), unit)
    if isinstance(value, bool):
        return words("fields.yes") if value else words("fields.no")
    if isinstance(value, pd.Timestamp):
        if column.endswith("month"):
            return numbers.month(value)
        return f"{value:%Y-%m-%d}" if column.endswith("_on") else numbers.moment(value)
    if not isinstance(value, int | float):
        return str(value)
    if column.endswith("_fen"):
        return numbers.yuan_exact(value)
    if column == "rate_day":
        return numbers.rate(value, 4)
    if column.endswith("_rate"):
        return numbers.rate(value)
    if column.endswith("_points"):
        return numbers.points(value)
    return numbers.duration(value, words.language) if column.endswith("_seconds") else numbers.count(value)


def _in_unit(value: float, unit: object) -> str:
    """Four decimals of points: a score just under a floor must not look as if it stood on it."""
    if unit == "fen":
        return numbers.yuan_exact(value)
    if unit == "rate":
        return numbers.rate(value)
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_").lower()


def escaped(text: str) -> str:
    """Return a text that markdown shows as it is: a lender's tape must not draw, link or load anything."""
    return _MARKS.sub(r"\\\1", text)

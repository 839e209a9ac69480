"""Rows of the book as people read them."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.book import schema
from jiebei_dash.text import records
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import chain, paper

EN, ZH = load_words("en"), load_words("zh")


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("decision", "DECLINED", "Declined"),
        ("main_reason", "dti_cap", "Debt to income, at most"),
        ("main_reason", None, "–"),
        ("stored", "", "–"),
        ("again", pd.NA, "–"),
        ("limit_fen", 1_234_567, "¥12,345.67"),
        ("limit_fen", float("nan"), "–"),
        ("rate_day", 0.00025, "0.0250%"),
        ("pd_rate", 0.02346, "2.35%"),
        ("score_points", 612.34, "612.3"),
        ("is_override", True, "Yes"),
        ("decided_at", pd.Timestamp("2024-01-08 09:00:02"), "2024-01-08 09:00:02"),
        ("opened_month", pd.Timestamp("2024-01-01"), "2024-01"),
        ("first_seen_on", pd.Timestamp("2024-01-08"), "2024-01-08"),
        ("left_at", pd.NaT, "–"),
        ("took_seconds", 259_200.0, "3 d"),
        ("dpd_days", 45, "45"),
        ("state", "M2", "M2 (31–60 d)"),
        ("funder_kind", "BANK", "Bank"),
        ("decision_id", "D1", "D1"),
    ],
)
def test_a_value_is_shown_in_its_unit(column: str, value: object, shown: str) -> None:
    assert records.cell(column, value, EN) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (720.0, "points", "720"),
        (589.9612, "points", "589.9612"),
        (0.7, "rate", "70.00%"),
        (500_000.0, "fen", "¥5,000.00"),
        (3.0, "count", "3"),
        (float("nan"), "count", "–"),
    ],
)
def test_a_value_with_its_unit_beside_it_is_shown_in_that(value: float, unit: str, shown: str) -> None:
    assert records.cell("observed_value", value, EN, unit) == shown


def test_a_score_just_under_a_floor_does_not_look_as_if_it_stood_on_it() -> None:
    assert records.cell("observed_value", 589.9996, EN, "points") != records.cell(
        "threshold_value", 590.0, EN, "points"
    )


def test_a_table_is_labelled_in_the_readers_language() -> None:
    frame = pd.DataFrame([{"rule_key": "dti_cap", "observed_value": 0.8, "unit": "rate", "outcome": "HIT"}])
    shown = records.table(frame, ZH, ("rule_key", "observed_value", "outcome"))
    assert shown.columns.tolist() == ["规则", "实际值", "结果"]
    assert shown.values.tolist() == [["负债收入比上限", "80.00%", "命中"]]


def test_a_form_has_one_line_a_field_and_one_column_a_row() -> None:
    frame = pd.DataFrame([{"loan_id": "L1", "principal_fen": 100}, {"loan_id": "L2", "principal_fen": 200}])
    shown = records.form(frame, EN, ("loan_id", "principal_fen"))
    assert shown.columns.tolist() == ["Field", "Entry 1", "Entry 2"]
    assert shown.values.tolist() == [["Drawdown", "L1", "L2"], ["Principal", "¥1.00", "¥2.00"]]


def test_a_tape_cannot_draw_or_link_on_the_page() -> None:
    frame = pd.DataFrame([{"decision_id": "![x](http://evil/x.png)", "author": "**a** <b>", "channel": "[y](z)"}])
    shown = records.table(frame, EN, ("decision_id", "author", "channel")).iloc[0].tolist()
    assert shown[0] == r"!\[x\](http\://evil/x.png)"
    assert shown[1] == r"\*\*a\*\* \<b\>"
    assert shown[2] == r"\[y\](z)"
    assert records.escaped("www.evil.cn a@b.cn :smile: $x$ &lt;") == r"www\.evil.cn a\@b.cn \:smile: \$x\$ \&lt;"
    assert records.escaped("2024-01-08 09:00:02") == "2024-01-08 09:00:02"
    assert records.table(frame, EN, ("author",), is_markdown=False).iloc[0].tolist() == ["**a** <b>"]


def test_every_column_that_a_file_shows_has_a_label() -> None:
    shown = {*chain.LOGGED, *(name for part in (*paper._FORMS.values(), *paper._TABLES.values()) for name in part)}
    assert not {name for name in shown if f"fields.{name}" not in EN.texts}


def test_every_input_of_a_snapshot_has_a_label() -> None:
    table = schema.feature_snapshot
    stored = {column.name for column in table.c if not column.name.endswith(("_id", "_at"))} - {table.info["period"]}
    assert not {name for name in stored if f"codes.feature.{name}" not in EN.texts}

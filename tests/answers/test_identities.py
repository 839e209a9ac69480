"""What holds for any part of any book, whatever its numbers: parts make wholes, money is kept, the past stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jiebei_dash.answers import bridge, delinquency, roll_rates, vintages
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Question, ask
from jiebei_dash.book.scope import DIMENSION_KEYS, DIMENSIONS, Reader, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.terms import BASES, RATIOS, Basis

pytestmark = pytest.mark.slow
SOME = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
CODES: dict[str, tuple[Any, ...]] = {dimension.key: tuple(dimension.codes) for dimension in DIMENSIONS}
LATE_RATIOS = tuple(ratio for ratio in RATIOS if ratio != "approval")


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    """A part of a book: up to two dimensions, an as-of month some months back, cohorts from a month on."""
    found: dict[str, Any] = {"back": draw(st.integers(0, 40))}
    for key in draw(st.lists(st.sampled_from(DIMENSION_KEYS), max_size=2, unique=True)):
        found[key] = tuple(draw(st.lists(st.sampled_from(CODES[key]), min_size=1, max_size=3, unique=True)))
    if draw(st.booleans()):
        found["opened_back"] = draw(st.integers(0, 60))
    return found


def part_of(book: Book, part: dict[str, Any]) -> Scope:
    chosen = {key: value for key, value in part.items() if key in CODES}
    as_of = month_plus(book.last_closed_month, -part["back"])
    opened = month_plus(as_of, -part["opened_back"]) if "opened_back" in part else None
    return replace(book.scope(Reader("Test", "manager")), as_of_month=as_of, opened_from=opened, **chosen)


def fetch_of(book: Book) -> Any:
    def fetch(question: Question) -> pd.DataFrame:
        return ask(book, question)

    return fetch


@SOME
@given(parts(), st.sampled_from(BASES), st.sampled_from((1, 3, 12)))
def test_every_row_of_the_matrix_sums_to_its_opening(
    small_book: Book, part: dict[str, Any], basis: Basis, window: int
) -> None:
    try:
        frame = roll_rates.matrix(part_of(small_book, part), fetch_of(small_book), basis, window).frame
    except EmptyScope:
        assume(False)
    rows = frame.groupby("prev_state")
    assert (rows["moved"].sum() == rows["opening"].first()).all()
    assert rows["rate"].sum().to_numpy() == pytest.approx(1.0, abs=1e-12)


@SOME
@given(parts(), st.sampled_from(LATE_RATIOS), st.sampled_from(DIMENSION_KEYS), st.integers(1, 24))
def test_the_parts_of_a_change_are_the_change(
    small_book: Book, part: dict[str, Any], ratio: str, by: str, back: int
) -> None:
    scope = part_of(small_book, part)
    try:
        frame = bridge.change(scope, fetch_of(small_book), ratio, by, None, "balance", back).frame  # type: ignore[arg-type]
    except EmptyScope:
        assume(False)
    changed = frame["whole_after_rate"].iloc[0] - frame["whole_before_rate"].iloc[0]
    assert frame[["mix", "rate", "interaction"]].to_numpy().sum() == pytest.approx(changed, abs=1e-12)
    assert frame["carries"].sum() == pytest.approx(changed, abs=1e-12)


@SOME
@given(parts(), st.sampled_from(DIMENSION_KEYS), st.sampled_from(BASES))
def test_a_figure_split_by_a_dimension_re_adds_to_the_whole(
    small_book: Book, part: dict[str, Any], by: str, basis: Basis
) -> None:
    scope, fetch = part_of(small_book, part), fetch_of(small_book)
    try:
        whole = delinquency.buckets(scope, fetch, basis).frame.set_index(["month", "state"])["amount"]
    except EmptyScope:
        assume(False)
    split = []
    for code in getattr(scope, by) or CODES[by]:
        try:
            each = delinquency.buckets(replace(scope, **{by: (code,)}), fetch, basis).frame
        except EmptyScope:
            continue
        split.append(each.set_index(["month", "state"])["amount"])
    added = pd.concat(split).groupby(level=["month", "state"]).sum().reindex(whole.index, fill_value=0)
    assert (added == whole).all()


@SOME
@given(parts(), st.sampled_from(("current", "ever", "loss")), st.integers(1, 18))
def test_moving_the_as_of_month_back_gives_what_was_shown_then(
    small_book: Book, part: dict[str, Any], measure: str, back: int
) -> None:
    now = part_of(small_book, part)
    then = replace(now, as_of_month=month_plus(now.as_of_month, -back))
    fetch = fetch_of(small_book)
    try:
        shown = vintages.triangle(then, fetch, 30, measure).frame  # type: ignore[arg-type]
        later = vintages.triangle(now, fetch, 30, measure).frame  # type: ignore[arg-type]
    except EmptyScope:
        assume(False)
    keys = ["cohort", "mob"]
    both = shown.merge(later, on=keys, suffixes=("_then", "_now"))
    assert len(both) == len(shown)
    assert (both["numerator_then"] == both["numerator_now"]).all()
    assert (both["denominator_then"] == both["denominator_now"]).all()
    # And nothing of a month that had not closed then.
    ends = pd.PeriodIndex(shown["cohort"], freq="M").asi8 + shown["mob"].to_numpy()
    assert ends.max() <= pd.Period(then.as_of_month, freq="M").ordinal


def test_money_is_kept_to_the_fen_from_month_to_month(small_book: Book) -> None:
    """Opening + lent - principal received - lost = closing, month by month; and an opening is the closing before."""
    table, loan = schema.loan_month, schema.loan
    sums = ("opening_fen", "balance_fen", "paid_principal_fen", "lost_fen")
    months = sa.select(table.c.month, *[sa.func.sum(table.c[name]).label(name) for name in sums]).group_by(
        table.c.month
    )
    lent = sa.select(loan.c.opened_month, sa.func.sum(loan.c.principal_fen)).group_by(loan.c.opened_month)
    with small_book.engine.connect() as connection:
        rows = {row.month: row for row in connection.execute(months)}
        by_month: dict[date, int] = {month: int(fen) for month, fen in connection.execute(lent)}
    before = 0
    for month in sorted(rows):
        row = rows[month]
        assert int(row.opening_fen) == before
        kept = before + by_month.get(month, 0) - int(row.paid_principal_fen) - int(row.lost_fen)
        assert kept == int(row.balance_fen), month
        before = int(row.balance_fen)
    assert len(rows) > 90

"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import outcomes
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.metrics import outcomes as metrics

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _shares(frame: pd.DataFrame, mob: int) -> dict[str, float]:
    shares: dict[str, float] = frame[frame["mob"] == mob].set_index("became")["share_rate"].to_dict()
    return shares


def test_where_all_have_reached_the_age_it_is_the_plain_share(scope_of: Scopes, fetch_as: Ask) -> None:
    found = outcomes.by_age(scope_of(), fetch_as("manager"), basis="count").frame
    # At month 3 all twelve are known: L03 and L05 are paid off.
    assert _shares(found, 3) == pytest.approx({"lost": 0, "default": 0, "paid": 2 / 12, "running": 10 / 12})
    january = replace(scope_of(), opened_to=date(2024, 1, 1))
    found = outcomes.by_age(january, fetch_as("manager"), basis="count").frame
    # Of L01 to L03: at month 6 L02 is past 90 days, at month 7 lost; the others are paid off.
    assert _shares(found, 6) == pytest.approx({"lost": 0, "default": 1 / 3, "paid": 2 / 3, "running": 0})
    assert _shares(found, 7) == pytest.approx({"lost": 1 / 3, "default": 0, "paid": 2 / 3, "running": 0})


def test_loans_too_young_for_an_age_are_neither_good_nor_bad_at_it(scope_of: Scopes, fetch_as: Ask) -> None:
    found = outcomes.by_age(scope_of(), fetch_as("manager"), basis="count").frame
    # Ten of twelve run at month 3; three of them, of July, are no older. Of the other seven L02 defaults by month 4.
    at_four = _shares(found, 4)
    assert at_four["running"] == pytest.approx(10 / 12 * 6 / 7)
    assert at_four["default"] == pytest.approx(10 / 12 * 1 / 7)
    assert at_four["paid"] == pytest.approx(2 / 12)
    # Who counts L10 to L12 as running at month 4 has 9 / 12 running; who leaves them out of the book 6 / 9.
    row = found[(found["mob"] == 4) & (found["became"] == "running")].iloc[0]
    assert row[["at_risk", "loans", "cohorts"]].tolist() == [7, 9, 3]


def test_by_principal_what_is_repaid_counts_when_it_is_repaid(scope_of: Scopes, fetch_as: Ask) -> None:
    found = outcomes.by_age(scope_of(), fetch_as("manager")).frame
    # At month 3 there are 51 of 75 on the book; of the 34 of them that can be seen at month 4 20 run, 6 of L02 are in
    # default, 8 were repaid.
    assert _shares(found, 3) == pytest.approx({"lost": 0, "default": 0, "paid": 24 / 75, "running": 51 / 75})
    assert _shares(found, 4) == pytest.approx(
        {"lost": 0, "default": 0.68 * 6 / 34, "paid": 0.32 + 0.68 * 8 / 34, "running": 0.68 * 20 / 34}
    )


@pytest.mark.parametrize("basis", ["balance", "count"])
def test_the_four_outcomes_are_the_whole_at_each_age_and_ends_never_fall(
    scope_of: Scopes, fetch_as: Ask, basis: str
) -> None:
    found = outcomes.by_age(scope_of(), fetch_as("manager"), basis=basis).frame  # type: ignore[arg-type]
    assert found.groupby("mob")["share_rate"].sum().tolist() == pytest.approx([1] * 8)
    for became in ("lost", "paid"):
        path = found[found["became"] == became].sort_values("mob")["share_rate"]
        assert (path.diff().dropna() >= -1e-12).all()


def test_a_cure_runs_again(scope_of: Scopes, fetch_as: Ask) -> None:
    whole = outcomes.by_age(scope_of(), fetch_as("manager"), basis="count").frame
    # L04 was 51 days late and cured, L09 25: neither was ever in default.
    of_channel = replace(scope_of(), channel=("RECALL",))
    found = outcomes.by_age(of_channel, fetch_as("manager"), basis="count").frame
    assert set(found[found["became"] == "default"]["share_rate"]) == {0.0}
    assert whole["low_rate"].notna().all()


def test_what_the_book_lacks_is_named(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BookLacks, match="write_offs"):
        outcomes.by_age(replace(scope_of(), lacks=frozenset({"write_offs"})), fetch_as("manager"))
    with pytest.raises(EmptyScope):
        outcomes.by_age(replace(scope_of(), channel=("NA",)), fetch_as("manager"))


def test_over_the_loans_watched_an_age_has_those_that_are_seen_at_it(scope_of: Scopes, fetch_as: Ask) -> None:
    found = outcomes.watched(scope_of(), fetch_as("manager")).frame.set_index("mob")
    # At month 3 ten are on the book: L02 and L12 in M3, L04 and L11 in M2, six no more than 30 days late.
    assert found.loc[3, ["late", "watched"]].tolist() == [4, 10]
    assert found.loc[3, "rate"] == pytest.approx(0.4)
    # At month 6 L02 in M6, L06 in M4 and L08 are left.
    assert found.loc[6, ["late", "watched"]].tolist() == [2, 3]
    assert pd.isna(found.loc[0, "default_rate"])


def test_a_loan_first_seen_at_a_later_age_counts_from_there_on() -> None:
    moves = pd.DataFrame(
        [(4, None, "C", 8), (5, "C", "C", 7), (5, "C", "M4", 1), (5, None, "C", 12), (6, "C", "C", 18),
         (6, "C", "PAID", 1), (6, "M4", "WO", 1)],
        columns=["mob", "prev_state", "state", "loans"],
    ).assign(opening_fen=0, balance_fen=0, lost_fen=0)  # fmt: skip
    found = metrics.watched(moves, 30).set_index("mob")
    assert found["watched"].to_dict() == {4: 8, 5: 20, 6: 18}
    assert found["late"].to_dict() == {4: 0, 5: 1, 6: 0}
    # One of the eight watched a month before went bad; the twelve that came at month 5 are in no chance of that month.
    assert found.loc[5, ["at_risk", "default_rate"]].tolist() == [8, pytest.approx(1 / 8)]
    # At month 6 nobody else went bad, and the one is lost.
    assert found.loc[6, ["at_risk", "default_rate"]].tolist() == [20, pytest.approx(1 / 8)]

"""Our own level beside what others publish, on the dozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import peers
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]
SEPTEMBER, OCTOBER = pd.Timestamp(2024, 9, 1), pd.Timestamp(2024, 10, 1)


def own(scope: Scope, fetch: Fetch, figure: str) -> pd.Series:
    return peers.ours(scope, fetch, figure).frame.set_index("month")["rate"]


def test_what_follows_from_the_buckets_is_counted_by_hand(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    # October: 22,000 in all, 5,000 of it in M2 and 3,000 in M3; September: 5,000 in M1, 3,000 in M2, 24,000 in all.
    assert own(scope, fetch, "past_due_30")[OCTOBER] == pytest.approx(8 / 22)
    assert own(scope, fetch, "m2_share")[OCTOBER] == pytest.approx(5 / 22)
    assert own(scope, fetch, "m3_share")[OCTOBER] == pytest.approx(3 / 22)
    assert own(scope, fetch, "past_due_90")[OCTOBER] == 0
    ratio = own(scope, fetch, "m2_over_m1")
    assert ratio[SEPTEMBER] == pytest.approx(3 / 5)
    # In October nothing stands in M1: nothing to divide by.
    assert OCTOBER not in ratio.index


def test_a_chain_without_a_new_first_link_is_zero(scope_of: Scopes, fetch_as: Ask) -> None:
    # M1 of October over C of September is nothing; M2 over M1 and M3 over M2 are one.
    assert own(scope_of(), fetch_as("manager"), "c_m3")[OCTOBER] == 0


def test_a_level_stands_beside_ours_of_the_same_month(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = peers.beside(scope_of(), fetch_as("manager")).frame
    qifu = frame[(frame["figure"] == "past_due_90") & (frame["lender"] == "qifu")].set_index("month")
    assert qifu.loc["2024-03-01", "level_rate"] == 0.0335
    # Nobody was 90 days late in March 2024; the book knows no December 2023.
    assert qifu.loc["2024-03-01", "then_rate"] == 0
    assert pd.isna(qifu.loc["2023-12-01", "then_rate"])
    assert (qifu["ours_month"] == OCTOBER).all()
    # Nothing at the least; at the most June, when L02 alone was beyond 90 days: 6,000 of 29,000.
    assert (qifu["low_rate"] == 0).all()
    assert qifu["high_rate"].iloc[0] == pytest.approx(6 / 29)


def test_moving_the_as_of_month_back_tells_nothing_later(scope_of: Scopes, fetch_as: Ask) -> None:
    june = replace(scope_of(), as_of_month=date(2024, 6, 1))
    frame = peers.beside(june, fetch_as("manager")).frame
    assert frame["ours_month"].dropna().max() <= pd.Timestamp(2024, 6, 1)


def test_a_book_without_instalments_has_no_entry_and_still_the_rest(scope_of: Scopes, fetch_as: Ask) -> None:
    bare = replace(scope_of(), lacks=frozenset({"instalments"}))
    fetch = fetch_as("manager")
    with pytest.raises(BookLacks):
        peers.ours(bare, fetch, "entry")
    frame = peers.beside(bare, fetch).frame.set_index("figure")
    assert frame.loc["entry", "ours_rate"].isna().all()
    assert frame.loc["past_due_30", "ours_rate"].notna().all()


@pytest.mark.parametrize("wrong", [{"figure": "npl"}])
def test_what_nobody_publishes_is_refused(scope_of: Scopes, fetch_as: Ask, wrong: dict[str, str]) -> None:
    with pytest.raises(BadArgument):
        peers.ours(scope_of(), fetch_as("manager"), **wrong)

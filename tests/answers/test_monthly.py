"""The head of the monthly on the dozen, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from jiebei_dash import ask
from jiebei_dash.book.engine import Book


def test_september_of_the_dozen(dozen: Book) -> None:
    found = ask(dozen, "monthly.headline", as_of="2024-09").set_index("kpi")
    # 24,000 yuan on the book after 32,000; 4,000 sold for 400 and 100 collected; nothing written off, 6,000 in August.
    assert found.loc["balance", ["value", "last_month"]].tolist() == [2_400_000, 3_200_000]
    assert found.loc["balance", "change_month"] == pytest.approx(-0.25)
    assert found.loc["written_off", ["value", "last_month"]].tolist() == [0, 600_000]
    assert found.loc["sold", ["value", "last_month"]].tolist() == [400_000, 0]
    assert found.loc["recovered", ["value", "last_month"]].tolist() == [50_000, 0]
    assert found.loc["past_due_30", "value"] == pytest.approx(3 / 24)
    assert found.loc["past_due_60", "value"] == 0
    assert np.isnan(found.loc["managed", "value"])
    # L06's 4,000 in M4 were the bad book of August, 3,880 set aside; nothing is kept for September.
    assert found.loc["npl", ["value", "last_month"]].tolist() == [0, 4 / 32]
    assert found.loc["coverage", "last_month"] == pytest.approx(3_880 / 4_000)
    assert found.loc["coverage", "lacks"] == ""
    assert np.isnan(found.loc["coverage", "value"])
    # 360 yuan of interest on a mean book of 28,000; VAT of 6 % in it and funding of 2.85 % off; of operating cost the
    # agency's 20 yuan and the 0.45 and 0.9 % on the balance, since nobody applied or drew.
    assert found.loc["yield", "value"] == pytest.approx(12 * 360 / 28_000)
    assert found.loc["margin", "value"] == pytest.approx(12 * 360 / 28_000 / 1.06 - 0.0285)
    assert found.loc["cost", "value"] == pytest.approx(12 * 20 / 28_000 + 0.0135)
    # August: L08, L09, L10, L04, L07 and L11 paid 480 on 38,000 at the mean.
    assert found.loc["yield", "last_month"] == pytest.approx(12 * 480 / 38_000)


def test_coverage_of_a_part_narrower_than_a_product_class_says_why_it_is_unknown(dozen: Book) -> None:
    narrow = ask(dozen, "monthly.headline", as_of="2024-08", channel="PARTNER").set_index("kpi")
    # L06 of 4,000 beside L12 of 3,000.
    assert narrow.loc["npl", "value"] == pytest.approx(4 / 7)
    assert narrow.loc["coverage", "lacks"] == "narrow_allowance"
    flexible = ask(dozen, "monthly.headline", as_of="2024-08", product_class="JB_FLEX").set_index("kpi")
    assert flexible.loc["coverage", "value"] == pytest.approx(3_630 / 4_000)


def test_what_moved_is_beyond_its_own_noise(small_book: Book) -> None:
    shown = set()
    for month in ("2025-01", "2025-06", "2026-03", "2026-10"):
        found = ask(small_book, "monthly.moved", as_of=month)
        assert (found["spreads"].abs() > 2).all()
        shown |= set(found["kpi"])
    assert shown

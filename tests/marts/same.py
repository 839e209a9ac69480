"""Whether a book answers the same from its marts and from its rows."""

from __future__ import annotations

import random
from dataclasses import replace

import pandas as pd
from pandas.testing import assert_frame_equal

from jiebei_dash.book import access
from jiebei_dash.book.engine import Book, ask
from jiebei_dash.book.marts import reads_marts
from tests.marts.asked import questions, scopes


def compare(book: Book, seed: int, count: int) -> tuple[int, int]:
    """Compare all questions over some scopes; return how many there were, and how many of them read a mart."""
    chance = random.Random(seed)
    asked = from_marts = 0
    for scope in scopes(book, count, chance):
        place = chance.randrange(1_000_000)
        back, maturity = chance.choice((0, 5, 12, 23, 200)), chance.choice((6, 8, 12))
        with_marts = questions(scope, back, maturity, random.Random(place))
        plain = questions(replace(scope, marts=frozenset()), back, maturity, random.Random(place))
        for quick, slow in zip(with_marts, plain, strict=True):
            assert quick.name == slow.name
            assert not reads_marts(slow.select)
            level = "applicant" if slow.name == "lab.decisions" else "sums"
            assert access.level_of(quick.select) == access.level_of(slow.select) == level
            assert_same(ask(book, quick, most_rows=10**6), ask(book, slow, most_rows=10**6), f"{slow.name} {scope}")
            asked += 1
            from_marts += reads_marts(quick.select)
    return asked, from_marts


def assert_same(quick: pd.DataFrame, slow: pd.DataFrame, what: str) -> None:
    """Whole numbers to the last digit; sums of fractions but for the order in which they were added."""
    assert list(quick.dtypes) == list(slow.dtypes), what
    assert_frame_equal(quick, slow, check_exact=False, rtol=1e-9, atol=0, obj=what)
    whole = [name for name in slow.columns if not pd.api.types.is_float_dtype(slow[name])]
    assert_frame_equal(quick[whole], slow[whole], check_exact=True, obj=what)

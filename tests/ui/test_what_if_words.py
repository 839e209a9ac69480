"""The sentences and tables of a what-if on the dozen: numbers, and never an inferred rate without its word."""

import re
from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import what_if
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.terms import Language
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import what_if_words

EN = load_words("en")


@pytest.fixture
def opened(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> Callable[..., list[str]]:
    def said(language: Language = "en", **thresholds: float) -> list[str]:
        asked = scope_of("analyst"), fetch_as("analyst")
        both = what_if.consequences(*asked, maturity_months=6, **thresholds).frame
        cells = what_if.swap_set(*asked, maturity_months=6, **thresholds).frame
        return what_if_words.opening(load_words(language), both, cells, "P1")

    return said


def test_without_a_change_one_sentence_says_so(opened: Callable[..., list[str]]) -> None:
    assert opened() == [EN("what_if.same", version="P1", approval="72.73%")]


def test_a_stricter_floor_tells_what_was_seen(opened: Callable[..., list[str]]) -> None:
    said = opened(score_floor=600.0)
    assert "**63.64%**" in said[0]
    assert "-9.09 pp" in said[0]
    assert "1 loans were seen, 100.00% of them bad; the other 0" in said[1]


@pytest.mark.parametrize(("language", "word"), [("en", "inferred"), ("zh", "推断")])
def test_a_looser_floor_gives_an_inferred_rate_with_word_and_range(
    opened: Callable[..., list[str]], language: Language, word: str
) -> None:
    sentence = next(line for line in opened(language, score_floor=560.0) if "8.6" in line or "12.9" in line)
    assert word in sentence
    assert len(re.findall(r"\d+\.\d\d%", sentence)) == 3


def test_a_proposal_that_approves_nobody_is_said_in_one_sentence(opened: Callable[..., list[str]]) -> None:
    assert opened(score_floor=700.0) == [EN("what_if.nobody", count="8")]


def test_the_table_keeps_its_rows_whatever_the_thresholds(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    asked = scope_of("analyst"), fetch_as("analyst")
    tables = [
        what_if_words.consequences_table(
            EN,
            what_if.consequences(*asked, maturity_months=6, **thresholds).frame,
            what_if.differences(*asked, maturity_months=6, **thresholds).frame,
        )
        for thresholds in ({}, {"score_floor": 560.0})
    ]
    names = [[line.split("|")[1].strip() for line in table.splitlines()] for table in tables]
    assert names[0] == names[1]
    assert "| Approved | 8 | 10 | +2 |" in tables[1]
    assert "nan" not in "".join(tables)


def test_only_the_column_called_inferred_holds_an_inferred_rate(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    cells = what_if.swap_set(scope_of("analyst"), fetch_as("analyst"), maturity_months=6, score_floor=560.0).frame
    lines = what_if_words.swap_table(EN, cells).splitlines()
    head = [cell.strip() for cell in lines[0].split("|")]
    into = [cell.strip() for cell in next(line for line in lines if "Swapped in" in line).split("|")]
    assert into[head.index("Bad rate observed (95%)")].startswith("100.00%")
    assert into[head.index("Bad rate inferred (range)")] == "12.92% (8.62–21.54)"


def test_every_assumption_is_shown_with_its_mark_and_source() -> None:
    table = what_if_words.assumptions_table(load_words("zh"), read_assumptions())
    assert len(table.splitlines()) == 21
    assert "| 利息收入 | 13.00% | X |" in table


def test_the_population_is_told_in_months() -> None:
    said = what_if_words.population(
        EN, pd.DataFrame({"decided_count": [29404]}), date(2025, 3, 1), date(2026, 2, 1), date(2026, 4, 1)
    )
    assert "2025-03 to 2026-02" in said
    assert "opened to 2026-04" in said

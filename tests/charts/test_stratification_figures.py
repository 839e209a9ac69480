"""What the figures on the book's make-up and its limits draw on the dozen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from jiebei_dash.answers import portfolio_limits, stratification
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.charts import portfolio_limits as limits
from jiebei_dash.charts import stratification as charts
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.terms import Language
from jiebei_dash.text.limit_names import limit_name
from jiebei_dash.text.words import Words, load_words
from jiebei_dash.ui import portfolio_limits_words, stratification_words

EN = load_words("en")
Ask = Callable[[], tuple[Scope, Fetch]]


@pytest.fixture
def asked(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> Ask:
    return lambda: (scope_of(), fetch_as("manager"))


def drawn(asked: Ask, words: Words, look: Look) -> dict[str, Any]:
    status = portfolio_limits.status(*asked()).frame
    names = [limit_name(row, words) for row in status.to_dict("records")]
    crossed = stratification.crossed(*asked(), "product_class", "channel").frame
    return {
        "strata": charts.strata(stratification.table(*asked(), "channel").frame, "channel", words, look, "balance"),
        "heat": charts.heat(crossed, ("product_class", "channel"), stratification.CODES, words, look, "balance"),
        "concentration": charts.concentration(stratification.concentration(*asked()).frame, words, look),
        "utilisation": charts.utilisation(stratification.utilisation(*asked()).frame, words, look),
        "limits": limits.use(status, names, portfolio_limits_words.bars(status, words), words, look),
    }


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_no_figure_shows_a_stored_code_or_an_unknown_value(asked: Ask, language: Language, look: Look) -> None:
    for name, figure in drawn(asked, load_words(language), look).items():
        assert not re.search(r"\bNaN\b|\bnan\b|\bNone\b|_fen|JB_|BANK_", figure.to_json().replace('"NaN"', "")), name


def test_the_strata_draw_shares_and_hollow_marks_of_few_loans(asked: Ask) -> None:
    bars, marks = drawn(asked, EN, LIGHT)["strata"].data
    assert list(bars.x) == pytest.approx([9 / 22, 10 / 22, 3 / 22])
    assert list(marks.x) == pytest.approx([0, 0.5, 1])
    assert set(marks.marker.color) == {LIGHT.paper}
    assert "fewer than 30 loans" in marks.hovertext[0]


def test_a_cell_without_a_loan_is_blank(asked: Ask) -> None:
    (cells,) = drawn(asked, EN, LIGHT)["heat"].data
    # JB_STD through HOME, JB_M1 through CHECKOUT, JB_FLEX through PARTNER: three of nine.
    assert sum(text != "" for row in cells.text for text in row) == 3
    assert "<i>40.9%<br>30+ 0.0%</i>" in cells.text[0]


def test_funders_are_dashed_since_they_are_of_what_was_lent(asked: Ask) -> None:
    lines = drawn(asked, EN, LIGHT)["concentration"].data
    assert [line.line.dash for line in lines] == [None] * 5 + ["dash"]
    assert lines[-1].y[-1] == pytest.approx(0.58)


def test_a_limit_that_is_not_checked_has_no_bar_and_says_so(asked: Ask) -> None:
    figure = drawn(asked, EN, LIGHT)["limits"]
    (bars,) = figure.data
    at = list(bars.y).index("Leverage")
    assert bars.x[at] == 0
    assert figure.layout.annotations[at].text == "not checked"
    # 8 of 22 against 3.5 %: a bar is cut at 160 %, its words are not.
    assert bars.x[0] == pytest.approx(1.6)
    assert figure.layout.annotations[0].text == "36.36% (≤ 3.50%), broken"
    assert bars.marker.color[0] == LIGHT.breach


def test_the_page_says_which_limits_are_broken_and_which_are_not_checked(asked: Ask) -> None:
    frame = portfolio_limits.status(*asked()).frame
    names = [limit_name(row, EN) for row in frame.to_dict("records")]
    said = portfolio_limits_words.opening(frame, names, EN)
    # 8 of 22 late; 19 of 22 in GD, all of it in two provinces, (19^2 + 3^2) / 22^2. Nothing beyond 90 days, 10 of 22
    # through CHECKOUT, 3 through PARTNER, 3 in the lowest band, 30 % own, 22 of 88 drawn: kept.
    names_of_four = "30+ rate, Largest Province: Guangdong, Province: the 5 largest together, Province: HHI"
    assert said[0] == f"4 of 11 limits that can be checked are broken: {names_of_four}."
    assert said[-1].startswith("Not checked: ")
    assert "Leverage (no equity in the book)" in said[-1]
    # No limit of the table names a funder of the dozen but the own book, which is a floor.
    assert portfolio_limits_words.funder(frame, EN) == ""


def test_two_limits_of_one_figure_are_told_apart_by_their_level(asked: Ask) -> None:
    frame = portfolio_limits.status(*asked()).frame.head(1)
    twice = pd.concat([frame, frame.assign(level_rate=0.05)])
    assert portfolio_limits_words.names(twice, EN) == ["30+ rate (≤ 3.50%)", "30+ rate (≤ 5.00%)"]


def test_the_table_of_limits_puts_the_broken_first_and_says_why_one_is_not_checked(asked: Ask) -> None:
    frame = portfolio_limits.status(*asked()).frame
    names = [limit_name(row, EN) for row in frame.to_dict("records")]
    table = portfolio_limits_words.rows(frame, names, EN)
    assert table["Status"].iloc[0] == "✕ broken"
    assert table["Months to a breach"].iloc[0] == "broken now"
    leverage = table[table["Limit"] == "Leverage"].iloc[0]
    assert (leverage["Now"], leverage["Level"], leverage["Headroom"]) == ("–", "≤ 5×", "–")


def test_the_page_says_what_the_book_is_made_of(asked: Ask) -> None:
    frame = stratification.table(*asked(), "channel").frame
    said = stratification_words.table(frame, "channel", EN, "balance")
    assert "¥22.00k in 4 loans" in said[0]
    assert "45.45%" in said[0]
    assert said[1] == EN("stratification.said_alike")  # four loans say nothing beyond noise
    table = stratification_words.table_rows(frame, "channel", EN, "balance")
    assert table.iloc[-1].tolist()[1:6] == ["4", "¥22.00k", "100.00%", "¥5.50k", "36.36%"]
    # (9 x 3 + 10 x 5 + 3 x 3) / 22 months old, (9 x 12 + 10 x 9 + 3 x 3) / 22 of term
    assert table.iloc[-1].tolist()[-2:] == ["3.9", "9.4"]

"""How do our vintages age?"""

from datetime import date

import streamlit as st

from jiebei_dash.answers import loans, vintages
from jiebei_dash.charts import vintages as charts
from jiebei_dash.terms import PAST_DUE_DAYS
from jiebei_dash.text import numbers, records
from jiebei_dash.ui import cache, choices, controls, show, vintages_words
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.vintages_words import Choice

PAGE_SIZE = 25


def read() -> None:
    page = open_page("vintages")
    chosen = choose(page)
    arguments = (page.scope, cache.fetch, chosen.past_due_days, chosen.measure, chosen.basis, chosen.cohort)
    curves, triangle = vintages.curves(*arguments), vintages.triangle(*arguments)
    at_age = vintages.at_age(page.scope, cache.fetch, chosen.compared_at, *arguments[2:])
    said = vintages_words.opening(curves.frame, at_age.frame, chosen, page.words)
    show.sentences(said)
    quantity = vintages_words.quantity(chosen, page.words)
    drawn = charts.curves(curves.frame, page.words, page.look, chosen.basis, quantity)
    show.figure(drawn, curves, page, " ".join(said))
    st.subheader(page.words("vintages.triangle.name"), anchor=False)
    st.caption(page.words("vintages.pick", quantity=quantity))
    squares = charts.triangle(triangle.frame, page.words, page.look, chosen.basis)
    picked = show.figure(squares, triangle, page, " ".join(said), on_select="rerun")
    if picked:
        listed(page, chosen, date.fromisoformat(f"{picked[0]['y']}-01"), int(float(str(picked[0]["x"]))))


def choose(page: Page) -> Choice:
    first, second, third, fourth = st.columns([1.6, 1, 1.2, 1.2])
    with first:
        measure = choices.measure(page)
    with second:
        days = controls.choice(page.words, "past_due_days", PAST_DUE_DAYS, 30, "past_due_days")
    with third:
        basis = choices.basis(page)
    with fourth:
        cohort = choices.cohort(page)
    return Choice(days, measure, basis, cohort, has_losses="write_offs" not in page.scope.lacks)


def listed(page: Page, chosen: Choice, opened: date, mob: int) -> None:
    words = page.words
    key = (opened, mob, chosen.past_due_days, chosen.measure, chosen.cohort)
    total = loans.count(page.scope, cache.fetch, *key)
    found = total.frame.iloc[0]
    st.subheader(words("loans.title", cohort=numbers.month(opened), mob=mob), anchor=False)
    amount = numbers.yuan(found["amount_fen"], words.language) if chosen.basis == "balance" else numbers.UNKNOWN
    st.caption(words("loans.said", count=numbers.count(found["loans"]), amount=amount))
    if found["loans"] == 0:
        return
    pages = -(-int(found["loans"]) // PAGE_SIZE)
    at = st.pagination(pages, key=f"loans_{opened}_{mob}") if pages > 1 else 1
    answer = loans.of_cell(page.scope, cache.fetch, *key, page=at, page_size=PAGE_SIZE)
    st.table(
        records.table(answer.frame, words, vintages_words.loan_columns(chosen)), border="horizontal", hide_index=True
    )
    show.proof(answer, page)


read()

"""How late is the book?"""

from datetime import date

import streamlit as st

from jiebei_dash.answers import delinquency, standing
from jiebei_dash.charts import delinquency as charts
from jiebei_dash.errors import BookLacks, BorrowersTooNarrow
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, choices, delinquency_words, listing, picking, show
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("delinquency")
    words = page.words
    basis = choices.basis(page)
    buckets = delinquency.buckets(page.scope, cache.fetch, basis)
    rates = delinquency.rates(page.scope, cache.fetch, basis)
    said = delinquency_words.rates(rates.frame, words)
    show.sentences(said)
    st.subheader(words("delinquency.buckets.name"), anchor=False)
    shares = delinquency_words.buckets(buckets.frame, words)
    st.caption(words("delinquency.pick"))
    drawn = charts.buckets(buckets.frame, words, page.look, basis)
    points = show.figure(drawn, buckets, page, shares, on_select="rerun")
    held = buckets.frame[buckets.frame["loans"] > 0]
    codes = {charts.cell_code(row.month, row.state): (row.month.date(), row.state) for row in held.itertuples()}
    picked = picking.cell("cell", points, codes.__contains__)
    if picked in codes:
        listed(page, *codes[picked])
    st.subheader(words("delinquency.rates.name"), anchor=False)
    show.figure(charts.rates(rates.frame, words, page.look, basis), rates, page, " ".join(said))
    on_another_basis(page, basis)


def on_another_basis(page: Page, basis: Basis) -> None:
    words = page.words
    st.subheader(words("delinquency.level"), anchor=False)
    which = choices.late_level(page)
    try:
        if which == "borrowers":
            answer = delinquency.borrowers(page.scope, cache.fetch)
        elif which == "overdue_amount":
            answer = delinquency.overdue_amount(page.scope, cache.fetch)
        else:
            answer = delinquency.one_plus(page.scope, cache.fetch, basis)
    except (BookLacks, BorrowersTooNarrow) as error:
        st.info(words.error(error))
        return
    said = delinquency_words.level(answer.frame, which, words)
    show.sentences([said])
    show.figure(charts.level(answer.frame, words, page.look, which, basis), answer, page, said)


def listed(page: Page, month: date, state: str) -> None:
    """Place the loans behind a part of a bar."""
    asked = (state, None, month)
    words = page.words
    counted = standing.count(page.scope, cache.fetch, *asked).frame.iloc[0]
    listing.standing(
        page,
        words("standing.at", state=words.code("state", state), month=numbers.month(month)),
        counted,
        lambda at: standing.loans(page.scope, cache.fetch, *asked, page=at, page_size=listing.PAGE_SIZE),
    )


read()

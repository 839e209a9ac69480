"""How late is the book, and how do loans become late?"""

import streamlit as st

from jiebei_dash.answers import delinquency
from jiebei_dash.charts import delinquency as charts
from jiebei_dash.errors import BookLacks, BorrowersTooNarrow, EmptyScope
from jiebei_dash.terms import Basis
from jiebei_dash.ui import cache, choices, delinquency_words, show
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
    show.figure(charts.buckets(buckets.frame, words, page.look, basis), buckets, page, shares)
    st.subheader(words("delinquency.rates.name"), anchor=False)
    show.figure(charts.rates(rates.frame, words, page.look, basis), rates, page, " ".join(said))
    on_another_basis(page, basis)
    entering(page, basis)


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


def entering(page: Page, basis: Basis) -> None:
    words = page.words
    if "instalments" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="instalments")))
        return
    try:
        entry = delinquency.entry(page.scope, cache.fetch, basis)
        first = delinquency.first_payment(page.scope, cache.fetch, basis)
    except EmptyScope:
        st.info(words("delinquency.nothing_due"))
        return
    st.subheader(words("delinquency.entry.name"), anchor=False)
    said = delinquency_words.entry(entry.frame, words)
    show.sentences([said])
    show.figure(charts.entry(entry.frame, words, page.look, basis), entry, page, said)
    st.subheader(words("delinquency.first_payment.name"), anchor=False)
    if first.frame.empty:
        st.info(words("delinquency.nothing_due"))
        return
    said = delinquency_words.first_payment(first.frame, words)
    show.sentences([said])
    show.figure(charts.first_payment(first.frame, words, page.look, basis), first, page, said)


read()

"""What comes back after a loss?"""

import streamlit as st

from jiebei_dash.answers import recoveries
from jiebei_dash.charts import recoveries as charts
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.ui import cache, choices, recoveries_words, show
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("recoveries")
    words = page.words
    cohort = choices.cohort(page, "quarter")
    try:
        curves = recoveries.curves(page.scope, cache.fetch, cohort)
    except EmptyScope as error:
        st.info(words.error(error))
    else:
        said = recoveries_words.curves(curves.frame, words)
        show.sentences(said)
        show.figure(charts.curves(curves.frame, words, page.look), curves, page, " ".join(said))
        st.caption(words("recoveries.marks"))
    sold(page)
    kept(page)
    years(page)


def sold(page: Page) -> None:
    words = page.words
    st.subheader(words("recoveries.sales.name"), anchor=False)
    try:
        answer = recoveries.sales(page.scope, cache.fetch)
    except EmptyScope:
        st.info(words("recoveries.no_sale"))
        return
    said = recoveries_words.sales(answer.frame, words)
    show.sentences([said])
    if "lost_interest" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="lost_interest")))
    show.figure(charts.sales(answer.frame, words, page.look), answer, page, said)
    st.caption(words("recoveries.peers_sale"))


def kept(page: Page) -> None:
    words = page.words
    st.subheader(words("recoveries.net.name"), anchor=False)
    try:
        answer = recoveries.net(page.scope, cache.fetch)
    except EmptyScope:
        st.info(words("recoveries.no_cash"))
        return
    said = recoveries_words.net(answer.frame, words)
    show.sentences([said])
    if "commissions" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="commissions")))
    show.figure(charts.net(answer.frame, words, page.look), answer, page, said)
    try:
        shared = recoveries.agencies(page.scope, cache.fetch)
    except EmptyScope:
        st.info(words("recoveries.no_cash_year"))
        return
    st.subheader(words("recoveries.agencies.name"), anchor=False)
    show.texts(recoveries_words.agency_table(shared.frame, words), right=slice(1, 7))
    show.proof(shared, page)


def years(page: Page) -> None:
    words = page.words
    try:
        answer = recoveries.mixed(page.scope, cache.fetch)
    except EmptyScope:
        return
    st.subheader(words("recoveries.mixed.name"), anchor=False)
    st.caption(words("recoveries.mixed_warning"))
    show.texts(recoveries_words.mixed_table(answer.frame, words), right=slice(1, 7))
    show.proof(answer, page)


read()

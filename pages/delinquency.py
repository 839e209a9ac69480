"""How late is the book?"""

import streamlit as st

from jiebei_dash.answers import delinquency
from jiebei_dash.charts import delinquency as charts
from jiebei_dash.ui import cache, choices, delinquency_words, show
from jiebei_dash.ui.frame import open_page


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


read()

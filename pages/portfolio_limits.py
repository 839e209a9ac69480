"""Are we inside every limit, and how far?"""

from dataclasses import replace

import streamlit as st

from jiebei_dash.answers import portfolio_limits
from jiebei_dash.charts import portfolio_limits as charts
from jiebei_dash.ui import cache, portfolio_limits_words, show
from jiebei_dash.ui.frame import open_page


def read() -> None:
    page = open_page("portfolio_limits")
    words = page.words
    answer = portfolio_limits.status(page.scope, cache.fetch)
    frame = answer.frame
    if not portfolio_limits.is_whole(page.scope):
        st.info(words("portfolio_limits.whole_book"))
    # What stands under the figure is of the book that was asked about.
    page = replace(page, scope=portfolio_limits.whole_book(page.scope))
    if frame.empty:
        st.info(words("portfolio_limits.none"))
        return
    names = portfolio_limits_words.names(frame, words)
    said = portfolio_limits_words.opening(frame, names, words)
    funder = portfolio_limits_words.funder(frame, words)
    show.sentences([*said, *([funder] if funder else []), words("portfolio_limits.said_pools")])
    show.figure(
        charts.use(frame, names, portfolio_limits_words.bars(frame, words), words, page.look),
        answer,
        page,
        " ".join(said),
    )
    show.texts(portfolio_limits_words.rows(frame, names, words), slice(2, None), show.WHOLE)
    st.subheader(words("portfolio_limits.sources"), anchor=False)
    caps = portfolio_limits.in_force(page.scope)
    show.texts(portfolio_limits_words.sources(frame, names, caps, words), slice(1, 2))
    st.caption(words("portfolio_limits.table", file="data/limits.toml"))


read()

"""Are we inside every limit, and how far?"""

from dataclasses import replace

import streamlit as st

from jiebei_dash.answers import portfolio_limits
from jiebei_dash.charts import portfolio_limits as charts
from jiebei_dash.text.limit_names import limit_name
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
    names = [limit_name(row, words) for row in frame.to_dict("records")]
    said = portfolio_limits_words.opening(frame, names, words)
    show.sentences([*said, portfolio_limits_words.funder(frame, words)])
    show.figure(
        charts.use(frame, names, portfolio_limits_words.bars(frame, words), words, page.look),
        answer,
        page,
        " ".join(said),
    )
    sources = {
        name: cap.sources[words.language]
        for name, cap in zip(names, portfolio_limits.in_force(page.scope), strict=True)
    }
    show.texts(portfolio_limits_words.rows(frame, names, words, sources), slice(2, 9), show.WHOLE)
    st.caption(words("portfolio_limits.table", file="data/limits.toml"))


read()

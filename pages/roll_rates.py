"""How do loans move between states from month to month?"""

import streamlit as st

from jiebei_dash.answers import roll_rates
from jiebei_dash.charts import roll_rates as charts
from jiebei_dash.ui import cache, choices, controls, roll_rates_words, show
from jiebei_dash.ui.frame import open_page

WINDOWS = (1, 3, 6, 12)


def read() -> None:
    page = open_page("roll_rates")
    words = page.words
    left, right, _ = st.columns([1, 1.6, 1.4])
    with left:
        basis = choices.basis(page)
    with right:
        window = controls.choice(words, "window_months", WINDOWS, 3, "window_months")
    matrix = roll_rates.matrix(page.scope, cache.fetch, basis, window)
    chain = roll_rates.chain(page.scope, cache.fetch, basis, window)
    said = roll_rates_words.matrix(matrix.frame, words, window)
    has_losses = "write_offs" not in page.scope.lacks
    no_losses = words("roll_rates.no_losses")
    chained = roll_rates_words.chain(chain.frame, words) if has_losses else no_losses
    show.sentences([*said, chained])
    show.figure(charts.matrix(matrix.frame, words, page.look), matrix, page, " ".join(said))
    st.subheader(words("roll_rates.chain.name"), anchor=False)
    if chain.frame.empty:
        st.info(words("roll_rates.chain_unknown"))
        return
    drawn = charts.chain(chain.frame, words, page.look)
    show.figure(drawn, chain, page, chained)


read()

"""How do we compare with other lenders?"""

import streamlit as st

from jiebei_dash.answers import peers
from jiebei_dash.charts import peers as charts
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.peers import FIGURES, read_peers
from jiebei_dash.ui import cache, controls, peers_words, show
from jiebei_dash.ui.frame import open_page


def read() -> None:
    page = open_page("peers")
    words = page.words
    figure = controls.choice(words, "peer_figure", FIGURES, FIGURES[0], "peer_figure")
    beside = peers.beside(page.scope, cache.fetch, words.language)
    levels = beside.frame[beside.frame["figure"] == figure]
    try:
        ours = peers.ours(page.scope, cache.fetch, figure)
    except BookLacks as lacking:
        st.info(words.error(lacking))
    except EmptyScope:
        st.info(words("peers.none_yet"))
    else:
        said = peers_words.opening(levels, figure, words)
        show.sentences(said)
        drawn = charts.through_time(ours.frame, levels, figure, words, page.look)
        show.figure(drawn, ours, page, " ".join(said))
    st.subheader(words("peers.beside.name"), anchor=False)
    st.caption(words("peers.gathered", dated=f"{read_peers().dated:%Y-%m-%d}"))
    show.texts(peers_words.table(levels, words), slice(2, 4))
    show.proof(beside, page)


read()

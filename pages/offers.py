"""What should each cell pay and get? Two grids to change, and what follows in every cell and on the whole."""

import streamlit as st

from jiebei_dash.answers import offers, trying
from jiebei_dash.charts import offers as charts
from jiebei_dash.line_caps import LICENCES, read_line_caps
from jiebei_dash.price_caps import read_price_caps
from jiebei_dash.ui import cache, controls, drafted, levers, offer_effects_words, offer_grid, offers_words, show
from jiebei_dash.ui.frame import Page, open_page


@st.fragment
def changed(page: Page) -> None:
    words = page.words
    with levers.worded(words):
        said = st.container()
        left, right, _ = st.columns([1, 2, 1.6])
        with left:
            kind = offer_grid.KINDS[
                controls.choice(words, "offer_grid", tuple(offer_grid.KINDS), "prices", "offer_grid")
            ]
        with right:
            told, is_told, _ = offers.licence_of(page.scope, cache.fetch)
            licence = controls.choice(words, "licence", LICENCES, told, "licence")
        is_price = kind.name == "prices"
        now, draft = st.columns(2, gap="large")
        _, today, _ = trying.policy_today(page.scope, cache.fetch)
        text, start = offer_grid.read(today)
        moved = drafted.thresholds()
        with draft:
            st.markdown(f"**{words(f'offers.draft_{kind.name}')}**")
            policy = offer_grid.edited(words, start, text, kind)
            text = offer_grid.keep(policy, today)
            offer_grid.back(words("offers.back"), policy, today, kind)
        done = offers.replay(
            page.scope, cache.fetch, trying.MATURITY_MONTHS, moved, text, licence=licence, keep=cache.keep
        )
        cells = done.price_cells() if is_price else done.limit_cells()
        caps = done.legal_caps()
        with now:
            st.markdown(f"**{words(f'offers.now_{kind.name}')}**")
            offer_grid.shown(words, offers_words.now(words, cells.frame, kind.name))
            st.caption(words(f"offers.note_{kind.name}"))
        with said:
            both, differences = done.done.both, done.done.differences()
            show.sentences(
                offers_words.opening(words, both, differences.frame, today, done.done.proposed, caps.frame, licence)
            )
        st.subheader(words(f"offers.cells_{kind.name}"), anchor=False)
        table = offers_words.price_table if is_price else offers_words.limit_table
        with st.container(key="compact_table_cells"):
            st.markdown(table(words, cells.frame))
        st.caption(words(f"offers.table_note_{kind.name}"))
        show.proof(cells, page)
        st.subheader(words("offers.caps"), anchor=False)
        show.texts(
            offers_words.caps_table(words, caps.frame, read_line_caps(), read_price_caps()),
            slice(3, 6),
            height=show.WHOLE,
        )
        licence_said = words(
            "offers.licence_told" if is_told else "offers.licence_house", licence=words.code("licence", told)
        )
        st.caption(f"{licence_said} {words('offers.caps_note')}")
        show.proof(caps, page)
        st.page_link(
            "pages/what_if.py",
            label=words("back_test.to_lab"),
            query_params=drafted.along(moved, text),
            icon=":material/tune:",
        )


def takers(page: Page) -> None:
    words = page.words
    st.subheader(words("offers.takers_title"), anchor=False)
    with levers.worded(words):
        effects, taken = offers.elasticity(page.scope, cache.fetch), offers.takers(page.scope, cache.fetch)
        said = offer_effects_words.effects(words, effects.frame)
        show.sentences(said)
        if taken.frame.empty:
            st.info(words("offers.no_takers"))
        else:
            assumed = float(effects.frame["assumed"].iloc[-1])
            drawn = charts.takers(taken.frame, assumed, words, page.look)
            show.figure(drawn, taken, page, offer_effects_words.takers_alt(words, taken.frame))
        show.texts(offer_effects_words.effects_table(words, effects.frame), slice(2, None), height=show.WHOLE)
        st.caption(words("offers.not_by_lot"))
        show.proof(effects, page)


def choose() -> None:
    page = open_page("offers")
    page.scope.need(*offers.NEEDS)
    changed(page)
    takers(page)


choose()

"""Who applies, who gets credit, and how fast?"""

import streamlit as st

from jiebei_dash.answers import funnel
from jiebei_dash.charts import funnel as charts
from jiebei_dash.errors import EmptyScope
from jiebei_dash.ui import cache, controls, funnel_words, show
from jiebei_dash.ui.frame import Page, open_page

WINDOWS = (1, 3, 6, 12)
SPLITS = ("none", "product_class", "channel", "zhima_band", "term_months")


def read() -> None:
    page = open_page("funnel")
    words = page.words
    months = controls.choice(words, "window_months", WINDOWS, 3, "window_months")
    approval = funnel.approval(page.scope, cache.fetch)
    show.sentences(funnel_words.approval(approval.frame, words))
    through(page, months)
    st.subheader(words("funnel.approval.name"), anchor=False)
    by = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    shown = approval if by == "none" else funnel.approval(page.scope, cache.fetch, by=by)
    drawn = charts.approval(shown.frame, words, page.look, None if by == "none" else by)
    show.figure(drawn, shown, page, " ".join(funnel_words.approval(approval.frame, words)))
    left, right = st.columns(2, gap="large")
    with left:
        reasons(page, months)
    with right:
        waiting(page, months)


def through(page: Page, months: int) -> None:
    words = page.words
    try:
        stages = funnel.stages(page.scope, cache.fetch, months)
    except EmptyScope:
        st.info(words("funnel.none_in_window", window=words.code("window_months", months)))
        return
    said = funnel_words.stages(stages.frame, words, months)
    if not said:
        st.info(words("funnel.none_in_window", window=words.code("window_months", months)))
        return
    show.sentences([said])
    st.caption(words("funnel.stages_note"))
    show.figure(charts.stages(stages.frame, words, page.look), stages, page, said)


def reasons(page: Page, months: int) -> None:
    words = page.words
    declines = funnel.declines(page.scope, cache.fetch, months)
    st.subheader(words("funnel.declines.name"), anchor=False)
    if declines.frame.empty:
        st.info(words("funnel.no_declines", window=words.code("window_months", months)))
        return
    said = funnel_words.declines(declines.frame, words)
    show.sentences([said])
    st.caption(words("funnel.declines_note"))
    show.figure(charts.declines(declines.frame, words, page.look), declines, page, said)


def waiting(page: Page, months: int) -> None:
    words = page.words
    waits = funnel.time_to_cash(page.scope, cache.fetch, months)
    st.subheader(words("funnel.time_to_cash.name"), anchor=False)
    if waits.frame.empty:
        st.info(words("funnel.no_waits", window=words.code("window_months", months)))
        return
    said = funnel_words.waits(waits.frame, words)
    show.sentences(said)
    show.figure(charts.time_to_cash(waits.frame, words, page.look), waits, page, " ".join(said))


read()

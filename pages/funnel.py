"""Who applies, who gets credit, and how fast?"""

from typing import cast

import streamlit as st

from jiebei_dash.answers import funnel
from jiebei_dash.charts import funnel as charts
from jiebei_dash.charts import take_up as drawn
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.terms import CASH_BY, CashBy
from jiebei_dash.ui import cache, choices, controls, funnel_words, show
from jiebei_dash.ui.frame import Page, open_page

WINDOWS = (1, 3, 6, 12)
SPLITS = ("none", "product_class", "channel", "zhima_band", "term_months", "province_code")
# Thirty lines through time cannot be told apart: only the window is drawn.
TOO_MANY_LINES = "province_code"


def read() -> None:
    page = open_page("funnel")
    words = page.words
    months = controls.choice(words, "window_months", WINDOWS, 3, "window_months")
    if "declined_applicants" in page.scope.lacks or "applicants" in page.scope.lacks:
        lacking = "applicants" if "applicants" in page.scope.lacks else "declined_applicants"
        st.info(words.error(BookLacks(capability=lacking)))
    else:
        deciding(page, months)
    if "applicants" not in page.scope.lacks:
        drawing(page, months)
    lending(page)


def deciding(page: Page, months: int) -> None:
    words = page.words
    approval = funnel.approval(page.scope, cache.fetch)
    said = funnel_words.approval(approval.frame, words)
    show.sentences(said)
    through(page, months)
    st.subheader(words("funnel.approval.name"), anchor=False)
    by = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    st.caption(words("funnel.approval_note"))
    if by != TOO_MANY_LINES:
        shown = approval if by == "none" else funnel.approval(page.scope, cache.fetch, by=by)
        figure = charts.approval(shown.frame, words, page.look, None if by == "none" else by)
        show.figure(figure, shown, page, " ".join(said))
    if by != "none":
        parts(page, by, months)
    left, right = st.columns(2, gap="large")
    with left:
        reasons(page, months)
    with right:
        killed(page, months)


def parts(page: Page, by: str, months: int) -> None:
    words = page.words
    try:
        found = funnel.approval_parts(page.scope, cache.fetch, by, months)
    except EmptyScope:
        return
    if not found.frame["decided"].any():
        return
    said = funnel_words.parts(found.frame, by, words)
    show.sentences([said])
    show.figure(drawn.approved(found.frame, by, words, page.look), found, page, said)


def drawing(page: Page, months: int) -> None:
    words = page.words
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(words("funnel.take_up.name"), anchor=False)
        take_up = funnel.take_up(page.scope, cache.fetch)
        if take_up.frame.empty:
            st.info(words("funnel.no_take_up"))
        else:
            said = funnel_words.take_up(take_up.frame, words)
            show.sentences([said])
            st.caption(words("funnel.take_up_note"))
            show.figure(drawn.curves(take_up.frame, words, page.look), take_up, page, said)
    with right:
        waiting(page, months)
    st.subheader(words("funnel.cash_percentiles.name"), anchor=False)
    options = tuple(part for part in CASH_BY if part != "funder_code" or "funding" not in page.scope.lacks)
    cash_by = cast(CashBy, controls.choice(words, "cash_by", options, options[0], "cash_by"))
    cash = funnel.cash_percentiles(page.scope, cache.fetch, cash_by, months)
    if cash.frame.empty:
        st.info(words("funnel.no_waits", window=words.code("window_months", months)))
        return
    said = funnel_words.cash(cash.frame, cash_by, words)
    show.sentences([said])
    st.caption(words(f"funnel.cash_note_{cash_by}"))
    if cash_by == "requested_hour":
        figure = drawn.by_hour(cash.frame, words, page.look)
    else:
        figure = drawn.by_part(cash.frame, cash_by, words, page.look)
    show.figure(figure, cash, page, said)


def lending(page: Page) -> None:
    words = page.words
    st.subheader(words("funnel.lent.name"), anchor=False)
    if "borrowers" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="borrowers")))
        return
    lent = funnel.lent(page.scope, cache.fetch, choices.basis(page))
    if lent.frame.empty:
        st.info(words("funnel.nothing_lent"))
        return
    said = funnel_words.lent(lent.frame, words)
    show.sentences(said)
    shares = drawn.shares(lent.frame, words, page.look)
    if "ticket_fen" not in lent.frame:
        show.figure(shares, lent, page, said[-1], key="share")
        return
    left, right = st.columns(2, gap="large")
    with left:
        show.figure(drawn.tickets(lent.frame, words, page.look), lent, page, said[0], key="ticket")
    with right:
        show.figure(shares, lent, page, said[-1], key="share")


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


def killed(page: Page, months: int) -> None:
    words = page.words
    kills = funnel.kills(page.scope, cache.fetch, months)
    st.subheader(words("funnel.kills.name"), anchor=False)
    if kills.frame.empty:
        st.info(words("funnel.no_declines", window=words.code("window_months", months)))
        return
    said = funnel_words.kills(kills.frame, words)
    show.sentences([said])
    st.caption(words("funnel.kills_note"))
    show.figure(charts.kills(kills.frame, words, page.look), kills, page, said)


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

"""Do new loans start well?"""

import streamlit as st

from jiebei_dash.answers import entry
from jiebei_dash.charts import entry as charts
from jiebei_dash.errors import BookLacks
from jiebei_dash.terms import Basis
from jiebei_dash.ui import cache, choices, entry_words, show
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("entry")
    words = page.words
    if "instalments" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="instalments")))
        return
    basis = choices.basis(page)
    found = entry.entry(page.scope, cache.fetch, basis)
    said = entry_words.entry(found.frame, words)
    show.sentences([said])
    st.subheader(words("entry.entry.name"), anchor=False)
    show.figure(charts.entry(found.frame, words, page.look, basis), found, page, said)
    shock(page)
    by_week(page, basis)
    first_payments(page, basis)
    later_payments(page, basis)


def shock(page: Page) -> None:
    """Place whether the last peak is behind: entry runs before 30+."""
    words = page.words
    smooth, peaks = entry.rates_smoothed(page.scope, cache.fetch), entry.peaks(page.scope, cache.fetch)
    st.subheader(words("entry.peaks.name"), anchor=False)
    if peaks.frame.empty:
        st.info(words("entry.no_peak"))
        return
    said = entry_words.peaks(peaks.frame, words)
    show.sentences(said)
    show.figure(charts.smoothed(smooth.frame, peaks.frame, words, page.look), peaks, page, " ".join(said))


def by_week(page: Page, basis: Basis) -> None:
    words = page.words
    weeks = entry.weekly(page.scope, cache.fetch, basis)
    st.subheader(words("entry.weekly.name"), anchor=False)
    if weeks.frame.empty:
        st.info(words("entry.too_few_weeks"))
        return
    said = entry_words.weekly(weeks.frame, words)
    show.sentences([said])
    st.caption(words("entry.weekly_note"))
    show.figure(charts.weekly(weeks.frame, words, page.look, basis), weeks, page, said)


def first_payments(page: Page, basis: Basis) -> None:
    words = page.words
    first = entry.first_payment(page.scope, cache.fetch, basis)
    st.subheader(words("entry.first_payment.name"), anchor=False)
    if first.frame.empty:
        st.info(words("entry.nothing_due"))
        return
    said = entry_words.first_payment(first.frame, words)
    show.sentences([said])
    show.figure(charts.first_payment(first.frame, words, page.look, basis), first, page, said)


def later_payments(page: Page, basis: Basis) -> None:
    words = page.words
    later = entry.later_payments(page.scope, cache.fetch, basis)
    st.subheader(words("entry.later_payments.name"), anchor=False)
    if later.frame.empty:
        st.info(words("entry.nothing_due"))
        return
    said = entry_words.later_payments(later.frame, words)
    show.sentences([said] if said else [])
    st.caption(words("entry.later_note"))
    show.figure(charts.later_payments(later.frame, words, page.look, basis), later, page, said)


read()

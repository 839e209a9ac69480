"""How bad is the bad book, and is it covered?"""

import streamlit as st

from jiebei_dash.answers import non_performing
from jiebei_dash.charts import non_performing as charts
from jiebei_dash.classes import read_classes, table_at
from jiebei_dash.errors import AllowanceTooNarrow, BookLacks, EmptyScope
from jiebei_dash.terms import Basis
from jiebei_dash.ui import cache, choices, non_performing_words, show
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("non_performing")
    words = page.words
    basis = choices.basis(page)
    ratios = non_performing.ratios(page.scope, cache.fetch, basis)
    said = non_performing_words.ratios(ratios.frame, words)
    show.sentences(said)
    if "write_offs" in page.scope.lacks:
        st.info(words("non_performing.no_write_offs"))
    st.subheader(words("non_performing.ratios.name"), anchor=False)
    show.figure(charts.ratios(ratios.frame, words, page.look, basis), ratios, page, " ".join(said))
    classed(page, basis)
    migrating(page, basis)
    covered(page)
    lost(page)


def classed(page: Page, basis: Basis) -> None:
    words = page.words
    classes = non_performing.classes(page.scope, cache.fetch, basis)
    said = non_performing_words.classes(classes.frame, words)
    st.subheader(words("non_performing.classes.name"), anchor=False)
    show.sentences([said])
    show.figure(charts.classes(classes.frame, words, page.look, basis), classes, page, said)
    st.caption(non_performing_words.edges(table_at(read_classes(), page.scope.as_of_month), words))


def migrating(page: Page, basis: Basis) -> None:
    words = page.words
    st.subheader(words("non_performing.migration.name"), anchor=False)
    try:
        migration = non_performing.migration(page.scope, cache.fetch, basis)
    except BookLacks as error:
        st.info(words.error(error))
        return
    except EmptyScope:
        st.info(words("non_performing.no_year"))
        return
    said = non_performing_words.migration(migration.frame, words)
    show.sentences([said])
    show.figure(charts.migration(migration.frame, words, page.look, basis), migration, page, said)


def covered(page: Page) -> None:
    words = page.words
    st.subheader(words("non_performing.coverage.name"), anchor=False)
    try:
        coverage = non_performing.coverage(page.scope, cache.fetch)
    except (AllowanceTooNarrow, BookLacks) as error:
        st.info(words.error(error))
        return
    except EmptyScope:
        st.info(words("non_performing.no_allowance"))
        return
    said = non_performing_words.coverage(coverage.frame, words)
    show.sentences([said])
    show.figure(charts.coverage(coverage.frame, words, page.look), coverage, page, said)


def lost(page: Page) -> None:
    words = page.words
    st.subheader(words("non_performing.write_offs.name"), anchor=False)
    if "write_offs" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="write_offs")))
        return
    left = non_performing.write_offs(page.scope, cache.fetch)
    said = non_performing_words.write_offs(left.frame, words)
    show.sentences([said])
    show.figure(charts.write_offs(left.frame, words, page.look), left, page, said)


read()

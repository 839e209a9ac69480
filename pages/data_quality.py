"""Can these numbers be trusted?"""

import pandas as pd
import streamlit as st

from jiebei_dash.answers import data_quality
from jiebei_dash.charts import data_quality as charts
from jiebei_dash.settings import read_settings
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, known_on, quarantine, show
from jiebei_dash.ui import data_quality_words as said
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("data_quality")
    words = page.words
    loads = data_quality.loads(page.scope, cache.fetch)
    totals = data_quality.totals(page.scope, cache.fetch)
    changed = data_quality.restatements(page.scope, cache.fetch)
    frames = (loads.frame, totals.frame, changed.frame)
    show.sentences(said.opening(words, page.lineage, *frames))
    show.kpis(said.kpis(words, *frames, page.book.last_closed_month, known_on.today()))
    st.subheader(words("data_quality.loads.name"), anchor=False)
    if loads.frame.empty:
        st.info(words("data_quality.no_load_yet"))
    else:
        if len(loads.frame) > 1:
            drawn = charts.loads(loads.frame, words, page.look)
            show.figure(drawn, loads, page, said.opening(words, page.lineage, *frames)[0])
        show.texts(said.loads_table(words, loads.frame), right=slice(5, 10))
        if len(loads.frame) == 1:
            show.proof(loads, page)
        one_load(page, loads.frame)
    in_force(page)
    restated(page)
    held(page)
    versions(page)


def one_load(page: Page, loads: pd.DataFrame) -> None:
    words = page.words
    names = {
        int(row["load_no"]): words(
            "data_quality.one_load", load_no=row["load_no"], day=f"{row['loaded_at']:%Y-%m-%d}", tape=row["tape"]
        )
        for row in loads.to_dict("records")
    }
    st.subheader(words("data_quality.what_came"), anchor=False)
    number = controls.pick(words("controls.load"), "load", list(names), next(iter(names)), names.__getitem__)
    files = data_quality.files(page.scope, cache.fetch, number)
    reasons = data_quality.reasons(page.scope, cache.fetch, number)
    show.table(files, page, key="files", height=show.SHORT)
    show.proof(files, page)
    st.markdown(f"**{words('data_quality.reasons.name')}**")
    if reasons.frame.empty:
        st.caption(words("data_quality.no_reasons"))
        return
    show.table(reasons, page, key="reasons", height=show.SHORT)
    show.proof(reasons, page)
    bad = files.frame[files.frame["rows_quarantined"] > 0]
    if len(bad):
        of_files = [str(name) for name in bad["file"].unique()]
        quarantine.place(page, number, of_files, int(bad["rows_quarantined"].sum()))


def in_force(page: Page) -> None:
    words = page.words
    totals = data_quality.totals(page.scope, cache.fetch)
    st.subheader(words("data_quality.totals.name"), anchor=False)
    if totals.frame.empty:
        st.caption(words("data_quality.no_totals"))
        return
    show.texts(said.totals_table(words, totals.frame), right=slice(3, 6))
    show.proof(totals, page)


def restated(page: Page) -> None:
    words = page.words
    changed = data_quality.restatements(page.scope, cache.fetch)
    st.subheader(words("data_quality.restatements.name"), anchor=False)
    if changed.frame.empty:
        st.caption(words("data_quality.none_changed"))
        return
    show.texts(said.restatements_table(words, changed.frame), right=slice(4, 8))
    show.proof(changed, page)


def held(page: Page) -> None:
    words = page.words
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        st.subheader(words("data_quality.holdings.name"), anchor=False)
        holdings = data_quality.holdings(page.scope, cache.fetch)
        if holdings.frame.empty:
            st.caption(words("data_quality.no_rows"))
        else:
            show.table(holdings, page, key="holdings", height=show.SHORT)
        show.proof(holdings, page)
    with right:
        st.subheader(words("data_quality.gaps.name"), anchor=False)
        gaps = data_quality.gaps(page.scope, cache.fetch)
        st.markdown("\n".join(f"- {line}" for line in said.gaps(words, gaps.frame)))
        show.proof(gaps, page)


def versions(page: Page) -> None:
    words = page.words
    kept = known_on.versions(read_settings())
    if len(kept) < 2:
        return
    st.subheader(words("data_quality.versions"), anchor=False)
    st.caption(words("data_quality.versions_note"))
    for version in reversed(kept):
        at = numbers.moment(version.made_at)
        label = words("data_quality.version", at=at, version=version.data_version)
        query = {} if version is kept[-1] else {"known_on": f"{version.made_at:%Y-%m-%d}"}
        st.page_link("pages/overview.py", label=label, query_params=query, icon=":material/history:")


read()

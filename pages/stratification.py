"""What is the book made of, and is it too much of one thing?"""

from dataclasses import replace

import streamlit as st

from jiebei_dash.answers import stratification
from jiebei_dash.answers.arguments import OPENED
from jiebei_dash.charts import stratification as charts
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.terms import Basis
from jiebei_dash.ui import cache, choices, controls, show, stratification_words
from jiebei_dash.ui.frame import Page, open_page

# Only these are summed beforehand together; the province goes with the age and the bucket alone.
SMALL = ("product_class", "channel", "zhima_band", "term_months")
ALONE = ("age_band", "state")
POOLED = (*SMALL, OPENED)
FIRST_POOLS = 3


def read() -> None:
    page = open_page("stratification")
    words = page.words
    left, right, _ = st.columns([1, 1, 1.6])
    with left:
        basis = choices.basis(page)
    with right:
        by = controls.choice(words, "split", (*SMALL, "province_code", *ALONE), SMALL[0], "split", wide=True)
    answer = stratification.table(page.scope, cache.fetch, by, basis)
    concentration = stratification.concentration(page.scope, cache.fetch, basis)
    leans = stratification_words.concentration(concentration.frame, words)
    said = stratification_words.table(answer.frame, by, words, basis)
    show.sentences([*said, *leans])
    show.figure(charts.strata(answer.frame, by, words, page.look, basis), answer, page, " ".join(said))
    show.texts(stratification_words.table_rows(answer.frame, by, words, basis), slice(1, None))
    if by == "province_code":
        st.caption(words("stratification.province_alone"))
    crossed(page, by, basis)
    pools(page, by, basis)
    st.subheader(words("stratification.concentration.name"), anchor=False)
    show.texts(stratification_words.concentration_rows(concentration.frame, words), slice(2, None))
    drawn = charts.concentration(concentration.frame, words, page.look)
    show.figure(drawn, concentration, page, " ".join(leans))
    if "funding" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="funding")))
    utilisation(page, by)


def crossed(page: Page, by: str, basis: Basis) -> None:
    words = page.words
    st.subheader(words("stratification.crossed.name"), anchor=False)
    allowed = ALONE if by == "province_code" else (*SMALL, *ALONE)
    if by in ALONE:
        allowed = (*allowed, "province_code")
    options = tuple(key for key in allowed if key != by)
    start = "zhima_band" if "zhima_band" in options else options[0]
    column, _ = st.columns([1, 2.6])
    with column:
        across = controls.choice(words, "across", options, start, "across", wide=True)
    answer = stratification.crossed(page.scope, cache.fetch, by, across, basis)
    keys = (by, across)
    said = stratification_words.crossed(answer.frame, keys, words)
    show.sentences([said, words("stratification.how_to_read")])
    show.figure(charts.heat(answer.frame, keys, stratification.CODES, words, page.look, basis), answer, page, said)


def pools(page: Page, by: str, basis: Basis) -> None:
    words = page.words
    st.subheader(words("stratification.pools.name"), anchor=False)
    # A pool is a part of the scope: beside the province only opening months are summed beforehand.
    kinds = (OPENED,) if by == "province_code" else tuple(key for key in POOLED if key != by)
    left, right = st.columns([1, 2.6])
    with left:
        kind = controls.choice(words, "pool_by", kinds, OPENED, "pool_by", wide=True)
    options = codes_of(page, kind)
    with right:
        chosen = controls.several(words, "pools", options, kind)
    shown = chosen or options[:FIRST_POOLS]
    if len(shown) > stratification.MOST_POOLS:
        st.info(words("stratification.too_many", most=stratification.MOST_POOLS))
    names = [f"{kind}={code}" for code in shown[: stratification.MOST_POOLS]]
    if len(names) < 2:
        st.info(words("stratification.two_pools"))
        return
    try:
        totals = stratification.pool_totals(page.scope, cache.fetch, names, basis)
        answer = stratification.pools(page.scope, cache.fetch, names, by, basis)
    except EmptyScope:
        st.info(words("stratification.two_pools"))
        return
    show.sentences([stratification_words.pools(totals.frame, words), words("stratification.marks")])
    show.texts(stratification_words.pool_rows(totals.frame, answer.frame, by, words, basis), slice(1, None), show.WHOLE)
    show.proof(totals, page)
    show.proof(answer, page)


def codes_of(page: Page, kind: str) -> tuple[str, ...]:
    if kind != OPENED:
        return tuple(str(code) for code in stratification.CODES[kind] if str(code) != "NA" and code != 0)
    years = range(page.scope.as_of_month.year, page.book.first_month.year - 1, -1)
    return tuple(str(year) for year in years)


def utilisation(page: Page, by: str) -> None:
    words = page.words
    st.subheader(words("stratification.utilisation.name"), anchor=False)
    lacking = next((name for name in ("limits", "amounts") if name in page.scope.lacks), None)
    if lacking is not None:
        st.info(words.error(BookLacks(capability=lacking)))
        return
    if page.scope.opened_from is not None or page.scope.opened_to is not None:
        st.info(words("stratification.no_cohort"))
        # What stands under the figure is of the lines that were asked about.
        page = replace(page, scope=stratification.of_lines(page.scope))
    answer = stratification.utilisation(page.scope, cache.fetch)
    said = stratification_words.utilisation(answer.frame, words)
    show.sentences([said])
    show.figure(charts.utilisation(answer.frame, words, page.look), answer, page, said)
    split = "product_class" if by in ALONE else by
    parts = stratification.utilisation(page.scope, cache.fetch, split)
    show.texts(stratification_words.utilisation_rows(parts.frame, split, words), slice(1, None))
    show.proof(parts, page, key="by")


read()

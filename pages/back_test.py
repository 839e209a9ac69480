"""What would the draft have done to each past vintage? The worst one first, and none hidden by a pool."""

from typing import cast

import streamlit as st

from jiebei_dash.answers import back_test
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.charts import back_test as charts
from jiebei_dash.terms import BASES, SPANS, Basis, Span
from jiebei_dash.text import numbers
from jiebei_dash.text.spans import vintage
from jiebei_dash.ui import back_test_words, cache, controls, drafted, show
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("back_test")
    words = page.words
    page.scope.need(*back_test.NEEDS)
    draft, back = st.columns([4, 1], vertical_alignment="center")
    left, right, _ = st.columns([1.3, 1.3, 2])
    with left:
        span = cast(Span, controls.choice(words, "span", SPANS, back_test.SPAN, "cohort"))
    with right:
        basis = _basis(page)
    changed = drafted.thresholds()
    base = drafted.base()
    past = back_test.replay(page.scope, cache.fetch, span, basis, changed, base)
    draft.markdown(drafted.sentence(words, past.today, past.proposed, past.policy_version))
    label, address = words("back_test.to_lab"), drafted.along(changed, base)
    back.page_link("pages/what_if.py", label=label, query_params=address, icon=":material/tune:")
    vintages, curves = past.vintages(), past.curves()
    if vintages.frame.empty:
        st.info(words("back_test.too_young"))
        return
    show.sentences(back_test_words.opening(words, vintages.frame, span))
    quantity = words(f"back_test.quantity_{basis}")
    _one(page, curves, vintages, span, basis, quantity)
    st.subheader(words("back_test.vintages.name"), anchor=False)
    drawn = charts.differences(vintages.frame, words, page.look, span)
    show.figure(drawn, vintages, page, " ".join(back_test_words.opening(words, vintages.frame, span)))
    st.caption(back_test_words.marks(words, vintages.frame))
    show.texts(back_test_words.table(words, vintages.frame, span), right=slice(2, None), height=420)
    st.caption(words("back_test.table_note"))
    factors = [f"{factor:g}" for factor in read_assumptions().reject_factors]
    low, central, high = factors
    st.caption(words("back_test.inferred_note", low=low, central=central, high=high))


def _basis(page: Page) -> Basis:
    """By count first: an interval counts loans. A book without amounts is counted alone."""
    options: tuple[Basis, ...] = ("count",) if "amounts" in page.scope.lacks else BASES[::-1]
    return cast(Basis, controls.choice(page.words, "basis", options, "count", "lent_basis"))


def _one(page: Page, curves: show.Shown, vintages: show.Shown, span: Span, basis: Basis, quantity: str) -> None:
    """Place the curves of one vintage; at first the worst."""
    words = page.words
    names = {vintage(first, span): first for first in curves.frame["vintage"].drop_duplicates()}
    worst = vintages.frame[vintages.frame["is_worst"]]["vintage"]
    at_first = vintage(worst.iloc[0], span) if len(worst) else list(names)[-1]
    with st.columns([1.3, 3.3])[0]:
        # A key for each length, since a name of one is none of another.
        label = words("back_test.chosen")
        name = controls.pick(label, f"vintage_{span}", list(names)[::-1], at_first, str)
    one = curves.frame[curves.frame["vintage"] == names[name]]
    drawn = charts.curves(one, words, page.look, basis, quantity)
    show.figure(drawn, curves, page, back_test_words.curves_alt(words, one, name))
    st.caption(words("back_test.curve_note", vintage=name, loans=numbers.count(one["loan_count"].iloc[0])))


read()

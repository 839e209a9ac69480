"""How do loans move between states from month to month?"""

from collections.abc import Mapping
from typing import cast

import streamlit as st

from jiebei_dash import terms
from jiebei_dash.answers import projection, roll_rates, standing
from jiebei_dash.charts import projection as projection_charts
from jiebei_dash.charts import roll_flows
from jiebei_dash.charts import roll_rates as charts
from jiebei_dash.errors import EmptyScope
from jiebei_dash.terms import Basis, Flow, Lending
from jiebei_dash.ui import (
    cache,
    choices,
    controls,
    listing,
    overview_words,
    picking,
    projection_words,
    roll_rates_words,
    show,
)
from jiebei_dash.ui.frame import Page, open_page

WINDOWS = (1, 3, 6, 12)
SPLITS = ("none", "product_class", "channel", "zhima_band", "term_months", "province_code")
MOVED_ROWS = 7


def read() -> None:
    page = open_page("roll_rates")
    words = page.words
    left, right, _ = st.columns([1, 1.6, 1.4])
    with left:
        basis = choices.basis(page)
    with right:
        window = controls.choice(words, "window_months", WINDOWS, 3, "window_months")
    matrix = roll_rates.matrix(page.scope, cache.fetch, basis, window)
    said = roll_rates_words.matrix(matrix.frame, words, window)
    since = moved_since(page, basis, window)
    paths = {lending: path(page, basis, window, lending) for lending in terms.LENDINGS}
    show.sentences([*said, *opening(page, since, paths, window)])
    st.caption(words("roll_rates.pick"))
    drawn = charts.matrix(matrix.frame, words, page.look)
    points = show.figure(drawn, matrix, page, " ".join(said), on_select="rerun")
    moves = matrix.frame[matrix.frame["loans"] > 0]
    codes = {charts.cell_code(row.prev_state, row.state): (row.prev_state, row.state) for row in moves.itertuples()}
    picked = picking.cell("cell", points, codes.__contains__)
    if picked in codes:
        listed(page, *codes[picked], window)
    left, right = st.columns([1, 1.25], gap="medium")
    with left:
        directions(page, basis, window)
    with right:
        moved(page, since, basis)
    flows(page, basis, window)
    to_loss(page, basis, window)
    ahead(page, paths, basis, window)


def listed(page: Page, prev_state: str, state: str, window: int) -> None:
    """Place the loans behind a cell of the matrix."""
    asked = (state, prev_state, None, window)
    title = roll_rates_words.cell(prev_state, state, page.scope.as_of_month, window, page.words)
    counted = standing.count(page.scope, cache.fetch, *asked).frame.iloc[0]
    listing.standing(
        page,
        title,
        counted,
        lambda at: standing.loans(page.scope, cache.fetch, *asked, page=at, page_size=listing.PAGE_SIZE),
        has_left=state not in terms.BUCKETS,
        is_window=window > 1,
    )


def moved_since(page: Page, basis: Basis, window: int) -> show.Shown | None:
    """What moved since the window before; None if there is none."""
    try:
        return roll_rates.moved(page.scope, cache.fetch, basis, window)
    except EmptyScope:
        return None


def path(page: Page, basis: Basis, window: int, lending: Lending) -> show.Shown | None:
    """The book ahead; None if there is nothing to roll."""
    try:
        return projection.path(page.scope, cache.fetch, basis, window, lending)
    except EmptyScope:
        return None


def opening(page: Page, since: show.Shown | None, paths: Mapping[Lending, show.Shown | None], window: int) -> list[str]:
    words = page.words
    said = [
        words("roll_rates.no_window_before") if since is None else roll_rates_words.moved(since.frame, words, window)
    ]
    alone, lent = (paths[lending] for lending in terms.LENDINGS)
    if alone is None or lent is None:
        return [*said, words("projection.nothing_to_roll")]
    return [*said, projection_words.thirty(alone.frame, lent.frame, words, window)]


def directions(page: Page, basis: Basis, window: int) -> None:
    words = page.words
    st.subheader(words("roll_rates.directions.name"), anchor=False)
    answer = roll_rates.directions(page.scope, cache.fetch, basis, window)
    show.texts(roll_rates_words.directions_table(answer.frame, words), slice(1, None))
    show.proof(answer, page)


def moved(page: Page, answer: show.Shown | None, basis: Basis) -> None:
    words = page.words
    st.subheader(words("roll_rates.moved.name"), anchor=False)
    if answer is None:
        st.info(words("roll_rates.no_window_before"))
        return
    show.texts(roll_rates_words.moved_table(answer.frame, words, basis, MOVED_ROWS), slice(1, 5))
    show.proof(answer, page)


def flows(page: Page, basis: Basis, window: int) -> None:
    words = page.words
    st.subheader(words("roll_rates.flow.name"), anchor=False)
    left, right = st.columns([1, 2.2])
    with left:
        name = cast(Flow, controls.choice(words, "flow", terms.FLOWS, terms.FLOWS[0], "flow", wide=True))
    with right:
        split = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    by = None if split == "none" else split
    answer = roll_rates.flow(page.scope, cache.fetch, name, basis, window, by)
    if answer.frame.empty:
        st.info(words("roll_rates.no_flow"))
        return
    if by is not None and not overview_words.is_split(answer.frame, by):
        st.info(words("overview.not_split", by=words.code("split", by)))
        return
    said = roll_rates_words.flow(answer.frame, by, name, words)
    show.sentences([said])
    drawn = roll_flows.through_time(answer.frame, by, words, page.look)
    if by is None:
        show.figure(drawn, answer, page, said)
        return
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show.figure(drawn, answer, page, said)
    with right:
        show.figure(roll_flows.latest(answer.frame, by, words, page.look), answer, page, said, "latest")


def to_loss(page: Page, basis: Basis, window: int) -> None:
    words = page.words
    st.subheader(words("roll_rates.chain.name"), anchor=False)
    chain = roll_rates.chain(page.scope, cache.fetch, basis, window)
    has_losses = "write_offs" not in page.scope.lacks
    said = roll_rates_words.chain(chain.frame, words) if has_losses else words("roll_rates.no_losses")
    show.sentences([said])
    if chain.frame.empty:
        st.info(words("roll_rates.chain_unknown"))
    else:
        show.figure(charts.chain(chain.frame, words, page.look), chain, page, said)
    st.subheader(words("roll_rates.stock.name"), anchor=False)
    stock = roll_rates.stock(page.scope, cache.fetch, basis, window)
    show.sentences([roll_rates_words.stock(stock.frame, words)])
    show.texts(roll_rates_words.stock_table(stock.frame, words), slice(1, None))
    show.proof(stock, page)


def ahead(page: Page, paths: Mapping[Lending, show.Shown | None], basis: Basis, window: int) -> None:
    words = page.words
    st.subheader(words("projection.path.name"), anchor=False)
    lending = cast(Lending, controls.choice(words, "lending", terms.LENDINGS, terms.LENDINGS[0], "lending"))
    answer = paths[lending]
    if answer is None:
        st.info(words("projection.nothing_to_roll"))
        return
    said = projection_words.ahead(answer.frame, words, basis)
    show.sentences([said])
    show.figure(projection_charts.path(answer.frame, words, page.look, basis), answer, page, said)
    st.caption(words("projection.holds_fixed"))
    st.subheader(words("projection.back_test.name"), anchor=False)
    try:
        tested = projection.back_test(page.scope, cache.fetch, basis, window, lending)
    except EmptyScope:
        st.info(words("projection.no_back_test"))
        return
    show.sentences([projection_words.back_test(tested.frame, words)])
    show.texts(projection_words.back_test_table(tested.frame, words, basis), slice(2, 5))
    show.proof(tested, page)


read()

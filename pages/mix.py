"""Is a drop of KS real, or is it the mix? And which variable drifted?"""

from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from jiebei_dash.answers import mix, two_windows, what_if
from jiebei_dash.charts import mix as charts
from jiebei_dash.terms import FEWEST_OF_A_CELL, MIXES, Mix
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, mix_words, show
from jiebei_dash.ui.frame import Page, open_page

POWERS = ("KS", "AUC")
TABLE_PX = 480
Months = tuple[int, int, int]


def read() -> None:
    page = open_page("mix")
    page.scope.need(*two_windows.NEEDS)
    said = st.container()
    months, held, power = _choices(page)
    model_version = _discrimination(page, said, months, held, power)
    st.subheader(page.words("mix.variable"), anchor=False)
    _drift(page, months, model_version)


def _choices(page: Page) -> tuple[Months, Mix, str]:
    words = page.words
    columns = st.columns([1.1, 1.4, 1.6, 1.6, 0.9])
    with columns[0]:
        maturity = controls.choice(
            words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months", wide=True
        )
    with columns[1]:
        window = controls.choice(
            words, "population_months", what_if.WINDOWS_MONTHS, what_if.WINDOW_MONTHS, "window_months", wide=True
        )
    with columns[2]:
        # Windows that overlap would hide a change.
        befores = tuple(each for each in two_windows.MONTHS_BEFORES if each >= window)
        before = controls.choice(words, "months_before", befores, befores[0], "months_before", wide=True)
    with columns[3]:
        held = cast(Mix, controls.choice(words, "mix", MIXES, MIXES[0], "mix", wide=True))
    with columns[4]:
        power = controls.choice(words, "power", POWERS, POWERS[0], "power", wide=True)
    return (maturity, window, before), held, power


def _discrimination(page: Page, said: DeltaGenerator, months: Months, held: Mix, power: str) -> str:
    """Place KS and its parts; return the model that both windows share."""
    words = page.words
    taken = mix.take_apart(page.scope, cache.fetch, *months, held, keep=cache.keep)
    answer, both, apart = taken.ks(), taken.windows, taken.apart
    lines = mix_words.opening(words, answer.frame, power, held)
    with said:
        show.sentences(lines)
    drawn = charts.ks(answer.frame, power, words, page.look)
    show.figure(drawn, answer, page, " ".join(lines), key=power)
    st.caption(
        mix_words.population(
            words,
            both.base_months,
            both.recent_months,
            both.model_version,
            both.other_versions,
            answer.frame,
            sum(apart.unscored_count),
        )
    )
    with st.expander(words("mix.cells_title")):
        cells = taken.cells()
        show.texts(mix_words.cells_table(words, cells.frame), slice(-5, None), TABLE_PX)
        worth = {"effective": numbers.count(apart.effective_count), "loans": numbers.count(apart.loan_count[1])}
        st.caption(words("mix.cells_note", fewest=numbers.count(FEWEST_OF_A_CELL), **worth))
    show.proof(cells, page)
    return both.model_version


def _drift(page: Page, months: Months, model_version: str) -> None:
    words = page.words
    answer = mix.drift(page.scope, cache.fetch, *months)
    lines = mix_words.drifted(words, answer.frame, model_version)
    show.sentences(lines)
    show.figure(charts.drift(answer.frame, words, page.look), answer, page, " ".join(lines))
    show.texts(mix_words.drift_table(words, answer.frame), slice(1, 4), TABLE_PX)
    inputs = answer.frame[answer.frame["feature"] != "score_points"]
    counts = {f"{side}": numbers.count(inputs[f"{side}_count"].max()) for side in ("base", "recent")}
    st.caption(words("mix.drift_note", **counts))
    st.markdown(f"**{words('mix.bins_title')}**")
    names = [str(key) for key in [*inputs["feature"], "score_points"] if key in set(answer.frame["feature"])]
    if not names:
        return
    with st.columns([1.4, 3])[0]:
        chosen = controls.pick(words("mix.chosen"), "input", names, names[0], lambda key: words.code("feature", key))
    bins = mix.bins(page.scope, cache.fetch, *months)
    show.texts(mix_words.bins_table(words, bins.frame[bins.frame["feature"] == chosen]), slice(1, None), TABLE_PX)
    show.proof(bins, page)


read()

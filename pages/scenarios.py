"""Which scenarios are saved? Listed, up to four side by side, opened, forked, exported, brought in."""

import streamlit as st

from jiebei_dash.answers import what_if
from jiebei_dash.desk.scenario import Scenario
from jiebei_dash.errors import JiebeiError
from jiebei_dash.text.records import escaped
from jiebei_dash.ui import cache, levers, scenario_book, scenario_shelf, scenario_words, show
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.scenario_shelf import Shelf
from jiebei_dash.ui.scenario_words import Column


def read() -> None:
    page = open_page("scenarios")
    # The lab begins anew from whatever link leads to it from here.
    levers.start_afresh("rule")
    shelf = scenario_shelf.read(page)
    if shelf is None:
        return
    words = page.words
    if not shelf.saved:
        st.info(words("scenarios.none"), icon=":material/bookmark_add:")
    else:
        scenario_shelf.place(page, shelf)
        picked = scenario_shelf.pick(page, shelf)
        if picked:
            beside(page, shelf, picked)
        else:
            st.caption(words("scenarios.compare_hint"))
    scenario_shelf.bring_in(page)


def beside(page: Page, shelf: Shelf, picked: list[str]) -> None:
    """What cannot be replayed says why, and the others stand."""
    words = page.words
    columns: list[Column] = []
    shown: dict[str, tuple[what_if.Replay, Page]] = {}
    for scenario_id in picked:
        scenario = shelf.saved[scenario_id].scenario
        try:
            done, opened = replayed(page, scenario)
        except JiebeiError as error:
            st.warning(escaped(words.error(error)), icon=":material/history:")
            continue
        shown[scenario_id] = done, opened
        columns.append(Column(shelf.title(words, scenario_id), scenario, done.policy_version, done.both))
    if columns:
        show.sentences([said for said in [scenario_words.leads(words, columns)] if said])
        with st.container(key="scenario_table_beside"):
            st.markdown(scenario_words.side_by_side(words, columns))
        st.caption("  \n".join([*scenario_words.populations(words, columns), words("scenarios.side_by_side_note")]))
    names = [escaped(shelf.title(words, scenario_id)) for scenario_id in picked]
    for tab, scenario_id in zip(st.tabs(names), picked, strict=True):
        with tab:
            scenario_shelf.one(page, shelf, scenario_id)
            if scenario_id in shown:
                done, opened = shown[scenario_id]
                show.proof(done.consequences(), opened, key=scenario_id[:12])


def replayed(page: Page, scenario: Scenario) -> tuple[what_if.Replay, Page]:
    """A scenario on its own population, and the page as it stands on that."""
    opened = scenario_book.opened(page, scenario)
    draft = scenario_book.draft_of(scenario).json()
    months = scenario_book.window_months(scenario)
    done = what_if.replay(
        opened.scope, cache.fetch, scenario.maturity_months, {}, draft, scenario.method, months, keep=cache.keep
    )
    return done, opened


read()

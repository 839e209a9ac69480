"""The saved scenarios on the page: the list, the choice of up to four, what can be done with one, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from jiebei_dash.book import access
from jiebei_dash.desk import scenario_file, scenarios
from jiebei_dash.desk.scenario import MOST_SIGNS_OF_NAME, Scenario
from jiebei_dash.desk.scenarios import Saved
from jiebei_dash.errors import JiebeiError
from jiebei_dash.settings import ROOT, read_settings
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words
from jiebei_dash.ui import link, scenario_book, scenario_words, show
from jiebei_dash.ui.frame import Page
from jiebei_dash.ui.scenario_book import Standing

MOST_COMPARED = 4
KEY = "compare"
_SHORT = 12
_DONE = "_scenario_done"
_MOST_ROWS = 7
"""A longer list scrolls."""
_WIDTHS = (150, 50, 205, 285, 170, 60, 125)
"""Pixels of the columns of the list: all seven stand side by side at 1440, longer texts open on a click."""


@dataclass(frozen=True)
class Shelf:
    """What is saved and can be used.

    Parameters
    ----------
    saved
        By number, the newest first.
    standings
        Whether the data of each are kept, by data version.
    """

    saved: Mapping[str, Saved]
    standings: Mapping[str, Standing]

    def title(self, words: Words, scenario_id: str) -> str:
        """Return how a scenario is called."""
        return scenario_words.title(words, self.saved[scenario_id])


def read(page: Page) -> Shelf | None:
    """Return what is saved, or say in a sentence why it cannot be read; a changed row is named and left out."""
    words, url = page.words, read_settings().desk_url
    try:
        frame, whole = scenarios.saved(url), scenarios.whole(url)
    except JiebeiError as error:
        st.error(words.error(error), icon=":material/error:")
        return None
    for row in frame[~frame["is_whole"]].to_dict("records"):
        said = words("scenarios.broken", name=escaped(str(row["name"])), revision=row["revision"])
        st.error(said, icon=":material/error:")
    versions = {each.scenario.data_version for each in whole}
    standings = {version: scenario_book.standing(version, page.book) for version in versions}
    return Shelf({each.scenario.scenario_id: each for each in whole}, standings)


def place(page: Page, shelf: Shelf) -> None:
    """Place how many there are, and the list, the newest first."""
    every = list(shelf.saved.values())
    show.sentences([scenario_words.listed(page.words, every, shelf.standings)])
    rows = scenario_words.table(page.words, every, shelf.standings)
    st.dataframe(
        rows,
        hide_index=True,
        height="auto" if len(rows) <= _MOST_ROWS else show.TALL,
        column_config={
            name: st.column_config.TextColumn(width=pixels) for name, pixels in zip(rows.columns, _WIDTHS, strict=True)
        },
    )


def pick(page: Page, shelf: Shelf) -> list[str]:
    """Draw the choice of up to four scenarios, bound to the address, and return their numbers."""
    words = page.words
    options = {scenario_id[:_SHORT]: scenario_id for scenario_id in shelf.saved}

    def known(texts: Sequence[str]) -> list[str] | None:
        found = [text[:_SHORT] for text in texts]
        return found if set(found) <= set(options) and len(found) <= MOST_COMPARED else None

    nothing: list[str] = []
    link.start(KEY, nothing, known)
    if not set(st.session_state[KEY]) <= set(options):
        # Labels of the other language, after a change of it: the address is read again.
        st.session_state[KEY] = known(st.query_params.get_all(KEY)) or nothing
    chosen = st.multiselect(
        words("scenarios.compare"),
        list(options),
        format_func=lambda short: shelf.title(words, options[short]),
        max_selections=MOST_COMPARED,
        key=KEY,
        placeholder=words("scenarios.choose"),
    )
    link.write(KEY, chosen, not chosen)
    return [options[short] for short in chosen]


def one(page: Page, shelf: Shelf, scenario_id: str) -> None:
    """Place what one scenario is and what can be done with it: open, copy the link, export, fork."""
    words, saved = page.words, shelf.saved[scenario_id]
    scenario = saved.scenario
    found = shelf.standings[scenario.data_version]
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(key=f"scenario_table_{scenario_id[:_SHORT]}"):
        st.markdown(scenario_words.facts(words, saved, _parent(page, shelf, scenario), found))
    with right:
        try:
            held = scenario_book.address(scenario, found)
        except JiebeiError as error:
            st.error(escaped(words.error(error)), icon=":material/error:")
        else:
            is_gone = found.kept == "GONE"
            st.page_link(
                ROOT / "pages" / "what_if.py",
                label=words("scenarios.open_on_today" if is_gone else "scenarios.open"),
                query_params=scenario_book.along(held),
                icon=":material/tune:",
            )
            st.caption(words("scenarios.open_on_today_note" if is_gone else "scenarios.population_back"))
            st.caption(words("scenarios.copy"))
            st.code(scenario_book.url_of(page, held), language=None)
        _export(page, scenario)
        if page.scope.reader.role in access.MAY_SAVE:
            _fork(page, scenario)


def bring_in(page: Page) -> None:
    """Place where a file of scenarios is brought in, for whoever may save."""
    words, reader = page.words, page.scope.reader
    _say_done(page, "bring_in")
    if reader.role not in access.MAY_SAVE:
        return
    with st.expander(words("scenarios.bring_in"), icon=":material/upload_file:"):
        given = st.file_uploader(words("scenarios.upload"), type="json", key="scenario_file")
        pressed = st.button(words("scenarios.bring_button"), disabled=given is None, key="scenario_bring")
        if given is None or not pressed:
            return
        try:
            access.check_save(reader.role)
            read_in = scenario_file.read_file(given.getvalue(), given.name)
            url = read_settings().desk_url
            brought = scenarios.bring_in(url, datetime.now(UTC), reader, read_in, scenario_book.check)
        except JiebeiError as error:
            st.error(escaped(words.error(error)), icon=":material/error:")
            return
        _done(page, "bring_in", "scenarios.brought", brought[-1])


def _export(page: Page, scenario: Scenario) -> None:
    """The file holds those that it was made from as well, so that it can be brought to a desk without them."""
    words, scenario_id = page.words, scenario.scenario_id
    try:
        text = scenario_file.to_file(scenarios.chain(read_settings().desk_url, scenario_id))
    except JiebeiError as error:
        st.error(escaped(words.error(error)), icon=":material/error:")
        return
    st.download_button(
        words("scenarios.export"),
        text,
        f"scenario_{scenario_id[:_SHORT]}.json",
        "application/json",
        on_click="ignore",
        icon=":material/download:",
        key=f"export_{scenario_id[:_SHORT]}",
    )


def _fork(page: Page, scenario: Scenario) -> None:
    words, reader, short = page.words, page.scope.reader, scenario.scenario_id[:_SHORT]
    with st.form(f"fork_{short}", enter_to_submit=False):
        _say_done(page, short)
        name = st.text_input(words("scenarios.fork_name"), max_chars=MOST_SIGNS_OF_NAME, key=f"fork_name_{short}")
        pressed = st.form_submit_button(
            words("scenarios.fork_button"), icon=":material/fork_right:", key=f"fork_do_{short}"
        )
        if not pressed:
            return
        try:
            access.check_save(reader.role)
            url = read_settings().desk_url
            made = scenarios.fork(url, datetime.now(UTC), reader, scenario.scenario_id, name)
        except JiebeiError as error:
            st.error(escaped(words.error(error)), icon=":material/error:")
            return
        _done(page, short, "scenarios.forked", made)


def _parent(page: Page, shelf: Shelf, scenario: Scenario) -> str:
    parent_id = scenario.parent_id
    if parent_id is None:
        return ""
    return shelf.title(page.words, parent_id) if parent_id in shelf.saved else parent_id[:_SHORT]


def _done(page: Page, place: str, key: str, made: Saved) -> None:
    """Say it in the next run, in which the list holds the new one."""
    said = page.words(key, name=escaped(made.scenario.name), revision=made.revision)
    st.session_state[_DONE] = (place, said)
    st.rerun()


def _say_done(page: Page, place: str) -> None:
    where, said = st.session_state.get(_DONE, ("", ""))
    if where == place:
        del st.session_state[_DONE]
        st.success(said, icon=":material/check:")

"""Save what stands on the page of the lab as a scenario: name, note, button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol

import streamlit as st

from jiebei_dash.book import access
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope, months_between
from jiebei_dash.desk import scenarios
from jiebei_dash.desk.chain import canonical
from jiebei_dash.desk.scenario import MOST_SIGNS_OF_NAME, MOST_SIGNS_OF_NOTE, Scenario, clean_name
from jiebei_dash.errors import JiebeiError, ScenarioChanged, ScenarioNotFound, ScenariosUnavailable
from jiebei_dash.settings import read_settings
from jiebei_dash.text.records import escaped
from jiebei_dash.ui import link
from jiebei_dash.ui.frame import Page
from jiebei_dash.ui.scenario_book import KEY

METHOD = "parcelling"
"""How outcomes of those declined then are inferred where nobody chose another way."""
_OPENED = "_opened_scenario"


class _Window(Protocol):
    @property
    def first_month(self) -> date: ...
    @property
    def last_month(self) -> date: ...


class _Replayed(Protocol):
    """A draft replayed, as far as a scenario must know it: ``answers.what_if.Replay``."""

    @property
    def scope(self) -> Scope: ...
    @property
    def window(self) -> _Window: ...
    @property
    def policy_version(self) -> str: ...
    @property
    def today(self) -> Policy: ...
    @property
    def proposed(self) -> Policy: ...


def save_box(page: Page, replay: _Replayed, method: str = METHOD) -> None:
    """Place name, note and button, for whoever may save; a failure is said there and what was typed stays.

    If the address names a scenario, a sentence says whether the page shows its very population.

    Parameters
    ----------
    page
        Where it stands.
    replay
        The draft on its population.
    method
        How outcomes of those declined then were inferred.
    """
    words, reader = page.words, page.scope.reader
    parent = _opened(page)
    if reader.role not in access.MAY_SAVE:
        if parent is not None:
            st.caption(_opened_sentence(page, replay, parent))
        return
    with st.form("save_scenario", enter_to_submit=False):
        st.markdown(f"**{words('scenarios.save')}**")
        said = st.container()
        name = st.text_input(
            words("scenarios.name"),
            value="" if parent is None else parent.scenario.name,
            max_chars=MOST_SIGNS_OF_NAME,
            key=f"scenario_name_{'' if parent is None else parent.scenario.scenario_id[:12]}",
        )
        note = st.text_area(words("scenarios.note"), max_chars=MOST_SIGNS_OF_NOTE, height=68, key="scenario_note")
        pressed = st.form_submit_button(
            words("scenarios.save_button"), icon=":material/bookmark_add:", key="scenario_save"
        )
    if pressed:
        try:
            kept = _save(page, replay, method, name, note, parent)
        except JiebeiError as error:
            said.error(escaped(words.error(error)), icon=":material/error:")
            return
        st.session_state[KEY] = kept.scenario.scenario_id
        link.write(KEY, [kept.scenario.scenario_id], False)
        st.session_state[_OPENED] = kept
        done = words("scenarios.saved", name=escaped(kept.scenario.name), revision=kept.revision)
        said.success(done, icon=":material/check:")
    elif parent is not None:
        said.caption(f"{_opened_sentence(page, replay, parent)} {words('scenarios.save_next')}")


def scenario_of(replay: _Replayed, made: Mapping[str, str | None], method: str) -> Scenario:
    """Return a replayed draft as a scenario.

    Parameters
    ----------
    replay, method
        As in :func:`save_box`.
    made
        ``name``, ``note``, ``author``, ``made_at`` and ``parent_id``.
    """
    scope, today, proposed = replay.scope, replay.today, replay.proposed
    before = dict(today.thresholds)
    changes = {key: value for key, value in proposed.thresholds if before.get(key) != value}
    return Scenario(
        policy_json=proposed.json(),
        policy_sha256=proposed.sha256(),
        base_version=replay.policy_version,
        base_json=today.json(),
        base_sha256=today.sha256(),
        changes_json=canonical(changes),
        part_json=scope.part_text(),
        as_of_month=scope.as_of_month,
        maturity_months=months_between(replay.window.last_month, scope.as_of_month),
        first_month=replay.window.first_month,
        last_month=replay.window.last_month,
        method=method,
        data_version=scope.data_version,
        known_on=scope.known_on,
        **made,  # type: ignore[arg-type]
    )


def _save(
    page: Page, replay: _Replayed, method: str, name: str, note: str, parent: scenarios.Saved | None
) -> scenarios.Saved:
    reader, at = page.scope.reader, datetime.now(UTC)
    access.check_save(reader.role)
    made = {
        "name": clean_name(name),
        "note": note.strip(),
        "author": reader.name,
        "made_at": at.isoformat(),
        "parent_id": None if parent is None else parent.scenario.scenario_id,
    }
    return scenarios.save(read_settings().desk_url, at, reader, scenario_of(replay, made, method))


def _opened_sentence(page: Page, replay: _Replayed, opened: scenarios.Saved) -> str:
    """Which scenario was opened, and whether what stands on the page now is its population."""
    scenario = opened.scenario
    made = {name: getattr(scenario, name) for name in ("name", "note", "author", "made_at", "parent_id")}
    is_same = scenario_of(replay, made, scenario.method).population_id == scenario.population_id
    key = "scenarios.opened_same" if is_same else "scenarios.opened_other"
    return page.words(
        key,
        name=escaped(scenario.name),
        revision=opened.revision,
        population=scenario.population_id[:12],
        data_version=scenario.data_version,
    )


def _opened(page: Page) -> scenarios.Saved | None:
    """The scenario that the address names; one that is not on the desk is named on the page and not used."""
    url = read_settings().desk_url

    def known(texts: Sequence[str]) -> str | None:
        held = st.session_state.get(_OPENED)
        if held is not None and held.scenario.scenario_id == texts[0]:
            return texts[0]
        try:
            st.session_state[_OPENED] = scenarios.one(url, texts[0])
        except (ScenarioNotFound, ScenarioChanged, ScenariosUnavailable):
            return None
        return texts[0]

    link.start(KEY, "", known)
    scenario_id = str(st.session_state[KEY])
    link.write(KEY, [scenario_id], not scenario_id)
    held: scenarios.Saved | None = st.session_state.get(_OPENED)
    return held if held is not None and held.scenario.scenario_id == scenario_id else None

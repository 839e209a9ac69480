"""Submit a draft of the lab for approval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol, TypeVar

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.policy_diff import Difference
from jiebei_dash.book.scope import month_plus
from jiebei_dash.desk import proposal_store, proposals
from jiebei_dash.desk.course import MAY, NOBODY
from jiebei_dash.settings import read_settings
from jiebei_dash.signed import Signed
from jiebei_dash.text.records import escaped
from jiebei_dash.ui import cache, levers, policy_words, show, sign_off_words
from jiebei_dash.ui.frame import Page

R = TypeVar("R")


class _Ready(Protocol):
    """A draft ready to be submitted; see ``answers.policy_promises.Prepared``."""

    @property
    def book(self) -> tuple[Signed, ...]: ...
    @property
    def base(self) -> Signed | None: ...
    @property
    def policy_json(self) -> str: ...
    @property
    def policy_sha256(self) -> str: ...
    @property
    def differences(self) -> Sequence[Difference]: ...
    @property
    def starts_from_base(self) -> bool: ...
    @property
    def today_id(self) -> str: ...
    @property
    def is_of_everybody(self) -> bool: ...
    @property
    def expected(self) -> Mapping[str, float]: ...
    @property
    def data_version(self) -> str: ...
    def forecast_json(self, effective_on: date) -> str: ...


def submit_box(
    page: Page, done: R, prepared: Callable[[R, Fetch, pd.DataFrame], _Ready], place: DeltaGenerator, scenario: str = ""
) -> None:
    """Place, closed, what submits a draft; nothing is worked out before it is opened.

    Parameters
    ----------
    page
        Words and scope.
    done
        The lab's replay of the draft.
    prepared
        ``answers.policy_promises.prepared``: makes the draft ready.
    place
        Column that it stands in.
    scenario
        Scenario that the draft comes from; empty if none.
    """
    words = page.words
    if page.scope.reader.role not in MAY["SUBMIT"]:
        return
    opened = place.expander(
        words("sign_off.submit_title"), icon=":material/approval:", on_change="rerun", key="submit_box"
    )
    if not opened.open:
        return
    with opened, levers.worded(words):
        ready = prepared(done, cache.fetch, proposal_store.frame(proposal_store.courses(read_settings().desk_url)))
        if not ready.is_of_everybody:
            st.info(words("sign_off.submit_part"), icon=":material/filter_alt_off:")
            return
        _form(page, ready, scenario)


def _form(page: Page, ready: _Ready, scenario: str) -> None:
    words, reader = page.words, page.scope.reader
    base = ready.base
    if base is None:
        st.caption(words("sign_off.submit_base_none"))
    elif not ready.differences:
        st.caption(words("sign_off.submit_nothing", base=escaped(base.policy_id)))
        return
    else:
        st.markdown(words("sign_off.submit_base", base=escaped(base.policy_id)))
        if not ready.starts_from_base:
            facts = {"today": escaped(ready.today_id), "base": escaped(base.policy_id)}
            st.warning(words("sign_off.submit_other_base", **facts), icon=":material/alt_route:")
    show.texts(policy_words.differences_table(words, ready.differences), slice(1, 3))
    earliest = max(proposals.today(datetime.now(UTC)), base.effective_on if base else date.min)
    first = month_plus(earliest.replace(day=1), 1)
    day = st.date_input(words("sign_off.submit_day"), first, min_value=earliest, key="submit_day")
    promise = ready.forecast_json(day)
    st.markdown(sign_off_words.promise(words, promise))
    note = st.text_area(words("sign_off.submit_note"), key="submit_note", max_chars=1_000, height=80)
    if reader.name == NOBODY:
        st.caption(words("sign_off.you_nobody"))
    else:
        said = words("sign_off.you", name=escaped(reader.name), role=words.code("role", reader.role))
        st.caption(said)
    if not st.button(words("sign_off.submit_button"), key="submit_draft", disabled=reader.name == NOBODY):
        return
    draft = proposals.Draft(
        ready.policy_json, ready.policy_sha256, base.policy_id if base else "", base.policy_sha256 if base else "",
        day, note, promise, ready.data_version, page.scope.part_text(), scenario,
    )  # fmt: skip
    number = proposals.submit(read_settings().desk_url, datetime.now(UTC), reader, draft, ready.book)
    st.success(words("sign_off.submitted", proposal=number), icon=":material/check:")
    st.page_link("pages/sign_off.py", label=words("sign_off.submit_open"), icon=":material/approval:")

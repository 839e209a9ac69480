"""Place proposals with the steps that a reader may take, and take them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import streamlit as st

from jiebei_dash.desk import proposal_store, proposals
from jiebei_dash.desk.course import MAY, OF_THE_AUTHOR, Course, Step, folded
from jiebei_dash.errors import JiebeiError
from jiebei_dash.settings import read_settings
from jiebei_dash.signed import Signed
from jiebei_dash.ui import naming, policy_words, show, sign_off_words
from jiebei_dash.ui.frame import Page

_DONE = "_signed"
_DECIDING: tuple[Step, ...] = ("APPROVE", "REJECT", "ASK")


def courses() -> tuple[Course, ...]:
    """Return all proposals on the desk.

    Raises
    ------
    SigningUnavailable
    """
    return proposal_store.courses(read_settings().desk_url)


def unmatched() -> tuple[int, ...]:
    """Return the numbers of steps that the log does not know as they stand.

    Raises
    ------
    SigningUnavailable
    """
    return proposal_store.unmatched(read_settings().desk_url)


def today() -> date:
    """Return the day it is in Shanghai."""
    return proposals.today(datetime.now(UTC))


def is_mine(found: Course) -> bool:
    """Return whether a proposal was made under the name that the reader gave."""
    return folded(found.author) == folded(naming.name())


def flash(page: Page) -> None:
    """Say what was done in the run before."""
    if (done := st.session_state.pop(_DONE, None)) is not None:
        step = page.words.code("action", done[1].lower())
        st.success(page.words("sign_off.done", proposal=done[0], step=step), icon=":material/check:")


def card(page: Page, found: Course, line: Sequence[Signed], book: Sequence[Signed]) -> None:
    """Place one proposal that waits, with what the reader may do about it."""
    words, first = page.words, found.first
    with st.container(border=True, key=f"card_{found.proposal_id}"):
        st.markdown(sign_off_words.card(words, found))
        show.sentences(sign_off_words.talk(words, found))
        base = next((each.policy_json for each in line if each.policy_sha256 == first.base_sha256), "{}")
        table = policy_words.table_between(words, base, str(first.policy_json))
        show.texts(table, slice(1, 3))
        st.markdown(sign_off_words.promise(words, first.forecast_json))
        why_not = proposals.why_not_approved(found, line, datetime.now(UTC))
        if why_not is not None:
            st.warning(words.error(why_not), icon=":material/block:")
        _steps(page, found, book, why_not is None)


def take_back(page: Page, line: Sequence[Signed], book: Sequence[Signed]) -> None:
    """Place, closed, what proposes to take the newest policy back, for whoever may."""
    words, reader = page.words, page.scope.reader
    if reader.role not in MAY["ROLL_BACK"]:
        return
    if len(line) < 2:
        st.caption(words("sign_off.back_none"))
        return
    newest, before = line[-1], line[-2]
    with st.expander(words("sign_off.back_title", policy=newest.policy_id), icon=":material/undo:"):
        st.caption(words("sign_off.back_note", before=before.policy_id))
        note = st.text_area(words("sign_off.back_why"), key="back_note", max_chars=1_000)
        earliest = max(today(), newest.effective_on)
        day = st.date_input(words("sign_off.back_day"), earliest, min_value=earliest, key="back_day")
        if st.button(words("sign_off.back_submit"), key="back_submit", disabled=folded(reader.name) in _NOBODIES):
            _do(
                page,
                "ROLL_BACK",
                lambda: proposals.roll_back(
                    read_settings().desk_url, datetime.now(UTC), reader, newest.policy_id, day, note,
                    page.scope.data_version, book,
                ),
            )  # fmt: skip


_NOBODIES = ("", "local")


def _steps(page: Page, found: Course, book: Sequence[Signed], can_be_approved: bool) -> None:
    words, reader = page.words, page.scope.reader
    possible = OF_THE_AUTHOR if is_mine(found) else _DECIDING
    offered = [step for step in possible if reader.role in MAY[step]]
    offered = [step for step in offered if step != "ANSWER" or found.state == "ASKED"]
    if not offered or folded(reader.name) in _NOBODIES:
        return
    # A field of its own for every step: what was said does not stand there again.
    note = st.text_area(
        words("sign_off.reason"),
        key=f"note_{found.proposal_id}_{len(found.events)}",
        max_chars=1_000,
        label_visibility="visible",
        height=80,
    )
    for column, step in zip(st.columns(5), offered, strict=False):
        is_off = step == "APPROVE" and not (can_be_approved and found.state == "OPEN")
        label = words(f"sign_off.{step.lower()}")
        if column.button(label, key=f"{step}_{found.proposal_id}", disabled=is_off, width="stretch"):
            _do(page, step, _taking(page, found.proposal_id, step, note, book))


def _taking(page: Page, number: str, step: Step, note: str, book: Sequence[Signed]) -> Callable[[], str]:
    def taken() -> str:
        proposals.take(read_settings().desk_url, datetime.now(UTC), page.scope.reader, number, step, note, book)
        return number

    return taken


def _do(page: Page, step: Step, act: Callable[[], str]) -> None:
    """Take a step, and draw the page anew with what it has made; what is refused is said where it was tried."""
    try:
        number = act()
    except JiebeiError as error:
        st.error(page.words.error(error), icon=":material/error:")
        return
    st.session_state[_DONE] = (number, step)
    st.rerun()

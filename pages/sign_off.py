"""Which policy is in force, and who signed it? What waits, what was signed, what was promised and what came."""

from collections.abc import Sequence

import streamlit as st

from jiebei_dash.answers import policies, policy_promises
from jiebei_dash.desk.course import NOBODY, WAITING, Course
from jiebei_dash.desk.proposal_store import frame
from jiebei_dash.signed import Signed, in_order
from jiebei_dash.text.records import escaped
from jiebei_dash.ui import cache, controls, levers, policy_changes_words, policy_words, show, sign_off_words, signing
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("sign_off")
    words, reader = page.words, page.scope.reader
    found = signing.courses()
    history = policies.history(page.scope, cache.fetch, frame(found))
    book, _ = policies.of_the_book(page.scope, cache.fetch)
    line = in_order(book, policies.of_the_desk(frame(found)))
    signing.flash(page)
    waiting = [each for each in found if each.state in WAITING]
    show.sentences(sign_off_words.opening(words, line, waiting, reader.name, signing.today()))
    if reader.name == NOBODY:
        st.caption(words("sign_off.you_nobody"))
    else:
        st.caption(words("sign_off.you", name=escaped(reader.name), role=words.code("role", reader.role)))
    if steps := signing.unmatched():
        st.error(words("sign_off.unmatched", steps=", ".join(map(str, steps))), icon=":material/gpp_bad:")
    _proposals(page, found, waiting, line, book)
    _history(page, history, found, line, book)
    _promises(page, found)
    _changes(page)


def _proposals(
    page: Page, found: Sequence[Course], waiting: Sequence[Course], line: Sequence[Signed], book: Sequence[Signed]
) -> None:
    words = page.words
    mine = [each for each in found if signing.is_mine(each)]
    others = [each for each in waiting if not signing.is_mine(each)]
    st.subheader(words("sign_off.for_me"), anchor=False)
    for each in others:
        signing.card(page, each, line, book)
    if not others:
        st.caption(words("sign_off.for_me_none"))
    st.subheader(words("sign_off.own"), anchor=False)
    for each in mine:
        if each in waiting:
            signing.card(page, each, line, book)
    if not mine:
        st.caption(words("sign_off.own_none"))
    if found:
        st.markdown(f"**{words('sign_off.all_title')}**")
        show.texts(sign_off_words.proposals_table(words, found), slice(0, 0))


def _history(
    page: Page, history: show.Shown, found: Sequence[Course], line: Sequence[Signed], book: Sequence[Signed]
) -> None:
    words = page.words
    st.subheader(words("sign_off.history_title"), anchor=False)
    show.texts(sign_off_words.history_table(words, line, signing.today()), slice(0, 0))
    show.proof(history, page)
    names = list(dict.fromkeys([*(each.policy_id for each in book), *(each.proposal_id for each in found)]))
    left, right, _ = st.columns([1, 1, 2])
    last = line[-1].policy_id
    earlier = line[-2].policy_id if len(line) > 1 else last
    with left:
        before = controls.pick(words("sign_off.compare_before"), "before", names, earlier, str)
    with right:
        after = controls.pick(words("sign_off.compare_after"), "after", names, last, str)
    told = policies.diff(page.scope, cache.fetch, frame(found), before=before, after=after)
    texts = policies.texts_of(page.scope, cache.fetch, frame(found))
    if told.frame.empty:
        st.caption(words("sign_off.no_difference"))
    else:
        show.texts(policy_words.table_between(words, texts[before], texts[after]), slice(1, 3))
    show.proof(told, page)
    signing.take_back(page, line, book)


def _promises(page: Page, found: Sequence[Course]) -> None:
    words = page.words
    st.subheader(words("sign_off.promises_title"), anchor=False)
    with levers.worded(words):
        scored = policy_promises.scored(page.scope, cache.fetch, frame(found))
        kept = policy_promises.kept(page.scope, cache.fetch, frame(found))
        show.sentences([sign_off_words.promises_said(words, kept.frame, scored.frame)])
        if scored.frame.empty:
            return
        show.texts(sign_off_words.kept_table(words, kept.frame), slice(2, 6))
        show.proof(kept, page)
        show.texts(sign_off_words.scored_table(words, scored.frame), slice(3, 5))
        show.proof(scored, page)


def _changes(page: Page) -> None:
    words = page.words
    st.subheader(words("sign_off.changes_title"), anchor=False)
    with levers.worded(words):
        changes = policies.changes(page.scope, cache.fetch)
        if changes.frame.empty:
            st.caption(words("sign_off.changes_none"))
            return
        show.sentences(policy_changes_words.said(words, changes.frame))
        st.caption(words("sign_off.changes_note"))
        show.texts(policy_changes_words.table(words, changes.frame), slice(1, 7))
        show.proof(changes, page)


read()

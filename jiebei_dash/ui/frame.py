"""The frame around every page: reader, language, scope, menu; and the door of each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit.commands.navigation import PageType

from jiebei_dash import terms
from jiebei_dash.book.engine import Book
from jiebei_dash.book.lineage import Lineage
from jiebei_dash.book.scope import DIMENSIONS, Dimension, Reader, Scope, month_plus, months_between
from jiebei_dash.book.wording import scope_sentence
from jiebei_dash.charts.theme import LOOKS, Look, Mode
from jiebei_dash.errors import BookUnknownThen, JiebeiError
from jiebei_dash.settings import ROOT, read_settings
from jiebei_dash.terms import Language, Role
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words, load_words
from jiebei_dash.ui import cache, controls, known_on, link, naming, sums
from jiebei_dash.ui.pages import PAGES, PageRecord, pages_of

_OPEN = "_open_frame"
_ROOT_NAME = "start"
"""Streamlit reserves a name for the page at the root; the front page's own name is kept for whoever types it."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Page:
    """What a page is given when it is opened.

    Parameters
    ----------
    key
        Which page.
    words, look
        Language and colours of the reader.
    scope
        One frozen scope for every figure of the page.
    book
        The open book, for what it is called and what it covers.
    lineage
        Where its numbers come from.
    """

    key: str
    words: Words
    look: Look
    scope: Scope
    book: Book
    lineage: Lineage


def read_language() -> Words:
    """Return the words of the chosen language; at first that of the browser."""
    locale = str(st.context.locale or "en").lower()
    default: Language = "zh" if locale.startswith("zh") else "en"
    link.start("lang", default, lambda texts: next((known for known in terms.LANGUAGES if known == texts[0]), None))
    return load_words(st.session_state["lang"])


def run() -> None:
    """Draw the frame and run the page that the address names.

    Every expected failure of any page is worded here, once, in the reader's language; anything else is a bug.
    """
    link.enter()
    words = read_language()
    st.set_page_config(page_title=words("app.name"), page_icon=str(ROOT / "static" / "icon.png"), layout="wide")
    st.html(Path(ROOT / "static" / "page.css"))
    try:
        reader = _reader()
        if reader is None:
            st.error(words("app.sign_in_needed"), icon=":material/lock:")
            return
        chosen = st.navigation(_menu(words, pages_of(reader.role)), expanded=True)
        with st.sidebar:
            _reader_controls(words)
        record = next(page for page in PAGES if chosen.url_path in (page.path, page.key))
        book, unknown = _book(record)
        scope = _scope_bar(words, book, reader, record)
        unusable = st.container()
        if not book.marts and (said := sums.line(words, book, read_settings().marts_dir)):
            st.caption(said)
        if unknown is not None:
            raise unknown
        mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
        cache.hold(book)
        st.session_state[_OPEN] = Page(record.key, words, LOOKS[mode], scope, book, cache.lineage(book))
        try:
            chosen.run()
        finally:
            # The controls of the page have read the address by now too.
            with unusable:
                _say_bad_link(words)
        cache.settle(record.key)
    except JiebeiError as error:
        st.error(words.error(error), icon=":material/error:")
    finally:
        link.leave()
        st.session_state.pop(_OPEN, None)


def _book(record: PageRecord) -> tuple[Book, BookUnknownThen | None]:
    """On a day without a book the present one draws the controls, so that another day can be chosen."""
    settings = read_settings()
    day = known_on.chosen() if record.has_scope else None
    try:
        return cache.book(settings, day), None
    except BookUnknownThen as error:
        return cache.book(settings), error


def open_page(key: str) -> Page:
    """Open a page: its first call, which fails closed.

    A file in ``pages/`` can be reached around ``app.py`` while no reader has yet opened the app in that server process;
    then there is no frame, nothing is shown, and the app is entered by its door.

    Parameters
    ----------
    key
        Which page calls.
    """
    page = st.session_state.get(_OPEN)
    if page is None:
        st.navigation(_menu(read_language(), PAGES), position="hidden")
        st.rerun()
    opened = cast(Page, page)
    st.title(opened.words(f"{key}.title"), anchor=False)
    return replace(opened, key=key)


def _menu(words: Words, pages: Sequence[PageRecord]) -> dict[str, list[PageType]]:
    menu: dict[str, list[PageType]] = {}
    for page in pages:
        section = menu.setdefault(words(f"app.section_{page.section or page.reader}"), [])
        section.append(
            st.Page(
                ROOT / "pages" / f"{page.key}.py",
                title=words(f"{page.key}.menu"),
                icon=page.icon,
                url_path=page.key if page.path else _ROOT_NAME,
                default=not page.path,
            )
        )
        if not page.path:
            # The front page stands at the root; whoever types its name finds it too.
            own = ROOT / "pages" / f"{page.key}.py"
            title = words(f"{page.key}.menu")
            section.append(st.Page(own, title=title, icon=page.icon, url_path=page.key, visibility="hidden"))
    return menu


def _reader() -> Reader | None:
    """Without sign-in the role is whatever the person at this machine picks, and only this machine is served."""
    if st.get_option("server.address") not in _LOOPBACK:
        return None
    if st.session_state.get("role") not in terms.ROLES:
        # A drop-down holds a label of the other language when the reader goes back across a change of it.
        st.session_state.pop("role", None)
    link.start("role", "manager", lambda texts: texts[0] if texts[0] in terms.ROLES else None)
    return Reader(name=naming.name(), role=cast(Role, st.session_state["role"]))


def _reader_controls(words: Words) -> None:
    controls.choice(words, "role", terms.ROLES, "manager", "role", wide=True)
    naming.control(words)
    st.caption(words("app.role_note"))
    locale_default = st.session_state["lang"]
    label = {"en": "English", "zh": "中文"}
    st.segmented_control(
        words("controls.lang"), terms.LANGUAGES, format_func=lambda code: label[code], key="lang", required=True
    )
    link.write("lang", [st.session_state["lang"] or locale_default], False)


def _scope_bar(words: Words, book: Book, reader: Reader, page: PageRecord) -> Scope:
    """One line: as-of, product, channel, more; below it the same in a sentence."""
    whole = book.scope(reader)
    months = [
        month_plus(book.last_closed_month, -back)
        for back in range(months_between(book.first_month, book.last_closed_month) + 1)
    ]
    if not page.has_scope:
        _scope_sentence(words, book, whole)
        return whole
    picked: dict[str, object] = {}
    with st.container(key="scope_bar"):
        columns = st.columns([1.1, 1.6, 1.6, 1.1, 0.7], vertical_alignment="bottom")
        with columns[0]:
            picked["as_of_month"] = controls.month(words, "as_of", months, book.last_closed_month)
        for column, dimension in zip(columns[1:3], DIMENSIONS[:2], strict=True):
            with column:
                picked[dimension.key] = _dimension(words, dimension)
        with columns[3], st.popover(words("controls.more"), icon=":material/tune:", width="stretch"):
            for dimension in DIMENSIONS[2:]:
                picked[dimension.key] = _dimension(words, dimension)
            picked["opened_from"] = controls.month(words, "opened_from", months, None, words("controls.open_end"))
            picked["opened_to"] = controls.month(words, "opened_to", months, None, words("controls.open_end"))
            known_on.control(words, read_settings())
        with columns[4]:
            st.button(words("controls.reset"), icon=":material/restart_alt:", on_click=_reset, width="stretch")
    scope = replace(whole, **picked)  # type: ignore[arg-type]
    _scope_sentence(words, book, scope)
    return scope


def _dimension(words: Words, dimension: Dimension) -> tuple[str, ...]:
    return controls.several(words, dimension.key, cast(tuple[str, ...], dimension.codes), dimension.key)


def _reset() -> None:
    for key in ("as_of", *(dimension.key for dimension in DIMENSIONS), "opened_from", "opened_to", known_on.KEY):
        st.session_state.pop(key, None)
        if key in st.query_params:
            del st.query_params[key]


def _scope_sentence(words: Words, book: Book, scope: Scope) -> None:
    name = escaped(book.name)
    source = words("scope.sample") if book.kind == "sample" else words("scope.tape", name=name)
    version = words("scope.version", version=book.data_version)
    mark = f":violet-badge[{words('scope.estimated_mark')}] " if scope.estimates else ""
    st.caption(mark + words("scope.joiner").join([f"**{source}**", scope_sentence(words, scope), version]))


def _say_bad_link(words: Words) -> None:
    for name, value in link.bad_values().items():
        st.warning(words("app.bad_link", name=name, value=value), icon=":material/link_off:")

"""Will it take our data? A tape is looked into, its mapping proposed and edited, and loaded."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from jiebei_dash.desk import log
from jiebei_dash.settings import ROOT, read_settings
from jiebei_dash.text.records import escaped
from jiebei_dash.ui import bring_tape, loading, tape_file
from jiebei_dash.ui.frame import Page, open_page

RUNNING = "_running_load"


def read() -> None:
    page = open_page("bring_tape")
    tape_file.allow(page.scope.reader.role)
    words = page.words
    if RUNNING in st.session_state:
        watched(page)
        return
    st.markdown(words("bring_tape.steps"))
    path = tape_file.place(words)
    if path is None:
        st.info(words("bring_tape.no_tape"), icon=":material/upload_file:")
        return
    looked = tape_file.looked_into(path)
    st.subheader(words("bring_tape.first_rows"), anchor=False)
    tape_file.preview(words, looked)
    st.subheader(words("bring_tape.mapping"), anchor=False)
    folder = read_settings().mappings_dir
    kept = bring_tape.remembered(words, folder, looked)
    text = kept.read_text(encoding="utf-8") if kept is not None else bring_tape.proposed(words, looked)
    understood = bring_tape.is_understood(words, text)
    with st.expander(words("bring_tape.as_toml")):
        st.code(text, language="toml")
    st.download_button(
        words("bring_tape.download"), text, "mapping.toml", "application/toml", on_click="ignore",
        icon=":material/download:", key="tape_toml",
    )  # fmt: skip
    begun(page, path, text, understood)


def begun(page: Page, tape: Path, text: str, understood: bool) -> None:
    """A book that is there is replaced only after a yes that names it."""
    words, book = page.words, page.book
    st.subheader(words("bring_tape.load"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        mode = bring_tape.mode(words, book.kind == "tape")
    with right:
        totals = tape_file.totals(words)
    key = f"bring_tape.replace_{'sample' if book.kind == 'sample' else mode}"
    agreed = st.checkbox(words(key, name=escaped(book.name), version=book.data_version), key="tape_agreed")
    if not st.button(
        words("bring_tape.start"), type="primary", disabled=not (understood and agreed), icon=":material/play_arrow:",
        key="tape_start",
    ):  # fmt: skip
        return
    settings, reader = read_settings(), page.scope.reader
    mapping = bring_tape.keep(text, settings.mappings_dir)
    detail = {"mapping": mapping.name, "mode": mode, "data_version": page.book.data_version}
    log.append(log.open_desk(settings.desk_url), datetime.now(UTC), reader.name, reader.role, "load", tape.name, detail)
    task = (tape, mapping, settings.book_url, mode, totals)
    st.session_state[RUNNING] = loading.start(reader.role, words.language, *task)
    st.rerun()


def watched(page: Page) -> None:
    running: loading.Running = st.session_state[RUNNING]
    if running.exit_code is None:
        under_way(page, running)
        return
    words = page.words
    if running.exit_code == 0:
        st.success(words("bring_tape.done", tape=escaped(running.tape)), icon=":material/check:")
    else:
        st.error(words("bring_tape.not_done", tape=escaped(running.tape)), icon=":material/error:")
    st.markdown("\n".join(f"- {escaped(line.strip())}" for line in running.report()))
    quality = ROOT / "pages" / "data_quality.py"
    st.page_link(quality, label=words("bring_tape.to_quality"), icon=":material/fact_check:")
    if st.button(words("bring_tape.another"), key="tape_another"):
        del st.session_state[RUNNING]
        st.rerun()


@st.fragment(run_every=1.0)
def under_way(page: Page, running: loading.Running) -> None:
    if running.exit_code is not None:
        st.rerun()
    share, step = running.progress()
    st.progress(share, text=page.words("bring_tape.under_way", tape=escaped(running.tape), step=step))
    if st.button(page.words("bring_tape.stop"), icon=":material/stop:", key="tape_stop"):
        running.stop()


read()

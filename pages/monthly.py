"""The risk monthly, to take along."""

from datetime import UTC, datetime

import streamlit as st

from jiebei_dash.answers import monthly
from jiebei_dash.desk import log
from jiebei_dash.errors import EmptyScope
from jiebei_dash.report.files import Made, make
from jiebei_dash.report.sections import PARTS
from jiebei_dash.settings import read_settings
from jiebei_dash.terms import LANGUAGES, Language
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words, load_words
from jiebei_dash.ui import cache
from jiebei_dash.ui.frame import Page, open_page

MADE = "_monthly_made"
MIMES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
NAMES = {"en": "English", "zh": "中文"}


def read() -> None:
    page = open_page("monthly")
    words = page.words
    titles = words("monthly.inside_joiner").join(words(f"monthly.part.{part.key}") for part in PARTS)
    st.markdown(words("monthly.inside", parts=titles))
    st.markdown(words("monthly.says"))
    try:
        monthly.headline(page.scope, cache.fetch)
    except EmptyScope as error:
        st.info(words.error(error))
    language = st.segmented_control(
        words("monthly.file_language"),
        LANGUAGES,
        default=words.language,
        format_func=lambda code: NAMES[code],
        required=True,
        key=f"monthly_language_{words.language}",
    )
    if st.button(words("monthly.make"), type="primary", icon=":material/description:"):
        st.session_state[MADE] = (page.scope, language, written(page, load_words(language)))
    scope, its_language, files = st.session_state.get(MADE, (None, "", ()))
    if (scope, its_language) == (page.scope, language):
        offer(page, language, files)


def written(page: Page, file_words: Words) -> tuple[Made, ...]:
    """Both files from one set of answers; each is in the log before it can be had."""
    bar = st.progress(0.0)

    def say(part: str, share: float) -> None:
        bar.progress(share, page.words("monthly.making", part=part))

    made = make(
        page.scope,
        cache.fetch,
        page.lineage,
        page.book.name,
        file_words,
        progress=say,
    )
    bar.empty()
    desk, reader = log.open_desk(read_settings().desk_url), page.scope.reader
    for file in made:
        log.append(desk, datetime.now(UTC), reader.name, reader.role, "export", "monthly", file.detail())
    return made


def offer(page: Page, language: Language, files: tuple[Made, ...]) -> None:
    name = f"risk_monthly_{numbers.month(page.scope.as_of_month)}_{page.scope.data_version}_{language}"
    for column, file in zip(st.columns(2), files, strict=True):
        with column:
            st.download_button(
                page.words(f"monthly.get_{file.kind}"),
                data=file.content,
                file_name=f"{name}.{file.kind}",
                mime=MIMES[file.kind],
                on_click="ignore",
                icon=":material/download:",
            )
            st.caption(page.words("monthly.written", **file.said(page.words)))


read()

"""Place what was drawn: figures with their proof, key figures, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from jiebei_dash.book.engine import Answer
from jiebei_dash.book.marts import marts_of
from jiebei_dash.book.ties import concerned
from jiebei_dash.book.wording import figure_notes, lineage_lines, scope_sentence, untied_sentence
from jiebei_dash.marts.definitions import definition_of
from jiebei_dash.text import export, numbers
from jiebei_dash.text.headed import headed
from jiebei_dash.text.records import escaped
from jiebei_dash.ui import definitions
from jiebei_dash.ui.frame import Page

TALL, SHORT = 280, 220
"""Most pixels of a table before it scrolls."""
_ROW = 36


@dataclass(frozen=True)
class Kpi:
    """One key figure.

    Parameters
    ----------
    label, value
        In the reader's language, with unit.
    change
        Against last month, signed, in words of the reader; empty if there is none.
    change_year
        Against a year ago.
    more_is
        ``good``, ``bad`` or ``neutral``: decides the colour of a change, beside its arrow.
    series
        Thirteen months, oldest first.
    note
        What a reader should know, e.g. why the figure is missing.
    """

    label: str
    value: str
    change: str = ""
    change_year: str = ""
    more_is: str = "neutral"
    series: tuple[float, ...] = ()
    note: str = ""


def kpis(figures: Sequence[Kpi]) -> None:
    """Place key figures in rows of at most four, each with its change and thirteen months."""
    colours = {"good": "normal", "bad": "inverse", "neutral": "off"}
    for start in range(0, len(figures), 4):
        row = figures[start : start + 4]
        for column, figure in zip(st.columns(4), row, strict=False):
            column.metric(
                figure.label,
                figure.value,
                delta=figure.change or None,
                delta_color=colours[figure.more_is],  # type: ignore[arg-type]
                delta_description=figure.change_year or None,
                help=figure.note or None,
                border=True,
                chart_data=list(figure.series) or None,
                chart_type="line",
                height="stretch",
            )


def figure(
    drawn: object,
    answer: Answer,
    page: Page,
    alt: str,
    key: str = "",
    on_select: str = "ignore",
) -> list[dict[str, object]]:
    """Place a figure with its proof under it.

    Parameters
    ----------
    drawn
        A plotly figure.
    answer
        What it shows and which questions it came from.
    page
        Words, scope, look.
    alt
        What the figure says, in a sentence with its numbers, for readers who do not see it.
    key
        Tells two figures of one subject apart.
    on_select
        ``rerun`` to get clicked points back.

    Returns
    -------
    list of dict
        The clicked points, empty if none.
    """
    name = f"figure_{answer.subject}_{key}"
    config = _config(answer, page, key)
    picked: list[dict[str, object]] = []
    if on_select == "rerun":
        state = st.plotly_chart(
            drawn, theme=None, key=name, config=config, alt=alt, on_select="rerun", selection_mode="points"
        )
        picked = list(state["selection"]["points"])
    else:
        st.plotly_chart(drawn, theme=None, key=name, config=config, alt=alt)
    proof(answer, page, alt, key)
    return picked


def file_stem(answer: Answer, page: Page, key: str = "") -> str:
    """Return what a file of a figure is called, without its ending: which figure, as of when, of which version."""
    which = f"{answer.subject}_{key}" if key else answer.subject
    return f"{which}_{numbers.month(page.scope.as_of_month)}_{page.scope.data_version}"


def _config(answer: Answer, page: Page, key: str) -> dict[str, object]:
    """One button, on hover: the figure as PNG, made by the browser itself and so also without a network."""
    spoken = {"dictionary": {"Download plot as a PNG": page.words("proof.png")}, "format": {}}
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": file_stem(answer, page, key)},
        "locale": page.words.language,
        "locales": {page.words.language: spoken},
        "responsive": True,
    }


def proof(answer: Answer, page: Page, alt: str = "", key: str = "") -> None:
    """Place, closed, everything that makes a figure traceable; nothing is sent before it is opened.

    It is no fragment of its own: inside another fragment that is interrupted by a faster move, the browser is sent
    parts of a page it has not got, and shows nothing at all.
    """
    untied = untied_sentence(page.words, concerned(page.lineage.untied, answer.questions))
    if untied:
        st.caption(f":material/warning: {escaped(untied)}")
    _proof(answer, page, alt, f"{answer.subject}_{key}", untied)


def _proof(answer: Answer, page: Page, alt: str, name: str, untied: str) -> None:
    words = page.words
    opened = st.expander(words("proof.title"), on_change="rerun", key=f"proof_{name}", type="compact")
    if not opened.open:
        return
    frame = export.labelled(answer.frame, words)
    with opened:
        definition, rows, sql, scope = st.tabs(
            [words("proof.definition"), words("proof.table"), words("proof.sql"), words("proof.scope")]
        )
        definition.markdown(definitions.text(answer.subject, words))
        with rows:
            table(answer, page)
            st.caption(words("proof.units"))
            said = figure_notes(words, page.scope, page.lineage, answer.questions)
            notes = (*definitions.lines(answer.subject, words), *said)
            st.download_button(
                words("proof.csv"),
                data=_csv(frame, notes),
                file_name=f"{file_stem(answer, page)}.csv",
                mime="text/csv",
                on_click="ignore",
                key=f"csv_{name}",
                icon=":material/download:",
            )
        with sql:
            for question in answer.questions:
                st.caption(f"{question.name} | {question.key[:12]}")
                st.code(question.sql(), language="sql", wrap_lines=True)
                for mart in marts_of(question.select):
                    st.caption(words("marts.defined", mart=f"`{mart}`"))
                    st.code(definition_of(mart), language="sql", wrap_lines=True, height=160)
        with scope:
            source = words("scope.sample") if page.book.kind == "sample" else escaped(page.book.name)
            st.markdown(words("scope.joiner").join([source, scope_sentence(words, page.scope)]))
            lines = [*lineage_lines(words, page.lineage), *([untied] if untied else [])]
            st.markdown("\n".join(f"- {escaped(line)}" for line in lines))
            if alt:
                st.markdown(f"**{words('proof.alt')}** {alt}")


def table(answer: Answer, page: Page, key: str | None = None, height: int = TALL) -> None:
    """Place an answer's table, headed in the reader's language; it scrolls beyond a height in pixels."""
    shown = headed(answer.frame, answer.subject, page.words)
    formats = dict.fromkeys(shown.rates, "percent") | dict.fromkeys(shown.plain, "localized")
    st.dataframe(
        shown.frame,
        hide_index=True,
        height=_height(len(shown.frame), height),
        key=key,
        column_config={name: st.column_config.NumberColumn(format=form) for name, form in formats.items()},
    )


def texts(frame: pd.DataFrame, right: slice, is_whole: bool = False) -> None:
    """Place a table of texts, those of the columns ``right`` set to the right; ``is_whole`` shows every row at once."""
    st.dataframe(
        frame,
        hide_index=True,
        height="content" if is_whole else _height(len(frame), TALL),
        column_config={name: st.column_config.TextColumn(alignment="right") for name in frame.columns[right]},
    )


def _height(rows: int, most: int) -> int | Literal["auto"]:
    """As high as the rows need, and no higher than ``most`` pixels."""
    return "auto" if rows <= most // _ROW else most


def _csv(frame: pd.DataFrame, notes: tuple[str, ...]) -> Callable[[], bytes]:
    """Made on the click; a byte order mark makes spreadsheets read Chinese."""
    return lambda: ("\ufeff" + export.to_csv(frame, notes)).encode()


def sentences(lines: Sequence[str]) -> None:
    """Place the two or three sentences that a page opens with."""
    if lines:
        st.markdown("  \n".join(lines))

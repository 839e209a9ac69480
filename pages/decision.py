"""The auditor's page: one decision found, read as a file, explained and replayed."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from jiebei_dash.answers import decision, replay
from jiebei_dash.charts.contributions import waterfall
from jiebei_dash.desk import log
from jiebei_dash.errors import JiebeiError, ModelChanged, ModelMissing
from jiebei_dash.features import FEATURES
from jiebei_dash.settings import read_settings
from jiebei_dash.terms import RESULTS
from jiebei_dash.text import numbers, records
from jiebei_dash.ui import chain, controls, paper, show
from jiebei_dash.ui.cache import fetch
from jiebei_dash.ui.frame import Page, open_page

LISTED = ("decision_id", "decided_at", "decision", "main_reason", "score_points", "limit_fen", "policy_version")


def choose(page: Page) -> str:
    """Find a decision by its number or in a list; return its number, empty if none is chosen."""
    words, scope = page.words, page.scope
    number = controls.text(words("decision.number"), "number")
    with st.expander(words("decision.find_title"), expanded=not number, icon=":material/search:"):
        month_column, result_column, reason_column, policy_column = st.columns(4)
        with month_column:
            months = decision.months(scope, page.book.first_month)
            month = controls.month(words, "decided_month", months, None, words("decision.all_months"))
        with result_column:
            result = controls.one_or_all(words, words("fields.decision"), "decided", RESULTS[:2], "decision")
        with reason_column:
            reason = controls.one_or_all(words, words("fields.main_reason"), "reason", decision.REASONS, "rule")
        with policy_column:
            versions = decision.policy_versions(scope, fetch)
            policy = controls.one_or_all(words, words("fields.policy_version"), "policy", versions, "policy_version")
        list_no = list_page((scope, month, result, reason, policy))
        found = decision.find(scope, fetch, month, result, reason, policy, page_no=list_no)
        place_list(page, found.frame, list_no)
        show.proof(found, page)
    return number


def list_page(asked: object) -> int:
    """Return which page of the list is open: the first one again when something else is asked."""
    if st.session_state.get("list_of") != asked:
        st.session_state["list_of"], st.session_state["list_no"] = asked, 0
    return int(st.session_state["list_no"])


def place_list(page: Page, frame: pd.DataFrame, list_no: int) -> None:
    words = page.words

    def open_row() -> None:
        rows = st.session_state["decision_list"]["selection"]["rows"]
        if rows:
            st.session_state["number"] = str(frame["decision_id"].iloc[rows[0]])

    def turn(by: int) -> None:
        st.session_state["list_no"] = max(0, list_no + by)

    if frame.empty:
        st.info(words("decision.none_found"))
    else:
        st.caption(words("decision.pick"))
        st.dataframe(
            records.table(frame, words, LISTED, is_markdown=False),
            hide_index=True,
            key="decision_list",
            on_select=open_row,
            selection_mode="single-row",
            height=280,
        )
    newer, older, _ = st.columns([1, 1, 6])
    newer.button(words("decision.newer"), on_click=turn, args=(-1,), disabled=list_no == 0, key="newer")
    is_last = len(frame) < decision.LIST_ROWS
    older.button(words("decision.older"), on_click=turn, args=(1,), disabled=is_last, key="older")


def place_file(page: Page, file: decision.DecisionFile) -> None:
    """Place every part that is there, then the list of those that are not."""
    words = page.words
    for section in file.sections:
        if section.missing:
            continue
        paper.part(section.key, section.frame, words)
        if section.key == "model":
            place_contributions(page, file.decision_id)
    st.subheader(words("decision.missing_title"), anchor=False)
    for section in file.sections:
        if section.missing:
            part = words(f"decision.section.{section.key}")
            st.markdown("- " + words("decision.missing_line", part=part, why=words.code("missing", section.missing)))
    show.proof(file, page)


def summary(page: Page, file: decision.DecisionFile) -> list[str]:
    words, row, rules = page.words, file["application"].frame.iloc[0], file["rules"].frame
    lines = [
        words(
            "decision.summary",
            decision=words.code("decision", row["decision"]),
            at=numbers.moment(row["decided_at"]),
            policy=records.escaped(str(row["policy_version"])),
            model=records.escaped(str(row["model_version"])),
            score=numbers.points(row["score_points"]),
            pd=numbers.rate(row["pd_rate"]),
        )
    ]
    hits = int(rules["outcome"].isin(["HIT", "TRIM"]).sum()) if len(rules) else 0
    if hits:
        reason = words.code("rule", row["main_reason"])
        lines.append(words("decision.summary_hits", hits=hits, rules=len(rules), reason=reason))
    else:
        lines.append(words("decision.summary_no_hit", rules=len(rules)))
    if row["is_random_lane"]:
        lines.append(words("decision.summary_lane"))
    if row["is_override"]:
        lines.append(words("decision.summary_override"))
    return lines


def place_contributions(page: Page, decision_id: str) -> None:
    """A file without its artefact is still a file: the sentence stands where the figure would."""
    words = page.words
    st.subheader(words("decision.section.contributions"), anchor=False)
    try:
        answer = decision.contributions(page.scope, fetch, decision_id, read_settings().models_dir)
    except JiebeiError as error:
        st.warning(words.error(error), icon=":material/error:")
        return
    frame = answer.frame
    points = frame.set_index("kind")["points"]
    parts = frame[frame["kind"] == "FEATURE"]
    heaviest = [
        words(
            "decision.contribution_part",
            feature=words.code("feature", part.feature),
            points=numbers.points(part.points, signed=True),
        )
        for part in parts.head(3).itertuples()
    ]
    alt = words(
        "decision.contributions_alt",
        base=numbers.points(points["BASE"]),
        score=numbers.points(points["SCORE"]),
        parts=words("scope.separator").join(heaviest),
    )
    units: dict[str, str] = {feature.key: feature.unit for feature in FEATURES}
    show.figure(waterfall(frame, words, page.look, units, "points"), answer, page, alt)
    for side, column in zip(("against", "for"), st.columns(2), strict=True):
        told = parts[parts["side"] == side.upper()].sort_values("rank")
        lines = [
            words(
                "decision.reason_line",
                rank=int(reason.rank),
                sentence=words(f"reasons.{side}.{reason.feature}"),
                points=numbers.points(reason.points, signed=True),
            )
            for reason in told.itertuples()
        ]
        column.markdown("\n\n".join([words(f"decision.{side}"), *(lines or [words("decision.no_reason")])]))


def place_replay(page: Page, decision_id: str) -> None:
    """The log is written before the result is shown; without the log there is no result."""
    words = page.words
    st.subheader(words("decision.replay_title"), anchor=False)
    st.caption(words("decision.replay_note"))
    if not st.button(words("decision.replay_button"), icon=":material/replay:", key="replay"):
        return
    try:
        answer = replay.decision(page.scope, fetch, decision_id, read_settings().models_dir)
    except (ModelMissing, ModelChanged) as error:
        write_replay(page, decision_id, error.key())
        st.error(words.error(error), icon=":material/error:")
        return
    write_replay(page, decision_id, "identical" if replay.is_identical(answer) else "different")
    frame = answer.frame
    if replay.is_identical(answer):
        st.success(words("decision.replay_identical", count=len(frame)), icon=":material/check:")
    else:
        different = int((~frame["is_same"]).sum())
        st.error(words("decision.replay_differs", count=different, all=len(frame)), icon=":material/close:")
    named = frame.assign(item=[item_name(page, item) for item in frame["item"]])
    paper.rows(named, words, ("item", "stored", "again", "is_same"))
    show.proof(answer, page)


def item_name(page: Page, item: str) -> str:
    kind, _, rule = item.partition(".")
    if rule:
        return page.words("replay.rule_hit", rule=page.words.code("rule", rule))
    return page.words(f"replay.item.{kind}")


def write_replay(page: Page, decision_id: str, result: str) -> None:
    reader = page.scope.reader
    desk = log.open_desk(read_settings().desk_url)
    detail = {"result": result, "data_version": page.scope.data_version}
    log.append(desk, datetime.now(UTC), reader.name, reader.role, "replay", decision_id, detail)


opened = open_page("decision")
opened.scope.need("applicants")
chosen = choose(opened)
if chosen:
    number = decision.number_of(opened.scope, fetch, chosen)
    one = decision.file(opened.scope, fetch, number)
    show.sentences(summary(opened, one))
    place_file(opened, one)
    place_replay(opened, number)
if opened.scope.reader.role == "auditor":
    chain.place(opened.words)

"""Place parts of a single case as tables that print: a form for what is one, a table for what are many."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from jiebei_dash.text import records
from jiebei_dash.text.words import Words

_FORMS = {
    "identity": ("customer_id", "id_hash", "city_tier", "province_code", "first_seen_on", "is_first_credit"),
    "application": (
        "decision_id", "application_id", "submitted_at", "decided_at", "decision", "main_reason", "score_points",
        "pd_rate", "requested_fen", "limit_fen", "rate_day", "price_cell", "is_random_lane", "is_override",
        "is_manual", "is_repeat", "product_class", "product_code", "channel", "province_code", "zhima_band", "result",
    ),
    "policy": (
        "policy_version", "effective_from", "effective_to", "author", "approver", "change_ticket", "content_sha256",
    ),
    "model": (
        "model_version", "kind", "effective_from", "effective_to", "trained_from_month", "trained_to_month",
        "holdout_to_month", "bad_definition", "train_count", "holdout_count", "holdout_auc_rate", "holdout_ks_rate",
        "artefact_sha256",
    ),
    "loans": (
        "loan_id", "opened_month", "disbursed_at", "cash_seconds", "principal_fen", "rate_day", "first_30_month",
        "first_60_month", "first_90_month", "closed_state", "closed_month",
    ),
    "course": (
        "loan_id", "month", "mob", "state", "dpd_days", "most_dpd_days", "balance_fen", "paid_principal_fen",
        "paid_interest_fen", "lost_fen", "recovered_fen",
    ),
}  # fmt: skip
_TABLES = {
    "stages": ("stage_no", "stage", "entered_at", "left_at", "took_seconds", "outcome"),
    "inputs": ("feature", "value", "is_missing", "source", "obtained_at"),
    "rules": ("rule_no", "rule_key", "keeps", "threshold_value", "observed_value", "outcome"),
    "funding": ("loan_id", "funder_code", "name", "funder_kind", "share_rate", "principal_fen"),
}
"""Part of a file -> the columns that a reader sees, in order; the file's table holds all."""


def part(key: str, frame: pd.DataFrame, words: Words) -> None:
    """Place one part of a decision's file under its heading.

    Parameters
    ----------
    key
        Which part; its heading is ``decision.section.<key>``.
    frame
        Its rows, not empty.
    words
        Language.
    """
    st.subheader(words(f"decision.section.{key}"), anchor=False)
    if key in _FORMS:
        form = records.form(frame, words, _FORMS[key])
        st.table(form, hide_index=True, hide_header=len(frame) == 1, border="horizontal")
    else:
        rows(frame, words, _TABLES[key])


def rows(frame: pd.DataFrame, words: Words, columns: tuple[str, ...]) -> None:
    """Place rows as a table that prints whole."""
    st.table(records.table(frame, words, columns), hide_index=True, border="horizontal")

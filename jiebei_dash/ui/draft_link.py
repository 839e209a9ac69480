"""The address of a draft: what another page of the lab is opened with, so that the same draft stands there."""

from __future__ import annotations

import streamlit as st

from jiebei_dash.book.policy import RULES
from jiebei_dash.ui import link

NAMES: tuple[str, ...] = (*(rule.key for rule in RULES), "maturity_months")
"""Names in the address that describe a draft."""


def along() -> dict[str, list[str]]:
    """Return the address that carries the scope and the draft to another page of the lab."""
    return link.along(**{name: st.query_params[name] for name in NAMES if name in st.query_params})

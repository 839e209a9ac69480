"""Which versions of policy and model were live at the end of the as-of month."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import FromClause, or_, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Scope, month_plus


def policy(scope: Scope) -> Question:
    """Ask for the live policy: at most one row, ``policy_version``, ``effective_from``, ``rules_json``."""
    versions = schema.policy_version
    return Question(
        "live.policy",
        select(versions.c.policy_version, versions.c.effective_from, versions.c.rules_json)
        .where(*_live_at_the_end(versions, scope))
        .order_by(versions.c.effective_from.desc().nulls_last(), versions.c.policy_version.desc().nulls_last())
        .limit(1),
        scope,
    )


def model(scope: Scope) -> Question:
    """Ask for the live model: at most one row, ``model_version``, ``kind``, ``effective_from``, ``artefact_sha256``."""
    versions = schema.model_version
    return Question(
        "live.model",
        select(versions.c.model_version, versions.c.kind, versions.c.effective_from, versions.c.artefact_sha256)
        .where(*_live_at_the_end(versions, scope))
        .order_by(versions.c.effective_from.desc().nulls_last(), versions.c.model_version.desc().nulls_last())
        .limit(1),
        scope,
    )


def _live_at_the_end(versions: FromClause, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    end = datetime.combine(month_plus(scope.as_of_month, 1), time())
    return versions.c.effective_from < end, or_(versions.c.effective_to.is_(None), versions.c.effective_to >= end)

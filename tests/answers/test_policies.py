"""The policy in force by day, what differs between two, and how past changes came out: on the dozen, by hand.

Decided: January A01 to A03 and A13, February A04 to A06 and A14, March A07 to A09, July A10 to A12, A17 and A18; of
these A13, A14 and A18 were declined. By month 6 A02 went bad, and A04 and A06.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import policies
from jiebei_dash.book.engine import Book, Fetch, open_book
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.policy_diff import Difference, differences
from jiebei_dash.book.scope import Scope
from jiebei_dash.desk.proposal_store import frame
from jiebei_dash.errors import BadArgument, EmptyScope, PolicyUnknown
from jiebei_dash.metrics.intervals import difference, wilson
from tests.changed import changed_book

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
NOTHING = frame(())
STRICTER = make_policy({"score_floor": 600, "dti_cap": 0.5})


def changed_on(begins: datetime) -> Callable[[sa.Connection], None]:
    def change(connection: sa.Connection) -> None:
        connection.execute(
            sa.text(
                "insert into policy_version (policy_version, effective_from, rules_json, author, approver, "
                "change_ticket, content_sha256) values ('P2', :begins, :rules, 'Gao', 'Wang', 'CR-2', :sha256)"
            ),
            {"begins": begins, "rules": STRICTER.json(), "sha256": STRICTER.sha256()},
        )

    return change


@pytest.fixture(scope="module")
def changed(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The dozen with a second policy from February."""
    path = tmp_path_factory.mktemp("changed") / "book.duckdb"
    book = open_book(changed_book(dozen_url, path, changed_on(datetime(2024, 2, 1))))
    yield book
    book.engine.dispose()


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs, changed: Book) -> tuple[Scope, Fetch]:
    return scope_of("manager", changed), fetch_as("manager", changed)


def approved(number: str, policy_json: str, sha256: str, begins: str) -> pd.DataFrame:
    """A desk with one proposal that was approved."""
    row = {
        **dict.fromkeys(NOTHING.columns),
        "proposal_id": number,
        "proposal_state": "APPROVED",
        "author": "Ann",
        "decided_by": "Bo",
        "effective_on": pd.Timestamp(begins),
        "policy_json": policy_json,
        "policy_sha256": sha256,
    }
    return pd.DataFrame([row]).astype({"effective_on": "datetime64[us]"})


def test_the_policies_of_the_book_stand_by_day_with_the_hash_that_the_book_keeps(asked: tuple[Scope, Fetch]) -> None:
    found = policies.history(*asked, NOTHING).frame
    assert found["policy_id"].tolist() == ["P1", "P2"]
    assert found["policy_sha256"].tolist() == [make_policy({}).sha256(), STRICTER.sha256()]
    assert [f"{day:%Y-%m-%d}" for day in found["effective_on"]] == ["2023-12-01", "2024-02-01"]
    assert found["ends_before"].tolist() == [pd.Timestamp("2024-02-01"), pd.NaT]
    assert found[["author", "approver"]].to_numpy().tolist() == [["Lin", "Wang"], ["Gao", "Wang"]]


@pytest.mark.parametrize(
    ("day", "policy"),
    [("2023-11-30", []), ("2023-12-01", ["P1"]), ("2024-01-31", ["P1"]), ("2024-02-01", ["P2"]), ("", ["P2"]),
     ("2024-12-01", ["PR-1"])],
)  # fmt: skip
def test_a_policy_is_in_force_from_its_day_to_the_day_before_the_next(
    asked: tuple[Scope, Fetch], day: str, policy: list[str]
) -> None:
    desk = approved("PR-1", '{"score_floor":620}', "x", "2024-12-01")
    assert policies.in_force(*asked, desk, on=day).frame["policy_id"].tolist() == policy


def test_a_version_of_the_book_that_brings_a_proposal_is_that_proposal(asked: tuple[Scope, Fetch]) -> None:
    desk = approved("PR-1", STRICTER.json(), STRICTER.sha256(), "2024-01-20")
    found = policies.history(*asked, desk).frame
    assert found[["policy_id", "carried_out_as"]].to_numpy().tolist() == [["P1", ""], ["PR-1", "P2"]]
    assert (found["author"].iloc[1], found["effective_on"].iloc[1]) == ("Ann", pd.Timestamp("2024-02-01"))


def test_a_proposal_that_nobody_approved_is_no_policy(asked: tuple[Scope, Fetch]) -> None:
    desk = approved("PR-1", "{}", "x", "2024-03-01").assign(proposal_state="OPEN")
    assert policies.history(*asked, desk).frame["policy_id"].tolist() == ["P1", "P2"]


def test_a_day_that_is_none_and_a_book_without_policies_are_said(
    asked: tuple[Scope, Fetch], scope_of: ScopeOf, fetch_as: FetchAs, empty_book: Book
) -> None:
    with pytest.raises(BadArgument):
        policies.in_force(*asked, NOTHING, on="tomorrow")
    with pytest.raises(EmptyScope):
        policies.history(scope_of("manager", empty_book), fetch_as("manager", empty_book), NOTHING)


def test_the_difference_of_two_policies_is_told_by_rule(asked: tuple[Scope, Fetch]) -> None:
    found = policies.diff(*asked, NOTHING, before="P1", after="P2").frame
    assert found.to_numpy().tolist() == [
        ["dti_cap", "CHANGED", "0.7", "0.5"],
        ["score_floor", "CHANGED", "590", "600"],
    ]
    desk = approved("PR-1", '{"score_floor":590}', "x", "2024-03-01").assign(proposal_state="REJECTED")
    removed = policies.diff(*asked, desk, before="P1", after="PR-1").frame
    assert set(removed["difference"]) == {"REMOVED"}
    assert "score_floor" not in set(removed["part"])
    assert policies.diff(*asked, NOTHING, before="P2", after="P2").frame.empty
    with pytest.raises(PolicyUnknown):
        policies.diff(*asked, NOTHING, before="P1", after="P9")


def test_parts_that_come_later_are_told_as_well() -> None:
    before = (
        '{"thresholds":{"score_floor":590},"order":["dti_cap","score_floor"],"exceptions":['
        '{"rule_key":"score_floor","dimension":"channel","code":"HOME","threshold":580},'
        '{"rule_key":"score_floor","dimension":"channel","code":"RECALL","threshold":600}],"limits":[]}'
    )
    after = (
        '{"thresholds":{"score_floor":590.0,"review_band":20},"order":["score_floor","dti_cap"],"exceptions":['
        '{"rule_key":"score_floor","dimension":"channel","code":"RECALL","threshold":610}],"prices":{"LT600":{"A":2}}}'
    )
    assert differences(before, after) == (
        Difference(("order",), "dti_cap, score_floor", "score_floor, dti_cap"),
        Difference(("thresholds", "review_band"), None, 20),
        Difference(("exceptions", "HOME channel score_floor", "threshold"), 580, None),
        Difference(("exceptions", "RECALL channel score_floor", "threshold"), 600, 610),
        Difference(("prices", "LT600", "A"), None, 2),
    )
    assert differences('{"cells":[{"step":1},{"step":2}]}', '{"cells":[{"step":1},{"step":3}]}') == (
        Difference(("cells", "2", "step"), 2, 3),
    )


def test_what_came_of_a_change_is_counted_on_both_sides(asked: tuple[Scope, Fetch]) -> None:
    (row,) = policies.changes(*asked).frame.to_dict("records")
    assert (row["policy_id"], row["author"], row["approver"]) == ("P2", "Gao", "Wang")
    assert (row["before_months"], row["before_decided_count"], row["before_approval_rate"]) == (1, 4, 0.75)
    # February, March and July; the loans of February alone are old enough
    assert (row["after_months"], row["after_decided_count"]) == (3, 12)
    assert row["after_approval_rate"] == pytest.approx(10 / 12)
    assert (row["after_approval_low_rate"], row["after_approval_high_rate"]) == pytest.approx(wilson(10, 12))
    assert (row["before_loan_count"], row["before_bad_count"]) == (3, 1)
    assert (row["after_bad_months"], row["after_loan_count"], row["after_bad_count"]) == (1, 3, 2)
    assert row["bad_change_rate"] == pytest.approx(1 / 3)
    interval = (row["bad_change_low_rate"], row["bad_change_high_rate"])
    assert interval == pytest.approx(difference(2, 3, 1, 3))
    assert row["bad_known_from_month"] == pd.Timestamp("2025-03-01")


def test_an_earlier_as_of_knows_less(asked: tuple[Scope, Fetch]) -> None:
    scope, fetch = asked
    (row,) = policies.changes(replace(scope, as_of_month=date(2024, 9, 1)), fetch).frame.to_dict("records")
    assert (row["before_loan_count"], row["after_bad_months"], row["after_loan_count"]) == (3, 0, 0)
    assert row["after_bad_rate"] != row["after_bad_rate"]
    assert policies.changes(replace(scope, as_of_month=date(2024, 1, 1)), fetch).frame.empty


def test_a_change_within_a_month_leaves_that_month_to_neither(
    dozen_url: str, tmp_path: Path, scope_of: ScopeOf, fetch_as: FetchAs
) -> None:
    book = open_book(changed_book(dozen_url, tmp_path / "book.duckdb", changed_on(datetime(2024, 2, 10))))
    try:
        (row,) = policies.changes(scope_of("manager", book), fetch_as("manager", book)).frame.to_dict("records")
    finally:
        book.engine.dispose()
    assert (row["before_decided_count"], row["after_decided_count"], row["after_bad_months"]) == (4, 8, 0)


def test_a_book_with_one_policy_has_no_change(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    assert policies.changes(scope_of("manager"), fetch_as("manager")).frame.empty

"""The table of what funders take: what it holds, and what is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.eligibility import ELIGIBILITY_FILE, Criterion, read_eligibility
from jiebei_dash.errors import EligibilityInvalid

PLAIN: dict[str, object] = {
    "funder_code": "BANK_A", "zhima_at_least": 640, "from": date(2020, 1, 1), "mark": "X",
    "source": '{ en = "assumed", zh = "假设" }',
}  # fmt: skip
RULE: dict[str, object] = {
    "kind": "BANK", "at_least": 0.3, "from": date(2022, 1, 1), "mark": "A", "source": '{ en = "read", zh = "原文" }',
}  # fmt: skip


def _lines(plain: dict[str, object], changes: dict[str, object]) -> list[str]:
    found = []
    for name, value in {**plain, **changes}.items():
        if isinstance(value, bool):
            found.append(f"{name} = {str(value).lower()}")
        elif value is not None:
            is_text = isinstance(value, str) and not value.startswith("{")
            found.append(f'{name} = "{value}"' if is_text else f"{name} = {value}")
    return found


def eligibility_file(tmp_path: Path, rules: dict[str, dict[str, object]], **contracts: dict[str, object]) -> Path:
    """A table of contracts, each with what differs from a harmless one; None leaves a line out."""
    lines = ["dated = 2026-11-01"]
    for key, changes in rules.items():
        lines += [f"[own_share.{key}]", *_lines(RULE, changes)]
    for key, changes in contracts.items():
        lines += [f"[contract.{key}]", *_lines(PLAIN, changes)]
    path = tmp_path / "eligibility.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_table_of_the_house_names_every_funder_of_the_sample_once_on_any_day() -> None:
    table = read_eligibility()
    kinds = dict.fromkeys(("BK1", "BK2", "BK3", "BK4"), "BANK") | {"TR1": "TRUST", "TR2": "TRUST", "AB1": "ABS"}
    kinds |= {"OWN": "OWN"}
    for day in (date(2024, 12, 31), date(2025, 1, 1), date(2026, 10, 31)):
        held = [contract.funder_code for contract in table.on(day, kinds)]
        pools = ["POOL_A"] if day.year == 2026 else []
        assert held == ["BK1", "BK2", "BK3", "BK4", "TR1", "TR2", "AB1", *pools]
    # Levels are assumed; the rule of 30 % was read (2021 No. 24, item II).
    assert {contract.mark for contract in table.contracts} == {"X"}
    assert [(rule.at_least, rule.starts, rule.mark) for rule in table.own_shares] == [(0.30, date(2022, 1, 1), "A")]


def test_a_contract_is_read_with_its_criteria_in_order(tmp_path: Path) -> None:
    given = {"terms_months": [6, 12], "limit_at_most_yuan": 50_000, "excluded_provinces": ["XZ"]}
    contract = read_eligibility(eligibility_file(tmp_path, {}, a=given)).contracts[0]
    assert contract.criteria == (
        Criterion("zhima", "zhima_score", "at_least", (640.0,)),
        Criterion("limit", "limit_fen", "at_most", (5_000_000.0,)),
        Criterion("term", "term_months", "within", (6, 12)),
        Criterion("province", "province_code", "outside", ("XZ",)),
    )


def test_the_own_share_is_the_contract_s_or_the_rule_s_from_its_day_on(tmp_path: Path) -> None:
    table = read_eligibility(eligibility_file(tmp_path, {"b2": {}}, a={"own_share_at_least": 0.1}))
    contract = table.contracts[0]
    assert table.own_share_on(date(2021, 12, 31), contract, "BANK") == 0.1
    assert table.own_share_on(date(2022, 1, 1), contract, "BANK") == 0.3
    assert table.own_share_on(date(2022, 1, 1), contract, "TRUST") == 0.1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"colour": "red"}, "colour"),
        ({"funder_code": None}, "funder_code = None"),
        ({"zhima_at_least": 3000}, "zhima_at_least = 3000"),
        ({"pd_at_most": 4}, "pd_at_most = 4"),
        ({"pd_at_most": True}, "pd_at_most = True"),
        ({"limit_at_most_yuan": "much"}, "limit_at_most_yuan = much"),
        ({"terms_months": [6, 7]}, "terms_months = 7"),
        ({"terms_months": []}, "terms_months = []"),
        ({"product_classes": ["JB_X"]}, "product_classes = JB_X"),
        ({"provinces": ["GD"], "excluded_provinces": ["XZ"]}, "provinces, excluded_provinces"),
        ({"zhima_at_least": None}, "zhima_at_least, pd_at_most"),
        ({"own_share_at_least": 1.2}, "own_share_at_least = 1.2"),
        ({"is_assumed": True}, "is_assumed = True, name = -"),
        ({"from": "soon"}, "from = soon"),
        ({"to": date(2019, 1, 1)}, "from = 2020-01-01, to = 2019-01-01"),
        ({"mark": "D"}, "mark = D"),
        ({"source": '{ en = "assumed" }'}, "source"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    with pytest.raises(EligibilityInvalid) as caught:
        read_eligibility(eligibility_file(tmp_path, {}, mine=changes))
    assert f"mine: {why}" in str(caught.value.facts["why"])


@pytest.mark.parametrize(("changes", "why"), [({"kind": "SHOP"}, "kind = SHOP"), ({"at_least": 30}, "at_least = 30")])
def test_a_rule_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    with pytest.raises(EligibilityInvalid) as caught:
        read_eligibility(eligibility_file(tmp_path, {"b2": changes}, a={}))
    assert f"b2: {why}" in str(caught.value.facts["why"])


def test_two_contracts_of_one_funder_may_follow_each_other_and_not_overlap(tmp_path: Path) -> None:
    first, second = {"to": date(2024, 12, 31)}, {"from": date(2025, 1, 1)}
    assert len(read_eligibility(eligibility_file(tmp_path, {}, old=first, new=second)).contracts) == 2
    late = {"to": date(2025, 1, 1)}
    with pytest.raises(EligibilityInvalid) as caught:
        read_eligibility(eligibility_file(tmp_path, {}, old=late, new=second))
    assert caught.value.facts["why"] == "old, new: BANK_A from 2025-01-01"
    with pytest.raises(EligibilityInvalid, match="b2, b3: BANK"):
        read_eligibility(eligibility_file(tmp_path, {"b2": {}, "b3": {}}, a={}))


def test_a_funder_that_the_book_does_not_know_is_named(tmp_path: Path) -> None:
    table = read_eligibility(eligibility_file(tmp_path, {}, mine={"funder_code": "BANK_X"}))
    with pytest.raises(EligibilityInvalid) as caught:
        table.on(date(2026, 1, 1), {"OWN": "OWN", "BANK_A": "BANK"})
    assert caught.value.facts["why"] == "mine: funder_code = BANK_X (BANK_A, OWN)"


def test_an_assumed_pool_may_not_have_the_code_of_a_funder(tmp_path: Path) -> None:
    pool: dict[str, object] = {"is_assumed": True, "name": '{ en = "Pool", zh = "资产池" }'}
    table = read_eligibility(eligibility_file(tmp_path, {}, pool=pool))
    assert [contract.is_assumed for contract in table.on(date(2026, 1, 1), {"OWN": "OWN"})] == [True]
    with pytest.raises(EligibilityInvalid, match="pool: funder_code = BANK_A"):
        table.on(date(2026, 1, 1), {"BANK_A": "BANK"})


@pytest.mark.parametrize("text", ["dated = ", "[contract.a]\nmark = 'X'", "dated = 2026-01-01\ncontract = 3"])
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "eligibility.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EligibilityInvalid):
        read_eligibility(path)


def test_a_missing_table_is_said() -> None:
    with pytest.raises(EligibilityInvalid):
        read_eligibility(ELIGIBILITY_FILE.with_name("nowhere.toml"))

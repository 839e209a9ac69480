"""Mappings proposed for made-up tapes: names in English and Chinese, dates, units, codes, and how sure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jiebei_dash.errors import MappingInvalid, TapeMissing, TapeUnreadable
from jiebei_dash.load import values
from jiebei_dash.load.drafting import Draft, checked, fits, keep, kept, lacking, to_toml
from jiebei_dash.load.looking import Looked, files_of, look
from jiebei_dash.load.proposing import (
    ALL_KINDS,
    BY_RULE,
    Proposal,
    guess_kind,
    is_personal,
    needed,
    proposal_for,
    propose,
    targets,
)
from jiebei_dash.terms import Language
from jiebei_dash.text.words import load_words

ENGLISH = """LoanNumber,Reporting Month,Days Past Due,Outstanding Balance,Status,APR,Origination Date,Tenor,BorrowerName
A1,2024-01-31,0,"1,500.50",Current,12.5%,13/12/2023,12,Ann
A1,2024-02-29,12,"1,400.00",Late (1-30 days),12.5%,13/12/2023,12,Ann
A2,2024-01-31,0,300.25,Fully Paid,9%,05/01/2024,6,Bob
A3,2024-02-29,95,"12,000.00",On hold,18%,01/02/2024,24,Cy
"""
CHINESE = """借据号;统计月份;逾期天数;贷款余额(万元);贷款状态;日利率;放款日期;客户姓名;期限
L1;2024年01月;0;1.5;正常;0.05;2023/12/05;张三;12
L1;2024年02月;12;1.4;M1;0.05;2023/12/05;张三;12
L2;2024年01月;0;0;结清;0.04;2024/01/15;李四;6
"""


def looked(folder: Path, text: str, encoding: str = "utf-8", name: str = "tape.csv") -> Looked:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return look(path)


def found(tape: Looked, kind: str) -> dict[str, Proposal]:
    return {proposal.target: proposal for proposal in propose(tape, kind) if proposal.column}


def test_english_headers_are_understood_with_their_steps(tmp_path: Path) -> None:
    tape = looked(tmp_path, ENGLISH)
    assert guess_kind(tape) == "panel"
    rules = found(tape, "panel")
    assert {target: rule.column for target, rule in rules.items()} == {
        "loan_id": "LoanNumber", "month": "Reporting Month", "dpd_days": "Days Past Due",
        "balance_fen": "Outstanding Balance", "state": "Status", "rate_day": "APR", "disbursed_at": "Origination Date",
        "term_months": "Tenor",
    }  # fmt: skip
    assert (rules["balance_fen"].unit, rules["balance_fen"].number) == ("yuan", "as_written")
    assert (rules["rate_day"].unit, rules["rate_day"].number) == ("percent_a_year", "as_written")
    # 13/12 leaves no doubt about the order.
    assert (rules["disbursed_at"].form, rules["disbursed_at"].is_ambiguous) == ("%d/%m/%Y", False)
    assert rules["month"].form == "%Y-%m-%d"
    assert dict(rules["state"].codes) == {"Current": "C", "Late (1-30 days)": "M1", "Fully Paid": "PAID", "On hold": ""}
    assert all(rule.sure_rate >= 0.4 for rule in rules.values())


def test_chinese_headers_in_gb18030_are_understood_with_their_steps(tmp_path: Path) -> None:
    tape = looked(tmp_path, CHINESE, "gb18030")
    assert (tape.encoding, tape.delimiter) == ("gb18030", ";")
    assert guess_kind(tape) == "panel"
    rules = found(tape, "panel")
    assert rules["loan_id"].column == "借据号"
    assert (rules["month"].column, rules["month"].form) == ("统计月份", "%Y年%m月")
    assert (rules["balance_fen"].column, rules["balance_fen"].unit) == ("贷款余额(万元)", "wan_yuan")
    assert (rules["rate_day"].column, rules["rate_day"].unit) == ("日利率", "percent")
    assert dict(rules["state"].codes) == {"正常": "C", "M1": "M1", "结清": "PAID"}
    mapping = checked(to_toml(Draft("某机构", "panel", tape, propose(tape, "panel"))))
    assert mapping.name == "某机构"
    assert mapping.course is not None
    assert mapping.course.kind == "panel"
    assert mapping.files["tape"].encoding == "gb18030"


def test_a_panel_with_states_alone_counts_days_from_their_first(tmp_path: Path) -> None:
    tape = looked(tmp_path, "ID,MONTHS_BALANCE,STATUS\n1,0,C\n1,-1,M2\n2,0,Written off\n")
    rules = found(tape, "panel")
    assert dict(rules["dpd_days"].codes) == {"C": "0", "M2": "31", "Written off": "181"}
    assert rules["month"].form == "months_from_newest"
    text = to_toml(Draft("Small", "panel", tape, list(rules.values()), newest_month="2024-02"))
    mapping = checked(text)
    assert mapping.course is not None
    days = next(rule for rule in mapping.course.rows.columns if rule.target == "dpd_days")
    assert dict(days.codes) == {"C": 0, "M2": 31, "Written off": 181}
    assert "calendar" in lacking("panel", list(rules.values()))
    assert "write_offs" not in lacking("panel", list(rules.values()))
    with pytest.raises(MappingInvalid) as error:
        checked(to_toml(Draft("Small", "panel", tape, list(rules.values()))))
    assert "newest_month" in str(error.value.facts["path"])


@pytest.mark.parametrize(
    ("header", "rows", "kind"),
    [
        ("loan_id,issue_d,loan_status", ["1,Dec-2011,Fully Paid", "2,Jan-2012,Charged Off"], "outcomes"),
        ("ListingId,期数,应还本金,到期日期,还款日期,放款月", ["7,1,80.5,2024-01-05,2024-01-04,2023-12"], "instalments"),
        ("loan_no,month,payment,BAL,PRC,vintage", ["1,2024-01,5,9,4,2023-12", "1,2024-02,0,9,0,2023-12"], "payments"),
        ("application_id,application_date,decision", ["1,2024-01-03,approved", "2,2024-01-04,denied"], "applications"),
    ],
)  # fmt: skip
def test_what_a_row_is_follows_from_the_columns(tmp_path: Path, header: str, rows: list[str], kind: str) -> None:
    tape = looked(tmp_path, "\n".join([header, *rows]) + "\n")
    assert guess_kind(tape) == kind
    rules = found(tape, kind)
    assert set(needed(kind)) <= set(rules)
    lacks = lacking(kind, list(rules.values()))
    draft = Draft("Any", kind, tape, list(rules.values()), lacks)
    checked(to_toml(replace(draft, observed_to="2024-03-31", by_rule=BY_RULE.get(kind, {}))))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_that_may_be_filled_has_a_name(language: Language) -> None:
    texts = load_words(language).texts
    assert not [name for kind in ALL_KINDS for name in targets(kind) if f"bring_tape.ours_of.{name}" not in texts]


def test_a_day_and_a_month_that_could_change_places_are_not_decided_in_silence(tmp_path: Path) -> None:
    tape = looked(tmp_path, "loan_id,issue_date,amount\n1,05/01/2024,10\n2,07/02/2024,20\n")
    rule = found(tape, "outcomes")["disbursed_at"]
    assert rule.is_ambiguous
    assert rule.sure_rate < 0.9


def test_a_column_chosen_by_hand_brings_its_own_steps(tmp_path: Path) -> None:
    tape = looked(tmp_path, "a,b\n1,03.02.2024\n2,28.02.2024\n")
    rule = proposal_for("month", "panel", tape, "b")
    assert (rule.column, rule.form) == ("b", "%d.%m.%Y")


def test_values_that_do_not_fit_make_a_name_less_sure(tmp_path: Path) -> None:
    tape = looked(tmp_path, "loan_id,month,dpd,balance\n1,2024-01,0,plenty\n2,2024-01,0,little\n")
    assert "balance_fen" not in found(tape, "panel")


def test_columns_behind_which_a_person_stands_are_known_by_name_or_values() -> None:
    assert is_personal("客户姓名", ["张三"])
    assert is_personal("BorrowerName", ["Ann"])
    assert is_personal("contact", ["13800138000", "13900139000"])
    assert is_personal("x", ["11010519491231002X"])
    assert not is_personal("filename_count", ["3"])
    assert not is_personal("balance", ["1500.00"])


@pytest.mark.parametrize(
    ("texts", "number", "low", "high"),
    [
        (["1", "2.5", "-3"], "plain", -3, 2.5),
        (["1,234.50", "¥20"], "as_written", 20, 1234.5),
        (["1.234,50", "0,5"], "decimal_comma", 0.5, 1234.5),
        (["１２．５％", "8%"], "as_written", 8, 12.5),
    ],
)
def test_how_numbers_are_written_is_seen(texts: list[str], number: str, low: float, high: float) -> None:
    form = values.number_form(texts)
    assert form is not None
    assert (form.number, form.low, form.high) == (number, low, high)


def test_what_is_no_number_and_no_date_is_neither() -> None:
    assert values.number_form(["a", "1"]) is None
    assert values.date_form(["2024-13-01", "2024-01-02"]) is None
    assert values.date_form(["20240131", ""]) == values.DateForm("%Y%m%d")
    # One bad row in a hundred does not hide how the others are written, however few different days there are.
    assert values.date_form([*["2024-01-31"] * 99, "never"]) == values.DateForm("%Y-%m-%d")
    assert values.codes([str(n) for n in range(100)]) == {}


def test_a_file_that_is_not_one_is_refused_by_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "x.parquet"
    broken.write_bytes(b"no parquet")
    with pytest.raises(TapeUnreadable):
        look(broken)
    with pytest.raises(TapeUnreadable):
        looked(tmp_path, "a,a\n1,2\n")
    with pytest.raises(TapeUnreadable):
        looked(tmp_path, "a,b\n")
    with pytest.raises(TapeMissing):
        files_of(tmp_path / "nowhere")


def test_a_mapping_is_kept_and_found_again_for_a_tape_with_its_columns(tmp_path: Path) -> None:
    tape = looked(tmp_path, CHINESE)
    path = keep(to_toml(Draft("某机构 2024", "panel", tape, propose(tape, "panel"))), "某机构 2024", tmp_path / "own")
    assert path.name == "某机构_2024.toml"
    assert kept(tmp_path / "own") == [path]
    assert fits(path, tape) is not None
    assert fits(path, looked(tmp_path, ENGLISH, name="other.csv")) is None


def test_a_hostile_header_stays_a_text(tmp_path: Path) -> None:
    tape = looked(tmp_path, 'loan_id,month,"dpd"" = { x\\",state\n1,2024-01,0,"C"" ]"\n')
    rules = found(tape, "panel") | {
        "dpd_days": Proposal("dpd_days", 'dpd" = { x\\', 1.0),
        "state": Proposal("state", "state", 1.0, codes=(('C" ]', "C"),)),
    }
    mapping = checked(to_toml(Draft('A "book"\n[x]', "panel", tape, list(rules.values()))))
    assert mapping.name == 'A "book"\n[x]'
    assert mapping.course is not None
    assert dict(next(rule.codes for rule in mapping.course.rows.columns if rule.target == "state")) == {'C" ]': "C"}
    assert 'dpd" = { x\\' in {rule.column for rule in mapping.course.rows.columns}

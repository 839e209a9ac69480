"""The lab decides as SQL does, on every application; and its sums keep their identities whatever the draft."""

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from jiebei_dash.answers import trying
from jiebei_dash.book.engine import Book, Fetch, ask
from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.notation import decides
from jiebei_dash.book.policy import Policy, SegmentThreshold, make_policy
from jiebei_dash.book.rules import Rule
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.lab.deciding import add_up, fails
from jiebei_dash.lab.inference import guess
from jiebei_dash.lab.population import Population
from jiebei_dash.queries import lab
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS
from tests.lab.populations import bench_of, people_of

TODAY = make_policy({})
DRAFTS = {
    "today": TODAY,
    "stricter": make_policy({"score_floor": 620.0, "dti_cap": 0.5}),
    "looser": make_policy({"score_floor": 560.0, "other_lenders_cap": 9.0, "account_age_floor": 6.0}),
    "between two steps": make_policy({"score_floor": 601.3, "dti_cap": 0.433, "zhima_floor": 612.0}),
    "segments": make_policy({"score_floor": 600.0}).where(
        [
            SegmentThreshold("score_floor", "channel", "PARTNER", 640.0),
            SegmentThreshold("score_floor", "zhima_band", "700_749", 580.0),
            SegmentThreshold("dti_cap", "term_months", 12, 0.4),
        ]
    ),
    "segments between two steps": make_policy({"score_floor": 600.0}).where(
        [SegmentThreshold("score_floor", "channel", "PARTNER", 633.7)]
    ),
}


@pytest.fixture(scope="module")
def sample(small_book: Book) -> tuple[Scope, Fetch]:
    return small_book.scope(Reader("Test", "analyst")), lambda question: ask(small_book, question)


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAFTS)
def test_the_lab_and_sql_agree_on_every_application_of_the_book(
    small_book: Book, sample: tuple[Scope, Fetch], name: str
) -> None:
    scope, fetch = sample
    months = 120
    window = trying.queries.window_of(scope, 6, months)
    question = lab.decisions(scope, window)
    rows = fetch(question)
    people = trying.late.function("jiebei_dash.lab.population:population")(question.key, rows)
    # The lab holds no number of a case: its rows and those of SQL come in the order of the same hash.
    spread = sa.func.substr(sa.func.md5(sa.literal_column("decided.decision_id")), 1, 4)
    inner = decides(DRAFTS[name]).order_by(None).subquery("decided")
    held = sa.text("submitted_month between :first and :last")
    ordered = (
        sa.select(inner.c.decision_id, inner.c.decision)
        .where(
            inner.c.decision_id.in_(
                sa.select(sa.column("decision_id"))
                .select_from(sa.table("decision"))
                .where(held.bindparams(first=window.first_month, last=window.last_month))
                .where(sa.text("decided_month <= :as_of").bindparams(as_of=scope.as_of_month))
            )
        )
        .order_by(spread, inner.c.decision_id)
    )
    with small_book.engine.connect() as connection:
        decided = connection.execute(ordered).all()
    ours = fails(people, DRAFTS[name]) == 0
    assert len(decided) == len(people) > 1_000
    assert [row.decision == "APPROVED" for row in decided] == ours.tolist()
    assert 0 < int(ours.sum()) < len(people)


@st.composite
def thresholds(draw: st.DrawFn) -> dict[str, float]:
    return {rule.key: draw(st.sampled_from(grid(rule))) for rule in GRID_RULES if draw(st.booleans())}


@settings(max_examples=40, deadline=None)
@given(thresholds(), st.integers(0, 3))
def test_the_four_cells_are_everybody_and_a_tighter_rule_never_approves_more(
    moved: dict[str, float], seed: int
) -> None:
    bench = bench_of(people_of(400, seed))
    draft = TODAY.changed(moved)
    sums = bench.tried(draft).proposed
    by_cell = sums.groupby("cell")["decided_count"].sum()
    assert by_cell.sum() == 400
    approved = bench.bits(draft) == 0
    assert by_cell["KEPT"] + by_cell["SWAPPED_IN"] == approved.sum()
    assert by_cell["SWAPPED_OUT"] + by_cell["KEPT"] == (bench.bits(TODAY) == 0).sum()
    for rule in GRID_RULES:
        place = grid(rule).index(draft[rule.key])
        if place + 1 < len(grid(rule)):
            tighter = fails(bench.people, draft.changed({rule.key: grid(rule)[place + 1]})) == 0
            assert not (tighter & ~approved).any()


@settings(max_examples=30, deadline=None)
@given(thresholds(), st.sampled_from(GRID_RULES), st.integers(0, 3))
def test_sums_along_one_rule_are_those_of_a_whole_pass_at_each_threshold(
    moved: dict[str, float], rule: Rule, seed: int
) -> None:
    bench = bench_of(people_of(300, seed))
    draft = TODAY.changed(moved).where([SegmentThreshold("score_floor", "channel", "PARTNER", 640.0)])
    key = rule.key
    along = bench.along(draft, key)
    for place in range(0, len(grid(rule)), 7):
        there = draft.changed({key: grid(rule)[place]})
        looked_up = along[along["step"] == place].groupby("outcome")[list(LAB_MEASURES)].sum()
        whole = bench.tried(there).proposed
        passed = whole[whole["cell"].isin(("KEPT", "SWAPPED_IN"))].groupby("outcome")[list(LAB_MEASURES)].sum()
        for name in ("decided_count", "loan_count", "bads_central_count", "limit_fen", "bads_high_fen", "interest_fen"):
            assert looked_up[name].to_numpy() == pytest.approx(passed[name].to_numpy(), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(thresholds(), st.sampled_from(GRID_RULES), st.integers(0, 3), st.data())
def test_a_move_of_one_rule_that_is_looked_up_is_that_of_a_whole_pass(
    moved: dict[str, float], rule: Rule, seed: int, data: st.DataObject
) -> None:
    people = people_of(300, seed)
    draft = TODAY.changed(moved)
    there = draft.changed({rule.key: data.draw(st.sampled_from(grid(rule)))})
    looking, passing = bench_of(people), bench_of(people)
    looking.along(draft, rule.key)
    found, whole = looking.tried(there), passing.tried(there)
    assert looking._looked_up(there) is not None and passing._looked_up(there) is None
    for name in ("today", "proposed"):
        ours, theirs = getattr(found, name), getattr(whole, name)
        assert ours[list(LAB_MEASURES)].to_numpy() == pytest.approx(
            theirs[list(LAB_MEASURES)].to_numpy(), rel=1e-9, abs=1e-7
        )
        assert ours["decided_count"].tolist() == theirs["decided_count"].tolist()


def test_a_draft_equal_to_today_changes_nothing_to_the_fen() -> None:
    bench = bench_of(people_of(2_000, 1))
    tried = bench.tried(make_policy({}))
    pd.testing.assert_frame_equal(tried.today, tried.proposed, check_exact=True)
    moved = tried.proposed.groupby("cell")["decided_count"].sum()
    assert moved["SWAPPED_IN"] == moved["SWAPPED_OUT"] == 0


def test_two_threads_add_up_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    people = people_of(5_001, 2)
    draft = DRAFTS["looser"]
    one = bench_of(people).tried(draft).proposed
    monkeypatch.setattr("jiebei_dash.lab.deciding.SMALLEST_PART", 10)
    two = bench_of(people).tried(draft).proposed
    whole = list(LAB_MEASURES)
    assert two[whole].to_numpy() == pytest.approx(one[whole].to_numpy(), rel=1e-12)
    assert two["decided_count"].tolist() == one["decided_count"].tolist()


def test_sums_are_those_of_pandas_masks() -> None:
    people = people_of(3_000, 3)
    bench = bench_of(people)
    draft = DRAFTS["segments"]
    ours = bench.tried(draft).proposed.groupby(["cell", "outcome"])[list(LAB_MEASURES)].sum()
    passes = {name: masks(people, policy) for name, policy in (("today", TODAY), ("draft", draft))}
    frame = pd.DataFrame({"outcome": people.outcome, "limit": np.minimum(people.limit_fen, draft["amount_cap"])})
    frame["bad"] = guess(people, "parcelling", bench.assumptions.reject_factors).bad[:, 1].astype(float)
    for place, (today, proposed) in enumerate(((True, True), (True, False), (False, True), (False, False))):
        rows = frame[(passes["today"] == today) & (passes["draft"] == proposed)]
        for code, outcome in enumerate(LOAN_OUTCOMES):
            own = rows[rows["outcome"] == code]
            found = ours.loc[(SWAP_CELLS[place], outcome)]
            assert found["decided_count"] == len(own)
            if proposed or today:
                assert found["limit_fen"] == pytest.approx(own["limit"].sum())
                assert found["bads_central_fen"] == pytest.approx((own["bad"] * own["limit"]).sum(), rel=1e-6)


def masks(people: Population, policy: Policy) -> np.ndarray:
    """Plainly, rule by rule."""
    passes = np.ones(len(people), bool)
    channels = np.array(["HOME", "CHECKOUT", "RECALL", "PARTNER", "NA", ""])[people.segments["channel"]]
    bands = np.array(["LT600", "600_649", "650_699", "700_749", "750_UP", "NA", ""])[people.segments["zhima_band"]]
    terms = np.array([3, 6, 9, 12, 24, 0, -1])[people.segments["term_months"]]
    for rule in GRID_RULES:
        threshold = np.full(len(people), policy[rule.key])
        for each in reversed(policy.exceptions):
            where = {"channel": channels, "zhima_band": bands, "term_months": terms}[each.dimension] == each.code
            if each.rule_key == rule.key:
                threshold[where] = each.threshold
        value = people.inputs[rule.column]
        beyond = value < threshold if rule.keeps == "at_least" else value > threshold
        passes &= ~np.where(np.isnan(value), False, beyond)
    return passes


def test_a_missing_input_fails_no_rule_on_the_grid_or_between() -> None:
    people = people_of(200, 4, missing="bureau_overdue_count")
    for cap in (0.0, 0.5):
        bits = fails(people, make_policy({"overdue_cap": cap}))
        place = [rule.key for rule in GRID_RULES].index("overdue_cap")
        assert not ((bits >> place) & 1).any()


def test_whoever_lies_in_the_review_band_is_counted_among_those_who_pass() -> None:
    people = people_of(1_000, 5)
    bench = bench_of(people)
    assert bench.referred(TODAY) == 0
    draft = make_policy({"review_band": 640.0})
    inside = (people.inputs["score_points"] < 640) & (bench.bits(draft) == 0)
    assert bench.referred(draft) == int(inside.sum()) > 0


def test_segments_add_up_to_the_whole() -> None:
    bench = bench_of(people_of(2_000, 6))
    draft = DRAFTS["looser"]
    whole = bench.tried(draft).proposed[list(LAB_MEASURES)].sum()
    parts, codes = bench.by_segment(draft, "channel")
    assert parts.proposed[list(LAB_MEASURES)].sum().to_numpy() == pytest.approx(whole.to_numpy(), rel=1e-9)
    assert codes == ["HOME", "CHECKOUT", "RECALL", "PARTNER", "NA", "NA"]


def test_every_set_of_rules_adds_up_to_everybody() -> None:
    bench = bench_of(people_of(2_000, 7))
    table = bench.by_hits(DRAFTS["stricter"])
    assert table[..., 0].sum() == 2_000
    assert table[0, :, 0].sum() == (bench.bits(DRAFTS["stricter"]) == 0).sum()


def test_a_group_is_added_up_by_itself() -> None:
    people = people_of(900, 8)
    bench = bench_of(people)
    group = (np.arange(900) % 3).astype(np.uint8)
    bits = bench.bits(TODAY)
    sums = add_up(people, bits, bits, bench.offer_today, group, 3).frame()
    assert sums.groupby("group")["decided_count"].sum().tolist() == [300.0, 300.0, 300.0]

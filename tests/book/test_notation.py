"""One notation of a policy: JSON comes back to its hash, SQL decides the same; order, segments, cells."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiebei_dash.book.engine import Book
from jiebei_dash.book.grid import grid
from jiebei_dash.book.notation import as_sql, read_policy
from jiebei_dash.book.offers import LIMITS, PRICES, SCORE_BANDS_FROM, Cell, by_cell, score_band
from jiebei_dash.book.policy import Policy, SegmentThreshold, hits, make_policy
from jiebei_dash.book.rules import RULES
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.errors import BadArgument, PolicyChanged, PolicyInvalid
from jiebei_dash.terms import ZHIMA_BANDS

TODAY = make_policy({})


def drafts() -> st.SearchStrategy[Policy]:
    """Any policy that can be made."""
    threshold = st.fixed_dictionaries(
        {rule.key: st.sampled_from(grid(rule)) for rule in RULES if rule.effect == "decline"}
    )
    segment = st.sampled_from(DIMENSIONS).flatmap(
        lambda dimension: st.tuples(st.just(dimension.key), st.sampled_from(list(dimension.codes)))
    )
    exception = st.tuples(st.sampled_from([rule for rule in RULES if rule.effect == "decline"]), segment).flatmap(
        lambda pair: st.sampled_from(grid(pair[0])).map(
            lambda value: SegmentThreshold(pair[0].key, pair[1][0], pair[1][1], value)
        )
    )
    place = st.tuples(st.sampled_from(ZHIMA_BANDS), st.sampled_from(SCORE_BANDS_FROM))
    factors = st.dictionaries(place, st.sampled_from([0.5, 0.8, 1.0, 1.25, 2.0]), max_size=4)
    steps = st.dictionaries(place, st.sampled_from([-3.0, -1.0, 0.0, 2.0]), max_size=4)
    order = st.permutations([rule.key for rule in RULES])
    return st.builds(
        lambda moved, others, limits, prices, keys: (
            make_policy(moved)
            .where(others)
            .offering(
                [Cell(*where, value) for where, value in limits.items()],
                [Cell(*where, value) for where, value in prices.items()],
            )
            .ordered(keys)
        ),
        threshold, st.lists(exception, max_size=3), factors, steps, order,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(drafts())
def test_its_json_comes_back_to_the_same_policy_and_hash(policy: Policy) -> None:
    back = read_policy(policy.json(), policy.sha256())
    assert back.json() == policy.json()
    assert back.sha256() == policy.sha256()
    assert [back[rule.key] for rule in RULES] == [policy[rule.key] for rule in RULES]
    assert (back.exceptions, back.limits, back.prices) == (policy.exceptions, policy.limits, policy.prices)


def test_a_plain_policy_is_written_as_it_always_was() -> None:
    assert TODAY.json() == (
        '{"amount_cap":20000000.0,"dti_cap":0.7,"other_lenders_cap":6.0,"overdue_cap":2.0,"queries_cap":12.0,'
        '"score_floor":590.0,"zhima_floor":600.0}'
    )
    assert '"account_age_floor":12.0' in TODAY.changed({"account_age_floor": 12}).json()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("not json", "JSON"),
        ("[1]", "JSON"),
        ('{"zhima_floor":"600"}', "zhima_floor"),
        ('{"thresholds":{"zhima_floor":600}}', "exceptions"),
        ('{"exceptions":[],"limits":[],"order":["score_floor"],"prices":[],"thresholds":{"zhima_floor":600}}', "order"),
        ('{"exceptions":[["zhima_floor"]],"limits":[],"order":["zhima_floor"],"prices":[],"thresholds":{"zhima_floor":600}}',
         "exceptions, limits, prices"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_policy_is_refused_by_its_part(text: str, part: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        read_policy(text)
    assert refused.value.facts["part"] == part


def test_unknown_rules_thresholds_out_of_range_and_wrong_hashes_are_refused() -> None:
    for text in ('{"moon_phase":1}', '{"zhima_floor":60}'):
        with pytest.raises(BadArgument):
            read_policy(text)
    with pytest.raises(PolicyChanged):
        read_policy(TODAY.changed({"zhima_floor": 650}).json(), TODAY.sha256())
    for bad in (
        SegmentThreshold("zhima_floor", "channel", "MOON", 650),
        SegmentThreshold("zhima_floor", "moon", "HOME", 650),
        SegmentThreshold("amount_cap", "channel", "HOME", 10_000_00),
        SegmentThreshold("zhima_floor", "channel", "HOME", 60),
    ):
        with pytest.raises(BadArgument):
            TODAY.where([bad])
    with pytest.raises(BadArgument):
        TODAY.offering([Cell("650_699", 620, 9.0)])
    with pytest.raises(BadArgument):
        TODAY.offering(prices=[Cell("650_699", 620, 1.0), Cell("650_699", 620, 2.0)])
    with pytest.raises(BadArgument):
        TODAY.ordered(["zhima_floor", "zhima_floor"])


def test_cells_that_change_nothing_are_no_part_of_a_policy() -> None:
    assert TODAY.offering([Cell("650_699", 620, 1.0)], [Cell("NA", 0, 0.0)]) == TODAY
    assert by_cell(LIMITS, (Cell("650_699", 620, 0.5),))["650_699", 620] == 0.5
    assert by_cell(PRICES, ())["NA", 0] == 0.0
    assert [score_band(points) for points in (480.2, 599.99, 600.0, 700.0)] == [0, 0, 600, 660]


def test_the_order_says_which_hit_is_the_main_reason_and_a_segment_has_its_own_threshold() -> None:
    values = {"zhima_score": 590.0, "score_points": 580.0}
    assert [hit.rule_key for hit in hits(TODAY, values)] == ["zhima_floor", "score_floor"]
    turned = TODAY.ordered(["score_floor"])
    assert [(hit.rule_key, hit.rule_no) for hit in hits(turned, values)] == [("score_floor", 1), ("zhima_floor", 2)]
    own = TODAY.where([SegmentThreshold("zhima_floor", "channel", "HOME", 580.0)])
    assert [hit.rule_key for hit in hits(own, values, {"channel": "HOME"})] == ["score_floor"]
    assert [hit.rule_key for hit in hits(own, values, {"channel": "PARTNER"})] == ["zhima_floor", "score_floor"]


def test_its_sql_run_by_hand_decides_as_the_policy_does(dozen: Book) -> None:
    policy = (
        make_policy({"zhima_floor": 650, "review_band": 640})
        .where([SegmentThreshold("score_floor", "channel", "HOME", 620.0)])
        .ordered(["score_floor"])
    )
    with dozen.engine.connect() as connection:
        decided = connection.exec_driver_sql(as_sql(policy)).mappings().all()
        facts = connection.exec_driver_sql(
            "select decision_id, channel, zhima_score, other_lender_count, bureau_query_count, bureau_overdue_count, "
            "dti_rate, account_age_months, score_points from decision left join feature_snapshot using (decision_id) "
            "order by decision_id"
        ).mappings().all()  # fmt: skip
    assert [row["decision_id"] for row in decided] == [row["decision_id"] for row in facts]
    seen = set()
    for row, fact in zip(decided, facts, strict=True):
        found = hits(policy, dict(fact), {"channel": fact["channel"]})
        assert row["decision"] == ("DECLINED" if found else "APPROVED")
        assert row["main_reason"] == (found[0].rule_key if found else None)
        assert row["is_referred"] == (not found and fact["score_points"] is not None and fact["score_points"] < 640)
        seen.add(row["decision"])
    assert seen == {"APPROVED", "DECLINED"}
    assert json.loads(policy.json())["order"][0] == "score_floor"

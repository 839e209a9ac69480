"""What differs between two policies, also where one is written whole and the other as thresholds alone."""

from jiebei_dash.book.offers import Cell
from jiebei_dash.book.policy import SegmentThreshold, make_policy
from jiebei_dash.book.policy_diff import differences


def test_a_whole_policy_and_one_of_thresholds_alone_are_told_apart_by_what_differs() -> None:
    plain = make_policy({})
    draft = (
        plain.changed({"score_floor": 600})
        .where([SegmentThreshold("score_floor", "channel", "PARTNER", 620.0)])
        .offering([Cell("650_699", 620, 0.9)], [Cell("650_699", 620, 1.0)])
    )
    found = {each.path: (each.before, each.after) for each in differences(plain.json(), draft.json())}
    assert found == {
        ("score_floor",): (590.0, 600.0),
        ("exceptions", "score_floor PARTNER", "threshold"): (None, 620.0),
        ("limits", "650_699 620", "factor"): (None, 0.9),
        ("prices", "650_699 620", "steps"): (None, 1.0),
    }
    turned = plain.ordered(["score_floor"])
    assert [each.path for each in differences(plain.json(), turned.json())] == [("order",)]

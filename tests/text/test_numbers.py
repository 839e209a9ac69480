"""How numbers read."""

from datetime import date

from jiebei_dash.text import numbers


def test_money_scales_in_the_readers_own_words() -> None:
    assert numbers.yuan(123_456_789_00, "zh") == "¥1.23亿"
    assert numbers.yuan(123_456_789_00, "en") == "¥123.5M"
    assert numbers.yuan(56_700_00, "zh") == "¥5.67万"
    assert numbers.yuan(56_700_00, "en") == "¥56.70k"
    assert numbers.yuan(-9_50, "en") == "-¥9.50"


def test_small_changes_are_basis_points_and_large_ones_points() -> None:
    assert numbers.rate_change(0.0012, "en") == "+12 bp"
    assert numbers.rate_change(-0.0012, "zh") == "-12个基点"
    assert numbers.rate_change(0.0123, "en") == "+1.23 pp"


def test_unknown_is_a_dash_never_a_number() -> None:
    unknown = [numbers.rate(float("nan")), numbers.yuan(None, "en"), numbers.count(None), numbers.month(None)]
    assert unknown == ["–"] * 4


def test_a_rate_has_two_decimals_and_a_month_its_year_first() -> None:
    assert numbers.rate(0.02094) == "2.09%"
    assert numbers.month(date(2026, 10, 1)) == "2026-10"
    assert numbers.duration(55, "en") == "55 s"
    assert numbers.duration(240, "zh") == "4分钟"

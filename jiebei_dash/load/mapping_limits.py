"""Read from a mapping file what stops a load, and the totals that it must tie with."""

from __future__ import annotations

from datetime import date

from jiebei_dash.book import schema
from jiebei_dash.load.checks import CHECKS, REASONS
from jiebei_dash.load.mapping import UNITS, CheckLimits, ControlRule, ControlTotal
from jiebei_dash.load.mapping_columns import Place
from jiebei_dash.load.restated import MEASURES


def read_limits(tree: object, place: Place) -> CheckLimits:
    """Return what stops a load.

    Parameters
    ----------
    tree
        The section ``[checks]``.
    place
        Names the file in a refusal.

    Raises
    ------
    MappingInvalid
    """
    rule = place.section(tree, "checks", set(), {"most_quarantined_rate", "most_broken_lines", "most", "off"})
    most = place.section(rule.get("most", {}), "checks.most", set())
    off = place.section(rule.get("off", {}), "checks.off", set())
    for name in off:
        if name not in {check.name for check in CHECKS}:
            raise place.refuse(f"checks.off.{name}", "unknown_value")
    for name in most:
        if name not in REASONS:
            raise place.refuse(f"checks.most.{name}", "unknown_value")
    lines = rule.get("most_broken_lines")
    return CheckLimits(
        place.number(rule.get("most_quarantined_rate", 0.05), "checks.most_quarantined_rate"),
        None if lines is None else int(place.number(lines, "checks.most_broken_lines")),
        tuple((name, int(place.number(count, f"checks.most.{name}"))) for name, count in most.items()),
        tuple((name, place.text(why, f"checks.off.{name}")) for name, why in off.items()),
    )


def read_controls(tree: object, place: Place) -> ControlRule:
    """Return the totals to tie with.

    Parameters
    ----------
    tree
        The section ``[controls]``.
    place
        Names the file in a refusal.

    Raises
    ------
    MappingInvalid
    """
    rule = place.section(tree, "controls", set(), {"file", "rows", "tolerance", "tolerance_rate", "must_tie", "unit"})
    if ("file" in rule) == ("rows" in rule):
        raise place.refuse("controls", "file_or_rows")
    rows = rule.get("rows", [])
    if not isinstance(rows, list):
        raise place.refuse("controls.rows", "wrong_kind")
    unit = rule.get("unit", "fen")
    if unit not in UNITS["_fen"]:
        raise place.refuse("controls.unit", "unknown_unit")
    must_tie = rule.get("must_tie", False)
    if not isinstance(must_tie, bool):
        raise place.refuse("controls.must_tie", "wrong_kind")
    return ControlRule(
        place.text(rule["file"], "controls.file") if "file" in rule else "",
        tuple(_total(row, f"controls.rows.{number}", place) for number, row in enumerate(rows, 1)),
        place.number(rule.get("tolerance", 0.0), "controls.tolerance"),
        place.number(rule.get("tolerance_rate", 0.0), "controls.tolerance_rate"),
        must_tie,
        UNITS["_fen"][str(unit)],
    )


def _total(tree: object, at: str, place: Place) -> ControlTotal:
    row = place.section(tree, at, {"table", "measure", "value"}, {"month"})
    table, measure = place.text(row["table"], f"{at}.table"), place.text(row["measure"], f"{at}.measure")
    if table not in schema.book.tables or measure not in ("count", *MEASURES.get(table, {})):
        raise place.refuse(f"{at}.measure", "unknown_value")
    month = None
    if "month" in row:
        try:
            month = date.fromisoformat(f"{place.text(row['month'], f'{at}.month')[:7]}-01")
        except ValueError as error:
            raise place.refuse(f"{at}.month", "not_a_month") from error
    return ControlTotal(table, month, measure, place.number(row["value"], f"{at}.value", float("-inf")))

"""The list of pages: one record each, and who reads them."""

from __future__ import annotations

from dataclasses import dataclass

from jiebei_dash.terms import Role


@dataclass(frozen=True)
class PageRecord:
    """One page.

    Parameters
    ----------
    key
        File ``pages/<key>.py``, address, and prefix of its words.
    reader
        The role it is made for.
    readers
        The roles whose menu shows it. What they may ask is decided in the data layer all the same.
    icon
        Material symbol of the menu.
    has_scope
        Whether the scope bar stands above it.
    section
        Section of the menu; empty for that of the role it is made for.
    """

    key: str
    reader: Role
    readers: tuple[Role, ...]
    icon: str
    has_scope: bool = True
    section: str = ""

    @property
    def path(self) -> str:
        """Return its place in the address: the front page stands at the root."""
        return "" if self.key == "overview" else self.key


_ALL: tuple[Role, ...] = ("manager", "analyst", "auditor")

PAGES: tuple[PageRecord, ...] = (
    PageRecord("overview", "manager", _ALL, ":material/monitoring:"),
    PageRecord("monthly", "manager", _ALL, ":material/picture_as_pdf:"),
    PageRecord("funnel", "manager", _ALL, ":material/filter_alt:", section="lending"),
    PageRecord("entry", "manager", _ALL, ":material/login:", section="lending"),
    PageRecord("price", "manager", _ALL, ":material/percent:", section="lending"),
    PageRecord("delinquency", "manager", _ALL, ":material/schedule:", section="quality"),
    PageRecord("roll_rates", "manager", _ALL, ":material/swap_horiz:", section="quality"),
    PageRecord("bridge", "manager", _ALL, ":material/stacked_bar_chart:", section="quality"),
    PageRecord("non_performing", "manager", _ALL, ":material/health_and_safety:", section="quality"),
    PageRecord("vintages", "manager", _ALL, ":material/stacked_line_chart:", section="loss"),
    PageRecord("losses", "manager", _ALL, ":material/money_off:", section="loss"),
    PageRecord("collection", "manager", _ALL, ":material/support_agent:", section="loss"),
    PageRecord("recoveries", "manager", _ALL, ":material/savings:", section="loss"),
    PageRecord("prepayment", "manager", _ALL, ":material/fast_forward:", section="loss"),
    PageRecord("stratification", "manager", _ALL, ":material/donut_small:", section="book"),
    PageRecord("portfolio_limits", "manager", _ALL, ":material/speed:", section="book"),
    PageRecord("unit_economics", "manager", _ALL, ":material/payments:", section="book"),
    PageRecord("peers", "manager", _ALL, ":material/compare_arrows:", section="book"),
    PageRecord("loan", "manager", _ALL, ":material/receipt_long:", section="book"),
    PageRecord("what_if", "analyst", ("analyst", "auditor"), ":material/tune:"),
    PageRecord("swap_set", "analyst", ("analyst", "auditor"), ":material/swap_calls:"),
    PageRecord("policy_rules", "analyst", ("analyst", "auditor"), ":material/low_priority:"),
    PageRecord("frontier", "analyst", ("analyst", "auditor"), ":material/ssid_chart:"),
    PageRecord("offers", "analyst", ("analyst", "auditor"), ":material/price_change:"),
    PageRecord("inference", "analyst", ("analyst", "auditor"), ":material/visibility_off:"),
    PageRecord("back_test", "analyst", ("analyst", "auditor"), ":material/history:"),
    PageRecord("consequences", "analyst", ("analyst", "auditor"), ":material/account_balance:"),
    PageRecord("fairness", "analyst", ("analyst", "auditor"), ":material/balance:"),
    PageRecord("mix", "analyst", ("analyst", "auditor"), ":material/difference:"),
    PageRecord("experiment", "analyst", ("analyst", "auditor"), ":material/science:"),
    PageRecord("scenarios", "analyst", ("analyst", "auditor"), ":material/bookmarks:", has_scope=False),
    PageRecord("sign_off", "analyst", _ALL, ":material/approval:", has_scope=False),
    PageRecord("applicant", "analyst", ("analyst", "auditor"), ":material/person_search:", has_scope=False),
    PageRecord("decision", "auditor", ("auditor",), ":material/gavel:"),
    PageRecord("data_quality", "auditor", _ALL, ":material/fact_check:", has_scope=False, section="data"),
    PageRecord("truth", "manager", _ALL, ":material/target:", section="data"),
    PageRecord("dictionary", "manager", _ALL, ":material/menu_book:", has_scope=False, section="data"),
    PageRecord("bring_tape", "analyst", ("analyst",), ":material/upload_file:", has_scope=False, section="data"),
)
"""In menu order; the first is the front page."""


def pages_of(role: Role) -> tuple[PageRecord, ...]:
    """Return the pages in a role's menu, those of its own section first."""
    readable = [page for page in PAGES if role in page.readers]
    return tuple(sorted(readable, key=lambda page: bool(page.section) or page.reader != role))

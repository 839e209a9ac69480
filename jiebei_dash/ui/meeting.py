"""The questions of the monthly meeting: one record each, with the view that answers it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MeetingQuestion:
    """One question.

    Parameters
    ----------
    key
        Its words are ``meeting.<key>``.
    page
        Key of the page that answers it in its first sentences.
    view
        What the link chooses on that page, by name in the address.
    """

    key: str
    page: str
    view: dict[str, str] = field(default_factory=dict)


QUESTIONS: tuple[MeetingQuestion, ...] = (
    MeetingQuestion("shrank", "bridge"),
    MeetingQuestion("cohort", "vintages", {"vintage_view": "same_age"}),
    MeetingQuestion("cells", "bridge", {"split": "channel", "across": "zhima_band"}),
    MeetingQuestion("added_back", "non_performing"),
    MeetingQuestion("three_months", "roll_rates"),
    MeetingQuestion("sale", "non_performing"),
    MeetingQuestion("limits", "portfolio_limits"),
    MeetingQuestion("margin", "unit_economics"),
    MeetingQuestion("funder", "portfolio_limits"),
    MeetingQuestion("pool", "portfolio_limits"),
    MeetingQuestion("shock", "entry"),
)
"""In the order in which a meeting asks them. Source: house questions 5.1."""

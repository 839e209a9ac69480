"""Which approved applications each funder would still take, under today's policy and under a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from jiebei_dash.answers import portfolio_limits, stratification
from jiebei_dash.answers.drafted import Drafted, drafted
from jiebei_dash.answers.what_if import MATURITY_MONTHS, WINDOW_MONTHS
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.eligibility import Contract, Eligibility, read_eligibility
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.metrics import eligible as metrics
from jiebei_dash.queries import eligible as queries
from jiebei_dash.queries import stratification as funder_queries


@dataclass(frozen=True)
class Taken:
    """What the contracts in force let each funder take, counted.

    Parameters
    ----------
    draft
        Both policies and the window.
    table
        The table of contracts as it was read.
    contracts
        Those in force on the last day of the as-of month, assumed pools last.
    own_shares
        Least own share of each loan with that funder.
    called
        ``funder_code``, ``kind`` and ``name`` of every funder of the book.
    sums
        See :func:`jiebei_dash.queries.eligible.taken`.
    lent
        What each lent in twelve months, by code, the own book under ``OWN``.
    questions
        Everything asked.
    """

    draft: Drafted
    table: Eligibility
    contracts: tuple[Contract, ...]
    own_shares: tuple[float, ...]
    called: pd.DataFrame
    sums: pd.DataFrame
    lent: Mapping[str, float]
    questions: tuple[Question, ...]

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Return the names of funders of the book that have no contract in force: what they take is not known."""
        held = {contract.funder_code for contract in self.contracts}
        others = self.called[(self.called["kind"] != "OWN") & ~self.called["funder_code"].isin(held)]
        return tuple(others["name"])

    @cached_property
    def names(self) -> dict[str, str]:
        """Return what the book calls each funder, by code."""
        partners = self.called[self.called["kind"] != "OWN"]
        return dict(zip(partners["funder_code"], partners["name"], strict=True))

    def funders(self) -> Answer:
        """Return what each funder takes; see :func:`funders`."""
        caps = {
            cap.code: (cap.side, cap.level)
            for cap in portfolio_limits.in_force(self.draft.scope)
            if cap.dimension == "funder_code" and cap.code
        }
        found = metrics.funders(self.sums, self.contracts, self.own_shares, self.lent)
        frame = metrics.against_caps(found, caps, self.lent)
        frame.insert(1, "name", frame["funder_code"].map(self.names).fillna(""))
        return Answer("eligible.funders", frame, self.questions)

    def cuts(self) -> Answer:
        """Return what each criterion cuts; see :func:`cuts`."""
        return Answer("eligible.cuts", metrics.cuts(self.sums, self.contracts), self.questions)


def taken(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int,
    thresholds: Mapping[str, float],
    draft: str = "",
    window_months: int = WINDOW_MONTHS,
) -> Taken:
    """Hold what both policies approve against every contract in force.

    Parameters
    ----------
    scope, fetch, maturity_months, thresholds, draft, window_months
        As in :func:`jiebei_dash.answers.drafted.drafted`.

    Raises
    ------
    BookLacks
        The book does not say who funded its loans, or lacks what a replay needs.
    EligibilityInvalid, LimitsInvalid, BadArgument
    EmptyScope
        Neither policy approves anybody in the window.
    """
    scope.need("funding")
    both = drafted(scope, fetch, maturity_months, thresholds, draft, window_months)
    asked_funders = funder_queries.funders(scope)
    called = fetch(asked_funders)
    if called.empty:
        raise BookLacks(capability="funding")
    kinds = dict(zip(called["funder_code"], called["kind"], strict=True))
    table = read_eligibility()
    contracts = table.on(scope.as_of_end, kinds)
    asked_limits = queries.granted(scope, both.window)
    granted = fetch(asked_limits).iloc[0]
    share = float(granted["limit_fen"]) / float(granted["requested_fen"]) if granted["requested_fen"] > 0 else None
    asked = queries.taken(scope, both.window, both.today, both.proposed, contracts, share)
    sums = fetch(asked)
    if sums.empty:
        raise EmptyScope
    # Contracts and limits are of the whole book, whatever part of it is replayed.
    lent, asked_lent = stratification.funded(portfolio_limits.whole_book(scope), fetch, 1)
    codes = lent["given_code"].where(lent["given_code"].map(kinds) != "OWN", metrics.OWN)
    own_shares = (
        table.own_share_on(scope.as_of_end, contract, kinds.get(contract.funder_code, "ABS")) for contract in contracts
    )
    return Taken(
        both,
        table,
        contracts,
        tuple(own_shares),
        called,
        sums,
        lent.groupby(codes)["principal_fen"].sum().astype(float).to_dict(),
        (both.question, asked_funders, asked_limits, asked, *asked_lent),
    )


def funders(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return what each funder takes of what today's policy and the draft approve, and what its limit leaves.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month.
    window_months
        Months of submission.
    draft
        The draft as canonical JSON; empty is today's policy.
    **thresholds
        What is changed of it, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.eligible.funders` and :func:`jiebei_dash.metrics.eligible.against_caps`; ``name``
        is that of the book, empty for assumed pools, for ``NOBODY`` and for the own book.
    """
    return taken(scope, fetch, maturity_months, thresholds, draft, window_months).funders()


def cuts(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return how many of the approved each criterion keeps a funder from taking; parameters as :func:`funders`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.eligible.cuts`.
    """
    return taken(scope, fetch, maturity_months, thresholds, draft, window_months).cuts()

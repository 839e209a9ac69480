"""Do collections bring back what entered?"""

from __future__ import annotations

from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import collection as metrics
from jiebei_dash.queries import collection as queries
from jiebei_dash.terms import BUCKETS, WATCHED_MONTHS

BATCH_BUCKETS = BUCKETS[1:7]
"""M1 to M6: what stands beyond is written off, not worked by bucket."""
MOST_MONTHS = 120


def batches(scope: Scope, fetch: Fetch, bucket: str = "M1", within_months: int = 1, months: int = 13) -> Answer:
    """Return what was paid and cured of each entry batch of a bucket within some months.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    bucket
        M1 to M6: entered from a better bucket.
    within_months
        1 to 3 month-ends after that of the entry.
    months
        How many batches, up to the last that is old enough.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.collection.batches`; without rows where nothing entered.

    Raises
    ------
    BadArgument, BookLacks
    """
    one_of("bucket", bucket, BATCH_BUCKETS)
    between("within_months", within_months, 1, WATCHED_MONTHS)
    between("months", months, 1, MOST_MONTHS)
    scope.need("amounts", "cash_flows")
    question = queries.batches(scope, month_plus(scope.as_of_month, 1 - months - within_months), bucket)
    found = metrics.batches(fetch(question), scope.as_of_month, within_months)
    return Answer("collection.batches", found, (question,))


def in_bucket(scope: Scope, fetch: Fetch, bucket: str = "M1", months: int = 13) -> Answer:
    """Return the principal received on loans of a bucket over what stood in it and came in.

    Parameters
    ----------
    scope, fetch, bucket
        As in :func:`batches`.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.collection.in_bucket`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("bucket", bucket, BATCH_BUCKETS)
    between("months", months, 1, MOST_MONTHS)
    scope.need("amounts", "cash_flows")
    question = queries.in_bucket(scope, month_plus(scope.as_of_month, 1 - months), bucket)
    rows = fetch(question)
    if rows.empty:
        raise EmptyScope
    return Answer("collection.in_bucket", metrics.in_bucket(rows), (question,))


def relapses(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return how many cured loans were late again within three months.

    Parameters
    ----------
    scope, fetch
        As in :func:`batches`.
    months
        How many months of cure, up to the last that is old enough.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.collection.relapses`; without rows where no loan was cured.

    Raises
    ------
    BadArgument
    """
    between("months", months, 1, MOST_MONTHS)
    question = queries.cures(scope, month_plus(scope.as_of_month, 1 - months - WATCHED_MONTHS))
    found = metrics.relapses(fetch(question), scope.as_of_month, WATCHED_MONTHS)
    return Answer("collection.relapses", found, (question,))


def promises(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return how many of the promises that fell due in each month were kept.

    Parameters
    ----------
    scope, fetch
        As in :func:`batches`.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.collection.promises`; without rows where none fell due.

    Raises
    ------
    BadArgument, BookLacks
    """
    between("months", months, 1, MOST_MONTHS)
    scope.need("contacts")
    question = queries.promises(scope, month_plus(scope.as_of_month, 1 - months))
    return Answer("collection.promises", metrics.promises(fetch(question)), (question,))


def contacts(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return how many contacts of each agency and channel reached somebody, and how many broke the rules.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`promises`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.collection.contacts`; without rows where there was none.

    Raises
    ------
    BadArgument, BookLacks
    """
    between("months", months, 1, MOST_MONTHS)
    scope.need("contacts")
    question = queries.contacts(scope, month_plus(scope.as_of_month, 1 - months))
    return Answer("collection.contacts", metrics.contacts(fetch(question)), (question,))

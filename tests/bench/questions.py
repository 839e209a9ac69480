"""What each page asks: its questions in all, and its whole answers, without a browser."""

from __future__ import annotations

from collections.abc import Sequence

from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Book, Question, ask
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.terms import Role
from tests.bench.measure import ROUNDS, median_ms

FUNNEL = tuple(
    f"funnel.{name}"
    for name in ("approval", "stages", "declines", "kills", "time_to_cash", "take_up", "cash_percentiles", "lent")
)
PAGE_SUBJECTS: dict[str, tuple[Role, tuple[str, ...]]] = {
    "overview": ("manager", ("overview.headline", "bridge.change")),
    "funnel": ("manager", FUNNEL),
    "entry": ("manager", ("entry.entry", "entry.weekly", "entry.first_payment", "entry.later_payments")),
    "delinquency": ("manager", ("delinquency.buckets", "delinquency.rates", "delinquency.one_plus")),
    "non_performing": (
        "manager",
        tuple(f"non_performing.{name}" for name in ("classes", "ratios", "write_offs", "coverage", "migration")),
    ),
    "roll_rates": (
        "manager",
        ("roll_rates.matrix", "roll_rates.chain", "roll_rates.stock", "roll_rates.flow", "projection.path"),
    ),
    "vintages": ("manager", ("vintages.curves", "vintages.at_age")),
    "losses": (
        "manager",
        (
            "losses.annual",
            "losses.defaults",
            "losses.bridge",
            "losses.cohorts",
            "losses.severity",
            "losses.expected",
            "outcomes.by_age",
        ),
    ),
    "collection": (
        "manager",
        tuple(f"collection.{name}" for name in ("batches", "in_bucket", "relapses", "promises", "contacts")),
    ),
    "recoveries": (
        "manager",
        tuple(f"recoveries.{name}" for name in ("curves", "mixed", "sales", "net", "agencies")),
    ),
    "unit_economics": ("manager", ("unit_economics.segments",)),
    "price": ("manager", ("price.by_month", "price.by_product")),
    "peers": ("manager", ("peers.ours", "peers.beside")),
    "prepayment": ("manager", ("prepayment.by_month", "prepayment.by_age", "prepayment.by_group")),
    "bridge": ("manager", ("bridge.change",)),
    "stratification": (
        "manager",
        (
            "stratification.table",
            "stratification.crossed",
            "stratification.concentration",
            "stratification.utilisation",
        ),
    ),
    "portfolio_limits": ("manager", ("portfolio_limits.status",)),
    "what_if": (
        "analyst",
        ("what_if.consequences", "what_if.swap_set", "what_if.trade_off", "what_if.moved_cases"),
    ),
    "offers": (
        "analyst",
        ("offers.price_cells", "offers.limit_cells", "offers.legal_caps", "offers.elasticity", "offers.takers"),
    ),
    "experiment": (
        "analyst",
        ("experiment.read_out", "experiment.by_rule", "experiment.plan", "experiment.looks", "experiment.verdict"),
    ),
    "decision": ("auditor", ("decision.find",)),
}
"""What a page shows when it is opened, cases by number left out."""


def asked_by(book: Book, subjects: Sequence[str], role: Role) -> list[Question]:
    """Return the different questions of some subjects."""
    found: dict[str, Question] = {}
    for subject in subjects:
        try:
            for question in answer_of(book, subject, {}, role).questions:
                found.setdefault(question.key, question)
        except (BookLacks, EmptyScope) as error:
            print(f"  {subject:<28}not in this book ({error.key()})")
    return list(found.values())


def ask_all(book: Book, questions: Sequence[Question]) -> None:
    """Ask them one after the other."""
    for question in questions:
        ask(book, question, record=lambda question, level: None)


def run(book: Book, url: str) -> None:
    """Print, a page: its questions, their time in all, the slowest, and the time of the answers with their metrics."""
    print(f"\nquestions of a page, in all, median of {ROUNDS} warm, ms")
    print(f"  {'page':<28}{'questions':>10}{'in all':>10}{'slowest':>10}{'answers':>10}")
    for page, (role, subjects) in PAGE_SUBJECTS.items():
        questions = asked_by(book, subjects, role)
        if not questions:
            continue
        each = [median_ms(lambda question=question: ask_all(book, [question]), 3) for question in questions]
        rounds = ROUNDS if sum(each) < 2_000 else 1
        whole = median_ms(lambda questions=questions: ask_all(book, questions), rounds)
        answers = median_ms(
            lambda subjects=subjects, role=role: [answer_of(book, subject, {}, role) for subject in subjects], rounds
        )
        print(f"  {page:<28}{len(questions):>10}{whole:>10.1f}{max(each):>10.1f}{answers:>10.1f}")

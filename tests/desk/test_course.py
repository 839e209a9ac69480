"""Whatever people try, in whatever order: nobody decides on their own, and one step ends a proposal."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jiebei_dash.desk.course import MAY, OF_OTHERS, STEPS, Event, check_step, course, folded
from jiebei_dash.errors import JiebeiError
from jiebei_dash.signed import Signed, in_force, in_order, newest
from jiebei_dash.terms import ROLES

NAMES = ("Ann", "ANN ", "a n n", "Bo", "Cai", "", "local")
ACTS = st.lists(st.tuples(st.sampled_from(STEPS[2:]), st.sampled_from(NAMES), st.sampled_from(ROLES),
                          st.sampled_from(("why", " "))), max_size=12)  # fmt: skip


def event(place: int, step: str, actor: str, role: str, note: str) -> Event:
    blank = dict.fromkeys(Event.__dataclass_fields__, None)
    told = {"event_no": place, "proposal_id": "PR-1", "place": place, "step": step}
    return Event(**(blank | told | {"actor": actor, "role": role, "note": note}))  # type: ignore[arg-type]


@given(ACTS)
def test_no_order_of_tries_gets_past_the_rules(acts: list[tuple[str, str, str, str]]) -> None:
    events = [event(1, "SUBMIT", "Ann", "analyst", "why")]
    for step, name, role, note in acts:
        try:
            check_step(course(events), step, name, role, note)  # type: ignore[arg-type]
        except JiebeiError:
            continue
        events.append(event(len(events) + 1, step, name, role, note))
    found = course(events)
    for each in events[1:]:
        is_own = folded(each.actor) == "ann"
        assert is_own != (each.step in OF_OTHERS)
        assert folded(each.actor) not in ("", "local")
        assert each.role in MAY[each.step]
    ends = [each for each in events if each.step in ("APPROVE", "REJECT", "WITHDRAW")]
    assert ends == ([events[-1]] if found.decided else [])
    # An approval never comes while a question waits
    if found.state == "APPROVED":
        steps = [each.step for each in events]
        assert "ASK" not in steps or "ANSWER" in steps[len(steps) - steps[::-1].index("ASK") :]


POLICIES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc")), max_size=6)


@given(POLICIES, POLICIES, st.integers(0, 21))
def test_on_every_day_one_policy_is_in_force_and_none_is_lost(
    book: list[tuple[int, str]], desk: list[tuple[int, str]], day: int
) -> None:
    def signed(told: list[tuple[int, str]], source: str) -> list[Signed]:
        return [
            Signed(f"{source}{place}", source, date(2024, 1, 1 + begins), text, text)  # type: ignore[arg-type]
            for place, (begins, text) in enumerate(told)
        ]

    versions, proposals = signed(book, "BOOK"), signed(desk, "DESK")
    line = in_order(versions, proposals)
    names = {each.policy_id for each in line} | {each.carried_out_as for each in line} - {""}
    assert names == {each.policy_id for each in (*versions, *proposals)}
    assert [each.effective_on for each in line] == sorted(each.effective_on for each in line)
    assert newest(line) == (line[-1] if line else None)
    current = in_force(line, date(2024, 1, 1 + day))
    begun = [each.effective_on for each in line if each.effective_on <= date(2024, 1, 1 + day)]
    assert (current.effective_on if current else None) == max(begun, default=None)
    for each in line:
        if each.carried_out_as:
            brought = next(version for version in versions if version.policy_id == each.carried_out_as)
            assert (brought.policy_sha256, brought.effective_on) == (each.policy_sha256, each.effective_on)

"""What the page of signatures says, from its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from jiebei_dash.desk.course import Course, folded
from jiebei_dash.signed import Signed, in_force
from jiebei_dash.text import numbers
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words

FEW = 30


def opening(words: Words, line: Sequence[Signed], waiting: Sequence[Course], name: str, day: date) -> list[str]:
    """Return what is in force, what will be, and what waits."""
    current = in_force(line, day)
    said = [_current(words, current, day)]
    ahead = [each for each in line if each.effective_on > day]
    said += [
        words("sign_off.next", since=numbers.day(each.effective_on), policy=_id(words, each), **_people(words, each))
        for each in ahead[:1]
    ]
    own = sum(folded(each.author) == folded(name) for each in waiting)
    count = words("sign_off.waiting", count=len(waiting), own=own) if waiting else words("sign_off.waiting_none")
    return [*said, count]


def _current(words: Words, current: Signed | None, day: date) -> str:
    if current is None:
        return words("sign_off.now_none", day=numbers.day(day))
    since = numbers.day(current.effective_on)
    policy = _id(words, current)
    return words("sign_off.now", day=numbers.day(day), policy=policy, since=since, **_people(words, current))


def _people(words: Words, signed: Signed) -> dict[str, str]:
    nobody = words("sign_off.nobody")
    return {"author": escaped(signed.author) or nobody, "approver": escaped(signed.approver) or nobody}


def _id(words: Words, signed: Signed) -> str:
    if not signed.carried_out_as:
        return escaped(signed.policy_id)
    return words("sign_off.carried_out", policy=signed.policy_id, version=escaped(signed.carried_out_as))


def card(words: Words, found: Course) -> str:
    """Return the heading of a proposal."""
    first = found.first
    facts = {"proposal": found.proposal_id, "author": escaped(found.author), "at": local(first.at)}
    day = numbers.day(first.effective_on)
    if first.rolls_back:
        return words("sign_off.card_back", **facts, day=day, back=escaped(first.rolls_back))
    base = escaped(str(first.base_id or "")) or words("sign_off.nobody")
    return words("sign_off.card", **facts, day=day, base=base)


def talk(words: Words, found: Course) -> list[str]:
    """Return why it was proposed, from which scenario, and what was asked and answered."""
    said = [words("sign_off.why", note=escaped(found.first.note))]
    if found.first.scenario_id:
        said.append(words("sign_off.scenario", scenario=escaped(found.first.scenario_id)))
    for event in found.events[1:]:
        if event.step in ("ASK", "ANSWER"):
            key = "sign_off.asked" if event.step == "ASK" else "sign_off.answered"
            said.append(words(key, person=escaped(event.actor), note=escaped(event.note)))
    return said


def promise(words: Words, forecast_json: str | None) -> str:
    """Return what a proposal promises, in a sentence."""
    kept = json.loads(forecast_json) if forecast_json else {}
    months = kept.get("months", [])
    if not months:
        return words("sign_off.promise_none")
    told, last = months[0], months[-1]

    def between(name: str, unit: str, told: Mapping[str, float | None] = told) -> str:
        ends = [told.get(f"{name}_{end}_{unit}") for end in ("low", "high")]
        return words("sign_off.to").join(_amount(words, end, unit) for end in ends)

    made_from = kept.get("made_from", {})
    ends = {name: made_from.get(f"{name}_month", "") for name in ("first", "last")}
    ends["known"] = made_from.get("as_of_month", "")
    made_of = words("sign_off.made_of", **ends) if made_from else ""
    said = words(
        "sign_off.promise",
        first=months[0]["month"],
        last=last["month"],
        approval=_amount(words, told.get("approval_rate"), "rate"),
        approval_range=between("approval", "rate"),
        approval_last=_amount(words, last.get("approval_rate"), "rate"),
        range_last=between("approval", "rate", last),
        bad=_amount(words, told.get("bad_rate"), "rate"),
        bad_range=between("bad", "rate"),
        margin=_amount(words, told.get("margin_fen"), "fen"),
        margin_range=between("margin", "fen"),
    )
    return f"{said} {made_of}".strip() if words.language == "en" else f"{said}{made_of}"


def history_table(words: Words, line: Sequence[Signed], day: date) -> pd.DataFrame:
    """Return all signed policies as texts, newest first."""
    current = in_force(line, day)
    ends = [each.effective_on - timedelta(days=1) for each in line[1:]]
    rows = []
    for signed, end in zip(line, [*ends, None], strict=True):
        state = "now" if signed is current else "ahead" if signed.effective_on > day else "past"
        rows.append(
            {
                "policy": _id(words, signed),
                "state": words(f"sign_off.history_{state}"),
                "since": numbers.day(signed.effective_on),
                "until": numbers.day(end),
                "author": signed.author or words("sign_off.nobody"),
                "approver": signed.approver or words("sign_off.nobody"),
                "hash": signed.policy_sha256[:12],
            }
        )
    return _headed(words, rows[::-1], "policy", "state", "since", "until", "author", "approver", "hash")


def proposals_table(words: Words, found: Sequence[Course]) -> pd.DataFrame:
    """Return all proposals as texts, newest first."""
    rows = [
        {
            "proposal": each.proposal_id,
            "state": words.code("proposal_state", each.state),
            "author": each.author,
            "submitted": local(each.first.at),
            "since": numbers.day(each.first.effective_on),
            "decided_by": each.decided.actor if each.decided else numbers.UNKNOWN,
            "hash": str(each.first.policy_sha256)[:12],
        }
        for each in found[::-1]
    ]
    return _headed(words, rows, "proposal", "state", "author", "submitted", "since", "decided_by", "hash")


def promises_said(words: Words, kept: pd.DataFrame, promises: pd.DataFrame) -> str:
    """Return how many promises were kept, or when the first can be scored."""
    if promises.empty:
        return words("sign_off.promises_none")
    every = kept[kept["kept_by"] == "ALL"].iloc[0]
    count, scored, inside = (int(every[name]) for name in ("promises", "scored", "inside"))
    if not scored:
        known = numbers.month(promises["known_from_month"].min())
        return words("sign_off.promises_waiting", promises=count, month=known)
    rate, low, high = (numbers.rate(every[name], 0) for name in ("inside_rate", "low_rate", "high_rate"))
    facts = {"scored": scored, "promises": count, "inside": inside}
    return words("sign_off.promises_said", **facts, rate=rate, low=low, high=high)


def kept_table(words: Words, kept: pd.DataFrame) -> pd.DataFrame:
    """Return how many promises were kept, by policy and by author, as texts."""
    rows = [
        {
            "kept_by": words.code("kept_by", row["kept_by"]),
            "name": str(row["name"]),
            "promises": numbers.count(row["promises"]),
            "scored": numbers.count(row["scored"]),
            "inside": numbers.count(row["inside"]),
            "share": _with_range(words, *(row[name] for name in ("inside_rate", "low_rate", "high_rate"))),
        }
        for row in kept.to_dict("records")
    ]
    return _headed(words, rows, "kept_by", "name", "promises", "scored", "inside", "share")


def scored_table(words: Words, promises: pd.DataFrame) -> pd.DataFrame:
    """Return each promise beside what came, as texts: what is known newest first, then what comes next."""
    rows = []
    is_ahead = promises["promise_status"] == "NOT_YET"
    known = promises[~is_ahead].sort_values("month", ascending=False, kind="stable")
    coming = promises[is_ahead].sort_values("known_from_month", kind="stable")
    for row in [*known.to_dict("records"), *coming.to_dict("records")]:
        status = words.code("promise_status", row["promise_status"])
        if row["promise_status"] == "NOT_YET":
            status = words("sign_off.status_not_yet", month=numbers.month(row["known_from_month"]))
        few = f" ({words('sign_off.few', count=int(row['out_of_count']))})" if 0 < row["out_of_count"] < FEW else ""
        rows.append(
            {
                "policy": str(row["policy_id"]),
                "month": numbers.month(row["month"]),
                "measure": words.code("promised_measure", row["promised_measure"]),
                "promised": _with_range(words, *(row[name] for name in ("promised_rate", "low_rate", "high_rate"))),
                "came": numbers.rate(row["realised_rate"]) + few,
                "status": status,
            }
        )
    return _headed(words, rows, "policy", "month", "measure", "promised", "came", "status")


def local(at: str) -> str:
    """Return a moment as it is in Shanghai, to the minute."""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"


def _headed(words: Words, rows: list[dict[str, str]], *names: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(names))
    return frame.rename(columns={name: words(f"sign_off.column_{name}") for name in names})


def _amount(words: Words, value: float | None, unit: str) -> str:
    return numbers.yuan(value, words.language) if unit == "fen" else numbers.rate(value)


def _with_range(words: Words, rate: float, low: float, high: float) -> str:
    if numbers.is_unknown(rate):
        return numbers.UNKNOWN
    return f"{numbers.rate(rate)} ({numbers.rate(low)}{words('sign_off.to')}{numbers.rate(high)})"

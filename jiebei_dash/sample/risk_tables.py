"""What the invented lender does about its loans, as tables: changes of lines, contacts, allowances."""

from __future__ import annotations

import pyarrow as pa

from jiebei_dash import terms
from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.arrays import Names, days, moments, months, take, words
from jiebei_dash.sample.collecting import agency_codes
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.tables import CLASSES

Arrays = dict[str, pa.Array]


def line_event_table(events: Columns, lines: Ledger, names: Names, own: Arrays) -> pa.Table:
    """Return the table ``line_event``; ``own`` are the dimensions by application."""
    application = lines["application"][events["line"]]
    return pa.table(
        {
            "application_id": names.application.take(pa.array(application)),
            "event_no": pa.array(events["event_no"]),
            "month": months(events["month"]),
            "changed_at": moments(events["at_ms"]),
            "kind": words(terms.LINE_EVENTS, events["kind"]),
            "reason_code": words(terms.LINE_REASONS, events["reason"]),
            **{name: pa.array(events[name]) for name in ("limit_fen", "active_delta_fen", "frozen_delta_fen")},
            "submitted_month": months(lines["month"][events["line"]]),
            **take(own, application),
        }
    )


def contact_table(found: Columns, loans: Ledger, names: Names, own: Arrays, parameters: Parameters) -> pa.Table:
    """Return the table ``contact``; ``own`` are the dimensions by loan."""
    loan = found["loan"]
    return pa.table(
        {
            "loan_id": names.loan.take(pa.array(loan)),
            "contact_no": pa.array(found["contact_no"]),
            "month": months(found["month"]),
            "contacted_at": moments(found["at_ms"]),
            "opened_month": months(loans["month"][loan]),
            "bucket": words(terms.BUCKETS, found["bucket"]),
            "agency_code": words(agency_codes(parameters.collections), found["agency"]),
            "contact_channel": words(terms.CONTACT_CHANNELS, found["channel"]),
            "result": words(terms.CONTACT_RESULTS, found["result"]),
            "promised_fen": pa.array(found["promised_fen"], mask=found["promised_fen"] < 0),
            "promised_on": days(found["promised_day"]),
            "kept_on": days(found["kept_day"]),
            "is_permitted": pa.array(found["is_permitted"]),
            **take(own, loan),
        }
    )


def allowance_table(held: Columns) -> pa.Table:
    """Return the table ``allowance`` of a shard; those of all shards are added up."""
    return pa.table(
        {
            "month": months(held["month"]),
            "product_class": words(CLASSES, held["class"]),
            "ecl_stage": pa.array(held["stage"]),
            "gross_fen": pa.array(held["gross_fen"]),
            "allowance_fen": pa.array(held["allowance_fen"]),
        }
    )

"""A ticket out of this kiosk's block, in the shape in which the server will know it."""

import secrets

from kiosk.journal.rows import Block, Json, Taken
from kiosk.wanted import Wanted


def own_answer(block: Block, wanted: Wanted, branch_id: str, now: str) -> Json:
    """The answer to taking it. Nobody is counted ahead and no wait is promised: nothing of either is known."""
    serial = block.next_serial
    # The id opens the ticket's page on a phone: without the secret, who has one number could guess the next one's.
    ticket_id = f"{block.id}.{serial}.{secrets.token_urlsafe(9)}"
    ticket = {
        "id": ticket_id,
        "visit_id": ticket_id,
        "branch_id": branch_id,
        "business_day": block.business_day,
        "prefix": block.prefix,
        "serial": serial,
        "step": 1,
        "number": f"{block.prefix}{serial:03d}",
        "service_id": wanted.services[0],
        "later_services": wanted.services[1:],
        "queue_id": block.queue_id,
        "segment": wanted.segment,
        "state": "waiting",
        "issued_at": now,
        "arrived_at": now,
        "order_at": now,
        "calls": 0,
        "misses": 0,
    }
    unknown = (
        "called_at started_at ended_at counter_id due_call appointment_at ahead"
        " quote_p50_s quote_p90_s quote_p10_s quote_by deferred_to"
    )
    return {
        "seq": block.seq,
        "ticket": ticket | dict.fromkeys(unknown.split()),
        "counter": None,
        "advice": None,
        "reason": None,
    }


def hand_in_body(taken: Taken) -> Json:
    """What the server is told of it later: enough to make the same ticket."""
    ticket = taken.ticket
    secret = ticket["id"].rsplit(".", 1)[1]
    known = {"block_id": taken.block_id, "serial": taken.serial, "issued_at": ticket["issued_at"], "secret": secret}
    return {**known, **taken.asked}

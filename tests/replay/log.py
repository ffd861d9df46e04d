"""Logs of a small day, as the server would tell them."""

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def minute(number: float) -> str:
    return (NINE + timedelta(minutes=number)).isoformat()


def event(seq: int, kind: str, number: str | None = None, at: float = 0, **more: Any) -> Json:
    """`at` in minutes after nine; `more` are fields of the ticket."""
    ticket = None
    if number is not None:
        ticket = {
            "id": f"main.{number}",
            "visit_id": f"main.{number}",
            "number": number,
            "prefix": number[0],
            "serial": int(number[1:]),
            "business_day": "2026-03-02",
            "queue_id": "cash",
            "state": STATES[kind],
            "step": 1,
            "misses": 0,
            "arrived_at": minute(0),
            "called_at": None,
        } | more
    return {"seq": seq, "kind": kind, "at": minute(at), "actor": "kiosk:1", "ticket": ticket, "advice": None}


STATES = {
    "ticket.issued": "waiting",
    "ticket.called": "called",
    "ticket.recalled": "called",
    "ticket.started": "serving",
    "ticket.completed": "completed",
    "ticket.returned": "waiting",
    "ticket.no_show": "no_show",
    "ticket.expired": "expired",
}


def visit(number: str, first_seq: int) -> list[Json]:
    """Comes at nine, is called at ten past, and is served from 9:11 to 9:20."""
    called = minute(10)
    return [
        event(first_seq, "ticket.issued", number),
        event(first_seq + 1, "ticket.called", number, 10, called_at=called),
        event(first_seq + 2, "ticket.started", number, 11, called_at=called),
        event(first_seq + 3, "ticket.completed", number, 20, called_at=called),
    ]

"""A small hall as a staff socket would show it, whose clock stands still between frames."""

from datetime import UTC, datetime, timedelta
from typing import Any

from server.demo.floor import Floor

Json = dict[str, Any]

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRANCH: Json = {
    "id": "main",
    "time_zone": "UTC",
    "opens": "08:30:00",
    "closes": "17:00:00",
    "open_days": [0, 1, 2, 3, 4],
    "services": {"deposit": {"queue_id": "cash", "machine_queue_id": "self_service"}},
}


def minutes(number: float) -> datetime:
    return NINE + timedelta(minutes=number)


def seconds(number: float) -> datetime:
    return NINE + timedelta(seconds=number)


def ticket(number: str = "A001", state: str = "waiting", **more: Any) -> Json:
    known: Json = {
        "id": f"main.{number}",
        "number": number,
        "business_day": "2026-03-02",
        "step": 1,
        "state": state,
        "queue_id": "cash",
        "counter_id": None,
        "misses": 0,
        "calls": 0,
        "issued_at": NINE.isoformat(),
        "arrived_at": NINE.isoformat(),
        "called_at": None,
        "started_at": None,
    }
    return known | more


def counter(number: int = 1, status: str = "open", staff_id: str | None = "me", **more: Any) -> Json:
    known: Json = {
        "id": f"main.{number}",
        "number": number,
        "counter_class": "cash",
        "status": status,
        "staff_id": staff_id,
        "since": NINE.isoformat(),
        "profile": [{"queue_id": "cash", "helps": False}],
    }
    return known | more


def floor(*counters: Json, tickets: tuple[Json, ...] = (), now: datetime = NINE) -> Floor:
    shown = Floor()
    snapshot = {"branch": BRANCH, "tickets": tickets, "counters": counters, "advices": []}
    shown.hear({"type": "snapshot", "seq": 1, "now": now.isoformat(), "speed": 0.0001, "snapshot": snapshot})
    return shown


def tell(shown: Floor, kind: str, at: datetime, **subject: Json) -> None:
    """One more event, which is also what time it is."""
    event = {"kind": kind, "at": at.isoformat(), "ticket": None, "counter": None, "advice": None} | subject
    shown.hear({"type": "events", "seq": shown.seq + 1, "now": at.isoformat(), "speed": 0.0001, "events": [event]})

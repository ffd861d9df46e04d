"""A screen as the contract describes it, in its own words: a snapshot, and events applied by assignment."""

from typing import Any

import orjson

from server.domain.audience import event_view, snapshot_view
from server.domain.events import Event
from server.domain.hall import Hall

Json = dict[str, Any]

HELD = {"booked", "waiting", "called", "serving", "parked"}
RECENT = 12


def on_the_wire(thing: Any) -> Any:
    """As it arrives on the other side."""
    return orjson.loads(orjson.dumps(thing, default=dict))


def snapshot_of(hall: Hall, audience: str) -> Json:
    return dict(on_the_wire(snapshot_view(hall, audience)))


class Screen:
    def __init__(self, hall: Hall, audience: str) -> None:
        self.audience = audience
        self.shows = by_id(snapshot_of(hall, audience))

    def hear(self, events: list[Event], seq: int) -> None:
        """One frame: what this audience may know of these events, and how far the log has come."""
        for event in events:
            seen = event_view(event, self.audience)
            if seen is not None:
                self._apply(on_the_wire(seen))
        self.shows["seq"] = seq

    def _furnish(self, event: Json) -> None:
        if event["branch"] is not None:
            self.shows["branch"] = event["branch"]
        if event.get("counters") is not None:
            self.shows["counters"] = {one["id"]: one for one in event["counters"]}

    def _apply(self, event: Json) -> None:
        shows, ticket, counter, advice = self.shows, event["ticket"], event["counter"], event["advice"]
        if event["kind"] == "branch.day_started":
            shows["business_day"] = event["day"]
            shows["recent_calls"] = []
            shows["devices"], shows["announcements"] = {}, {}
            shows["tickets"] = {key: t for key, t in shows["tickets"].items() if t["state"] in HELD}
        if ticket is not None:
            kept = HELD | {"no_show"} if self.audience == "staff" else HELD
            put(shows["tickets"], ticket["id"], ticket, ticket["state"] in kept)
            if ticket["state"] not in {"called", "serving"} or event["kind"] in {"ticket.called", "ticket.recalled"}:
                shows["announcements"].pop(ticket["id"], None)
        if event.get("device"):
            shows["devices"][event["device"]["id"]] = event["device"]
        if event.get("announcement") and event["announcement"]["stands"]:
            shows["announcements"][event["announcement"]["ticket_id"]] = event["announcement"]
        if counter is not None:
            shows["counters"][counter["id"]] = counter
        self._furnish(event)
        told = shows["advices"].get(advice["counter_class"]) if advice else None
        if advice is not None and (event["kind"] != "advice.scored" or (told and told["id"] == advice["id"])):
            put(shows["advices"], advice["counter_class"], advice, advice["state"] in {"issued", "accepted"})
        if event["kind"] in {"ticket.called", "ticket.recalled"}:
            call = {
                "seq": event["seq"],
                "number": ticket["number"],
                "counter_number": shows["counters"][ticket["counter_id"]]["number"],
                "queue_id": ticket["queue_id"],
                "at": event["at"],
                "repeat": event["kind"] == "ticket.recalled",
            }
            shows["recent_calls"] = [call, *shows["recent_calls"]][:RECENT]


def put(held: Json, key: str, thing: Json, keep: bool) -> None:
    if keep:
        held[key] = thing
    else:
        held.pop(key, None)


def by_id(snapshot: Json) -> Json:
    """The snapshot with its lists as tables: in which order they come is no part of the state."""
    tables = {
        "tickets": {t["id"]: t for t in snapshot["tickets"]},
        "counters": {c["id"]: c for c in snapshot["counters"]},
        "advices": {a["counter_class"]: a for a in snapshot["advices"]},
        "devices": {d["id"]: d for d in snapshot["devices"]},
        "announcements": {a["ticket_id"]: a for a in snapshot["announcements"]},
    }
    assert all(len(table) == len(snapshot[name]) for name, table in tables.items()), "two things with one id"
    return snapshot | tables

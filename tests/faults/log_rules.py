"""The checker's first part: what the event log alone must keep, with the rules written down once more."""

from datetime import datetime
from typing import Any

Json = dict[str, Any]

# What may happen to a ticket: from which states, to which one. From the design, not from the server's table.
MOVES: dict[str, tuple[set[str], str]] = {
    "checked_in": ({"booked"}, "waiting"),
    "called": ({"waiting"}, "called"),
    "recalled": ({"called"}, "called"),
    "started": ({"called"}, "serving"),
    "completed": ({"called", "serving"}, "completed"),
    "no_show": ({"called"}, "no_show"),
    "parked": ({"called", "serving"}, "parked"),
    "resumed": ({"parked"}, "serving"),
    "transferred": ({"waiting", "called", "serving", "parked"}, "waiting"),
    "returned": ({"called", "serving", "parked", "no_show"}, "waiting"),
    "deferred": ({"waiting", "called"}, "waiting"),
    "cancelled": ({"booked", "waiting", "called", "parked"}, "cancelled"),
    "abandoned": ({"waiting", "parked"}, "abandoned"),
    "expired": ({"booked", "waiting", "called", "serving", "parked"}, "expired"),
}
AT_COUNTER = {"called", "serving"}
FIXED = ("visit_id", "branch_id", "business_day", "prefix", "serial", "step", "number", "issued_at")
TIMES = ("issued_at", "called_at", "started_at", "ended_at")


class LogRules:
    """Reads a branch's events in turn; `faults` says what should not be there, in words."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.seq = 0
        self._at: datetime | None = None
        self._days: list[str] = []
        self._ids: set[str] = set()
        self._tickets: dict[str, Json] = {}
        self._waiting: dict[str, dict[str, Json]] = {}  # queue -> who waits
        self._at_counter: dict[str, str] = {}  # counter -> ticket
        self._last: dict[str, int] = {}  # prefix -> last serial of the day
        self._printed: set[tuple[str, str, int]] = set()  # (day, number, step)
        self._leased: dict[str, Json] = {}  # block -> its state, of the day

    def read(self, event: Json) -> None:
        where = f"event {event['seq']} ({event['kind']})"
        self._demand(event["seq"] == self.seq + 1, f"{where} follows {self.seq}: a gap in seq")
        self._demand(event["id"] not in self._ids, f"{where} has an id that was there before")
        at = datetime.fromisoformat(event["at"])
        self._demand(self._at is None or at >= self._at, f"{where} is before its cause")
        self.seq, self._at = event["seq"], at
        self._ids.add(event["id"])
        subject, _, what = event["kind"].partition(".")
        if event["kind"] == "branch.day_started":
            self._begin_day(event["day"], where)
        if subject == "ticket":
            self._move(what, event["ticket"], where, event.get("block"))
        if subject == "numbers":
            self._block(what, event["block"], where)

    def _demand(self, holds: object, fault: str) -> None:
        if not holds:
            self.faults.append(fault)

    def _begin_day(self, day: str, where: str) -> None:
        self._demand(not self._days or day > self._days[-1], f"{where}: {day} after {self._days[-1:]}")
        left = [ticket for queue in self._waiting.values() for ticket in queue]
        self._demand(not left and not self._at_counter, f"{where}: yesterday's tickets are still here")
        self._days.append(day)
        self._last.clear()
        self._leased.clear()

    def _block(self, what: str, block: Json, where: str) -> None:
        """Numbers that one device gives, and nobody else, also when it has handed in no more."""
        last = self._last.get(block["prefix"], 0)
        before = self._leased.get(block["id"])
        if what == "leased":
            self._demand(before is None, f"{where}: leased a second time")
            self._demand(block["first_serial"] == last + 1, f"{where}: from {block['first_serial']} after {last}")
            self._last[block["prefix"]] = block["last_serial"]
        else:
            self._demand(before is not None and not before["returned"], f"{where}: it was not out")
        self._leased[block["id"]] = block

    def _move(self, what: str, ticket: Json, where: str, block: Json | None) -> None:
        before = self._tickets.get(ticket["id"])
        where = f"{where} of {ticket['number']}"
        if what == "issued":
            self._issue(ticket, before, where, block)
        elif before is None:
            self.faults.append(f"{where}: nobody has issued it")
        else:
            allowed, to = MOVES[what]
            self._demand(before["state"] in allowed, f"{where}: an illegal move from {before['state']}")
            self._demand(ticket["state"] == to, f"{where}: it led to {ticket['state']}")
            changed = [name for name in FIXED if before[name] != ticket[name]]
            self._demand(not changed, f"{where}: changed {changed}")
        if what == "called":
            self._called(ticket, before, where)
        times = [datetime.fromisoformat(ticket[name]) for name in TIMES if ticket[name]]
        self._demand(times == sorted(times), f"{where}: its times run backwards")
        self._put(ticket, before, where)

    def _issue(self, ticket: Json, before: Json | None, where: str, block: Json | None) -> None:
        self._demand(before is None, f"{where}: issued a second time")
        self._demand(ticket["state"] == "waiting", f"{where}: issued as {ticket['state']}")
        self._demand(self._days and ticket["business_day"] == self._days[-1], f"{where}: of another day")
        printed = (ticket["business_day"], ticket["number"], ticket["step"])
        self._demand(printed not in self._printed, f"{where}: a number given twice")
        self._printed.add(printed)
        if block is not None:
            self._hand_in(ticket, block, where)
        elif ticket["step"] == 1:
            expected = self._last.get(ticket["prefix"], 0) + 1
            self._demand(ticket["serial"] == expected, f"{where}: the number after {expected - 1}")
            self._last[ticket["prefix"]] = ticket["serial"]

    def _hand_in(self, ticket: Json, block: Json, where: str) -> None:
        """A number out of a block that is out, not used before, given between the lease and now."""
        before, serial = self._leased.get(block["id"]), ticket["serial"]
        if before is None or before["returned"]:
            self.faults.append(f"{where}: out of a block that nobody holds")
            return
        inside = before["first_serial"] <= serial <= before["last_serial"] and ticket["prefix"] == before["prefix"]
        self._demand(inside, f"{where}: it is not in {block['id']}")
        self._demand(serial not in before["used"], f"{where}: handed in twice")
        self._demand(block["used"] == [*before["used"], serial], f"{where}: the block is {block['used']}")
        came = datetime.fromisoformat(ticket["issued_at"])
        right = self._at is not None and datetime.fromisoformat(before["leased_at"]) <= came <= self._at
        self._demand(right, f"{where}: it came at {came}")
        self._leased[block["id"]] = block

    def _called(self, ticket: Json, before: Json | None, where: str) -> None:
        """Among the ordinary ones of one queue whom nothing was promised, the earliest is called."""
        if before is None or not _plain(before):
            return
        first = min(filter(_plain, self._waiting.get(before["queue_id"], {}).values()), key=_order, default=before)
        self._demand(_order(before) <= _order(first), f"{where}: called before {first['number']}")

    def _put(self, ticket: Json, before: Json | None, where: str) -> None:
        if before is not None:
            self._waiting.get(before["queue_id"], {}).pop(ticket["id"], None)
            if self._at_counter.get(before["counter_id"]) == ticket["id"]:
                del self._at_counter[before["counter_id"]]
        self._tickets[ticket["id"]] = ticket
        if ticket["state"] == "waiting":
            self._waiting.setdefault(ticket["queue_id"], {})[ticket["id"]] = ticket
        elif ticket["state"] in AT_COUNTER:
            there = self._at_counter.get(ticket["counter_id"])
            self._demand(there is None, f"{where}: {there} is at {ticket['counter_id']} already")
            at_two = before and before["state"] in AT_COUNTER and before["counter_id"] != ticket["counter_id"]
            self._demand(not at_two, f"{where}: at two counters, the other is {ticket['counter_id']}")
            self._at_counter[ticket["counter_id"]] = ticket["id"]


def _plain(ticket: Json) -> bool:
    aside = ("due_call", "appointment_at", "deferred_to")
    return ticket["segment"] == "ordinary" and all(ticket.get(name) is None for name in aside)


def _order(ticket: Json) -> tuple[datetime, str, int]:
    return datetime.fromisoformat(ticket["order_at"]), ticket["prefix"], ticket["serial"]

"""The hall as this display knows it: kept up by the line's frames, asked before a call is announced."""

from collections import OrderedDict, deque
from typing import Any

from display.place import CALL_OUTS, RECENT_CALLS, CallOut

Json = dict[str, Any]

OVER = frozenset({"completed", "no_show", "cancelled", "abandoned", "expired"})
AT_COUNTER = frozenset({"called", "serving"})
ENDS_KEPT = 200  # only to say why a call was not announced


class Picture:
    """Give `take` a snapshot (also the one from HTTP) and every frame; what it knows already it leaves out."""

    def __init__(self) -> None:
        self.branch: Json = {}
        self.seq = -1
        self.epoch = ""
        self.tickets: dict[str, Json] = {}  # by number: the open ones
        self.counters: dict[str, Json] = {}  # by id
        self.recent: deque[Json] = deque(maxlen=RECENT_CALLS)  # newest first: number, counter_number, seq, at
        self._newest: dict[str, int] = {}  # number -> seq of its newest call-out
        self._ended: OrderedDict[str, str] = OrderedDict()

    @property
    def known(self) -> bool:
        return self.seq >= 0

    @property
    def zone(self) -> str:
        return str(self.branch.get("time_zone", "UTC"))

    def take(self, frame: Json) -> None:
        if frame["type"] == "snapshot":
            self._begin(frame["snapshot"])
        elif frame["type"] == "events":
            for event in frame["events"]:
                if event["seq"] > self.seq:
                    self._apply(event)
            self.seq = max(self.seq, frame["seq"])

    def why_not(self, call: CallOut) -> str:
        """Why this call need not be announced any more: the ticket's state, or `called_again`, `moved`, `gone`."""
        ticket = self.tickets.get(call.number)
        if ticket is None:
            return self._ended.get(call.number, "gone")
        if ticket["state"] != "called":
            return str(ticket["state"])
        if self._newest.get(call.number, call.seq) > call.seq:
            return "called_again"
        counter = self.counters.get(ticket["counter_id"])
        return "moved" if counter is not None and counter["number"] != call.counter_number else ""

    def at_counter(self, number: str, counter_number: int) -> bool:
        """Whether this number is called to, or served at, this counter now."""
        ticket = self.tickets.get(number)
        counter = self.counters.get(ticket["counter_id"] or "") if ticket else None
        return bool(ticket and counter and ticket["state"] in AT_COUNTER and counter["number"] == counter_number)

    def called_at(self) -> dict[int, str]:
        """Counter number -> the number called to it or served there."""
        there = {}
        for ticket in self.tickets.values():
            counter = self.counters.get(ticket["counter_id"] or "")
            if counter is not None and ticket["state"] in AT_COUNTER:
                there[int(counter["number"])] = str(ticket["number"])
        return there

    def waiting(self) -> dict[str, int]:
        """How many wait in each queue; in one that was given up, until it is empty."""
        known: dict[str, Json] = self.branch.get("queues", {})
        queues = dict.fromkeys(known, 0)
        for ticket in self.tickets.values():
            if ticket["state"] == "waiting":
                queues[ticket["queue_id"]] = queues.get(ticket["queue_id"], 0) + 1
        return {key: count for key, count in queues.items() if count or not known.get(key, {}).get("retired")}

    def _begin(self, hall: Json) -> None:
        self.branch, self.seq, self.epoch = hall["branch"], hall["seq"], hall["epoch"]
        self.tickets = {ticket["number"]: ticket for ticket in hall["tickets"] if ticket["state"] not in OVER}
        self.counters = {counter["id"]: counter for counter in hall["counters"]}
        self.recent.clear()
        self.recent.extend(hall["recent_calls"])
        self._newest = {call["number"]: call["seq"] for call in reversed(hall["recent_calls"])}
        self._ended.clear()

    def _apply(self, event: Json) -> None:
        self.seq = event["seq"]
        if event["kind"] == "branch.day_started":
            self.recent.clear()
        if event.get("branch"):
            self.branch = event["branch"]
        if event.get("counters"):
            self.counters = {counter["id"]: counter for counter in event["counters"]}
        if event.get("counter"):
            self.counters[event["counter"]["id"]] = event["counter"]
        if event.get("ticket"):
            self._place(event, event["ticket"])

    def _place(self, event: Json, ticket: Json) -> None:
        number = ticket["number"]
        if ticket["state"] in OVER:
            self.tickets.pop(number, None)
            self._newest.pop(number, None)
            self._ended[number] = ticket["state"]
            while len(self._ended) > ENDS_KEPT:
                self._ended.popitem(last=False)
            return
        self.tickets[number] = ticket
        if event["kind"] in CALL_OUTS:
            self._newest[number] = event["seq"]
            counter = self.counters.get(ticket["counter_id"])
            told = {"seq": event["seq"], "number": number, "queue_id": ticket["queue_id"], "at": event["at"]}
            self.recent.appendleft(told | {"counter_number": counter["number"] if counter else 0})

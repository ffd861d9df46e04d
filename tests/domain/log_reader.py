"""Reads a branch's events as an auditor would, knowing nothing of the code that wrote them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Json = Mapping[str, Any]

# What may happen to a ticket: from these states, to this one. Written down here a second time on purpose.
LEGAL: dict[str, tuple[str, str]] = {
    "checked_in": ("booked", "waiting"),
    "called": ("waiting", "called"),
    "recalled": ("called", "called"),
    "started": ("called", "serving"),
    "completed": ("called serving", "completed"),
    "parked": ("called serving", "parked"),
    "resumed": ("parked", "serving"),
    "returned": ("called serving parked no_show", "waiting"),
    "transferred": ("waiting called serving parked", "waiting"),
    "deferred": ("waiting called", "waiting"),
    "no_show": ("called", "no_show"),
    "cancelled": ("booked waiting called parked", "cancelled"),
    "abandoned": ("waiting parked", "abandoned"),
    "expired": ("booked waiting called serving parked", "expired"),
}
AT_COUNTER = {"called", "serving"}
GONE = {"completed", "no_show", "cancelled", "abandoned", "expired"}
NEVER_CHANGES = "visit_id branch_id business_day prefix serial step number segment service_id issued_at".split()
STANDS = {"issued", "accepted"}


def size(block: Json) -> int:
    return int(block["last_serial"] - block["first_serial"] + 1)


class Wrong(AssertionError):
    """The log tells of something that the rules do not allow."""


def demand(holds: object, what: str) -> None:
    if not holds:
        raise Wrong(what)


class LogReader:
    """`read` takes the events in turn, as JSON with every field; it raises Wrong at the first that cannot be."""

    def __init__(self, counters: list[Json]) -> None:
        self.seq = 0
        self.day: str | None = None
        self.at: datetime | None = None
        self.counters = {c["id"]: c for c in counters}
        self.tickets: dict[str, Json] = {}
        self.last: dict[str, int] = {}  # prefix -> last serial of the day
        self.numbers: set[tuple[str, str, int]] = set()  # (number, day, step)
        self.leased: dict[str, Json] = {}  # id -> block, of the day
        self.devices: dict[str, Json] = {}
        self.calls: dict[int, Json] = {}  # seq -> ticket, of the day
        self.told: dict[str, Json] = {}  # ticket at a counter -> what is said of its newest call
        self.ids: set[str] = set()
        self.advices: dict[str, Json] = {}
        self.unscored: set[str] = set()
        self.given_up: set[str] = set()  # queues from which nobody is called any more

    def read(self, event: Json) -> None:
        demand(event["seq"] == self.seq + 1, f"{event['seq']} after {self.seq}: the log has a gap")
        demand(event["id"] not in self.ids, f"{event['id']} twice")
        at = datetime.fromisoformat(event["at"])
        demand(at.utcoffset() is not None and not at.utcoffset(), "the time is not UTC")
        demand(self.at is None or at >= self.at, f"event {event['seq']} is before the one before it")
        self.seq, self.at = event["seq"], at
        self.ids.add(event["id"])
        if event["reason"]:
            words = event["reason"]["words"]
            demand(words["en"] and words["zh"], "a reason without words")
        subject, _, what = event["kind"].partition(".")
        getattr(self, f"_read_{subject}")(what, event)

    def _read_branch(self, what: str, event: Json) -> None:
        if what in ("changed", "set_up"):
            demand(event["branch"]["id"] == event["branch_id"], "another branch's settings")
            self._furnish(event)
            return
        demand(what == "day_started", event["kind"])
        demand(self.day is None or event["day"] > self.day, "the day began again")
        left = [t["number"] for t in self.tickets.values() if t["state"] not in GONE]
        demand(not left, f"{left} of yesterday are still here")
        demand(not self.advices, "yesterday's advice still stands")
        demand(not self.unscored, "yesterday's advice was never judged")
        unexplained = [b["id"] for b in self.leased.values() if not b["returned"] and len(b["used"]) < size(b)]
        demand(not unexplained, f"nobody said what became of the numbers of {unexplained}")
        self.day, self.last, self.tickets = event["day"], {}, {}
        self.leased, self.devices, self.calls, self.told = {}, {}, {}, {}

    def _furnish(self, event: Json) -> None:
        """Nobody who is there loses their place, and no number can be printed twice."""
        queues = event["branch"]["queues"].values()
        letters = [queue["prefix"] for queue in queues if not queue["retired"]]
        demand(len(set(letters)) == len(letters), f"two queues print the same numbers: {letters}")
        self.given_up = {queue["id"] for queue in queues if queue["retired"]}
        if event.get("counters") is None:
            return
        now = {counter["id"]: counter for counter in event["counters"]}
        for key, before in self.counters.items():
            live = "staff_id", "staff_name", "status", "since", "pause_reason", "services"
            if before["staff_id"] is not None:
                demand(key in now, f"somebody sits at {key}, and it is gone")
                demand(all(now[key][name] == before[name] for name in live), f"{before} became {now[key]}")
        for ticket in self.tickets.values():
            if ticket["state"] not in GONE:
                demand(ticket["queue_id"] not in self.given_up, f"nobody will call {ticket['number']} any more")
                demand(ticket["counter_id"] is None or ticket["counter_id"] in now, "their counter is gone")
        self.counters = now

    def _read_numbers(self, what: str, event: Json) -> None:
        block = event["block"]
        before = self.leased.get(block["id"])
        last = self.last.get(block["prefix"], 0)
        if what == "leased":
            demand(before is None, f"{block['id']} leased twice")
            demand(block["first_serial"] == last + 1 and size(block) > 0, f"{block} after {last}")
            demand(not block["used"] and not block["returned"], "leased, and used already")
            self.last[block["prefix"]] = block["last_serial"]
        else:
            demand(what == "returned" and before is not None and not before["returned"], f"{what} after {before}")
            demand(before is not None and block == {**before, "returned": True}, f"{before} came back as {block}")
            demand(event["reason"] or len(block["used"]) == size(block), "nobody said which numbers were not given")
        self.leased[block["id"]] = block

    def _read_device(self, what: str, event: Json) -> None:
        device = event["device"]
        before = self.devices.get(device["id"])
        was_online = before is not None and before["online"]
        demand(device["online"] == (what != "offline"), f"{what}, yet {device}")
        demand(was_online == (what != "online"), f"{what} after {before}")
        wrong = {part: state for part, state in device["parts"].items() if state not in ("ok", "here")}
        demand((device["wrong_since"] is None) == (not wrong), f"{device} has nothing wrong, or no time for it")
        demand(what != "well" or not wrong, f"well, yet {wrong}")
        demand(what not in ("paper_low", "paper_out") or wrong["printer"] == what, f"{what}, yet {wrong}")
        demand(what != "trouble" or wrong, "trouble, and nothing is wrong")
        self.devices[device["id"]] = device

    def _read_announcement(self, what: str, event: Json) -> None:
        told = event["announcement"]
        called = self.calls.get(told["call_seq"])
        demand(told["outcome"] == what, f"{what}, yet {told}")
        demand(called is not None, f"{told['call_seq']} was no call of the day")
        assert called is not None
        same = {"ticket_id": "id", "number": "number", "counter_id": "counter_id"}
        demand(all(told[mine] == called[theirs] for mine, theirs in same.items()), f"{told} is not {called}")
        demand(told["stands"] == self._to_be_said(told), f"{told} after {self.told.get(told['ticket_id'])}")
        if told["stands"]:
            self.told[told["ticket_id"]] = told

    def _to_be_said(self, told: Json) -> bool:
        """Of the newest call of whoever is at the counter; that somebody heard it, nobody else undoes."""
        there, before = self.tickets.get(told["ticket_id"]), self.told.get(told["ticket_id"])
        if there is None or there["state"] not in {"called", "serving"} or there["counter_id"] != told["counter_id"]:
            return False
        newer = before is None or told["call_seq"] > before["call_seq"]
        again = before is not None and told["call_seq"] == before["call_seq"]
        return newer or (again and (told["outcome"] == "made" or before is None or before["outcome"] != "made"))

    def _read_counter(self, what: str, event: Json) -> None:
        counter = event["counter"]
        before = self.counters[counter["id"]]
        if what == "profiled":
            changed = {name for name in counter if counter[name] != before[name]}
            demand(changed == {"profile"}, f"profiled, yet {changed} changed")
            self.counters[counter["id"]] = counter
            return
        demand(what == {"open": "opened"}.get(counter["status"], counter["status"]), f"{what}, yet {counter}")
        demand(what != "closed" or counter["services"] is None, "closed, and somebody's skills are left")
        if event["reason"] and event["reason"]["code"] == "handed_over":
            demand(before["staff_id"] not in (None, counter["staff_id"]), "nobody handed it over")
            demand(before["since"] == counter["since"], "handed over, and the time begins again")
        demand(what != "closed" or self._at(counter["id"]) is None, "closed with a customer there")
        demand((counter["staff_id"] is None) == (what == "closed") or self._is_machine(counter["id"]), "who?")
        self.counters[counter["id"]] = counter

    def _read_advice(self, what: str, event: Json) -> None:
        advice = event["advice"]
        key = advice["counter_class"]
        if what == "scored":
            demand(advice["id"] in self.unscored, "scored twice, or never given")
            demand(advice["score"] is not None, "scored without a score")
            self.unscored.discard(advice["id"])
            if key in self.advices and self.advices[key]["id"] == advice["id"]:
                self.advices[key] = advice
            return
        if what == "issued":
            self.unscored.add(advice["id"])
        before = self.advices.pop(key, None)
        demand(advice["state"] == what, f"{what}, yet {advice['state']}")
        if what == "issued":
            demand(before is None, f"a second advice stands for {key}")
        else:
            allowed = STANDS if what == "withdrawn" else {"issued"}
            demand(before is not None and before["state"] in allowed, f"{what} after {before}")
            demand(before is not None and before["id"] == advice["id"], "another advice was answered")
        if what in STANDS:
            self.advices[key] = advice

    def _read_ticket(self, what: str, event: Json) -> None:
        ticket = event["ticket"]
        before = self.tickets.get(ticket["id"])
        if what == "issued":
            self._read_issue(ticket, before, event.get("block"), event["at"])
        else:
            demand(before is not None, f"{ticket['id']} was never issued")
            assert before is not None
            allowed, to = LEGAL[what]
            demand(before["state"] in allowed.split(), f"{before['state']} -> {what}")
            demand(ticket["state"] == to, f"{what} led to {ticket['state']}")
            changed = [name for name in NEVER_CHANGES if before[name] != ticket[name]]
            demand(not changed, f"{what} changed {changed}")
            moved = before["queue_id"] != ticket["queue_id"]
            late = what == "returned" and before["queue_id"] in self.given_up
            demand(what == "transferred" or late or not moved, f"{what} changed the queue")
            demand(to != "waiting" or ticket["queue_id"] not in self.given_up, "nobody is called from there")
            self._read_more_time(what, ticket, before, event)
        if ticket["state"] in AT_COUNTER:
            self._read_arrival(what, ticket, before, event)
        else:
            self.told.pop(ticket["id"], None)
        self.tickets[ticket["id"]] = ticket
        if what in ("called", "recalled"):
            self.calls[event["seq"]] = ticket

    def _read_more_time(self, what: str, ticket: Json, before: Json, event: Json) -> None:
        """Asked for once, by whoever has the paper; a number sent on has had it."""
        if what == "deferred":
            demand(before["deferred_to"] is None, f"{ticket['number']} had more time before")
            demand((ticket["deferred_to"] or 0) > 0, "more time, and none was given")
            demand(ticket["misses"] == before["misses"], "more time was counted as a miss")
            demand(event["actor"] == f"phone:{ticket['visit_id']}", f"asked for by {event['actor']}")
            demand(event["reason"], "more time without a reason")
        elif what == "transferred" and before["deferred_to"] is not None:
            demand(ticket["deferred_to"] == 0, "it waits for calls of another queue")
        else:
            demand(ticket["deferred_to"] == before["deferred_to"], f"{what} changed the time that was asked for")

    def _read_issue(self, ticket: Json, before: Json | None, block: Json | None, at: str) -> None:
        demand(before is None, f"{ticket['id']} issued twice")
        demand(ticket["state"] == "waiting", f"issued as {ticket['state']}")
        demand(ticket["business_day"] == self.day, "a ticket of another day")
        printed = f"{ticket['prefix']}{ticket['serial']:03d}"
        demand(ticket["number"] == printed, f"{ticket['number']} is not {printed}")
        place = (printed, ticket["business_day"], ticket["step"])
        demand(place not in self.numbers, f"{place} given twice")
        self.numbers.add(place)
        if block is not None:
            self._read_hand_in(ticket, block, at)
            return
        demand(ticket["issued_at"] == at, f"{printed} is older than its event")
        if ticket["step"] == 1:
            last = self.last.get(ticket["prefix"], 0)
            demand(ticket["serial"] == last + 1, f"{printed} after {last}: numbers have a gap")
            self.last[ticket["prefix"]] = ticket["serial"]
            return
        steps = [t for t in self.tickets.values() if t["visit_id"] == ticket["visit_id"]]
        demand(len(steps) == ticket["step"] - 1, f"step {ticket['step']} after {len(steps)}")
        demand(all(t["state"] == "completed" for t in steps), "the next service before the end of the last")
        demand(all(t["number"] == printed for t in steps), "the number changed within the visit")

    def _read_hand_in(self, ticket: Json, block: Json, at: str) -> None:
        """A number out of a block, at its own time."""
        before, serial = self.leased.get(block["id"]), ticket["serial"]
        demand(before is not None, f"{block['id']} was never leased")
        assert before is not None
        demand(not before["returned"], f"{ticket['number']} out of a block that had come back")
        demand(block == {**before, "used": [*before["used"], serial]}, f"{before} became {block}")
        demand(before["first_serial"] <= serial <= before["last_serial"], f"{serial} is not in {before}")
        demand(ticket["prefix"] == before["prefix"], "another prefix than the block's")
        moments = [before["leased_at"], ticket["issued_at"], at]
        demand(moments == sorted(moments, key=datetime.fromisoformat), f"issued out of {moments}")
        demand(ticket["issued_at"] == ticket["order_at"] == ticket["arrived_at"], "not at its own time")
        demand(ticket["ahead"] is None and ticket["quote_p90_s"] is None, "promised what nobody could know")
        self.leased[block["id"]] = block

    def _read_arrival(self, what: str, ticket: Json, before: Json | None, event: Json) -> None:
        place = ticket["counter_id"]
        other = self._at(place)
        demand(other in (None, ticket["id"]), f"{other} is at {place} already")
        if what == "called":
            assert before is not None
            demand(self.counters[place]["status"] == "open", "called to a counter that is not open")
            serves = [entry["queue_id"] for entry in self.counters[place]["profile"]]
            demand(before["queue_id"] in serves, "called to a counter that does not serve it")
            skills = self.counters[place]["services"]
            demand(skills is None or ticket["service_id"] in skills, "called to who has no skill for it")
            demand(event["reason"], "called without a reason")
        elif what != "resumed":
            demand(before is not None and before["counter_id"] == place, f"{what} at another counter")

    def _at(self, counter_id: str) -> str | None:
        here = [t for t in self.tickets.values() if t["counter_id"] == counter_id and t["state"] in AT_COUNTER]
        demand(len(here) <= 1, f"{len(here)} tickets at {counter_id}")
        return here[0]["id"] if here else None

    def _is_machine(self, counter_id: str) -> bool:
        return bool(self.counters[counter_id]["counter_class"] == "self_service")

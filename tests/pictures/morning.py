"""A busy morning at the example branch, minute by minute through the public API: the same one every time."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from server.demo.branch import source_branch
from server.domain.branch import Branch
from tests.running import Caller, headers

OPENING = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)  # half past eight in the branch, a Monday
MORNING_ENDS = OPENING + timedelta(minutes=100)

Json = dict[str, Any]
Happening = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of customer: what they ask for, how many come per hour, and the same in the rush after ten o'clock."""

    asked: Json
    per_hour: float
    in_the_rush: float


CUSTOMERS = (
    Kind({"services": ["deposit"]}, 8, 18),
    Kind({"services": ["exchange"]}, 1, 2),
    Kind({"services": ["deposit"], "segment": "priority"}, 1, 3),
    Kind({"services": ["card"]}, 3, 4),
    Kind({"services": ["advice", "deposit"]}, 0.5, 1),
    Kind({"services": ["transfer"]}, 1.5, 3),
    Kind({"services": ["exchange"], "segment": "vip"}, 2.5, 5),
    Kind({"services": ["deposit"], "at_machine": True}, 7, 10),
)
# Shortly before the picture is taken, so that somebody waits in it.
A_BUS_STOPS: tuple[Json, ...] = (
    {"services": ["deposit"]},
    {"services": ["card"]},
    {"services": ["deposit"], "segment": "priority"},
    {"services": ["exchange"], "segment": "vip"},
    {"services": ["deposit"]},
    {"services": ["transfer", "deposit"]},
    {"services": ["exchange"]},
)
RUSH = OPENING + timedelta(minutes=68)
SEED = 11
MISSED = 0.05  # of those who are called do not come
# Who sits where, and how many minutes a customer takes there.
TELLERS = {
    "main.1": ("teller", 7.0),
    "main.2": ("second teller", 7.5),
    "main.3": ("third teller", 4.0),
    "main.6": ("fourth teller", 6.0),
}
MACHINE_MIN = 4.0


def branch_of_the_morning() -> Branch:
    """The example branch, whose manager knows the usual figures: the advisor speaks when the rush begins."""
    branch = source_branch()
    usual = {"cash": (7.0, 9.0), "non_cash": (4.0, 5.0), "vip": (6.0, 3.0), "self_service": (4.0, 8.0)}
    policies = {
        key: replace(branch.policies[key], expected_service_min=minutes, expected_arrivals_per_hour=per_hour)
        for key, (minutes, per_hour) in usual.items()
    }
    return replace(branch, policies=policies)


@dataclass(slots=True)
class Morning:
    """Lives through the morning on a server whose clock may be set and hardly runs by itself."""

    ask: Caller
    look: Happening = lambda: None  # called once a minute of the branch's time
    now: datetime = OPENING - timedelta(minutes=5)
    _agenda: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _count: int = 0
    _seen: int = 0  # how far in the log
    _just_called: bool = False  # by a teller who now waits for the customer to come
    _free: list[str] = field(default_factory=list)
    _random: Random = field(default_factory=lambda: Random(SEED))

    def live(self, end: datetime = MORNING_ENDS) -> None:
        """To the first call after `end`, and a few seconds more."""
        for counter_id, (who, _) in TELLERS.items():
            self._at(OPENING - timedelta(minutes=2), partial(self._open, counter_id, who))
        for kind in CUSTOMERS:
            self._next_arrival(kind, OPENING)
        for place, asked in enumerate(A_BUS_STOPS):
            self._at(end - timedelta(seconds=200 - 27 * place), partial(self.ask.ticket, **asked))
        minutes = int((end - self.now) / timedelta(minutes=1))
        for minute in range(1, minutes + 1):
            self._at(self.now + timedelta(minutes=minute), self.look)
        while self._agenda[0][0] <= end or not self._just_called:
            at, _, happening = heapq.heappop(self._agenda)
            self._turn_clock(at)
            self._just_called = False
            happening()
            self._hear()
        self._turn_clock(self.now + timedelta(seconds=3))

    def _at(self, at: datetime, happening: Happening) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (at, self._count, happening))

    def _in(self, minutes: float, happening: Happening) -> None:
        self._at(self.now + timedelta(minutes=minutes), happening)

    def _turn_clock(self, at: datetime) -> None:
        if at > self.now:
            known = headers(self.ask.tokens["operator"])
            answer = self.ask.http.put("clock", json={"skip_to": at.isoformat()}, headers=known)
            assert answer.status_code in (200, 409), answer.text  # 409: it is a moment later already
            self.now = at

    def _open(self, counter_id: str, who: str) -> None:
        self.ask.done(who, f"counters/{counter_id}/open")
        self._free.append(counter_id)

    def _next_arrival(self, kind: Kind, after: datetime) -> None:
        per_hour = kind.in_the_rush if after >= RUSH else kind.per_hour
        at = after + timedelta(hours=self._random.expovariate(per_hour))
        self._at(at, partial(self._arrive, kind))

    def _arrive(self, kind: Kind) -> None:
        self.ask.ticket(**kind.asked)
        self._next_arrival(kind, self.now)

    def _hear(self) -> None:
        """Machines start whom they have called, and a free teller looks up when somebody has come."""
        found = self.ask.get("manager", "branches/main/events", after=self._seen, limit=1000).json()
        self._seen = found["seq"]
        for event in found["events"]:
            ticket = event["ticket"]
            if event["kind"] == "ticket.called" and ticket["queue_id"] == "self_service":
                self._in(0.5, partial(self._serve, "machine", ticket["id"], MACHINE_MIN))
            if ticket and ticket["state"] == "waiting":
                for counter_id in self._free:
                    self._in(0.1, partial(self._call, counter_id))

    def _call(self, counter_id: str) -> None:
        if counter_id not in self._free:
            return
        who, mean_min = TELLERS[counter_id]
        ticket = self.ask.done(who, f"counters/{counter_id}/call-next")["ticket"]
        if ticket:
            self._free.remove(counter_id)
            self._just_called = True
            comes = self._random.random() > MISSED
            if comes:
                self._in(0.6, partial(self._serve, who, ticket["id"], mean_min, counter_id))
            else:
                self._in(0.8, partial(self.ask.done, who, f"tickets/{ticket['id']}/recall"))
                self._in(1.6, partial(self._miss, who, ticket["id"], counter_id))

    def _miss(self, who: str, ticket_id: str, counter_id: str) -> None:
        self.ask.done(who, f"tickets/{ticket_id}/no-show")
        self._free.append(counter_id)
        self._in(0.2, partial(self._call, counter_id))

    def _serve(self, who: str, ticket_id: str, mean_min: float, counter_id: str | None = None) -> None:
        self.ask.done(who, f"tickets/{ticket_id}/start")
        minutes = mean_min * self._random.gammavariate(4, 1 / 4)
        self._in(minutes, partial(self._finish, who, ticket_id, counter_id))

    def _finish(self, who: str, ticket_id: str, counter_id: str | None) -> None:
        self.ask.done(who, f"tickets/{ticket_id}/finish")
        if counter_id:
            self._free.append(counter_id)
            self._in(0.2, partial(self._call, counter_id))


def a_moment() -> None:
    """Long enough for a caretaker in a hurry to look at the hall."""
    time.sleep(0.04)

"""A short day at the branch in which everything happens that can happen, through the public API."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from server.actions.clock import CLOCK, give_advice
from server.actions.decision import Command
from server.domain import events
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass
from tests.live.line import Json, Line, listening
from tests.running import KINDS, TEN, Caller, Office, Served, fresh_key, headers, serving

# Booking and leaving without a word come with later work: nothing makes these two yet.
NOT_YET = {"ticket.checked_in", "ticket.abandoned"}
ALL_KINDS = set(events.KINDS) - NOT_YET


@dataclass(slots=True)
class Day:
    """What was said about the day on the socket and over HTTP, by the kind of token that listened."""

    document: Json  # as published: AsyncAPI
    log: list[Json] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)  # listening all day, to the goodbye
    read: dict[str, list[Json]] = field(default_factory=dict)  # the log over HTTP
    halls: dict[str, Json] = field(default_factory=dict)  # the hall over HTTP at the end
    late: dict[str, Line] = field(default_factory=dict)  # come at the end


async def listen_to_a_day(office: Office) -> Day:
    """Everything that happens, happens; everyone listens."""
    async with AsyncExitStack() as stack:
        served = stack.enter_context(serving(office, clock_control=True))
        ask = stack.enter_context(Caller(served.url, office.tokens))
        day = Day(ask.http.get("asyncapi.json").json())
        ask.ticket()
        for kind in KINDS:
            day.lines[kind] = await stack.enter_async_context(listening(served.url, office.tokens[kind]))
            await day.lines[kind].until_type("snapshot")
        live_through(served, ask)
        ask.seq = ask.log()[-1]["seq"]
        day.log = ask.log()
        for kind, line in day.lines.items():
            await line.until(ask.seq)
            await line.until_type("heartbeat")
            day.read[kind] = ask.log(kind)
            day.halls[kind] = ask.snapshot(kind)
            day.late[kind] = await stack.enter_async_context(listening(served.url, office.tokens[kind]))
            await day.late[kind].until_type("snapshot")
        served.services.hub.say_goodbye()
        for line in day.lines.values():
            await line.end()
    return day


def live_through(served: Served, ask: Caller) -> None:
    """Every kind of event that there is. The server must allow its clock to be set."""
    _morning(ask)
    _at_the_machine(ask)
    _advice(served, ask)
    _devices(ask)
    ask.done("manager", "counters/main.2/profile", {"profile": [{"queue_id": "cash"}]})
    ask.done("manager", "branches/main/policies/cash", {"policy": "mms"})
    ask.ticket(segment="priority")
    found = ask.get("manager", "branches/main/set-up").json()
    found["document"]["counters"].append({"number": 30, "class": "cash", "serves": ["cash"], "helps": []})
    ask.done("manager", "branches/main/set-up", found)
    tomorrow = TEN + timedelta(days=1)
    known = headers(ask.tokens["operator"])
    assert ask.http.put("clock", json={"skip_to": tomorrow.isoformat()}, headers=known).status_code == 200
    ask.post("manager", "counters/main.2/close")  # whatever comes first finds a new day


def _morning(ask: Caller) -> None:
    ask.ticket(services=["deposit", "card"])
    tickets = [ask.ticket()["id"] for _ in range(5)]
    ask.done("manager", "counters/main.2/open")
    first = _next(ask)
    for act in ("recall", "start", "park", "resume", "finish"):
        ask.done("manager", f"tickets/{first}/{act}")
    ask.done("manager", f"tickets/{_next(ask)}/transfer", {"queue_id": "non_cash"})
    ask.done("manager", f"tickets/{_next(ask)}/return")
    ask.done("kiosk", f"tickets/{tickets[-1]}/cancel")
    asked = ask.http.post("phone/more-time", json={}, headers=headers(f"ticket.{tickets[-2]}", fresh_key()))
    assert asked.is_success, asked.text
    missed = _next(ask)
    ask.done("manager", f"tickets/{missed}/no-show")
    while True:
        ticket_id = _next(ask)
        answer = ask.done("manager", f"tickets/{ticket_id}/{'no-show' if ticket_id == missed else 'finish'}")
        if answer["ticket"]["state"] == "no_show":
            break
    ask.done("manager", "counters/main.2/pause", {"reason": "a secret lunch"})
    ask.done("manager", "counters/main.2/close")


def _next(ask: Caller) -> str:
    return str(ask.done("manager", "counters/main.2/call-next")["ticket"]["id"])


def _at_the_machine(ask: Caller) -> None:
    ticket = ask.ticket(at_machine=True)["id"]
    ask.done("machine", f"tickets/{ticket}/start")
    ask.done("machine", f"tickets/{ticket}/finish")


def _devices(ask: Caller) -> None:
    """A kiosk that was alone for a while, and a display that tells what it announced."""
    block = ask.done("kiosk", "branches/main/number-blocks", {"queue_id": "cash", "size": 3})["block"]
    printed = {"block_id": block["id"], "serial": block["first_serial"], "services": ["deposit"]}
    ask.done("kiosk", "branches/main/tickets/hand-in", {**printed, "issued_at": block["leased_at"]})
    for state in ("ok", "paper_low", "paper_out", "error", "ok"):
        ask.done("kiosk", "branches/main/device-reports", {"parts": {"printer": state}})
    ask.done("kiosk", "branches/main/device-reports", {"offline": True})
    ask.done("display", "branches/main/device-reports", {"parts": {"sound": "ok"}})
    ask.done("manager", "counters/main.2/open")
    called = ask.done("manager", "counters/main.2/call-next")["seq"]
    for outcome in ("failed", "dropped", "made"):
        told = {"call_seq": called, "outcome": outcome, "by": ["voice"]}
        ask.done("display", "branches/main/announcements", told)
    ask.done("kiosk", f"number-blocks/{block['id']}/return")


def _advice(served: Served, ask: Caller) -> None:
    """Answered over HTTP. The advisor looks at this hall too, and may have taken it back: then it is given again."""
    for number, answer in enumerate(("accept", "dismiss")):
        for attempt in range(9):
            _give(served, advice_id := f"main.a{number}" + "again" * attempt)
            told = ask.post("manager", f"advice/{advice_id}/{answer}")
            if told.status_code != 404:
                break
        assert told.is_success, told.text
    _give(served, "main.a2")


def _give(served: Served, advice_id: str) -> None:
    """As the caretaker gives it."""
    advice = Advice(
        id=advice_id,
        branch_id="main",
        counter_class=CounterClass.VIP,
        action="open",
        counter_id="main.6",
        open_now=0,
        advised=1,
        state=AdviceState.ISSUED,
        issued_at=datetime.now(UTC),
        figures={},
    )
    command = Command("main", CLOCK, give_advice, {"withdraw": {"vip": "replaced"}, "give": [advice]})
    served.services.writer.submit(command).result(10)

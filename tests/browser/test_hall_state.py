"""The screens' copy of the hall, kept by events in the browser, is the server's own, whatever happens."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from playwright.sync_api import Page

from server.actions import customer, device, manager, phone, teller
from server.actions.clock import CLOCK, give_advice, score_advice, sweep
from server.actions.decision import Action, Actor, Command
from server.actions.run import begin_day, run
from server.demo.branch import BRANCH_ID, source_branch, source_counters
from server.domain.advice import Advice, AdviceState
from server.domain.audience import AUDIENCES, STAFF, snapshot_view
from server.domain.branch import CounterClass, ProfileEntry
from server.domain.events import CALL_OUTS, KINDS, Event
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.ticket import Segment
from server.live.frames import events_frame
from tests.domain.press import Press
from tests.domain.set_up_presses import set_anew
from tests.running import install, serving

TELLERS = [Actor("teller", f"teller-{number}", f"Teller {number}") for number in range(1, 4)]
BOSS = Actor("manager", "manager-1", "Manager")
STEPS = 250
SEEDS = range(8)
NOT_YET = {"ticket.checked_in", "ticket.abandoned"}  # nothing makes these two yet

FOLLOW = """async ([staff, snapshot, frames]) => {
  const { hallFrom, applied } = await import("/screens/shared/hall_state.js");
  let hall = hallFrom(snapshot);
  const states = [];
  for (const frame of frames) {
    if (frame.after !== hall.seq) throw new Error(`${frame.after} does not follow ${hall.seq}`);
    hall = applied(hall, frame.events, frame.seq, { staff });
    states.push(JSON.stringify(Object.assign({}, hall, {
      tickets: Array.from(hall.tickets.values()),
      counters: Array.from(hall.counters.values()),
      advices: Array.from(hall.advices.values()),
      devices: Array.from(hall.devices.values()),
      announcements: Array.from(hall.announcements.values()),
    })));
  }
  return states;
}"""


class AnyDay:
    """Random people do random things; most are refused, and what is not, happened."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = datetime(2026, 3, 2, 1, tzinfo=UTC)
        self.hall = Hall(source_branch(), "epoch")
        self.hall.counters = {counter.id: counter for counter in source_counters()}
        self.made = 0
        self.calls: list[Event] = []

    def step(self) -> list[Event]:
        """What happens next, perhaps nothing."""
        self.now += timedelta(seconds=self.random.expovariate(1 / 60))
        if self.random.random() < 0.01:
            self.now = self.now.replace(hour=1, minute=0) + timedelta(days=1)  # nine in the morning there
        events = begin_day(self.hall, self.now)
        actor, action, arguments = self._something()
        try:
            happened, _ = run(self.hall, Command(BRANCH_ID, actor, action, arguments), self.now)
        except Refusal:
            return events
        self.calls += [event for event in happened if event.kind in CALL_OUTS]
        return events + happened

    def _something(self) -> tuple[Actor, Action, dict[str, Any]]:
        pick = self.random.choice
        actor = pick([*TELLERS, BOSS, BOSS])
        counter = {"counter_id": pick(list(self.hall.counters))}
        ticket = {"ticket_id": pick(list(self.hall.tickets) or ["nobody"])}
        queue = {"queue_id": pick(list(self.hall.branch.queues))}
        advice = {"advice_id": pick([*(a.id for a in self.hall.advices.values()), "none"])}
        choices: list[tuple[Actor, Action, dict[str, Any]]] = [
            *[(Actor("kiosk", "kiosk-1"), customer.take_ticket, self._ticket())] * 6,
            *[(actor, teller.call_next, counter)] * 6,
            *[(BOSS, act, ticket) for act in (teller.start, teller.finish, teller.park, teller.resume) * 3],
            *[(BOSS, act, ticket) for act in (*[teller.recall] * 3, *[teller.no_show] * 4, teller.return_to_queue)],
            (actor, teller.open_counter, {**counter, "take_over": pick([True, False])}),
            (actor, teller.open_counter, counter),
            (actor, teller.pause_counter, {**counter, "reason": "lunch"}),
            (actor, teller.close_counter, counter),
            (BOSS, teller.transfer, {**ticket, **queue}),
            (BOSS, customer.cancel, ticket),
            *[(Actor("phone", ticket["ticket_id"]), phone.more_time, ticket)] * 2,
            (Actor("phone", ticket["ticket_id"]), phone.leave, ticket),
            (CLOCK, sweep, {}),
            (CLOCK, give_advice, self._advice()),
            (BOSS, manager.accept_advice, advice),
            (BOSS, manager.dismiss_advice, advice),
            (BOSS, manager.set_profile, {**counter, "profile": self._profile()}),
            (
                BOSS,
                manager.set_policy,
                {"counter_class": pick(list(CounterClass)), "policy": pick(["mms", "so_tang"])},
            ),
            *self._devices(queue),
            self._set_up(),
            (CLOCK, score_advice, {"scores": {key: {"verdict": "right"} for key in self.hall.unscored}}),
        ]
        return pick(choices)

    def _set_up(self) -> tuple[Actor, Action, dict[str, Any]]:
        number = self.random.randrange
        return set_anew(Press("set_up", number(12), number(6), number(12), 0), self.hall, 0)

    def _ticket(self) -> dict[str, Any]:
        self.made += 1
        services = self.random.sample(sorted(self.hall.branch.services), self.random.choice([1, 1, 1, 2, 3]))
        return {
            "ticket_id": f"{BRANCH_ID}.t{self.made}",
            "services": services,
            "segment": self.random.choice(list(Segment)),
            "at_machine": self.random.random() < 0.2,
        }

    def _devices(self, queue: dict[str, Any]) -> list[tuple[Actor, Action, dict[str, Any]]]:
        pick, kiosk = self.random.choice, self._kiosk()
        return [
            *[(kiosk, device.hand_in, self._hand_in())] * 2,
            (kiosk, device.lease_numbers, {"block_id": f"b{self.hall.seq}", "size": 9, **queue}),
            (kiosk, device.return_numbers, {"block_id": self._block()}),
            (kiosk, device.report, {"parts": {"printer": self._paper()}, "offline": pick([True, False])}),
            (kiosk, device.report, {"parts": {"reader": pick(["ok", "error"])}}),
            *[(Actor("display", pick("ab")), device.announce, self._told())] * 2,
        ]

    def _kiosk(self) -> Actor:
        return Actor("kiosk", f"kiosk-{self.random.choice([1, 1, 1, 2])}")

    def _paper(self) -> str:
        return self.random.choice(["ok", "paper_low", "paper_out"])

    def _block(self) -> str:
        return self.random.choice(list(self.hall.blocks) or ["none"])

    def _hand_in(self) -> dict[str, Any]:
        block_id = self._block()
        block = self.hall.blocks.get(block_id)
        said = {"services": sorted(self.hall.branch.services)[:1], "segment": Segment.ORDINARY}
        serial = block.unused[0] if block and block.unused else 1
        return {"block_id": block_id, "serial": serial, "issued_at": self.now - timedelta(minutes=2), **said}

    def _told(self) -> dict[str, Any]:
        """Of the newest calls, whether the ticket is still where it was called or not."""
        outcome = self.random.choice(["made", "dropped", "failed"])
        called = [event for event in self.calls[-4:] if event.seq > self.hall.day_seq]
        if not called:
            return {"call_seq": 1, "call": None, "outcome": outcome}
        event = self.random.choice(called)
        assert event.ticket is not None
        call = device.CallOut(event.seq, event.ticket.id, event.ticket.number, event.ticket.counter_id or "")
        return {"call_seq": event.seq, "call": call, "outcome": outcome}

    def _profile(self) -> list[ProfileEntry]:
        own, helped = self.random.sample(list(self.hall.branch.queues), 2)
        return [ProfileEntry(own), ProfileEntry(helped, helps=True)]

    def _advice(self) -> dict[str, Any]:
        self.made += 1
        key = self.random.choice(list(CounterClass))
        given = Advice(
            id=f"{BRANCH_ID}.a{self.made}",
            branch_id=BRANCH_ID,
            counter_class=key,
            action="open",
            counter_id=None,
            open_now=1,
            advised=2,
            state=AdviceState.ISSUED,
            issued_at=self.now,
            figures={},
        )
        return {"withdraw": {key.value: "replaced"}, "give": [given]}


def frames_and_halls(day: AnyDay, audience: str) -> tuple[Any, list[Any], list[Any]]:
    """(the hall at first, the frames that follow, the hall as it must be after each of them), as JSON has them."""
    first = as_json(snapshot_view(day.hall, audience))
    frames, halls, gathered = [], [], []
    after = day.hall.seq
    for _ in range(STEPS):
        gathered += day.step()
        if gathered and day.random.random() < 0.5:
            frame = events_frame(after, day.hall.seq, gathered, audience, day.now, 1.0)
            frames.append(orjson.loads(frame.text))
            halls.append(as_json(snapshot_view(day.hall, audience)))
            after, gathered = day.hall.seq, []
    return first, frames, halls


def as_json(thing: Any) -> Any:
    return orjson.loads(orjson.dumps(thing))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("office")
    with serving(install(f"sqlite:///{folder / 'callboard.db'}")) as served:
        yield served.url


@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_a_screen_keeps_is_what_the_server_has(
    address: str, new_page: Callable[..., Page], audience: str
) -> None:
    page = new_page()
    page.goto(f"{address}/healthz")
    for seed in SEEDS:
        first, frames, halls = frames_and_halls(AnyDay(seed), audience)
        assert len(frames) > 30
        states = page.evaluate(FOLLOW, [audience == STAFF, first, frames])
        for state, hall in zip(states, halls, strict=True):
            assert differences(orjson.loads(state), hall) == {}, f"seed {seed}, seq {hall['seq']}"


def differences(kept: Any, hall: Any) -> dict[str, Any]:
    """The parts in which the screen's hall is not the server's."""
    return {name: (kept.get(name), hall.get(name)) for name in kept | hall if kept.get(name) != hall.get(name)}


def test_on_those_days_everything_happened_that_can() -> None:
    days = [AnyDay(seed) for seed in SEEDS]
    assert {event.kind for day in days for _ in range(STEPS) for event in day.step()} == set(KINDS) - NOT_YET

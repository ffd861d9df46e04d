"""Whatever anyone might do next: small numbers that become a command on the hall as it stands."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from server.actions import clock, customer, manager, phone, teller
from server.actions.decision import Actor, Command
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass, ProfileEntry
from server.domain.hall import Hall
from server.domain.ticket import Segment, State
from tests.domain import device_presses as devices
from tests.domain.floor import KIOSK, MACHINE, MANAGER, NINE, STRANGER, teller_of
from tests.domain.press import Press
from tests.domain.set_up_presses import set_anew

# How often each is pressed. A hall where nothing is ever called has few ways to go wrong.
OFTEN = """
    take 20, next 20, open 12, start 8, no_show 8, park 8, resume 8, finish 5, return 6, transfer 5, recall 3,
    cancel 3, pause 2, close 2, take_over 2, sweep 4, advise 2, accept 2, dismiss 2, withdraw 1, tomorrow 1,
    score 2, profile 2, policy 2, lease 4, hand_in 14, give_back 2, report 4, announce 5,
    more_time 5, leave 1, set_up 8, hand_over 3
"""
KEYS = [key for key, weight in (pair.split() for pair in OFTEN.split(",")) for _ in range(int(weight))]
SERVICES = ["deposit", "deposit", "card", "exchange", "deposit card", "exchange exchange deposit", "no_such"]
SEGMENTS = [Segment.ORDINARY, Segment.ORDINARY, Segment.PRIORITY, Segment.VIP]
PASSES_S = [0, 0, 0, 1, 20, 60, 150, 600, 1200, -120]
ACTIONS: dict[str, tuple[Any, set[State]]] = {
    "recall": (teller.recall, {State.CALLED}),
    "start": (teller.start, {State.CALLED}),
    "finish": (teller.finish, {State.SERVING}),
    "no_show": (teller.no_show, {State.CALLED}),
    "park": (teller.park, {State.SERVING}),
    "resume": (teller.resume, {State.PARKED}),
    "return": (teller.return_to_queue, {State.NO_SHOW, State.SERVING, State.PARKED}),
    "transfer": (teller.transfer, {State.SERVING, State.WAITING}),
    "cancel": (customer.cancel, {State.WAITING, State.CALLED}),
    "more_time": (phone.more_time, {State.WAITING, State.CALLED}),
    "leave": (phone.leave, {State.WAITING, State.CALLED}),
}


def presses(least: int = 30, most: int = 70) -> st.SearchStrategy[list[Press]]:
    small = st.integers(0, 11)
    one = st.builds(Press, st.sampled_from(KEYS), small, st.integers(0, 6), small, st.sampled_from(PASSES_S))
    return st.lists(one, min_size=least, max_size=most)


def many(count: int, seed: int) -> list[Press]:
    """A long day, the same for the same seed."""
    dice = random.Random(seed)
    return [
        Press(dice.choice(KEYS), dice.randrange(12), dice.randrange(7), dice.randrange(12), dice.choice(PASSES_S))
        for _ in range(count)
    ]


def command_of(press: Press, hall: Hall, turn: int) -> Command:
    """The command, as whoever presses would send it; `turn` makes ids that nobody else has."""
    make: Callable[[Press, Hall, int], tuple[Actor, Any, dict[str, Any]]] = {
        "take": _take,
        "sweep": _sweep,
        "tomorrow": _sweep,
        "advise": _advise,
        "withdraw": _advise,
        "accept": _answer,
        "dismiss": _answer,
        "score": _score,
        "profile": _profile,
        "hand_over": _hand_over,
        "policy": _policy,
        "lease": devices.lease,
        "hand_in": devices.hand_in,
        "give_back": devices.give_back,
        "report": devices.report,
        "announce": devices.announce,
        "set_up": set_anew,
    }.get(press.what, _at_a_ticket if press.what in ACTIONS else _at_a_counter)
    actor, action, arguments = make(press, hall, turn)
    return Command(hall.branch.id, actor, action, arguments)


def _take(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    arguments = {
        "ticket_id": f"main.t{turn:05d}",
        "services": SERVICES[press.which % len(SERVICES)].split(),
        "segment": SEGMENTS[press.more % len(SEGMENTS)],
        "at_machine": press.more == 4,
    }
    if press.who == 6:
        arguments["appointment_at"] = (hall.last_at or NINE) + timedelta(minutes=10 * press.which)
    return KIOSK, customer.take_ticket, arguments


def _sweep(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    return clock.CLOCK, clock.sweep, {}


def _advise(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    classes = list(CounterClass)
    why = ["followed", "replaced", "no_longer_needed"][press.more % 3]
    withdraw = {classes[press.which % 4].value: why} if press.what == "withdraw" else {}
    figures = {"reason": {"code": "advice_open_first", "params": {"waiting": 3}}, "rows": [[1, 0.5]], "none": None}
    advice = Advice(
        id=f"main.a{turn}",
        branch_id="main",
        counter_class=classes[press.who % 4],
        action="open",
        counter_id="main.1",
        open_now=0,
        advised=1,
        state=AdviceState.ISSUED,
        issued_at=NINE,
        figures=figures,
    )
    give = [advice] if press.what == "advise" or press.more > 5 else []
    return clock.CLOCK, clock.give_advice, {"withdraw": withdraw, "give": give}


def _answer(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    standing = sorted(advice.id for advice in hall.advices.values())
    advice_id = standing[press.which % len(standing)] if standing else "main.a0"
    if press.what == "accept":
        return MANAGER, manager.accept_advice, {"advice_id": advice_id}
    reason = "" if press.more % 2 else "a colleague is on the way"
    return MANAGER, manager.dismiss_advice, {"advice_id": advice_id, "reason": reason}


def _score(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    waiting = sorted(hall.unscored)
    scores = {waiting[press.which % len(waiting)]: {"verdict": "right"}} if waiting else {"main.a0": {}}
    return clock.CLOCK, clock.score_advice, {"scores": scores}


def _profile(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    counters, queues = sorted(hall.counters), [*hall.branch.queues, "no_such"]
    own, helped = queues[press.who % len(queues)], queues[press.more % 4]
    profile = [ProfileEntry(own, helps=press.more == 7), *([ProfileEntry(helped, True)] if helped != own else [])]
    counter_id = counters[press.which % len(counters)]
    return MANAGER, manager.set_profile, {"counter_id": counter_id, "profile": profile}


def _hand_over(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    services = [None, ["deposit"], ["card", "deposit"], []][press.more % 4]
    asked = {"staff_id": f"teller-{press.which % 6 + 1}", "services": services, "close_other": press.which > 5}
    return teller_of(press.who + 1), teller.hand_over, asked


def _policy(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    key = [*hall.branch.policies, "no_such"][press.which % 5]
    policy = ["lookahead", "mms", "so_tang"][press.more % 3]
    return MANAGER, manager.set_policy, {"counter_class": key, "policy": policy}


def _at_a_counter(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    counters = sorted(hall.counters)
    counter_id = counters[press.which % len(counters)] if press.more < 11 else "main.99"
    number = press.which % len(counters) + 1
    actor = _who(press, hall, counter_id, number)
    arguments: dict[str, Any] = {"counter_id": counter_id}
    if press.what == "take_over":
        return actor, teller.open_counter, arguments | {"take_over": True}
    if press.what == "pause":
        return actor, teller.pause_counter, arguments | {"reason": "" if press.more % 2 else "lunch"}
    action = {"open": teller.open_counter, "close": teller.close_counter, "next": teller.call_next}[press.what]
    return actor, action, arguments


def _at_a_ticket(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    action, fitting = ACTIONS[press.what]
    known = sorted(hall.tickets.values(), key=lambda t: t.id)
    # Mostly a ticket to which it can happen; but any key may be pressed for any ticket.
    found = [t for t in known if t.state in fitting and press.more < 9] or known
    ticket = found[press.which % len(found)] if found else None
    arguments: dict[str, Any] = {"ticket_id": ticket.id if ticket else "main.nobody"}
    counter_id = ticket.counter_id if ticket else None
    if press.what in ("more_time", "leave"):
        arguments["ticket_id"] = ticket.visit_id if ticket else "main.nobody"  # as it stands on the paper
        return Actor("phone", arguments["ticket_id"]), action, arguments
    if press.what == "transfer":
        arguments["queue_id"] = [*hall.branch.queues, "no_such"][press.more % 5]
    if press.what == "resume" and press.more % 2:
        arguments["counter_id"] = sorted(hall.counters)[press.which % len(hall.counters)]
    return _who(press, hall, counter_id or "", 1), action, arguments


def _who(press: Press, hall: Hall, counter_id: str, number: int) -> Actor:
    if press.who >= 4:
        return (MANAGER, STRANGER, [MACHINE, KIOSK][press.more % 2])[press.who - 4]
    counter = hall.counters.get(counter_id)
    if counter is None or counter.staff_id is None:
        return MACHINE if counter is not None and counter.is_machine and press.what != "open" else teller_of(number)
    return Actor(
        "manager" if counter.staff_id == MANAGER.id else "teller", counter.staff_id, counter.staff_name or ""
    )

"""What is known of every hall: who waits and how long, which counters are open, the advice, and the screens."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from server.domain.branch import CounterClass
from server.domain.hall import Hall
from server.live.caretaker import Caretaker
from server.live.desk import Desk
from server.live.hub import Hub
from server.live.place import Place
from server.storage.writer import Writer
from server.watch.exposition import Lines, escaped, labels
from server.watch.screens import Screen

GAUGES = {
    "callboard_branch_open": "1 during the branch's opening hours.",
    "callboard_people_waiting": "People who wait now.",
    "callboard_longest_wait_seconds": "How long the one who waits longest has waited so far; 0 if nobody waits.",
    "callboard_last_call_age_seconds": "Since the last call-out of the business day.",
    "callboard_counters_open": "Counters that are open.",
    "callboard_arrivals_per_minute": "Arrivals as the advisor measures them.",
    "callboard_services_per_minute": "Customers that one counter serves, as the advisor measures them.",
    "callboard_advice_standing": "1 while the advice stands.",
    "callboard_advice_age_seconds": "Since the advisor last judged the branch.",
    "callboard_looked_after_age_seconds": "Since the branch's deadlines were last swept.",
    "callboard_devices_online": "Devices that told of themselves today and are there.",
    "callboard_device_wrong": "1 while it is not well: paper_low, paper_out, trouble, or silent without a goodbye.",
    "callboard_sockets": "Sockets that listen.",
    "callboard_screen_behind_seconds": "Since the screen last had all there was to show.",
    "callboard_screen_behind_events": "Events that the screen has not confirmed.",
}
# The kinds of events that are counted, each as a family of its own.
COUNTED = {
    "ticket.issued": ("callboard_tickets_issued_total", "Tickets taken."),
    "ticket.called": ("callboard_tickets_called_total", "Tickets called, recalls not counted."),
    "ticket.completed": ("callboard_tickets_completed_total", "Tickets served to the end."),
    "ticket.no_show": ("callboard_tickets_no_show_total", "Tickets that nobody answered."),
    "ticket.abandoned": ("callboard_tickets_abandoned_total", "People who gave up waiting."),
    "advice.issued": ("callboard_advice_given_total", "Advice given."),
    "advice.accepted": ("callboard_advice_accepted_total", "Advice accepted."),
    "advice.dismissed": ("callboard_advice_dismissed_total", "Advice dismissed."),
}
ANNOUNCEMENTS = "callboard_announcements_total"
FAMILIES = {
    **{name: ("gauge", says) for name, says in GAUGES.items()},
    **{name: ("counter", says) for name, says in COUNTED.values()},
    ANNOUNCEMENTS: ("counter", "What displays made of call-outs: made, dropped (too old, say) or failed."),
}


@dataclass(frozen=True, slots=True)
class HallParts:
    hub: Hub
    desk: Desk
    writer: Writer
    caretaker: Caretaker


async def written(parts: HallParts) -> str:
    """The halls' part of the page. The halls belong to the event loop, so it is made there, a few at a time."""
    lines, now, mine = Lines(FAMILIES), parts.hub.now(), parts.caretaker.looked_after
    for number, (branch_id, place) in enumerate(list(parts.hub.places.items()), 1):
        _hall(lines, branch_id, place, now)
        if branch_id in mine:
            _thought(lines, branch_id, parts)
        await _turn(number, 5)
    await _counts(lines, parts.writer)
    await _screens(lines, parts.hub)
    return await asyncio.to_thread(lines.text)


def _hall(lines: Lines, branch_id: str, place: Place, now: datetime) -> None:
    hall, here = place.hall, labels(branch=branch_id)
    lines.add("callboard_branch_open", here, int(hall.branch.is_open(now)))
    for queue in hall.branch.queues.values():
        waiting = hall.waiting.get(queue.id, {})
        about = f'{here},counter_class="{queue.counter_class}",queue="{escaped(queue.id)}"'
        lines.add("callboard_people_waiting", about, len(waiting))
        longest = now - min((ticket.arrived_at for ticket in waiting.values()), default=now)
        lines.add("callboard_longest_wait_seconds", about, max(0.0, longest.total_seconds()))
    classes = [counter.counter_class for counter in hall.counters.values() if counter.is_open]
    for key in hall.branch.policies:
        lines.add("callboard_counters_open", f'{here},counter_class="{key}"', classes.count(CounterClass(key)))
    for key, advice in hall.advices.items():
        lines.add("callboard_advice_standing", f'{here},counter_class="{key}",action="{advice.action}"', 1)
    if hall.recent_calls:
        age = (now - hall.recent_calls[0].at).total_seconds()
        lines.add("callboard_last_call_age_seconds", here, max(0.0, age))
    _devices(lines, branch_id, hall)


def _devices(lines: Lines, branch_id: str, hall: Hall) -> None:
    """As they have told of themselves. One that has said goodbye is neither there nor wrong."""
    online = Counter(device.kind for device in hall.devices.values() if device.online)
    for kind in sorted({device.kind for device in hall.devices.values()}):
        lines.add("callboard_devices_online", labels(branch=branch_id, kind=kind), online[kind])
    for device in hall.devices.values():
        if (device.online and device.wrong) or device.is_silent:
            about = labels(branch=branch_id, kind=device.kind, screen=device.id, name=device.name)
            condition = "silent" if device.is_silent else device.condition
            lines.add("callboard_device_wrong", f'{about},condition="{condition}"', 1)


def _thought(lines: Lines, branch_id: str, parts: HallParts) -> None:
    """Of a branch that is this process's duty: what was measured when the advisor last looked. Nothing is worked
    out for a scrape."""
    here, now = labels(branch=branch_id), monotonic()
    lines.add("callboard_looked_after_age_seconds", here, round(now - parts.caretaker.looked_at, 3))
    measured = parts.desk.measured.get(branch_id)
    if measured is None:
        return
    lines.add("callboard_advice_age_seconds", here, round(now - measured.at, 3))
    for key, (arrivals, services) in measured.rates.items():
        about = f'{here},counter_class="{key}"'
        lines.add("callboard_arrivals_per_minute", about, arrivals)
        lines.add("callboard_services_per_minute", about, services)


async def _counts(lines: Lines, writer: Writer) -> None:
    """What this process has written since it started."""
    watch = writer.watch
    for number, ((branch_id, key, kind), count) in enumerate(dict(watch.events).items(), 1):
        what, _, outcome = kind.partition(".")
        if what == "announcement":
            lines.add(ANNOUNCEMENTS, labels(branch=branch_id, screen=key, outcome=outcome), count)
        counted = COUNTED.get(kind)
        if counted is None:
            continue
        here, of_class = escaped(branch_id), watch.classes.get((branch_id, key))
        about = f'"{key}"' if of_class is None else f'"{of_class}",queue="{escaped(key)}"'
        lines.add(counted[0], f'branch="{here}",counter_class={about}', count)
        await _turn(number, 250)


async def _screens(lines: Lines, hub: Hub) -> None:
    sockets: dict[tuple[str, str], int] = {}
    for number, screen in enumerate(list(hub.screens.here), 1):
        key = screen.branch_id, screen.kind
        sockets[key] = sockets.get(key, 0) + 1
        await _turn(number, 200)
    for number, ((branch_id, kind), count) in enumerate(sockets.items(), 1):
        lines.add("callboard_sockets", f'branch="{escaped(branch_id)}",kind="{kind}"', count)
        await _turn(number, 100)
    for number, screen in enumerate(list(hub.screens.devices.values()), 1):
        _screen(lines, hub, screen)
        await _turn(number, 50)


def _screen(lines: Lines, hub: Hub, screen: Screen) -> None:
    about = labels(branch=screen.branch_id, kind=screen.kind, screen=screen.holder_id, name=screen.name)
    lines.add("callboard_screen_behind_seconds", about, round(monotonic() - screen.current_at, 3))
    place = hub.places.get(screen.branch_id)
    if place is not None:
        lines.add("callboard_screen_behind_events", about, max(0, place.hall.seq - screen.seq))


async def _turn(number: int, every: int) -> None:
    """Everyone else's, now and then: half a millisecond after the last, or one on a slow machine."""
    if number % every == 0:
        await asyncio.sleep(0)

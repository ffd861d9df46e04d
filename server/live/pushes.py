"""Messages to phones whose page is closed: your number is called, you are nearly next. Off without a key."""

import asyncio
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import orjson

from server.domain.ticket import OPEN, State, Ticket
from server.domain.words import say_in
from server.live.phone_view import ticket_of
from server.live.place import Place
from server.live.push_message import Address, Sender, enciphered

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

MOST = 5000  # of one process; a phone that finds no room has its page all the same
EACH = 2  # browsers of one ticket
NEAR = 2  # people ahead: time to come back from the door
AFTER_S = 0.1  # behind the screens
WAITING = 500  # messages that may wait to be sent; what comes then is let go, for a late call helps nobody
AT_ONCE = 8
PATIENCE_S = 10.0  # with a push service
GONE = frozenset({404, 410})  # the browser has taken its subscription back


@dataclass(slots=True)
class Subscription:
    """One browser that wants to be told; `told` is the last thing it was told of."""

    address: Address
    lang: str
    told: str = ""


class Clock(Protocol):
    def now(self) -> datetime: ...


class Pushes:
    """Kept in this process alone: after a restart a phone is told again once its page has been open."""

    def __init__(self, clock: Clock, sender: Sender, services: str) -> None:
        self._clock = clock
        self._sender = sender
        self._services = [_pattern(each) for each in services.split()]
        self.count = 0
        self._known: dict[str, dict[str, list[Subscription]]] = {}  # branch -> visit -> browsers
        self._due: set[Place] = set()
        self._queue: asyncio.Queue[tuple[Subscription, bytes]] = asyncio.Queue(WAITING)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def public_key(self) -> str:
        return self._sender.public_key

    def serves(self, address: Address) -> bool:
        """Whether that is a push service we know: an address is the client's word, and we are to call it."""
        return any(pattern.fullmatch(address.service) for pattern in self._services)

    def subscribe(self, place: Place, visit_id: str, address: Address, lang: str) -> bool:
        """False where there is no room. The same browser again takes its own place."""
        known = self._known.setdefault(place.hall.branch.id, {})
        there = known.setdefault(visit_id, [])
        again = next((one for one in there if one.address.endpoint == address.endpoint), None)
        if again is not None:
            there.remove(again)
        elif self.count >= MOST:
            return False
        there.append(Subscription(address, lang, again.told if again else ""))
        del there[:-EACH]
        self._recount()
        self.news(place)
        return True

    def unsubscribe(self, branch_id: str, visit_id: str) -> None:
        known = self._known.get(branch_id, {})
        known.pop(visit_id, None)
        if not known:
            self._known.pop(branch_id, None)
        self._recount()

    def _recount(self) -> None:
        self.count = sum(len(there) for known in self._known.values() for there in known.values())

    def here(self, branch_id: str) -> bool:
        return branch_id in self._known

    def news(self, place: Place) -> None:
        """Something has happened in the branch; it is looked at once the screens have been told."""
        if self.here(place.hall.branch.id) and place not in self._due:
            self._due.add(place)
            asyncio.get_running_loop().call_later(AFTER_S, self._look, place)

    def _look(self, place: Place) -> None:
        self._due.discard(place)
        branch_id, now = place.hall.branch.id, self._clock.now()
        for visit_id, there in list(self._known.get(branch_id, {}).items()):
            ticket = ticket_of(place, visit_id, now)
            if ticket is None or ticket.state not in OPEN | {State.NO_SHOW}:
                self.unsubscribe(branch_id, visit_id)
                continue
            what = _worth_telling(place, ticket, now)
            for one in there if what else ():
                if one.told != what:
                    one.told = what
                    self._put(one, message(place, ticket, one.lang))

    def _put(self, one: Subscription, body: bytes) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._send_all())]
        try:
            self._queue.put_nowait((one, body))
        except asyncio.QueueFull:
            log.warning("too many messages to phones are waiting: one is let go")

    async def _send_all(self) -> None:
        """The library is loaded with the first message: a start need not wait for it."""
        import httpx

        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(timeout=PATIENCE_S, limits=limits) as client, asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._send_some(client))

    async def _send_some(self, client: "httpx.AsyncClient") -> None:
        while True:
            one, body = await self._queue.get()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._send(client, one, body)
            except Exception as error:
                log.warning("a message to a phone was not taken by %s: %r", one.address.service, error)

    async def _send(self, client: "httpx.AsyncClient", one: Subscription, body: bytes) -> None:
        known = self._sender.headers(one.address)
        answer = await client.post(one.address.endpoint, content=enciphered(body, one.address), headers=known)
        if answer.status_code in GONE:
            self._forget(one)
        elif answer.is_error:
            log.warning("a message to a phone was refused by %s: %d", one.address.service, answer.status_code)

    def _forget(self, gone: Subscription) -> None:
        for known in self._known.values():
            for there in known.values():
                if gone in there:
                    there.remove(gone)
        self._recount()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _worth_telling(place: Place, ticket: Ticket, now: datetime) -> str:
    """A name for what there is to tell, so that it is told once; empty where there is nothing."""
    if ticket.state is State.CALLED:
        return f"called {ticket.id} {ticket.called_at} {ticket.calls}"
    if ticket.state is State.WAITING:
        ahead = place.prospects.places(place.hall, ticket.queue_id, now).get(ticket.id)
        if ahead is not None and ahead <= NEAR:
            return f"near {ticket.id} {ticket.misses} {ticket.deferred_to}"
    return ""


def message(place: Place, ticket: Ticket, lang: str) -> bytes:
    """What the page's worker shows. It names no ticket but by its number."""
    counter = place.hall.counters.get(ticket.counter_id or "")
    words = say_in(lang, "phone.waiting.soon")
    if ticket.state is State.CALLED and counter is not None:
        key = "phone.go_machine" if counter.is_machine else "phone.go"
        words = say_in(lang, key, {"counter": counter.number})
    return orjson.dumps({"title": ticket.number, "body": words, "lang": lang})


def _pattern(service: str) -> re.Pattern[str]:
    """`*` stands for any one name in front: *.push.example.com."""
    address = service if "://" in service else f"https://{service}"
    return re.compile(re.escape(address.rstrip("/")).replace(r"\*", r"[A-Za-z0-9\-]+"))

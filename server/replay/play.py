"""Plays the day: customers at their times, tellers at their counters, one display, and what befalls it all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from display.client import LobbyClient
from server.demo.api import Api
from server.demo.crowd import keep_at_it
from server.demo.day import Fate
from server.demo.duty import Duty
from server.demo.floor import Floor
from server.demo.teller import Teller
from server.replay.cable import Cable
from server.replay.following import FollowingManager
from server.replay.host import Host
from server.replay.witness import Witness

Json = dict[str, Any]

WALK_S = (3.0, 10.0)
CUT_S = 4.0  # real seconds: longer than the display's watchdog needs
SETTLED_WITHIN_S = 20.0  # real time for the display to have caught up at the end
LONGEST_EVENING = timedelta(hours=3)  # after the last arrival: then whoever still waits is left over


@dataclass(frozen=True, slots=True)
class Site:
    """The server that is played to, and what opens its doors. `host` if it is the replay's own."""

    url: str
    branch_id: str
    manager: str
    kiosk: str
    display: str
    tellers: dict[str, str]  # counter id -> token
    host: Host | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens. `arrivals` in server time, `service_s` drawn from at random."""

    arrivals: list[datetime]
    service_s: list[float]
    cuts: int = 0
    restarts: int = 0
    kill: bool = False
    seed: int = 1
    open_at_first: int | None = None  # counters that open in the morning; None: all
    follow: bool = False  # the manager accepts what is advised, and the tellers do it


@dataclass(slots=True)
class Course:
    """How far it has come: what the progress bar shows while it runs, and the table at the end."""

    sent: int = 0
    tickets: set[str] = field(default_factory=set)  # ids of those we were given
    refused: dict[str, int] = field(default_factory=dict)
    cuts: int = 0
    restarts: int = 0
    down_s: float = 0.0
    figures: list[tuple[datetime, Json]] = field(default_factory=list)  # moment -> classes as measured then

    @property
    def unanswered(self) -> int:
        return self.sent - len(self.tickets) - sum(self.refused.values())


class Replay:
    def __init__(self, site: Site, plan: Plan, api: Api) -> None:
        self.course = Course()
        self.floor = Floor()
        self.witness = Witness()
        self.api = api
        self.lobby: LobbyClient | None = None
        self._site, self._plan = site, plan
        self._rng = Random(plan.seed)

    async def run(self) -> None:
        """The whole day. What came of it is in `course`, `witness`, and the server's log."""
        async with self._present() as cable, asyncio.TaskGroup() as group:
            now, first = self.floor.time.now(), self._plan.open_at_first
            duties = {key: Duty(first is None or place < first, now) for place, key in enumerate(self._site.tellers)}
            manager = FollowingManager(self.floor, self.api, self._site.manager, duties)
            tellers = [
                Teller(self.floor, self.api, token, key, duties[key], self._fate)
                for key, token in self._site.tellers.items()
            ]
            staff = [group.create_task(keep_at_it(teller.work)) for teller in tellers]
            if self._plan.follow:
                staff.append(group.create_task(keep_at_it(manager.work)))
            async with asyncio.TaskGroup() as day:
                day.create_task(self._let_customers_in())
                day.create_task(self._measure())
                day.create_task(self._make_trouble(cable))
            await self._evening(duties, manager)
            for task in staff:
                task.cancel()

    @asynccontextmanager
    async def _present(self) -> AsyncIterator[Cable]:
        """The display on its cable, and everybody's view of the floor."""
        site, address = self._site, self._site.url.removeprefix("http://").split(":")
        async with Cable(address[0], int(address[1])) as cable:
            watch = LobbyClient(site.url, site.branch_id, site.manager, on_frame=self.floor.hear)
            self.lobby = LobbyClient(cable.url, site.branch_id, site.display, on_frame=self.witness.see)
            async with watch, self.lobby:
                listening = asyncio.create_task(self._listen(self.lobby))
                await self.floor.known()
                while self.witness.from_seq is None:  # noqa: ASYNC110 - seen by its callback
                    await asyncio.sleep(0.02)
                yield cable
                await self._settle()
                listening.cancel()

    async def _listen(self, lobby: LobbyClient) -> None:
        async for call in lobby:
            self.witness.hear(call)

    async def _settle(self) -> None:
        """Until the display knows what the floor knows, and all of its calls were listened to."""
        assert self.lobby is not None
        for _ in range(int(SETTLED_WITHIN_S / 0.1)):
            if (self.lobby.seq or 0) >= self.floor.seq and not self.lobby.untaken:
                return
            await asyncio.sleep(0.1)

    async def _let_customers_in(self) -> None:
        async with asyncio.TaskGroup() as inside:
            for moment in self._plan.arrivals:
                await self.floor.wait_until(moment)
                inside.create_task(self._take_ticket())

    async def _take_ticket(self) -> None:
        services = sorted(self.floor.branch["services"])
        self.course.sent += 1
        answer = await self.api.post(
            self._site.kiosk,
            f"branches/{self._site.branch_id}/tickets",
            services=[self._rng.choice(services)],
        )
        if answer.done:
            self.course.tickets.add(answer.body["ticket"]["id"])
            await self.floor.reached(answer.body["seq"])
        elif answer.code is not None:
            self.course.refused[answer.code] = self.course.refused.get(answer.code, 0) + 1

    def _fate(self, ticket: Json) -> Fate:
        rng = Random(f"{self._plan.seed}:{ticket['number']}")
        return Fate(rng.uniform(*WALK_S), "call", rng.choice(self._plan.service_s))

    async def _measure(self) -> None:
        """What the branch believes of its rates, at the middle of the day and when the last customer comes."""
        arrivals = self._plan.arrivals
        for moment in (arrivals[len(arrivals) // 2], arrivals[-1]):
            await self.floor.wait_until(moment)
            answer = await self.api.get(self._site.manager, f"branches/{self._site.branch_id}/figures")
            if answer.done:
                self.course.figures.append((datetime.fromisoformat(answer.body["now"]), answer.body["classes"]))

    async def _make_trouble(self, cable: Cable) -> None:
        """Cuts and restarts in turn, spread over the day."""
        trouble = spread(self._plan.cuts, self._plan.restarts)
        first, last = self._plan.arrivals[0], self._plan.arrivals[-1]
        for place, what in enumerate(trouble, start=1):
            await self.floor.wait_until(first + (last - first) * place / (len(trouble) + 1))
            if what == "restart" and self._site.host is not None:
                self.course.down_s += await self._site.host.restart(kill=self._plan.kill)
                self.course.restarts += 1
                continue
            self.course.cuts += 1
            await (cable.go_dead(CUT_S) if self.course.cuts % 2 == 0 else cable.pull(CUT_S))

    def in_the_hall(self, *states: str) -> int:
        """How many of ours are there, in one of these states."""
        wanted = states or ("waiting", "called", "serving", "parked")
        tickets = self.floor.tickets.values()
        return sum(t["state"] in wanted and t["visit_id"] in self.course.tickets for t in tickets)

    async def _evening(self, duties: dict[str, Duty], manager: FollowingManager) -> None:
        """Everybody is served, then the counters are closed."""
        manager.stay_open()
        until = self._plan.arrivals[-1] + LONGEST_EVENING
        while self.in_the_hall() and self.floor.time.now() < until:
            await self.floor.change(until)
        for duty in duties.values():
            duty.on, duty.since = False, self.floor.time.now()
        self.floor.rouse()
        closing = asyncio.get_running_loop().time() + 5
        while any(self.floor.counters[key]["status"] != "closed" for key in duties):
            if asyncio.get_running_loop().time() > closing:
                return
            await self.floor.change(real_s=0.5)


def spread(cuts: int, restarts: int) -> list[str]:
    """Restarts evenly among the cuts: two cuts and a restart are cut, restart, cut."""
    places = [((i + 1) / (cuts + 1), "cut") for i in range(cuts)]
    places += [((i + 1) / (restarts + 1), "restart") for i in range(restarts)]
    return [what for _, what in sorted(places)]

"""Everybody in the simulated branch, on the public API and one staff socket, like anyone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from display.client import LobbyClient
from server.demo.api import Api
from server.demo.customers import Customers
from server.demo.day import Fate, fate
from server.demo.duty import Roster
from server.demo.floor import Floor
from server.demo.machine import Machine
from server.demo.manager import Manager
from server.demo.teller import Teller

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CrowdTokens:
    """What the simulated people and devices show at the door. `tellers` is counter id -> token."""

    kiosk: str
    machine: str
    manager: str
    operator: str
    tellers: dict[str, str] = field(default_factory=dict)


class Crowd:
    """Runs until it is cancelled, and through restarts of the server. `morning`: counters opened each day."""

    def __init__(
        self,
        base_url: str,
        tokens: CrowdTokens,
        branch_id: str,
        *,
        morning: tuple[str, ...] = (),
        seed: int = 1,
    ) -> None:
        self.floor = Floor()
        self.api = Api(base_url)
        self._base_url = base_url
        self._branch_id = branch_id
        self._tokens = tokens
        self._morning = morning
        self._seed = seed
        self._customers = Customers(self.floor, self.api, tokens.kiosk, seed)

    @property
    def coming(self) -> bool:
        """Whether new customers come in."""
        return self._customers.coming

    @coming.setter
    def coming(self, coming: bool) -> None:
        self._customers.coming = coming

    async def set_speed(self, speed: float) -> str | None:
        """Asks the server to run at `speed`; the code of the refusal if it will not."""
        answer = await self.api.put(self._tokens.operator, "clock", speed=speed)
        if answer.done and self.floor.time.hear(answer.body["now"], answer.body["speed"]):
            self.floor.rouse()  # the next frame would tell them, but may be a second away
        return answer.code

    async def run(self) -> None:
        async with self.api, asyncio.TaskGroup() as everyone:
            everyone.create_task(keep_at_it(self._watch))
            await self.floor.known()
            for work in self._work():
                everyone.create_task(keep_at_it(work))

    async def _watch(self) -> None:
        line = LobbyClient(self._base_url, self._branch_id, self._tokens.manager, on_frame=self.floor.hear)
        async with line:
            async for _ in line:
                pass

    def _work(self) -> list[Work]:
        floor, api, tokens = self.floor, self.api, self._tokens
        roster = Roster(tokens.tellers, self._morning, floor.time.now())
        manager = Manager(floor, api, tokens.manager, tokens.operator, roster, self._seed)
        tellers = [
            Teller(floor, api, token, counter_id, roster.duties[counter_id], self._fate)
            for counter_id, token in tokens.tellers.items()
        ]
        machines = [
            Machine(floor, api, tokens.machine, counter["id"], self._machine_fate)
            for counter in floor.counters.values()
            if counter["counter_class"] == "self_service"
        ]
        return [
            self._customers.work,
            manager.work,
            *(teller.work for teller in tellers),
            *(machine.work for machine in machines),
        ]

    def _fate(self, ticket: dict[str, Any]) -> Fate:
        return fate(self._seed, ticket, at_machine=False)

    def _machine_fate(self, ticket: dict[str, Any]) -> Fate:
        return fate(self._seed, ticket, at_machine=True)


async def keep_at_it(work: Work) -> None:
    """One person's mishap must not end the day of all the others."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("somebody in the crowd stumbled, and goes on")
        await asyncio.sleep(1)

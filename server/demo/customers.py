"""Simulated customers: come in at the door, take a number at the kiosk, and prefer a machine if it is quicker."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from server.demo.api import Api
from server.demo.day import Arrival, next_arrival
from server.demo.floor import Floor
from server.demo.hours import hours, local

log = logging.getLogger(__name__)

TOO_LATE = timedelta(minutes=10)  # who should have come so long ago came while nobody watched the door
LOOK_AGAIN = timedelta(minutes=10)


class Customers:
    def __init__(self, floor: Floor, api: Api, token: str, seed: int) -> None:
        self.coming = True  # False: nobody new comes in; who is in the hall is served
        self._floor = floor
        self._api = api
        self._token = token
        self._rng = Random(f"{seed}:arrivals")
        self._inside: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        last: datetime | None = None
        while True:
            now = self._floor.time.now()
            today = hours(self._floor.branch, now)
            if today is None or now >= today[1]:
                await self._floor.change(now + LOOK_AGAIN)
                continue
            after = max(today[0], last or now)
            arrival = next_arrival(self._rng, local(self._floor.branch, after if after > now - TOO_LATE else now))
            await self._floor.wait_until(arrival.at)
            last = arrival.at
            if self.coming and arrival.at < today[1] and self._floor.time.now() - arrival.at < TOO_LATE:
                self._let_in(arrival)

    def _let_in(self, arrival: Arrival) -> None:
        task = asyncio.create_task(self._take_ticket(arrival))
        self._inside.add(task)
        task.add_done_callback(self._inside.discard)

    async def _take_ticket(self, arrival: Arrival) -> None:
        try:
            at_machine = arrival.likes_machines and await self._machine_is_quicker(arrival)
            await self._api.post(
                self._token,
                f"branches/{self._floor.branch['id']}/tickets",
                services=list(arrival.services),
                segment=arrival.segment,
                at_machine=at_machine,
            )
        except Exception:
            log.exception("a customer could not take a ticket")

    async def _machine_is_quicker(self, arrival: Arrival) -> bool:
        service = self._floor.branch["services"].get(arrival.services[0], {})
        if service.get("machine_queue_id") is None or arrival.segment == "vip":
            return False
        answer = await self._api.get(self._token, f"branches/{self._floor.branch['id']}/waits")
        p50 = {queue["queue_id"]: queue["p50_s"] for queue in answer.body.get("queues", ())}
        return _wait(p50, service["machine_queue_id"]) <= _wait(p50, service["queue_id"])


def _wait(p50: Mapping[str, float | None], queue_id: str) -> float:
    """No promise is the longest wait."""
    found = p50.get(queue_id)
    return float("inf") if found is None else found

"""A simulated self-service machine: it is the server that calls; the machine says when service begins and ends."""

import asyncio
from collections.abc import Callable
from typing import Any

from server.demo.api import Api
from server.demo.day import Fate
from server.demo.floor import Floor
from server.demo.teller import REFUSED_PAUSE_S, Move, service_move

Json = dict[str, Any]


class Machine:
    def __init__(self, floor: Floor, api: Api, token: str, counter_id: str, fate: Callable[[Json], Fate]) -> None:
        self._floor = floor
        self._api = api
        self._token = token
        self._counter_id = counter_id
        self._fate = fate

    async def work(self) -> None:
        while True:
            move = self.plan()
            if move is None or move.at > self._floor.time.now():
                await self._floor.change(move.at if move else None)
                continue
            answer = await self._api.post(self._token, move.path, **move.body)
            if answer.done:
                await self._floor.reached(answer.body["seq"])
            else:
                await asyncio.sleep(REFUSED_PAUSE_S)

    def plan(self) -> Move | None:
        """A machine cannot call again, nor say that nobody came: the server's deadline does that."""
        current = self._floor.current(self._counter_id)
        if current is None:
            return None
        move = service_move(current, self._floor.since[current["id"]], self._fate(current))
        return move if move.path.endswith(("/start", "/finish")) else None

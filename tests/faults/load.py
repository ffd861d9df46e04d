"""A hall full of people: customers at kiosks and tellers at counters, who insist as devices do, and note it all."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.faults.caller import CutOff, Device, Reply
from tests.faults.record import Answered, Asked, Json, Record
from tests.faults.screen import Screen
from tests.running import Office, headers

PATIENCE_S = 3.0  # a device that hears nothing for so long tries again
LONGEST_QUEUE = 40
GIVES_UP = 0.1  # of the customers whose kiosk was cut off walk away
ASKS_AGAIN = 0.03  # of the devices lose the answer, and ask once more with the same key
SETTLED_S = 25.0
BACK_S = (0.05, 0.15)


class Crowd:
    """`urls` are the servers: who is cut off goes to the next one. `hurry` 1.0 is as quick as it goes."""

    def __init__(self, office: Office, urls: Sequence[str], seed: int, hurry: float = 1.0) -> None:
        self.record = Record()
        self.screens: list[Screen] = []
        self.urls = list(urls)
        self._office = office
        self._dice = random.Random(seed)
        self._pause_s = 0.004 / hurry
        self._working = True
        self._waiting = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._devices: dict[str, Device] = {}

    @property
    def answered(self) -> int:
        return len(self.record.answered)

    def start(self, kiosks: int, tellers: int, displays: int, display_urls: Sequence[str] = ()) -> None:
        urls = list(display_urls) or self.urls
        for number in range(1, displays + 1):
            name = f"lobby-{number}"
            token = self._office.tokens[name]
            self.screens.append(
                Screen(name, urls[number % len(urls) :] + urls[: number % len(urls)], token, self.record)
            )
            self._begin(self.screens[-1].listen())
        for number in range(1, kiosks + 1):
            self._begin(self._customers(f"door-{number}"))
        for number in range(1, tellers + 1):
            self._begin(self._teller(f"desk-{number}", f"main.{number}"))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    def look_after(self) -> None:
        """Raises what has ended a client before its time: a crowd that has stopped proves nothing."""
        for task in self._tasks:
            if task.done() and not task.cancelled():
                task.result()

    async def until_answered(self, more: int, patience_s: float = 20.0) -> float:
        """Waits until so many more commands were answered; gives how long that took, in seconds."""
        began, goal = asyncio.get_running_loop().time(), self.answered + more
        async with asyncio.timeout(patience_s):
            while self.answered < goal:
                self.look_after()
                await asyncio.sleep(0.01)
        return asyncio.get_running_loop().time() - began

    async def go_home(self) -> None:
        """Everyone ends what is begun, and the displays read to the end of what was answered."""
        self._working = False
        people = self._tasks[len(self.screens) :]
        _, stuck = await asyncio.wait(people, timeout=SETTLED_S) if people else (set(), set())
        self.look_after()
        assert not stuck, f"{len(stuck)} clients have been waiting for an answer for {SETTLED_S} s"

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for device in self._devices.values():
            device.hang_up()

    async def _press(self, who: str, kind: str, path: str, about: str = "", body: Json | None = None) -> Json | None:
        """Insists with the same key until it is answered. None: refused, or given up."""
        actor = f"{'kiosk' if who.startswith('door') else 'teller'}:{who}"
        asked = Asked(secrets.token_hex(8), actor, kind, about, body or {})
        self.record.asked.append(asked)
        answer = await self._insist(who, path, asked)
        if answer is not None and self._dice.random() < ASKS_AGAIN:
            await self._insist(who, path, asked)
        return answer.body if answer is not None and answer.status < 300 else None

    def _device(self, who: str) -> Device:
        number = int(who.rsplit("-", 1)[1])
        return self._devices.setdefault(who, Device(self.urls, number, PATIENCE_S))

    async def _insist(self, who: str, path: str, asked: Asked) -> Reply | None:
        device, said = self._device(who), headers(self._office.tokens[who], asked.key)
        while True:
            try:
                answer = await device.ask("POST", f"/api/v1/{path}", said, asked.body)
            except CutOff:
                self.record.cut_off += 1
                device.go_on()
                if asked.kind == "take" and self._dice.random() < GIVES_UP:
                    return None
                await asyncio.sleep(self._dice.uniform(*BACK_S))
                continue
            if answer.status < 500:
                self.record.answered.append(Answered(asked.key, answer.status, answer.body))
                return answer
            self.record.put_off += 1
            await asyncio.sleep(self._dice.uniform(*BACK_S))

    async def _breathe(self) -> None:
        await asyncio.sleep(self._dice.uniform(0, 2 * self._pause_s))

    async def _customers(self, who: str) -> None:
        kinds = ["ordinary"] * 8 + ["priority", "vip"]
        while self._working:
            await self._breathe()
            if self._waiting >= LONGEST_QUEUE:
                continue
            services = self._dice.choice([["deposit"]] * 6 + [["card"], ["transfer"], ["deposit", "card"]])
            body = {"services": services, "segment": self._dice.choice(kinds)}
            if await self._press(who, "take", "branches/main/tickets", body=body):
                self._waiting += 1

    async def _teller(self, who: str, counter: str) -> None:
        parked: list[str] = []
        await self._press(who, "open", f"counters/{counter}/open", counter)
        while self._working:
            await self._breathe()
            answer = await self._press(who, "call-next", f"counters/{counter}/call-next", counter)
            if answer is None:  # a new day has closed the counter
                await self._press(who, "open", f"counters/{counter}/open", counter)
                parked.clear()
            elif answer["ticket"] is None:
                self._waiting = 0
                await asyncio.sleep(self._pause_s)
            else:
                self._waiting = max(0, self._waiting - 1)
                await self._serve(who, answer["ticket"], parked)

    async def _serve(self, who: str, ticket: Json, parked: list[str]) -> None:
        async def press(kind: str, number: str, body: Json | None = None) -> Json | None:
            return await self._press(who, kind, f"tickets/{number}/{kind}", number, body)

        number, luck = ticket["id"], self._dice.random()
        if luck < 0.05:
            await press("no-show", number)
            return
        await press("start", number)
        if luck < 0.10:
            await press("park", number)
            parked.append(number)
        elif luck < 0.14:
            await press("transfer", number, {"queue_id": "non_cash" if ticket["queue_id"] == "cash" else "cash"})
        elif luck < 0.5:
            await press("finish", number)
            if parked and await press("resume", back := parked.pop(0)):
                await press("finish", back)
        # Whoever is left is finished by the next press of `next`.


@asynccontextmanager
async def crowd(
    office: Office,
    *urls: str,
    seed: int,
    kiosks: int = 3,
    tellers: int = 5,
    displays: int = 3,
    display_urls: Sequence[str] = (),
    hurry: float = 1.0,
) -> AsyncIterator[Crowd]:
    found = Crowd(office, urls, seed, hurry)
    found.start(kiosks, tellers, displays, display_urls)
    try:
        yield found
    finally:
        with suppress(asyncio.CancelledError):
            await found.close()

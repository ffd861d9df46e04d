"""One LED board: shows the newest number at its counters, blinks on a call, and goes dark when nobody is expected."""

import asyncio
import logging
import random
from collections.abc import Callable

from display.announcements import Manner, Sentence
from display.boards.spec import BoardSpec
from display.boards.wire import WireTrouble
from display.output import Kind, Queued, TellHealth, TellNote, now
from display.picture import Picture
from display.place import CallOut

log = logging.getLogger(__name__)

ANSWER_S = 1.5
TRIES = 3  # a frame that was garbled on the way is sent again
LOOK_EVERY_S = 0.5  # whether what is shown still holds
ASK_EVERY_S = 5.0  # whether the board is still there
HOLD_S = 4.0  # a call on the hall's board is seen so long, if others wait less
LEAST_HOLD_S = 0.5
BLIND_AFTER_S = 30.0  # without a word from the server the board no longer knows: it goes dark
FIRST_RETRY_S, LAST_RETRY_S = 0.5, 15.0


class Board(Queued):
    """An output. `silent_s` says how long the server has not been heard."""

    kind: Kind = "board"

    def __init__(
        self,
        spec: BoardSpec,
        picture: Picture,
        silent_s: Callable[[], float],
        told: tuple[TellNote, TellHealth],
        limit_s: float = 90.0,
    ) -> None:
        self.name = f"board {spec.name}"
        # Each call has the board to itself for a while; it stays there, so it need not be repeated.
        super().__init__(Manner(limit_s=limit_s, times=1, merge_from=10**6))
        self._spec, self._picture, self._silent_s = spec, picture, silent_s
        self._tell_note, self._tell_health = told
        self._shown: tuple[str, int] | None = None
        self._free_at = 0.0
        self._heard_at = 0.0

    def concerns(self, call: CallOut) -> bool:
        return not self._spec.counters or call.counter_number in self._spec.counters

    async def run(self) -> None:
        attempt = 0
        while not self._stopping:
            try:
                await self._spec.wire.open()
                await self._welcome()
                attempt = 0
                self._tell_health(self, "ok", "")
                await self._serve()
            except WireTrouble as trouble:
                self._tell_health(self, "error", str(trouble))
                log.warning("%s: %s", self.name, trouble)
                attempt += 1
                await self._wait_outside(attempt)
            finally:
                await self._spec.wire.close()

    async def _welcome(self) -> None:
        """After the board's power came back it shows what holds now, without ado."""
        self._shown = None
        here = self._picture.called_at()
        if len(self._spec.counters) == 1:
            (counter,) = self._spec.counters
            if counter in here:
                await self._show(here[counter], counter, 0)
                return
        await self._clear()

    async def _serve(self) -> None:
        while not self._stopping:
            await self._let_go()
            if now() >= self._free_at:
                sentence = self.queue.next(now(), self._picture.why_not)
                self._tell_notes()
                if sentence is not None:
                    await self._call_out(sentence)
                    continue
            if now() - self._heard_at >= ASK_EVERY_S:
                await self._order(self._spec.framing.ask(self._spec.address))
            await self._bell.wait(LOOK_EVERY_S if now() >= self._free_at else self._free_at - now())
        await self._clear()

    async def _call_out(self, sentence: Sentence) -> None:
        (call,) = sentence.calls
        try:
            await self._show(call.number, call.counter_number, self._spec.blink_s)
        except BaseException as error:
            self.queue.put_back(sentence, str(error) if isinstance(error, WireTrouble) else "")
            raise
        self.queue.done(sentence, now())
        self._tell_notes()
        # The more that wait, the shorter each is seen; and all before their limit.
        self._free_at = now() + max(LEAST_HOLD_S, HOLD_S / (1 + len(self.queue)))

    async def _let_go(self) -> None:
        if self._shown is None:
            return
        known = self._silent_s() < BLIND_AFTER_S
        if not known or not self._picture.at_counter(*self._shown):
            await self._clear()

    async def _show(self, number: str, counter: int, blink_s: int) -> None:
        await self._order(self._spec.framing.show(self._spec.address, number, counter, blink_s))
        self._shown = number, counter

    async def _clear(self) -> None:
        await self._order(self._spec.framing.clear(self._spec.address))
        self._shown = None

    async def _order(self, said: bytes) -> None:
        """Until the board has said yes. Raises WireTrouble."""
        wire = self._spec.wire
        if not self._spec.answers:
            await wire.write(said)
            self._heard_at = now()
            return
        for _ in range(TRIES):
            await wire.forget()
            await wire.write(said)
            if await self._answer() == "ok":
                self._heard_at = now()
                return
        raise WireTrouble(f"{self._spec.name} refuses what it is told")

    async def _answer(self) -> str:
        heard = b""
        try:
            async with asyncio.timeout(ANSWER_S):
                while (verdict := self._spec.framing.verdict(heard)) is None:
                    heard += await self._spec.wire.read()
        except TimeoutError as error:
            raise WireTrouble(f"{self._spec.name} does not answer") from error
        return verdict

    async def _wait_outside(self, attempt: int) -> None:
        """Calls whose time runs out meanwhile are told of then, not when the board is back."""
        until = now() + min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempt, 8)) * random.uniform(0.5, 1.0)
        while not self._stopping and now() < until:
            sentence = self.queue.next(now(), self._picture.why_not)
            if sentence is not None:
                self.queue.put_back(sentence, f"{self.name} cannot be reached")
            self._tell_notes()
            await self._bell.wait(min(LOOK_EVERY_S, max(0.01, until - now())))

    def _tell_notes(self) -> None:
        for note in self.queue.take_notes():
            self._tell_note(self, note)

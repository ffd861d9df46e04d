"""A command whose answer is awaited, by a thread or on an event loop."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from server.actions.decision import Command
from server.storage.answers import Told

Outcome = Told | Exception


@dataclass(slots=True, eq=False)
class Waiting:
    """`answer` is for a thread; one who asks on an event loop has `on_loop` instead."""

    command: Command
    answer: Future[Told] | None = None
    on_loop: asyncio.Future[Told] | None = None
    origin: str | None = None  # the request it came with, for the logs

    def begin(self) -> bool:
        """From here on nobody can withdraw: an answer that nobody may give any more would end the writer."""
        return self.answer is None or self.answer.set_running_or_notify_cancel()


def give(outcomes: Iterable[tuple[Waiting, Outcome]]) -> None:
    """Everyone their answer. A loop is woken once for all who wait there: each wake-up costs a system call."""
    on_loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Told], Outcome]]] = {}
    for waiting, outcome in outcomes:
        future, answer = waiting.on_loop, waiting.answer
        if future is not None:
            on_loops.setdefault(future.get_loop(), []).append((future, outcome))
        elif answer is None or answer.done():
            continue
        elif isinstance(outcome, Told):
            answer.set_result(outcome)
        else:
            answer.set_exception(outcome)
    for loop, found in on_loops.items():
        if not loop.is_closed():  # the server has gone meanwhile; what was written stays written
            loop.call_soon_threadsafe(_give_here, found)


def _give_here(found: list[tuple[asyncio.Future[Told], Outcome]]) -> None:
    for future, outcome in found:
        if future.done():  # the client has gone
            continue
        if isinstance(outcome, Told):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)

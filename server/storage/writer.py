"""Takes the commands that have gathered, runs them branch by branch, commits once, and answers them all."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from server.actions.decision import Command
from server.domain.refusals import Refusal
from server.storage.batch import Batch, Poisoned, Waiting

log = logging.getLogger(__name__)

TRIES = 4


class Writer:
    """One per process: a bounded queue, and one thread that writes."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        on_news: Callable[[dict[str, int]], None],
        *,
        limit: int = 2000,
        batch_size: int = 256,
    ) -> None:
        self._engine = engine
        self._now = now
        self._on_news = on_news
        self._limit = limit
        self._batch_size = batch_size
        self._queue: deque[Waiting] = deque()
        self._gathered = threading.Condition()
        self._stopping = False
        self._halls: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Writes what has been taken, then ends."""
        with self._gathered:
            self._stopping = True
            self._gathered.notify()
        self._thread.join(timeout=10)

    def submit(self, command: Command) -> Future[dict[str, Any]]:
        """The answer to come: the command's answer, or the Refusal it met. Full: refused at once, not kept."""
        waiting = Waiting(command)
        with self._gathered:
            if self._stopping or len(self._queue) >= self._limit:
                raise Refusal("busy")
            self._queue.append(waiting)
            self._gathered.notify()
        return waiting.answer

    def _work(self) -> None:
        while True:
            with self._gathered:
                while not self._queue and not self._stopping:
                    self._gathered.wait()
                if not self._queue:
                    return
                size = min(len(self._queue), self._batch_size)
                taken = [self._queue.popleft() for _ in range(size)]
            self._write(taken)

    def _write(self, taken: list[Waiting]) -> None:
        """Tries again where the database failed: what was committed after all is found by its key."""
        left = taken
        for attempt in range(1, TRIES + 1):
            batch = Batch(left, self._halls)
            try:
                news = batch.commit(self._engine, self._now())
            except Poisoned as poisoned:
                # One command broke on its own fault. The others are run again without it.
                log.exception("a command failed", exc_info=poisoned.cause)
                poisoned.waiting.answer.set_exception(poisoned.cause)
                left = [w for w in left if w is not poisoned.waiting]
                continue
            except DBAPIError as error:
                log.warning("attempt %d of %d to write failed: %s", attempt, TRIES, error.orig)
                continue
            except Exception:
                log.exception("writing failed")
                break
            self._on_news(news)
            batch.settle()
            return
        for waiting in left:
            waiting.answer.set_exception(Refusal("unavailable"))

"""Takes the commands that have gathered, runs them branch by branch, commits once, and answers them all."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

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
            # From here on nobody can withdraw: an answer that nobody may give any more would end this thread.
            self._write([waiting for waiting in taken if waiting.answer.set_running_or_notify_cancel()])

    def _write(self, left: list[Waiting]) -> None:
        """Tries again where the database failed: what was committed after all is found by its key."""
        failed = 0
        while left and failed < TRIES:
            batch = Batch(left, self._halls)
            try:
                news = batch.commit(self._engine, self._now())
            except Poisoned as poisoned:
                # One command broke on its own fault. The others are run again without it.
                log.exception("a command failed", exc_info=poisoned.cause)
                poisoned.waiting.answer.set_exception(poisoned.cause)
                left = [w for w in left if w is not poisoned.waiting]
            except Exception as error:
                if not _is_away(error):
                    self._write_singly(left, error)
                    return
                failed += 1
                log.warning("attempt %d of %d to write failed: %s", failed, TRIES, getattr(error, "orig", error))
            else:
                self._tell(news)
                batch.settle()
                return
        for waiting in left:
            waiting.answer.set_exception(Refusal("unavailable"))

    def _write_singly(self, left: list[Waiting], error: Exception) -> None:
        """The database does not take what one of them would write: it is found by writing each alone."""
        if len(left) > 1:
            for waiting in left:
                self._write([waiting])
            return
        log.exception("a command cannot be written", exc_info=error)
        left[0].answer.set_exception(error)

    def _tell(self, news: dict[str, int]) -> None:
        try:
            self._on_news(news)
        except Exception:
            log.exception("news could not be told; it is found by the poll")


def _is_away(error: Exception) -> bool:
    """Whether it was the database's fault, so that trying again may help, and not what was to be written."""
    return isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)

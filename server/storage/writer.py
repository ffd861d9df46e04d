"""Takes the commands that have gathered, runs them branch by branch, commits once, and answers them all."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from server.actions.decision import Command
from server.domain.events import Event
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.storage.answers import Told
from server.storage.backlog import Backlog
from server.storage.batch import Batch, Poisoned
from server.storage.waiting import Waiting, give
from server.watch.writing import WriterWatch

log = logging.getLogger(__name__)

RETRY_AFTER_S = (0.02, 0.1, 0.5)  # a database that starts anew is back within a second, or will be a while
TRIES = len(RETRY_AFTER_S) + 1

News = dict[str, Sequence[Event]]  # branch -> what has just happened there


class Writer:
    """One per process: a bounded queue, and one thread that writes."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        on_news: Callable[[News], None],
        *,
        limit: int = 2000,
        batch_size: int = 256,
        watch: WriterWatch | None = None,
    ) -> None:
        self._engine = engine
        self._now = now
        self._on_news = on_news
        self.limit = limit
        self._batch_size = batch_size
        self._backlog = Backlog(limit)
        self._gathered = threading.Condition()
        self._stopping = False
        self._halls: dict[str, Hall] = {}
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self.watch = watch or WriterWatch()

    @property
    def depth(self) -> int:
        """How many commands wait to be written."""
        return len(self._backlog)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Writes what has been taken, then ends."""
        with self._gathered:
            self._stopping = True
            self._gathered.notify()
        self._thread.join(timeout=10)

    def submit(self, command: Command) -> Future[Told]:
        """The answer to come: the command's answer, or the Refusal it met. Full: refused at once, not kept."""
        answer: Future[Told] = Future()
        self._add(Waiting(command, answer))
        return answer

    def ask(self, command: Command, origin: str | None = None) -> Awaitable[Told]:
        """As `submit`, for who asks on an event loop: whoever waits there is answered with one wake-up a batch."""
        answer = asyncio.get_running_loop().create_future()
        self._add(Waiting(command, on_loop=answer, origin=origin))
        return answer

    def _add(self, waiting: Waiting) -> None:
        with self._gathered:
            try:
                if self._stopping:
                    raise Refusal("busy")
                self._backlog.add(waiting)
            except Refusal:
                self.watch.busy += 1
                raise
            if len(self._backlog) == 1:
                self._gathered.notify()

    def _work(self) -> None:
        while True:
            with self._gathered:
                while not self._backlog and not self._stopping:
                    self._gathered.wait()
                if not self._backlog:
                    return
                taken = self._backlog.take(self._batch_size)
            taken = [waiting for waiting in taken if waiting.begin()]
            try:
                self._write(taken)
            except Exception as error:
                # The one thread that writes must not end, or everybody would wait for ever.
                log.exception("the writer stumbled, and goes on")
                give([(waiting, error) for waiting in taken])

    def _write(self, left: list[Waiting]) -> None:
        """Tries again where the database failed: what was committed after all is found by its key."""
        failed = 0
        while left and failed < TRIES:
            batch = Batch(left, self._halls)
            began = time.perf_counter()
            try:
                batch.commit(self._engine, self._now())
            except Poisoned as poisoned:
                # One command broke on its own fault. The others are run again without it.
                log.exception("a command failed", exc_info=poisoned.cause)
                give([(poisoned.waiting, poisoned.cause)])
                left = [w for w in left if w is not poisoned.waiting]
            except Exception as error:
                if not _is_away(error):
                    self._write_singly(left, error)
                    return
                log.warning("attempt %d of %d to write failed: %s", failed + 1, TRIES, getattr(error, "orig", error))
                self.watch.retries += 1
                if failed < len(RETRY_AFTER_S):
                    time.sleep(RETRY_AFTER_S[failed])
                failed += 1
            else:
                self._tell(batch, began)
                return
        self.watch.failed += len(left)
        give([(waiting, Refusal("unavailable")) for waiting in left])

    def _write_singly(self, left: list[Waiting], error: Exception) -> None:
        """The database does not take what one of them would write: it is found by writing each alone."""
        if len(left) > 1:
            for waiting in left:
                self._write([waiting])
            return
        log.exception("a command cannot be written", exc_info=error)
        give([(left[0], error)])

    def _tell(self, batch: Batch, began: float) -> None:
        """What happened to the screens, and everyone their answer; nobody waits for the other's failure."""
        try:
            self._on_news({branch_id: events for branch_id, (_, events) in batch.happened.items()})
        except Exception:
            log.exception("news could not be told; it is found by the poll")
        give(batch.outcomes)
        try:
            self.watch.committed(batch.outcomes, batch.happened, began)
        except Exception:
            log.exception("the commit could not be counted")


def _is_away(error: Exception) -> bool:
    """Whether it was the database's fault, so that trying again may help, and not what was to be written."""
    return isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)

"""One transaction: each branch taken by its lock, its commands run on the hall in memory, all written once."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from server.actions.decision import Command
from server.actions.run import begin_day, run
from server.domain.events import Event
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.storage.answers import Answer, Slot, known_answers, save_answers, slot_of
from server.storage.halls import load_hall, save
from server.storage.tables import branches


@dataclass(slots=True, eq=False)
class Waiting:
    """A command whose answer is awaited."""

    command: Command
    answer: Future[dict[str, Any]] = field(default_factory=Future)


class Poisoned(Exception):
    """A command failed by its own fault, not by a refusal: the batch must be run without it."""

    def __init__(self, waiting: Waiting, cause: Exception) -> None:
        super().__init__(repr(cause))
        self.waiting = waiting
        self.cause = cause


class Batch:
    def __init__(self, taken: list[Waiting], halls: dict[str, Hall]) -> None:
        self._taken = taken
        self._halls = halls  # shared with the batches before and after; never ahead of the database
        self._outcomes: list[tuple[Waiting, dict[str, Any] | Refusal]] = []

    def commit(self, engine: Engine, now: datetime) -> dict[str, int]:
        """Runs and writes everything, or nothing. Gives branch -> its newest seq, for those with news."""
        by_branch: dict[str, list[Waiting]] = {}
        for waiting in self._taken:
            by_branch.setdefault(waiting.command.branch_id, []).append(waiting)
        news: dict[str, int] = {}
        try:
            with engine.begin() as connection:
                # In one order everywhere, or two processes would wait for each other for ever.
                for branch_id in sorted(by_branch):
                    seq = self._run_branch(connection, branch_id, by_branch[branch_id], now)
                    if seq is not None:
                        news[branch_id] = seq
        except BaseException:
            for branch_id in by_branch:
                self._halls.pop(branch_id, None)
            raise
        return news

    def settle(self) -> None:
        """Gives everyone their answer; only after the commit."""
        for waiting, outcome in self._outcomes:
            if isinstance(outcome, Refusal):
                waiting.answer.set_exception(outcome)
            else:
                waiting.answer.set_result(outcome)

    def _run_branch(
        self, connection: Connection, branch_id: str, waiting: list[Waiting], now: datetime
    ) -> int | None:
        hall = self._take(connection, branch_id)
        if hall is None:
            self._outcomes += [(one, Refusal("branch_not_found")) for one in waiting]
            return None
        known = known_answers(connection, branch_id, (one.command for one in waiting))
        new: dict[Slot, Answer] = {}
        events: list[Event] = begin_day(hall, now)
        for one in waiting:
            self._outcomes.append((one, self._run_one(hall, one, known | new, new, events, now)))
        save(connection, hall, events)
        save_answers(connection, branch_id, new, now)
        return hall.seq if events else None

    def _take(self, connection: Connection, branch_id: str) -> Hall | None:
        """Locks the branch. The hall in memory serves only if nobody else has written since."""
        lock = select(branches.c.last_seq, branches.c.epoch).where(branches.c.id == branch_id)
        row = connection.execute(lock.with_for_update()).one_or_none()
        if row is None:
            return None
        hall = self._halls.get(branch_id)
        if hall is None or hall.seq != row.last_seq or hall.epoch != row.epoch:
            hall = self._halls[branch_id] = load_hall(connection, branch_id)
        return hall

    def _run_one(
        self,
        hall: Hall,
        waiting: Waiting,
        known: dict[Slot, Answer],
        new: dict[Slot, Answer],
        events: list[Event],
        now: datetime,
    ) -> dict[str, Any] | Refusal:
        command = waiting.command
        slot = slot_of(command)
        earlier = known.get(slot) if slot else None
        if earlier is not None:
            return earlier.body if earlier.fingerprint == command.fingerprint else Refusal("key_reused")
        try:
            happened, answer = run(hall, command, now)
        except Refusal as refusal:
            return refusal
        except Exception as error:
            raise Poisoned(waiting, error) from error
        events += happened
        if slot:
            new[slot] = Answer(command.fingerprint, answer)
        return answer

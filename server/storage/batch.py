"""One transaction: each branch taken by its lock, its commands run on the hall in memory, all written once."""

from datetime import datetime

from sqlalchemy import Connection, Engine

from server.actions.decision import who_of
from server.actions.run import begin_day, run
from server.domain.branch import Branch
from server.domain.events import Event
from server.domain.evolve import evolve
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.trail import Entry, Noted, entry_of
from server.storage.answers import Answer, Told, kept_answers, known_answers, slot_of
from server.storage.chain import caught_up
from server.storage.event_log import events_after
from server.storage.halls import load_hall, save
from server.storage.rows import Slot, Taken, Writing, rows_for, text_of
from server.storage.waiting import Outcome, Waiting

MOST_BEHIND = 200  # events: reading a hall costs about as much


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
        self.outcomes: list[tuple[Waiting, Outcome]] = []
        self._noted: dict[str, list[Entry]] = {}
        self.happened: dict[str, tuple[Branch, list[Event]]] = {}  # branch -> its settings, and its new events

    def commit(self, engine: Engine, now: datetime) -> None:
        """Runs and writes everything, or nothing; then `outcomes` and `happened` are what came of it."""
        by_branch: dict[str, list[Waiting]] = {}
        for waiting in self._taken:
            by_branch.setdefault(waiting.command.branch_id, []).append(waiting)
        try:
            with engine.begin() as connection:
                there = rows_for(connection).take_branches(connection, sorted(by_branch))
                # Read once the branches are ours: what another process had answered by then is to be seen.
                known = known_answers(connection, (waiting.command for waiting in self._taken))
                new: dict[Slot, Answer] = {}
                written = [
                    self._run_branch(self._brought_up(connection, one, there[one]), by_branch[one], known, new, now)
                    for one in sorted(there)
                ]
                writing = Writing(now, answers=kept_answers(new), taken=self._chained(connection, there))
                writing.noted = self._noted
                save(connection, written, writing)
        except BaseException:
            for branch_id in by_branch:
                self._halls.pop(branch_id, None)
            raise
        for branch_id in by_branch.keys() - there.keys():
            self.outcomes += [(one, Refusal("branch_not_found")) for one in by_branch[branch_id]]

    def _chained(self, connection: Connection, there: dict[str, Taken]) -> dict[str, Taken]:
        """Where a server that knows of no chain has written, its events are tied to it first."""
        return {
            key: one
            if one.head.seq == one.last_seq
            else one._replace(head=caught_up(connection, key, one.head, one.last_seq))
            for key, one in there.items()
        }

    def _brought_up(self, connection: Connection, branch_id: str, taken: Taken) -> Hall:
        """The hall in memory, brought to where another process has left the branch; loaded anew where it cannot be,
        or where that is less work."""
        seq, epoch = taken.last_seq, taken.epoch
        hall = self._halls.get(branch_id)
        if hall is None or hall.epoch != epoch or not 0 <= seq - hall.seq <= MOST_BEHIND:
            hall = self._halls[branch_id] = load_hall(connection, branch_id)
        elif hall.seq != seq:
            for event in events_after(connection, branch_id, hall.seq, MOST_BEHIND):
                evolve(hall, event)
        return hall

    def _run_branch(
        self, hall: Hall, waiting: list[Waiting], known: dict[Slot, Answer], new: dict[Slot, Answer], now: datetime
    ) -> tuple[Hall, list[Event]]:
        events: list[Event] = begin_day(hall, now)
        for one in waiting:
            self.outcomes.append((one, self._run_one(hall, one, known, new, events, now)))
        if events:
            self.happened[hall.branch.id] = hall.branch, events
        return hall, events

    def _run_one(
        self,
        hall: Hall,
        waiting: Waiting,
        known: dict[Slot, Answer],
        new: dict[Slot, Answer],
        events: list[Event],
        now: datetime,
    ) -> Told | Refusal:
        command = waiting.command
        noted: list[Noted] = []
        slot = slot_of(command)
        earlier = (known.get(slot) or new.get(slot)) if slot else None
        if earlier is not None:
            return earlier.told if earlier.fingerprint == command.fingerprint else Refusal("key_reused")
        try:
            happened, answer = run(hall, command, now, noted)
        except Refusal as refusal:
            return refusal
        except Exception as error:
            raise Poisoned(waiting, error) from error
        events += happened
        if noted:
            self._noted.setdefault(hall.branch.id, []).extend(entry_of(one, who_of(command.actor)) for one in noted)
        told = Told(text_of(answer))
        if slot:
            new[slot] = Answer(command.fingerprint, told)
        return told

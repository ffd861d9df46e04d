"""Tells the audit trail of refusals and sign-ins, in transactions of its own: no press waits for them."""

import logging
import threading
import time
from collections import deque
from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select

from server.domain.trail import INSTALLATION, Entry, Who, refused
from server.storage.tables import branches
from server.storage.trail import append

log = logging.getLogger(__name__)

EVERY_S = 1.0
WAITING = 1000  # entries, and kinds of refusals, that may wait to be written: beyond that they are counted
AGAIN_S = 60.0  # the same refusal, how often it comes, is one line in so long
A_MINUTE = 20  # lines of refusals: a flood from a thousand addresses fills no disk either
MOST_AT_ONCE = 200
LONGEST_ID = 40

Kind = tuple[str, Who, str, str]  # branch, who, what they asked for, the answer


class _Times:
    """How often one kind of refusal has happened and was not written yet."""

    __slots__ = ("count", "first", "last")

    def __init__(self) -> None:
        self.count = 0
        self.first = self.last = datetime.now(UTC)

    def one_more(self) -> None:
        self.count += 1
        self.last = datetime.now(UTC)


class Auditor:
    """Told from any thread or event loop, and never waits. `lost` counts what could not be kept."""

    def __init__(self, engine: Engine, every_s: float = EVERY_S) -> None:
        self._engine = engine
        self._every_s = every_s
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque()
        self._refused: dict[Kind, _Times] = {}
        self._written: dict[Kind, float] = {}  # when the last line of such a refusal was written
        self._left, self._left_at = float(A_MINUTE), time.monotonic()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="auditor", daemon=True)
        self.lost = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Writes what has been told, as far as the database takes it, then ends."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)
        self._write(self._due(to_the_end=True))

    def tell(self, entry: Entry) -> None:
        with self._lock:
            if len(self._entries) >= WAITING:
                self.lost += 1
            else:
                self._entries.append(entry)

    def refused(self, branch_id: str, who: Who, operation: str, code: str) -> None:
        """The door has said no. The same again within a minute is counted, and makes no line of its own."""
        kind = branch_id if len(branch_id) <= LONGEST_ID and branch_id.isprintable() else "", who, operation, code
        with self._lock:
            times = self._refused.get(kind)
            if times is None:
                if len(self._refused) >= WAITING:
                    self.lost += 1
                    return
                times = self._refused[kind] = _Times()
            times.one_more()

    def _work(self) -> None:
        while not self._end.wait(self._every_s):
            self._write(self._due())

    def _due(self, *, to_the_end: bool = False) -> list[Entry]:
        now = time.monotonic()
        with self._lock:
            found = [self._entries.popleft() for _ in range(min(MOST_AT_ONCE, len(self._entries)))]
            self._left = min(float(A_MINUTE), self._left + (now - self._left_at) * A_MINUTE / 60)
            self._left_at = now
            for kind in list(self._refused):
                if not to_the_end and (self._left < 1 or now - self._written.get(kind, -AGAIN_S) < AGAIN_S):
                    continue
                times = self._refused.pop(kind)
                self._written[kind] = now
                self._left -= 1
                said = {"times": times.count, "first": times.first, "last": times.last}
                found.append(refused(*kind, said))
            if len(self._written) > WAITING:
                self._written = {kind: at for kind, at in self._written.items() if now - at < AGAIN_S}
        return found

    def _write(self, entries: Collection[Entry]) -> None:
        if not entries:
            return
        try:
            with self._engine.begin() as connection:
                append(connection, _where_they_belong(connection, entries))
        except Exception as error:
            # Whoever told it has been answered long ago; that it is missing shows in the figures.
            self.lost += len(entries)
            log.warning("%d lines of the audit trail are lost: %s", len(entries), error)


def _where_they_belong(connection: Connection, entries: Collection[Entry]) -> list[Entry]:
    """What is said of a branch that is not there, whatever name was asked for, is said of the installation."""
    asked = {entry.branch_id for entry in entries}
    there = set(connection.execute(select(branches.c.id).where(branches.c.id.in_(asked))).scalars())
    return [
        entry if entry.branch_id in there else Entry(INSTALLATION, *(getattr(entry, name) for name in AFTER_BRANCH))
        for entry in entries
    ]


AFTER_BRANCH = [name for name in Entry.__slots__ if name != "branch_id"]

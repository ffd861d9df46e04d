"""The commands that wait to be written: bounded, and every branch has its turn however busy its neighbours are."""

from collections import deque

from server.domain.refusals import Refusal
from server.storage.waiting import Waiting

BRANCHES = 4  # that may be full at the same time before the others are refused too


class Backlog:
    """Not safe by itself: the writer holds its lock.

    `limit` commands of one branch may wait, and four times as many of all: one branch that floods the process is
    refused before anybody else is.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: dict[str, deque[Waiting]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, waiting: Waiting) -> None:
        """Refusal `busy` where the branch or the process has too many already: nothing is kept of it then."""
        branch_id = waiting.command.branch_id
        mine = self._waiting.get(branch_id)
        if self._size >= BRANCHES * self._limit or (mine is not None and len(mine) >= self._limit):
            raise Refusal("busy")
        if mine is None:
            mine = self._waiting[branch_id] = deque()
        mine.append(waiting)
        self._size += 1

    def take(self, most: int) -> list[Waiting]:
        """Up to `most`, one of each branch in turn; who was not reached is first the next time. Within a branch
        the order is that of their coming."""
        if self._size <= most:
            taken = [waiting for mine in self._waiting.values() for waiting in mine]
            self._waiting.clear()
            self._size = 0
            return taken
        taken = []
        while len(taken) < most:
            branch_id = next(iter(self._waiting))
            mine = self._waiting.pop(branch_id)
            taken.append(mine.popleft())
            if mine:
                self._waiting[branch_id] = mine  # at the end: the others come first
        self._size -= len(taken)
        return taken

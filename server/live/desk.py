"""Where the figures of every branch are thought over: in a thread of its own, so that no call-out waits for it."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from server.live.day_outlook import expected_day
from server.live.day_to_plan import ClassDayToPlan, day_to_plan
from server.live.questions import questions
from server.storage.database import Database
from server.storage.plans import saved_plans

if TYPE_CHECKING:
    from server.advisor.day_slots import Slots
    from server.advisor.judgement import Judgement
    from server.advisor.question import Question
    from server.live.place import Place

Judgements = dict[str, "Judgement"]
Plans = Mapping[str, Sequence[int]]  # class -> counters by half-hour from opening on
Found = TypeVar("Found")

FRESH = timedelta(seconds=15)  # of server time; the hall changes every few seconds, the advice rarely does
KEPT = 256  # branches whose judgement is kept for who asks next: each is a few hundred figures
SAVED_HOLD_S = 60.0  # another process may have saved a plan
BEST_HOLDS_S = 300.0  # what is expected of a day changes little while it lasts
SWITCH_S = 0.001  # the longest that thinking keeps the event loop waiting for its turn; Python's own is 5 ms


@dataclass(frozen=True, slots=True)
class Measured:
    """What is kept of every branch for who watches: when it was judged, by our own clock, and by class the arrivals
    and what one counter serves, per minute."""

    at: float
    rates: Mapping[str, tuple[float, float]]


class Desk:
    def __init__(self, reader: Database) -> None:
        self._reader = reader
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="advisor")
        self._held: dict[str, tuple[datetime, Judgements]] = {}
        self._asked: dict[str, asyncio.Task[Judgements]] = {}
        self.measured: dict[str, Measured] = {}
        self._saved: dict[str, tuple[float, date, Plans]] = {}  # by branch: since when known, of which day
        self._best: dict[str, tuple[float, date, Plans, object]] = {}  # the last: for how the branch was set up
        self.worked_s = 0.0  # of the processor's time, since the start
        sys.setswitchinterval(SWITCH_S)

    async def ready(self) -> None:
        """Loads numpy and the programs: a third of a second that no call-out should wait."""
        await self.think(_load)

    async def think(self, work: Callable[..., Found], *given: Any) -> Found:
        """Runs something long beside the event loop; whatever else is thought about waits."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._timed, work, *given)

    def _timed(self, work: Callable[..., Found], *given: Any) -> Found:
        began = time.thread_time()
        try:
            return work(*given)
        finally:
            self.worked_s += time.thread_time() - began

    async def judged(self, place: "Place", now: datetime) -> Judgements:
        """Every class of the branch as judged a moment ago, or now; once, however many ask at the same time."""
        branch_id = place.hall.branch.id
        held = self._held.get(branch_id)
        if held is not None and timedelta() <= now - held[0] < FRESH:
            return held[1]
        task = self._asked.get(branch_id)
        if task is None:
            task = self._asked[branch_id] = asyncio.create_task(self._judge(place, now))
            task.add_done_callback(lambda _: self._asked.pop(branch_id, None))
        return await asyncio.shield(task)

    async def _judge(self, place: "Place", now: datetime) -> Judgements:
        branch_id = place.hall.branch.id
        asked = questions(place.hall, place.measurements, now, await self._planned(place, now))
        found = await self.think(_judge_all, asked)
        self.measured[branch_id] = Measured(time.monotonic(), {key: _rates(one) for key, one in asked.items()})
        self._held.pop(branch_id, None)
        self._held[branch_id] = (now, found)
        if len(self._held) > KEPT:
            del self._held[next(iter(self._held))]
        return found

    async def _planned(self, place: "Place", now: datetime) -> Plans:
        """Today's plans: the manager's own where one is saved, read anew once a minute; else the recommended one."""
        branch_id, day = place.hall.branch.id, place.hall.branch.business_day(now)
        at, of_day, saved = self._saved.get(branch_id, (float("-inf"), day, {}))
        if time.monotonic() - at >= SAVED_HOLD_S or of_day != day:
            saved = await asyncio.to_thread(self._read_plans, branch_id, day)
            self._saved[branch_id] = time.monotonic(), day, saved
        branch = place.hall.branch
        at, of_day, best, settings = self._best.get(branch_id, (float("-inf"), day, {}, branch))
        if time.monotonic() - at >= BEST_HOLDS_S or of_day != day or settings is not branch:
            expected = expected_day(place, day, now)
            days = {key: day_to_plan(place.hall, key, day, found) for key, found in expected.items()}
            best = await self.think(_recommended, days)
            self._best[branch_id] = time.monotonic(), day, best, branch
        return {**best, **saved}

    def _read_plans(self, branch_id: str, day: date) -> Plans:
        with self._reader.begin() as connection:
            return saved_plans(connection, branch_id, day)

    def plan_saved(self, branch_id: str) -> None:
        """The plans have changed: they are read anew."""
        self._saved.pop(branch_id, None)

    def close(self) -> None:
        for task in self._asked.values():
            task.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)


def _load() -> None:
    from server.advisor.gamma_rate import GammaRate
    from server.advisor.judgement import judge  # noqa: F401 - loaded here, so that it is there later
    from server.live.planning import recommended  # noqa: F401

    GammaRate(1.0, 1.0).interval()


def _recommended(days: "dict[str, ClassDayToPlan]") -> Plans:
    return {key: _best_counters(day.slots) for key, day in days.items() if len(day.slots)}


@lru_cache(maxsize=4096)  # asked every minute, and the same until the day's expectations change
def _best_counters(slots: "Slots") -> tuple[int, ...]:
    from server.advisor.shift_plan import plan_counters

    return plan_counters(slots).counters


def _rates(question: "Question") -> tuple[float, float]:
    figures = question.figures
    return figures.arrival_rate.mean, figures.service_rate.mean


def _judge_all(asked: "dict[str, Question]") -> Judgements:
    from server.advisor.judgement import judge

    return {key: judge(question) for key, question in asked.items()}

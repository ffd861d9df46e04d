"""Where the figures of every branch are thought over: in a thread of its own, so that no call-out waits for it."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from server.live.day_outlook import expected_day
from server.live.planning import ClassDayToPlan, day_to_plan
from server.live.questions import questions
from server.storage.database import Database
from server.storage.plans import saved_plans

if TYPE_CHECKING:
    from server.advisor.judgement import Judgement
    from server.advisor.question import Question
    from server.live.place import Place

Judgements = dict[str, "Judgement"]
Plans = Mapping[str, Sequence[int]]  # class -> counters by half-hour from opening on
Found = TypeVar("Found")

FRESH = timedelta(seconds=15)  # of server time; the hall changes every few seconds, the advice rarely does
PLANS_HOLD_S = 60.0
SWITCH_S = 0.001  # the longest that thinking keeps the event loop waiting for its turn; Python's own is 5 ms


class Desk:
    def __init__(self, reader: Database) -> None:
        self._reader = reader
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="advisor")
        self._held: dict[str, tuple[datetime, Judgements]] = {}
        self._asked: dict[str, asyncio.Task[Judgements]] = {}
        self._plans: dict[str, tuple[float, Plans]] = {}
        sys.setswitchinterval(SWITCH_S)

    async def ready(self) -> None:
        """Loads numpy and the programs: a third of a second that no call-out should wait."""
        await self.think(_load)

    async def think(self, work: Callable[..., Found], *given: Any) -> Found:
        """Runs something long beside the event loop; whatever else is thought about waits."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

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
        self._held[branch_id] = (now, found)
        return found

    async def _planned(self, place: "Place", now: datetime) -> Plans:
        """Today's plans: the manager's own where one is saved, else the recommended one; anew once a minute."""
        branch, loop = place.hall.branch, asyncio.get_running_loop()
        real, found = self._plans.get(branch.id, (-PLANS_HOLD_S, {}))
        if loop.time() - real < PLANS_HOLD_S:
            return found
        day = branch.business_day(now)
        saved = await asyncio.to_thread(self._read_plans, branch.id, day)
        expected = expected_day(place, day, now)
        days = {key: day_to_plan(place.hall, key, expected[key]) for key in expected.keys() - saved.keys()}
        found = {**await self.think(_recommended, days), **saved}
        self._plans[branch.id] = (loop.time(), found)
        return found

    def _read_plans(self, branch_id: str, day: Any) -> Plans:
        with self._reader.begin() as connection:
            return saved_plans(connection, branch_id, day)

    def plan_saved(self, branch_id: str) -> None:
        """The plans have changed: they are read anew."""
        self._plans.pop(branch_id, None)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _load() -> None:
    from server.advisor.gamma_rate import GammaRate
    from server.advisor.judgement import judge  # noqa: F401 - loaded here, so that it is there later

    GammaRate(1.0, 1.0).interval()


def _recommended(days: "dict[str, ClassDayToPlan]") -> Plans:
    from server.advisor.shift_plan import plan_counters

    return {key: plan_counters(day.slots).counters for key, day in days.items() if len(day.slots)}


def _judge_all(asked: "dict[str, Question]") -> Judgements:
    from server.advisor.judgement import judge

    return {key: judge(question) for key, question in asked.items()}

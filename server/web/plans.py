"""The plan of a day: shown, thought about, and saved by the manager."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.actions.decision import Actor, who_of
from server.advisor.day_slots import SLOT_MIN
from server.domain.refusals import Refusal
from server.live.day_outlook import expected_day
from server.live.day_to_plan import ClassDayToPlan, day_to_plan, now_slot
from server.live.place import Place
from server.storage.database import DatabaseError
from server.storage.plans import PlanWriter, SavedPlan, plans_of_day
from server.web.access import may
from server.web.commands import as_json
from server.web.plan_messages import ClassPlan, Day, EvaluatePlan, EvaluationAnswer, PlanAnswer, SavePlan
from server.web.problems import Problem
from server.web.services import Services, services

router = APIRouter(tags=["plan"], prefix="/branches/{branch}/plan")


def plan_writer(connection: HTTPConnection) -> PlanWriter:
    found = connection.app.state.plan_writer
    assert isinstance(found, PlanWriter)
    return found


@router.get("", response_model=PlanAnswer)
async def plan(
    branch: str,
    day: Annotated[Day | None, Query(description="Default: today.")] = None,
    actor: Actor = Depends(may("see_plan")),
    using: Services = Depends(services),
) -> Response:
    """Counters by half-hour for every class: the recommended plan, the saved one, and what it would give."""
    place = await using.hub.place(branch)
    settings, now = place.hall.branch, using.clock.now()
    chosen = day or settings.business_day(now)
    asked = _asked(place, chosen, now)
    opens, closes = settings.hours(chosen)
    saved = await asyncio.to_thread(_saved, using, branch, chosen)
    classes = await using.desk.think(lambda: {key: one.told(saved.get(key)) for key, one in asked.items()})
    return as_json(
        {
            "day": chosen,
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
            "closed": settings.hours_on(chosen) is None,
            "slot_min": SLOT_MIN,
            "from_history": max((one.days for one in asked.values()), default=0),
            "classes": classes,
        }
    )


@router.post("/evaluate", response_model=EvaluationAnswer)
async def evaluate(
    branch: str,
    asked: EvaluatePlan,
    actor: Actor = Depends(may("make_plan")),
    using: Services = Depends(services),
) -> Response:
    """What a plan would give on a day as expected, or on a busier one, with service slower or tellers ill; and the
    plan mended for that. Changes nothing, so it needs no key."""
    place = await using.hub.place(branch)
    to_plan = _one_class(place, asked.day, using.clock.now(), asked.counter_class.value).to_plan
    counters = to_plan.checked(asked.counters)
    factors = asked.arrivals_factor, asked.service_factor, asked.tellers_ill
    return as_json(await using.desk.think(_what_if, to_plan, counters, *factors))


@router.put("", response_model=ClassPlan)
async def save(
    branch: str,
    asked: SavePlan,
    actor: Actor = Depends(may("make_plan")),
    using: Services = Depends(services),
    writer: PlanWriter = Depends(plan_writer),
) -> Response:
    """The manager's own plan for one class, or back to the recommended one. The same twice is the same once; of two
    managers the last one wins, and the answer says who and when."""
    place = await using.hub.place(branch)
    now, key = using.clock.now(), asked.counter_class.value
    one = _one_class(place, asked.day, now, key)
    if asked.day < place.hall.branch.business_day(now):
        raise Refusal("plan_day_over", day=str(asked.day))
    if asked.counters is None:
        await _written(lambda: writer.forget(branch, asked.day, key, who_of(actor)))
    else:
        counters, by = one.to_plan.checked(asked.counters), actor.name or actor.id
        await _written(lambda: writer.save(branch, asked.day, key, counters, by, now, who_of(actor)))
    using.desk.plan_saved(branch)
    saved = await asyncio.to_thread(_saved, using, branch, asked.day)
    return as_json(await using.desk.think(lambda: one.told(saved.get(key))))


@dataclass(frozen=True, slots=True)
class OneClass:
    """A class on the day asked about, read off the hall before any thread begins to reckon."""

    to_plan: ClassDayToPlan
    days: int
    now_slot: int | None

    def told(self, saved: SavedPlan | None) -> dict[str, Any]:
        from server.live.planning import class_plan  # the desk's thread has loaded it long before

        counters = self.to_plan.fitted(saved.counters) if saved else None
        kept = saved if counters is not None else None
        return {
            **class_plan(self.to_plan, counters),
            "from_history": self.days,
            "saved": {"by": kept.by, "at": kept.at} if kept else None,
            "now_slot": self.now_slot,
        }


def _what_if(to_plan: ClassDayToPlan, counters: tuple[int, ...], *factors: Any) -> dict[str, Any]:
    from server.live.planning import what_if  # as above: a start need not wait for it

    return what_if(to_plan, counters, *factors)


def _asked(place: Place, day: date, now: datetime) -> dict[str, OneClass]:
    found = {}
    for key, expected in expected_day(place, day, now).items():
        to_plan = day_to_plan(place.hall, key, day, expected)
        found[key] = OneClass(to_plan, expected.days, now_slot(place.hall, day, to_plan.slots, now))
    return found


def _one_class(place: Place, day: date, now: datetime, key: str) -> OneClass:
    found = _asked(place, day, now).get(key)
    if found is None:
        raise Refusal("class_not_found", counter_class=key)
    return found


def _saved(using: Services, branch: str, day: date) -> dict[str, SavedPlan]:
    with using.reader.begin() as connection:
        return plans_of_day(connection, branch, day)


async def _written(write: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(write)
    except DatabaseError as error:
        raise Problem(503, "unavailable") from error

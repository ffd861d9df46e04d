"""The manager answers the advice, and sees the figures behind it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.actions import manager
from server.actions.decision import Actor
from server.advisor.draft_costs import DraftCosts, draft_costs
from server.advisor.known_rates import Source, known_rates
from server.advisor.reckoning import Limits
from server.advisor.what_if_now import what_if_now
from server.domain.audience import whole
from server.domain.branch import ClassPolicy, CounterClass
from server.domain.refusals import Refusal
from server.live.advising import figures_for_screens
from server.live.place import Place
from server.live.questions import limits_of
from server.web.access import may
from server.web.commands import COMMAND, Press, as_json, perform, pressing
from server.web.messages import Advices, Answer, Dismiss, Figures, Nothing, SetPolicy
from server.web.services import Services, services
from server.web.what_if_messages import AskWhatIf, DraftOfClass, WhatIfAnswer

router = APIRouter(tags=["advice"])


@router.get("/branches/{branch}/advice", response_model=Advices)
async def standing_advice(
    branch: str, actor: Actor = Depends(may("see_figures")), using: Services = Depends(services)
) -> Response:
    """The advice that stands, at most one per class of counters."""
    place = await using.hub.place(branch)
    return as_json({"advices": [whole(advice) for advice in place.hall.advices.values()]})


@router.get("/branches/{branch}/figures", response_model=Figures)
async def figures(
    branch: str, actor: Actor = Depends(may("see_figures")), using: Services = Depends(services)
) -> Response:
    """Measured rates per class with their intervals, the cost of every number of counters, and the day so far."""
    place = await using.hub.place(branch)
    now = using.clock.now()
    judged = await using.desk.judged(place, now) if place.hall.branch.is_open(now) else {}
    found: dict[str, Any] = {"now": now, **figures_for_screens(place.hall, place.measurements, judged, now)}
    return as_json(found)


@router.post("/branches/{branch}/what-if", response_model=WhatIfAnswer)
async def what_if(
    branch: str,
    asked: AskWhatIf,
    actor: Actor = Depends(may("see_figures")),
    using: Services = Depends(services),
) -> Response:
    """Waits and costs at the rates measured now, or at so many times them, for every number of counters; with a
    `draft` under its costs and at its rates. Changes nothing, so it needs no key."""
    place, now = await using.hub.place(branch), using.clock.now()
    if asked.draft is None:
        return as_json(_as_measured(place, asked, now))
    found = _as_drafted(place, asked, asked.draft, now)
    opening = await using.desk.think(_opening, found)
    draft = found.as_dict() | {"opening": opening}
    return as_json({"counter_class": asked.counter_class.value, **found.found.as_dict(), "draft": draft})


def _as_measured(place: Place, asked: AskWhatIf, now: datetime) -> dict[str, Any]:
    hall, key = place.hall, asked.counter_class.value
    limits = limits_of(hall, key) if key in hall.branch.policies else None
    if limits is None or limits.most < 1:
        raise Refusal("class_not_found", counter_class=key)
    measured = place.measurements.figures(now)[key]
    _possible(asked.counters, max(1, min(limits.least, measured.open_counters)), limits.most)
    found = what_if_now(
        measured.arrival_rate.mean,
        measured.service_rate.mean,
        hall.branch.policies[key],
        limits,
        present=measured.waiting + measured.busy_counters,
        arrivals_factor=asked.arrivals_factor,
        service_factor=asked.service_factor,
        counters=asked.counters,
    )
    return {"counter_class": key, **found.as_dict(), "draft": None}


def _as_drafted(place: Place, asked: AskWhatIf, draft: DraftOfClass, now: datetime) -> DraftCosts:
    """A class that is not in force yet can be asked about, too."""
    branch, key = place.hall.branch, asked.counter_class.value
    costs = ClassPolicy(**draft.model_dump(exclude={"counters", "rates", "arrivals_per_hour"}))
    limits = Limits(draft.min_counters, max(draft.counters, draft.min_counters, 1))
    _possible(asked.counters, 1, limits.most)
    figures, busiest = place.measurements.figures(now).get(key), place.busiest_hour(key, now)
    known, order = known_rates(branch, figures, busiest, now, costs), get_args(Source)
    rates = next(one for one in known if order.index(one.source) >= order.index(draft.rates))
    if draft.arrivals_per_hour is not None:
        rates = replace(rates, arrivals_per_hour=draft.arrivals_per_hour)
    return draft_costs(
        costs,
        limits,
        known,
        rates=rates,
        in_force=branch.policies.get(key),
        arrivals_factor=asked.arrivals_factor,
        service_factor=asked.service_factor,
        counters=asked.counters,
    )


def _opening(found: DraftCosts) -> dict[str, float | None] | None:
    from server.advisor.opening_price import opening_price  # loads numpy, which a start need not wait for

    if not found.asks_for or not found.found.arrival_rate:
        return None
    price = opening_price(found.found.arrival_rate, found.found.service_rate, found.costs, found.asks_for)
    return price.as_dict() if price else None


def _possible(counters: int | None, least: int, most: int) -> None:
    """How it is now can always be asked about."""
    if counters is not None and not least <= counters <= most:
        raise Refusal("counters_not_possible", least=least, most=most)


@router.post("/branches/{branch}/policies/{counter_class}", response_model=Answer, openapi_extra=COMMAND)
async def set_policy(
    branch: str,
    counter_class: CounterClass,
    asked: SetPolicy,
    press: Press = Depends(pressing("set_policy")),
) -> Response:
    """Which of the advisor's policies speaks for a class of counters."""
    said = asked.model_dump()
    arguments = {"counter_class": counter_class.value, **said}
    return await perform(press, manager.set_policy, said, arguments)


@router.post("/advice/{advice}/accept", response_model=Answer, openapi_extra=COMMAND)
async def accept(
    advice: str,
    asked: Nothing | None = None,
    press: Press = Depends(pressing("answer_advice")),
) -> Response:
    """The counter that is meant is asked to open or close."""
    return await perform(press, manager.accept_advice, {}, {"advice_id": advice})


@router.post("/advice/{advice}/dismiss", response_model=Answer, openapi_extra=COMMAND)
async def dismiss(
    advice: str,
    asked: Dismiss | None = None,
    press: Press = Depends(pressing("answer_advice")),
) -> Response:
    """Not now; the advisor keeps silent on this class for a while."""
    said = (asked or Dismiss()).model_dump()
    arguments = {"advice_id": advice, **said}
    return await perform(press, manager.dismiss_advice, said, arguments)

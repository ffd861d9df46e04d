"""The advisor's record: how often it was right, and whether waits were as long as they had been said to be."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from server.actions.decision import Actor
from server.advisor.quote_score import QuoteScore
from server.advisor.record import advice_record
from server.domain.advice import Advice
from server.domain.audience import whole
from server.storage.advice_record import quotes_since, scored_advices
from server.web.access import may
from server.web.commands import as_json
from server.web.record_messages import AdviceRecord
from server.web.services import Services, services

router = APIRouter(tags=["advice"])

RECENT = 20


@router.get("/branches/{branch}/advice/record", response_model=AdviceRecord)
async def record(
    branch: str,
    days: Annotated[int, Query(ge=1, le=92, description="How many days back, today included.")] = 30,
    actor: Actor = Depends(may("see_figures")),
    using: Services = Depends(services),
) -> Response:
    """What was advised, what became of it, and whether hindsight agrees; the waits that were promised and found."""
    place = await using.hub.place(branch)
    settings = place.hall.branch
    first_day = settings.business_day(using.clock.now()) - timedelta(days=days - 1)
    since = datetime.combine(first_day, time(), ZoneInfo(settings.time_zone))
    pending = dict(place.hall.unscored)  # they stand, or their horizon has not passed: no event has judged them

    def read() -> tuple[list[Advice], QuoteScore]:
        with using.reader.begin() as connection:
            return scored_advices(connection, branch, since), quotes_since(connection, branch, first_day)

    scored, quotes = await asyncio.to_thread(read)
    known = pending | {advice.id: advice for advice in scored}
    advices = sorted(known.values(), key=lambda advice: advice.issued_at, reverse=True)
    told: dict[str, Any] = {"days": days, "since": since, **await asyncio.to_thread(advice_record, advices, quotes)}
    return as_json({**told, "recent": [whole(advice) for advice in advices[:RECENT]]})

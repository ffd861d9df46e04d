"""The manager: answers the advice."""

from dataclasses import replace
from datetime import datetime

from server.actions.decision import Actor, Decision
from server.domain.advice import Advice, AdviceState
from server.domain.events import Change, because
from server.domain.hall import Hall
from server.domain.refusals import Refusal


def accept_advice(hall: Hall, actor: Actor, now: datetime, *, advice_id: str) -> Decision:
    """The advice is to be followed: whoever staffs the counter sees it, and it stands until they have."""
    advice = _unanswered(hall, advice_id)
    answer = _answered(advice, AdviceState.ACCEPTED, actor, now)
    return Decision([Change("advice.accepted", advice=answer)], advice_id=advice_id)


def dismiss_advice(hall: Hall, actor: Actor, now: datetime, *, advice_id: str, reason: str = "") -> Decision:
    """Not now. The advisor keeps silent on this class for a while."""
    advice = _unanswered(hall, advice_id)
    answer = replace(_answered(advice, AdviceState.DISMISSED, actor, now), note=reason or None)
    why = because("dismissed", reason=reason) if reason else None
    return Decision([Change("advice.dismissed", advice=answer, reason=why)], advice_id=advice_id)


def _unanswered(hall: Hall, advice_id: str) -> Advice:
    for advice in hall.advices.values():
        if advice.id == advice_id:
            if advice.state is not AdviceState.ISSUED:
                raise Refusal("advice_answered")
            return advice
    raise Refusal("advice_not_found")


def _answered(advice: Advice, state: AdviceState, actor: Actor, now: datetime) -> Advice:
    return replace(advice, state=state, answered_at=now, answered_by=actor.name or actor.id)

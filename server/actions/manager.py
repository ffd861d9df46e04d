"""The manager: answers the advice, says what a counter serves, which policy speaks, and what cards mean."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from server.actions.decision import Actor, Decision
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CardRule, ProfileEntry
from server.domain.events import Change, because
from server.domain.hall import Hall
from server.domain.refusals import Refusal


def accept_advice(hall: Hall, actor: Actor, now: datetime, *, advice_id: str) -> Decision:
    """The advice is to be followed: whoever staffs the counter sees it, and it stands until they have."""
    advice = _unanswered(hall, advice_id)
    answer = _answered(advice, AdviceState.ACCEPTED, actor, now)
    changes = [Change("advice.accepted", advice=answer)]
    if advice.action == "profile" and advice.counter_id and advice.profile:  # what can be done at once is done
        changes += set_profile(hall, actor, now, counter_id=advice.counter_id, profile=advice.profile).changes
    return Decision(changes, advice_id=advice_id)


def dismiss_advice(hall: Hall, actor: Actor, now: datetime, *, advice_id: str, reason: str = "") -> Decision:
    """Not now. The advisor keeps silent on this class for a while."""
    advice = _unanswered(hall, advice_id)
    answer = replace(_answered(advice, AdviceState.DISMISSED, actor, now), note=reason or None)
    why = because("dismissed", reason=reason) if reason else None
    return Decision([Change("advice.dismissed", advice=answer, reason=why)], advice_id=advice_id)


def set_profile(
    hall: Hall, actor: Actor, now: datetime, *, counter_id: str, profile: Sequence[ProfileEntry]
) -> Decision:
    """Which queues the counter serves from now on; whoever is at the counter is served to the end."""
    counter = hall.counter(counter_id)
    known = {key for key, queue in hall.branch.queues.items() if not queue.retired}
    unknown = [entry.queue_id for entry in profile if entry.queue_id not in known]
    if unknown:
        raise Refusal("queue_not_found", queue=unknown[0])
    if counter.is_machine or all(entry.helps for entry in profile):
        raise Refusal("profile_not_possible", counter=counter.number)
    if tuple(profile) == counter.profile:
        return Decision([], counter_id=counter_id)
    changed = replace(counter, profile=tuple(profile))
    return Decision([Change("counter.profiled", counter=changed)], counter_id=counter_id)


def set_policy(hall: Hall, actor: Actor, now: datetime, *, counter_class: str, policy: str) -> Decision:
    """Which of the advisor's policies speaks for a class of counters."""
    known = hall.branch.policies.get(counter_class)
    if known is None:
        raise Refusal("class_not_found", counter_class=counter_class)
    if known.policy == policy:
        return Decision([])
    policies = hall.branch.policies | {counter_class: replace(known, policy=policy)}
    return Decision([Change("branch.changed", branch=replace(hall.branch, policies=policies))])


def set_card_rules(hall: Hall, actor: Actor, now: datetime, *, rules: Sequence[CardRule]) -> Decision:
    """What the cards that customers hold to a kiosk mean from now on."""
    if tuple(rules) == hall.branch.card_rules:
        return Decision([])
    return Decision([Change("branch.changed", branch=replace(hall.branch, card_rules=tuple(rules)))])


def _unanswered(hall: Hall, advice_id: str) -> Advice:
    for advice in hall.advices.values():
        if advice.id == advice_id:
            if advice.state is not AdviceState.ISSUED:
                raise Refusal("advice_answered")
            return advice
    raise Refusal("advice_not_found")


def _answered(advice: Advice, state: AdviceState, actor: Actor, now: datetime) -> Advice:
    return replace(advice, state=state, answered_at=now, answered_by=actor.name or actor.id)

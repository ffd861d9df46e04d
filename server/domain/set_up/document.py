"""The document of a branch as it is: everything of its set-up that a manager may say, and nothing that lives."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from server.domain.branch import Branch, ClassPolicy, DayHours
from server.domain.counter import Counter

Json = dict[str, Any]

FORMAT = 1
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = "closed"
SEGMENTS = ("vip", "priority")  # that have a queue or a head start of their own


def document_of(branch: Branch, counters: Iterable[Counter]) -> Json:
    """What `read` makes the same branch of. Lists are in the order in which people see them."""
    return {
        "callboard": FORMAT,
        "branch": {
            "id": branch.id,
            "name": dict(branch.name),
            "time_zone": branch.time_zone,
            "currency": branch.currency,
            "languages": list(branch.languages),
        },
        "hours": _hours(branch),
        "groups": [{"id": group.id, "name": dict(group.name)} for group in branch.groups.values()],
        "queues": [
            {"id": queue.id, "prefix": queue.prefix, "class": queue.counter_class.value, "name": dict(queue.name)}
            for queue in branch.queues.values()
            if not queue.retired
        ],
        "services": _services(branch),
        "segments": {key: _segment(branch, key) for key in SEGMENTS},
        "counters": [_counter(counter) for counter in sorted(counters, key=lambda one: one.number)],
        "classes": {key: _class(policy) for key, policy in branch.policies.items()},
        "rules": _rules(branch),
        "cards": [
            {"match": rule.match, "segment": rule.segment, "level": rule.level, "kind": rule.kind}
            for rule in branch.card_rules
        ],
        "display": {"layout": branch.lobby.layout, "theme": branch.lobby.theme},
        **({"wording": dict(branch.wording)} if branch.wording else {}),
        "privacy": {"keep_days": branch.keep_personal_days},
    }


def version_of(document: Json) -> str:
    """The same for the same set-up, whoever wrote it down and in which order its fields stand."""
    said = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def short(number: float) -> float | int:
    """10 rather than 10.0: it is what people write."""
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _hours(branch: Branch) -> Json:
    return {
        "opens": f"{branch.opens:%H:%M}",
        "closes": f"{branch.closes:%H:%M}",
        "open_days": [DAYS[day] for day in sorted(branch.open_days)],
        "days": {DAYS[int(day)]: _span(hours) for day, hours in sorted(branch.day_hours.items())},
        "special": {
            day: _span(hours) if hours is not None else CLOSED for day, hours in sorted(branch.special_days.items())
        },
    }


def _span(hours: DayHours) -> Json:
    return {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}


def _services(branch: Branch) -> list[Json]:
    found = []
    for service in branch.services.values():
        if service.retired:
            continue
        told: Json = {"id": service.id, "name": dict(service.name), "queue": service.queue_id}
        if service.machine_queue_id is not None:
            told["machine_queue"] = service.machine_queue_id
        if service.group_id is not None:
            told["group"] = service.group_id
        if service.target_min is not None:
            told["target_min"] = short(service.target_min)
        found.append(told)
    return found


def _segment(branch: Branch, key: str) -> Json:
    queue = branch.segment_queues.get(key)
    own = {"queue": queue} if queue is not None else {}
    return {**own, "head_start_min": short(branch.rules.head_start_s.get(key, 0.0) / 60)}


def _counter(counter: Counter) -> Json:
    helps = [entry.queue_id for entry in counter.profile if entry.helps]
    own = [entry.queue_id for entry in counter.profile if not entry.helps]
    return {"number": counter.number, "class": counter.counter_class.value, "serves": own, "helps": helps}


def _class(policy: ClassPolicy) -> Json:
    told: Json = {"counter_cost": short(policy.counter_cost), "waiting_cost": short(policy.waiting_cost)}
    if policy.opening_cost is not None:
        told["opening_cost"] = short(policy.opening_cost)
    told["expected_service_min"] = short(policy.expected_service_min)
    told["expected_arrivals_per_hour"] = short(policy.expected_arrivals_per_hour)
    told |= {"min_counters": policy.min_counters, "policy": policy.policy}
    if policy.target_wait_min is not None:
        told["target_wait_min"] = short(policy.target_wait_min)
    return told


def _rules(branch: Branch) -> Json:
    rules = branch.rules
    return {
        "wait_cap_min": short(rules.wait_cap_s / 60),
        "vip_weight": rules.vip_weight,
        "ordinary_weight": rules.ordinary_weight,
        "max_misses": rules.max_misses,
        "back_places": rules.back_places,
        "calls_before_no_show": rules.calls_before_no_show,
        "machine_no_show_s": short(rules.machine_no_show_s),
        "expire_after_close_min": short(rules.expire_after_close_s / 60),
    }

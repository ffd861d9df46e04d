"""What is allowed in a set-up and yet perhaps not meant: said to the manager, who decides."""

from collections.abc import Iterator
from typing import Any

from server.domain.branch import Branch, CounterClass, DayHours
from server.domain.set_up.document import DAYS, SEGMENTS
from server.domain.set_up.faults import Fault
from server.domain.set_up.reading import SetUp
from server.domain.words import say

A_DAY_MIN = 24 * 60


def warnings(set_up: SetUp) -> list[Fault]:
    """Of a set-up without faults."""
    branch = set_up.branch
    return [*_hours(branch), *_midnight(branch), *_classes(set_up), *_services(branch), *_segments(branch)]


def _hours(branch: Branch) -> Iterator[Fault]:
    if not branch.open_days:
        yield Fault("hours.open_days", "never_open")
    for key in sorted(branch.day_hours):
        if int(key) not in branch.open_days:
            yield Fault("hours.days", "hours_of_closed_day", {"day": say(f"set_up.day.{DAYS[int(key)]}")})


def _midnight(branch: Branch) -> Iterator[Fault]:
    """The day ends then at the latest: nobody is served from one business day into the next."""
    spans = {"": DayHours(branch.opens, branch.closes)}
    spans |= {f"days.{DAYS[int(key)]}.": span for key, span in branch.day_hours.items()}
    spans |= {f"special.{day}.": span for day, span in branch.special_days.items() if span}
    left = branch.rules.expire_after_close_s / 60
    for path, span in spans.items():
        if span.closes.hour * 60 + span.closes.minute + left > A_DAY_MIN:
            told = {"closes": f"{span.closes:%H:%M}", "minutes": round(left)}
            yield Fault(f"hours.{path}closes", "past_midnight", told)


def _classes(set_up: SetUp) -> Iterator[Fault]:
    there = [counter.counter_class for counter in set_up.counters]
    for key, policy in set_up.branch.policies.items():
        named: dict[str, Any] = {"class": key}
        if there.count(CounterClass(key)) == 1 and not _are_helped(set_up, CounterClass(key)):
            yield Fault("counters", "one_counter_only", named)
        target = policy.target_wait_min
        if target is not None and target < policy.expected_service_min / 2:
            yield Fault(f"classes.{key}.target_wait_min", "target_short", {"minutes": target})
        if target is not None and target > set_up.branch.rules.wait_cap_s / 60:
            yield Fault(f"classes.{key}.target_wait_min", "target_past_cap", {"minutes": target})


def _are_helped(set_up: SetUp, key: CounterClass) -> bool:
    """Whether counters of other classes serve all queues of this one too."""
    others = [counter for counter in set_up.counters if counter.counter_class is not key]
    served = {entry.queue_id for counter in others for entry in counter.profile}
    return all(queue.id in served for queue in _queues(set_up.branch) if queue.counter_class is key)


def _services(branch: Branch) -> Iterator[Fault]:
    used = {service.group_id for service in branch.services.values() if not service.retired}
    for at, group in enumerate(branch.groups.values()):
        if group.id not in used:
            yield Fault(f"groups.{at}", "group_empty", {"group": group.name})
    offered = [service for service in branch.services.values() if not service.retired]
    machines = any(queue.counter_class is CounterClass.SELF_SERVICE for queue in _queues(branch))
    if machines and not any(service.machine_queue_id for service in offered):
        yield Fault("services", "machines_unused")
    reached = {service.queue_id for service in offered} | {service.machine_queue_id for service in offered}
    reached |= set(branch.segment_queues.values())
    for at, queue in enumerate(_queues(branch)):
        if queue.id not in reached:
            yield Fault(f"queues.{at}", "queue_unreached", {"queue": queue.name})


def _segments(branch: Branch) -> Iterator[Fault]:
    vip_class = any(queue.counter_class is CounterClass.VIP for queue in _queues(branch))
    for key in SEGMENTS:
        if key == "vip" and vip_class and key not in branch.segment_queues:
            yield Fault("segments.vip.queue", "vips_without_queue")


def _queues(branch: Branch) -> Any:
    return [queue for queue in branch.queues.values() if not queue.retired]

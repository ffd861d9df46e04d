"""Reads what hangs together in a document: groups, queues, services and counters, known to each other by ids."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from server.domain.branch import Branch, CounterClass, Names, ProfileEntry, Queue, Service, ServiceGroup
from server.domain.counter import Counter, Status
from server.domain.set_up.document import SEGMENTS
from server.domain.set_up.part import Part, shown

MOST_GROUPS, MOST_QUEUES, MOST_SERVICES, MOST_COUNTERS = 40, 60, 200, 200
MOST_SERVED = 20
PREFIX = re.compile(r"[A-Z]{1,4}")
NUMBER = re.compile(r"[0-9]+")  # as a key of an object, browsers put it before all others: the order would be lost
MACHINES = CounterClass.SELF_SERVICE
MINUTES = 240


@dataclass(frozen=True, slots=True)
class Furniture:
    groups: dict[str, ServiceGroup]
    queues: dict[str, Queue]
    services: dict[str, Service]
    segment_queues: dict[str, str]
    counters: list[Counter]


def furniture(whole: Part, branch_id: str, before: Sequence[Counter], known: Branch | None) -> Furniture:
    """`known`: the branch that has had its ids already, and keeps them whatever they look like."""
    groups = _groups(whole["groups"], known.groups if known else ())
    queues = _queues(whole["queues"], known.queues if known else ())
    services = _services(whole["services"], groups, queues, known.services if known else ())
    segment_queues = {}
    told = whole["segments"].fields(*SEGMENTS, needed=False)
    for key in SEGMENTS:
        queue = told[key].fields("queue", "head_start_min", needed=False)["queue"]
        if queue.given and (queue_id := _known(queue, queues)):
            segment_queues[key] = queue_id
    counters = _counters(whole["counters"], queues, branch_id, before)
    return Furniture(groups, queues, services, segment_queues, counters)


def named(parts: Sequence[tuple[Part, Part]], kind: str, known: Collection[str]) -> list[str]:
    """The ids of things that may have been given none, each (where it stands, its name): made from the English name,
    so that whoever writes the document knows it, and the same each time. A mere number is none, but if `known`."""
    taken = {part["id"].value for part, _ in parts if isinstance(part["id"].value, str)}
    found: list[str] = []
    for part, name in parts:
        if part["id"].given:
            found.append(part["id"].id())
            if found[-1] and found[-1] in found[:-1]:
                part["id"].fault("id_taken", id=found[-1])
            if NUMBER.fullmatch(found[-1]) and found[-1] not in known:
                part["id"].fault("number_id", id=found[-1])
        else:
            found.append(made_id(name["en"].value, kind, taken, known))
        taken.add(found[-1])
    return found


def made_id(name: object, kind: str, taken: "set[str]", known: Collection[str] = ()) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:30] if isinstance(name, str) else ""
    if NUMBER.fullmatch(words) and words not in known:
        words = f"{kind}_{words}"
    first, number = words or kind, 1
    found = first
    while found in taken:
        number += 1
        found = f"{first}_{number}"
    return found


def _groups(part: Part, known: Collection[str]) -> dict[str, ServiceGroup]:
    told = [each.fields("id", "name") for each in part.items(MOST_GROUPS)]
    ids = named([(each, each["name"]) for each in told], "group", known)
    return {key: ServiceGroup(key, each["name"].name()) for key, each in zip(ids, told, strict=True)}


def _queues(part: Part, known: Collection[str]) -> dict[str, Queue]:
    told = [each.fields("id", "prefix", "class", "name") for each in part.items(MOST_QUEUES, needed=True)]
    ids = named([(each, each["name"]) for each in told], "queue", known)
    found: dict[str, Queue] = {}
    prefixes: dict[str, Names] = {}
    for key, each in zip(ids, told, strict=True):
        name, prefix = each["name"].name(), each["prefix"].text(4)
        if prefix and not PREFIX.fullmatch(prefix):
            each["prefix"].fault("bad_prefix")
        elif prefix in prefixes:
            each["prefix"].fault("prefix_taken", prefix=prefix, other=prefixes[prefix])
        elif prefix:
            prefixes[prefix] = name
        found[key] = Queue(key, prefix, CounterClass(each["class"].choice(list(CounterClass))), name)
    return found


def _services(
    part: Part, groups: dict[str, ServiceGroup], queues: dict[str, Queue], known: Collection[str]
) -> dict[str, Service]:
    fields = "id", "name", "queue", "machine_queue", "group", "target_min"
    told = [each.fields(*fields) for each in part.items(MOST_SERVICES, needed=True)]
    ids = named([(each, each["name"]) for each in told], "service", known)
    found = {}
    for key, each in zip(ids, told, strict=True):
        queue_id, machine = _known(each["queue"], queues), each["machine_queue"]
        machine_queue_id = _known(machine, queues) if machine.given else None
        if machine_queue_id and queues[machine_queue_id].counter_class is not MACHINES:
            machine.fault("not_machines", queue=queues[machine_queue_id].name)
        group, target = each["group"], each["target_min"]
        group_id = group.text(40) if group.given else ""
        if group_id and group_id not in groups:
            group.fault("no_such_group", group=shown(group_id))
        found[key] = Service(
            id=key,
            name=each["name"].name(),
            queue_id=queue_id or "",
            machine_queue_id=machine_queue_id,
            group_id=group_id if group_id in groups else None,
            target_min=float(target.number(0.5, MINUTES)) if target.given else None,
        )
    return found


def _known(part: Part, queues: dict[str, Queue]) -> str | None:
    """The id of a queue that there is."""
    found = part.text(40)
    if found and found not in queues:
        part.fault("no_such_queue", queue=shown(found))
    return found if found in queues else None


def _counters(part: Part, queues: dict[str, Queue], branch_id: str, before: Sequence[Counter]) -> list[Counter]:
    """What is there already keeps its id, and whoever sits there."""
    known = {counter.number: counter for counter in before}
    found: dict[int, Counter] = {}
    for each in part.items(MOST_COUNTERS, needed=True):
        told = each.fields("number", "class", "serves", "helps")
        number = told["number"].whole(1, 999)
        counter_class = CounterClass(told["class"].choice(list(CounterClass)))
        profile = _profile(told, queues, counter_class)
        if number in found:
            told["number"].fault("number_taken", number=number)
            continue
        fresh = Counter(f"{branch_id}.{number}", branch_id, number, counter_class, profile)
        found[number] = _as_before(fresh, known.get(number))
    return [found[number] for number in sorted(found)]


def _as_before(fresh: Counter, before: Counter | None) -> Counter:
    if before is None or before.counter_class is not fresh.counter_class:
        fresh = replace(fresh, id=before.id) if before else fresh
        return replace(fresh, status=Status.OPEN) if fresh.is_machine else fresh  # machines are never shut
    same = {*before.profile} == {*fresh.profile}
    return before if same else replace(before, profile=fresh.profile)


def _profile(part: Part, queues: dict[str, Queue], counter_class: CounterClass) -> tuple[ProfileEntry, ...]:
    own = [_known(each, queues) for each in part["serves"].items(MOST_SERVED, needed=True)]
    helped = [_known(each, queues) for each in part["helps"].items(MOST_SERVED)]
    entries = [ProfileEntry(key) for key in own if key] + [ProfileEntry(key, helps=True) for key in helped if key]
    ids = [entry.queue_id for entry in entries]
    if len(set(ids)) < len(ids):
        part["serves"].fault("served_twice", queue=next(queues[key].name for key in ids if ids.count(key) > 1))
    others = [queues[key] for key in ids if queues[key].counter_class is not MACHINES]
    if counter_class is MACHINES and (others or any(helped)):
        part["serves"].fault("machine_serves", queue=others[0].name if others else queues[ids[0]].name)
    return tuple(entries)

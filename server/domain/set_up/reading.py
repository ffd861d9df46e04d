"""Reads a whole document: the branch and its counters that it means, and every fault in it at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from server.domain.branch import Branch, ClassPolicy, CounterClass, Queue, Service
from server.domain.counter import Counter
from server.domain.set_up import sections
from server.domain.set_up.document import FORMAT, Json, document_of
from server.domain.set_up.faults import Fault
from server.domain.set_up.furniture import Furniture, furniture, made_id
from server.domain.set_up.part import Part

SECTIONS = (
    *("callboard", "branch", "hours", "groups", "queues", "services", "segments", "counters", "classes", "rules"),
    *("cards", "display", "wording", "privacy"),
)
TOO_BUSY = 3  # times what the counters can do: no branch works so, and the advisor would reckon for minutes
MOST_RETIRED = 60  # of queues, and of services: what nobody has asked about for so long is forgotten


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a document means; with faults in it, as far as that can be told."""

    branch: Branch
    counters: list[Counter]
    faults: list[Fault]

    @property
    def document(self) -> Json:
        return document_of(self.branch, self.counters)


def read(
    document: Any,
    before: Branch | None = None,
    counters: Sequence[Counter] = (),
    held: Collection[str] = (),
    *,
    known: Branch | None = None,
) -> SetUp:
    """The set-up that the document means for this branch and these counters; for a new one, without them. Nothing
    that the document says raises anything. `held`: queues and services that must not be forgotten yet. `known`: only
    the ids of that branch count, as old ones, and its own where the document has none."""
    faults: list[Fault] = []
    whole = Part(document, "", faults).fields(*SECTIONS)
    who, branch_id = _identity(whole, before, known)
    hours = sections.hours(whole["hours"])
    there = furniture(whole, branch_id, counters, before or known)
    retired = _retired_services(before, there, held)
    branch = Branch(
        id=branch_id,
        name=who.name,
        time_zone=who.time_zone,
        opens=hours.opens,
        closes=hours.closes,
        open_days=hours.open_days,
        queues=there.queues | _retired_queues(before, there, {*held, *(one.queue_id for one in retired.values())}),
        services=there.services | retired,
        segment_queues=there.segment_queues,
        policies=sections.classes(whole["classes"]),
        rules=sections.rules(whole["rules"], sections.head_starts(whole["segments"])),
        currency=who.currency,
        card_rules=sections.cards(whole["cards"]),
        day_hours=hours.days,
        special_days=hours.special,
        groups=there.groups,
        languages=who.languages or ("zh", "en"),
        lobby=sections.lobby(whole["display"]),
        wording=sections.wording(whole["wording"]),
        keep_personal_days=sections.keep_days(whole["privacy"]),
    )
    _hang_together(whole, there, branch)
    return SetUp(branch, there.counters, faults)


def _identity(whole: Part, before: Branch | None, known: Branch | None) -> tuple[sections.Identity, str]:
    """Which branch it is, and its id: for good, once it has one."""
    if whole.there and whole["callboard"].value != FORMAT:
        whole["callboard"].fault("not_this_format", format=FORMAT)
    who = sections.identity(whole["branch"])
    if before is None:
        return who, who.id or (known.id if known else made_id(who.name.get("en"), "branch", set()))
    if who.id and who.id != before.id:
        whole["branch"]["id"].fault("id_fixed", id=before.id)
    return who, before.id


def _retired_queues(before: Branch | None, there: Furniture, held: Collection[str]) -> dict[str, Queue]:
    """Those of before that are no more in the document: tickets of theirs may still be about."""
    gone = {key: queue for key, queue in (before.queues if before else {}).items() if key not in there.queues}
    kept = _newest(gone, held)
    return {key: replace(queue, retired=True) for key, queue in gone.items() if key in kept}


def _retired_services(before: Branch | None, there: Furniture, held: Collection[str]) -> dict[str, Service]:
    gone = {key: one for key, one in (before.services if before else {}).items() if key not in there.services}
    kept = _newest(gone, held)
    return {key: replace(service, retired=True) for key, service in gone.items() if key in kept}


def _newest(gone: Collection[str], held: Collection[str]) -> set[str]:
    """What retires now was in use a moment ago, and stands before what had retired earlier."""
    return {*list(gone)[:MOST_RETIRED], *(key for key in gone if key in held)}


def _hang_together(whole: Part, there: Furniture, branch: Branch) -> None:
    """What no section can say of itself."""
    served = {entry.queue_id for counter in there.counters for entry in counter.profile if not entry.helps}
    at_machines = {e.queue_id for c in there.counters if c.is_machine for e in c.profile if not e.helps}
    for at, (key, queue) in enumerate(there.queues.items()):
        if key not in served:
            whole["queues"].inside(at, "").fault("queue_unserved", queue=queue.name)
        if key in at_machines and queue.counter_class is not CounterClass.SELF_SERVICE:
            whole["queues"].inside(at, "").fault("queue_unserved", queue=queue.name)
    for at, service in enumerate(there.services.values()):
        machine = service.machine_queue_id
        if machine and machine in served and machine not in at_machines:
            whole["services"].inside(at, {})["machine_queue"].fault("no_machine", queue=there.queues[machine].name)
    _priced(whole["classes"], there, branch)


def _priced(part: Part, there: Furniture, branch: Branch) -> None:
    """Each class that is in use has its costs, and no other has."""
    number = {key: sum(one.counter_class == key for one in there.counters) for key in CounterClass}
    used = {key for key in CounterClass if number[key]} | {queue.counter_class for queue in there.queues.values()}
    for key in CounterClass:
        policy = branch.policies.get(key)
        if policy is None:
            if key in used:
                part.inside(key, {}).fault("class_unpriced", **{"class": key.value})
        elif not number[key]:
            part.inside(key, {}).fault("class_unused", **{"class": key.value})
        elif policy.min_counters > number[key]:
            part.inside(key, {})["min_counters"].fault(
                "too_few_counters", least=policy.min_counters, there=number[key]
            )
        elif policy.expected_arrivals_per_hour * policy.expected_service_min / 60 > TOO_BUSY * number[key]:
            part.inside(key, {})["expected_arrivals_per_hour"].fault("too_much_work", **_work(policy, number[key]))


def _work(policy: ClassPolicy, there: int) -> Json:
    arrivals, minutes = policy.expected_arrivals_per_hour, policy.expected_service_min
    return {
        "arrivals": f"{arrivals:g}",
        "minutes": f"{minutes:g}",
        "needed": ceil(arrivals * minutes / 60),
        "there": there,
    }

"""The checker's second part: every answer that somebody was given stands in the log, once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.record import Asked, Record

Json = dict[str, Any]

# What a command leaves in the log when it is done.
LEAVES = {
    "take": {"ticket.issued"},
    "open": {"counter.opened"},
    "call-next": {"ticket.called"},
    "start": {"ticket.started"},
    "finish": {"ticket.completed"},
    "no-show": {"ticket.no_show", "ticket.returned"},
    "park": {"ticket.parked"},
    "resume": {"ticket.resumed"},
    "transfer": {"ticket.transferred"},
}
ABOUT_COUNTERS = {"open", "call-next"}


@dataclass(slots=True)
class CommandCounts:
    acknowledged: int = 0
    refused: int = 0
    unanswered: int = 0
    lost: int = 0  # acknowledged, and not in the log
    doubled: int = 0  # in the log, and nobody's answer, or two people's
    faults: list[str] = field(default_factory=list)


def check_commands(log: Sequence[Json], record: Record) -> CommandCounts:
    counts = CommandCounts()
    by_seq = {event["seq"]: event for event in log}
    answers: dict[str, list[tuple[int, Json]]] = {}
    for one in record.answered:
        answers.setdefault(one.key, []).append((one.status, one.body))
    claimed: Counter[int] = Counter()
    open_ends: list[Asked] = []
    for asked in record.asked:
        given = answers.get(asked.key, [])
        if not given:
            counts.unanswered += 1
            open_ends.append(asked)
        elif any(later != given[0] for later in given[1:]):
            counts.doubled += 1
            counts.faults.append(f"{asked.kind} of {asked.actor}: the same key was answered in two ways")
        elif given[0][0] >= 400:
            counts.refused += 1
        else:
            counts.acknowledged += 1
            _claim(asked, given[0][1], by_seq, claimed, counts)
    _left_over(log, record, claimed, open_ends, counts)
    return counts


def _claim(asked: Asked, answer: Json, by_seq: dict[int, Json], claimed: Counter[int], counts: CommandCounts) -> None:
    """The event that the answer tells of: at the answer's `seq`, or just before the visit's next ticket."""
    if asked.kind == "call-next" and answer["ticket"] is None:
        return  # nobody was waiting: nothing was promised to anyone
    near = [by_seq[seq] for seq in (answer["seq"], answer["seq"] - 1) if seq in by_seq]
    found = next((event for event in near if _is_of(event, asked) and _tells_the_same(event, asked, answer)), None)
    if found is not None:
        claimed[found["seq"]] += 1
    elif asked.kind != "open":  # opening what is open leaves nothing
        counts.lost += 1
        counts.faults.append(f"{asked.kind} of {asked.actor}: acknowledged at {answer['seq']}, and not in the log")


def _is_of(event: Json, asked: Asked) -> bool:
    return event["kind"] in LEAVES[asked.kind] and event["actor"] == asked.actor


def _tells_the_same(event: Json, asked: Asked, answer: Json) -> bool:
    if asked.kind == "open":
        return bool(event["counter"]["id"] == asked.about)
    same = ("id", "number", "state", "counter_id", "queue_id", "serial", "business_day")
    if any(event["ticket"][name] != answer["ticket"][name] for name in same):
        return False
    return asked.kind == "take" or _about(event, asked) == asked.about


def _about(event: Json, asked: Asked) -> str:
    if asked.kind in ABOUT_COUNTERS:
        return str(event["counter"]["id"] if event["counter"] else event["ticket"]["counter_id"])
    return str(event["ticket"]["id"])


def _left_over(
    log: Sequence[Json], record: Record, claimed: Counter[int], open_ends: list[Asked], counts: CommandCounts
) -> None:
    """An event that no answer tells of is the doing of a command without an answer, each at most once."""
    clients = {asked.actor for asked in record.asked}
    for event in log:
        times = claimed[event["seq"]]
        if times > 1:
            counts.doubled += 1
            counts.faults.append(f"event {event['seq']} ({event['kind']}) was the answer to {times} commands")
        if times or event["actor"] not in clients or _by_the_way(event):
            continue
        by = next((one for one in open_ends if _is_of(event, one) and _may_be(event, one)), None)
        if by is None:
            counts.doubled += 1
            counts.faults.append(f"event {event['seq']} ({event['kind']} by {event['actor']}): nobody asked for it")
        else:
            open_ends.remove(by)


def _may_be(event: Json, asked: Asked) -> bool:
    return asked.kind == "take" or _about(event, asked) == asked.about


def _by_the_way(event: Json) -> bool:
    """Done beside what was asked: whoever was at the counter is finished by `next`, and sent on to the next step."""
    if event["kind"] == "ticket.completed":
        return bool(event["reason"] and event["reason"]["code"] == "next_pressed")
    return bool(event["kind"] == "ticket.issued" and event["ticket"]["step"] > 1)

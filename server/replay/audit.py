"""After the day: reads the whole log over HTTP, as staff and as the lobby, and compares it with what was seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from display.client import LineStats
from server.demo.api import Api, ApiStats
from server.replay.calibration import Calibration
from server.replay.ledger import ClassDay, Ledger, read_log
from server.replay.play import Course, Replay, Site
from server.replay.witness import Verdict

Json = dict[str, Any]

PAGE = 500
ARRIVAL_WINDOW = timedelta(minutes=60)  # about what measured rates remember
SERVICE_WINDOW = timedelta(minutes=180)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One class at one moment: a rate as the server measured it, with its interval, and as the log has it."""

    counter_class: str
    at: datetime
    what: str  # arrivals | service
    measured: float
    low: float
    high: float
    true: float | None


@dataclass(frozen=True, slots=True)
class Audit:
    """All that the report tells."""

    branch: Json
    ledger: Ledger
    lobby_events: int  # those of the log that the lobby may see
    verdict: Verdict
    course: Course
    display_calls: int
    display_events: int
    line: LineStats
    api: ApiStats
    comparisons: list[Comparison]
    calibration: Calibration

    @property
    def faults(self) -> dict[str, int]:
        """What must all be 0."""
        ledger, verdict = self.ledger, self.verdict
        return {
            "customers without an answer": self.course.unanswered,
            "tickets lost": ledger.lost,
            "tickets doubled": ledger.doubled,
            "tickets never called": ledger.never_called,
            "tickets called at two counters": ledger.called_twice,
            "numbers doubled": ledger.numbers_doubled,
            "numbers left out": ledger.numbers_left_out,
            "gaps in the log": ledger.seq_gaps,
            "calls missing at the display": len(verdict.calls_missing),
            "calls doubled at the display": len(verdict.calls_doubled),
            "calls the log does not have": len(verdict.calls_invented),
            "events missed by the display": len(verdict.events_missing),
            "events doubled at the display": len(verdict.events_doubled),
            "server errors": len(self.api.errors),
        }

    @property
    def sound(self) -> bool:
        return not any(self.faults.values())


async def audit(replay: Replay, site: Site, after: int) -> Audit:
    """`after` is where the log stood when the replay began."""
    assert replay.lobby is not None
    # A live branch goes on; the display is asked only for what came before it was switched off.
    until = max(replay.floor.seq, replay.lobby.seq or 0)
    log = await read_pages(replay.api, site.manager, site.branch_id, after, until)
    seen = await read_pages(replay.api, site.display, site.branch_id, after, until)
    class_of = {key: queue["counter_class"] for key, queue in replay.floor.branch["queues"].items()}
    calibration = Calibration()
    calibration.read(log)
    ledger = read_log(log, class_of, replay.course.tickets, after)
    return Audit(
        branch=replay.floor.branch,
        ledger=ledger,
        lobby_events=len(seen),
        verdict=replay.witness.judge(ledger.call_outs, (event["seq"] for event in seen)),
        course=replay.course,
        display_calls=len(replay.witness.calls),
        display_events=replay.witness.events,
        line=replay.lobby.stats,
        api=replay.api.stats,
        comparisons=compare(replay.course, ledger),
        calibration=calibration,
    )


async def read_pages(api: Api, token: str, branch_id: str, after: int, until: int) -> list[Json]:
    events: list[Json] = []
    while True:
        answer = await api.get(token, f"branches/{branch_id}/events", after=after, limit=PAGE)
        if not answer.done:
            raise RuntimeError(f"the log cannot be read: {answer.code}")
        events += [event for event in answer.body["events"] if event["seq"] <= until]
        if answer.body["seq"] == after or after >= until:
            return events
        after = answer.body["seq"]


def compare(course: Course, ledger: Ledger) -> list[Comparison]:
    found = []
    for at, classes in course.figures:
        for key, day in sorted(ledger.classes.items()):
            if key in classes:
                found += compare_class(key, at, classes[key], day, ledger.first_at or at)
    return found


def compare_class(key: str, at: datetime, figures: Json, day: ClassDay, log_from: datetime) -> list[Comparison]:
    """`true` is None where the log does not go back as far as the window does, or nobody was served in it."""
    came = sum(at - ARRIVAL_WINDOW < moment <= at for moment in day.arrivals)
    took = [seconds for end, seconds in day.occupied if at - SERVICE_WINDOW < end <= at]
    known = at - ARRIVAL_WINDOW >= log_from
    truth = {
        "arrivals": ("arrivals_per_min", came / (ARRIVAL_WINDOW.total_seconds() / 60) if known else None),
        "service": ("mean_service_min", sum(took) / len(took) / 60 if took and known else None),
    }
    return [
        Comparison(key, at, what, figures[name], figures[f"{name}_low"], figures[f"{name}_high"], true)
        for what, (name, true) in truth.items()
    ]

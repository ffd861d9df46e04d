"""The shapes of requests, answers and the socket's messages: what OpenAPI and AsyncAPI publish."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from server.domain.advice import Advice
from server.domain.announcement import Announcement
from server.domain.block import Block
from server.domain.branch import CounterClass, ProfileEntry
from server.domain.counter import Counter, Status
from server.domain.device import Device
from server.domain.events import Reason
from server.domain.hall import Call
from server.domain.ticket import Segment, State, Ticket

Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_.\-]+$")]
# One line of text: a control character has no place in it, and PostgreSQL cannot keep a NUL at all.
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
# A time with its zone, and so far from the ends of the calendar that every zone can tell it.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(Asked):
    pass


class OpenCounter(Asked):
    take_over: bool = Field(
        False, examples=[False], description="A manager may take over a counter that somebody holds."
    )


class PauseCounter(Asked):
    reason: Line = Field("", max_length=100, examples=["lunch"])


class Resume(Asked):
    counter_id: Id | None = Field(None, examples=["main.1"], description="Default: the counter where it was parked.")


class Transfer(Asked):
    queue_id: Id = Field(examples=["non_cash"])


class ServedQueue(Asked):
    queue_id: Id = Field(examples=["cash"])
    helps: bool = Field(False, examples=[False], description="Only while the counter's own queues are empty.")


class SetProfile(Asked):
    profile: Annotated[list[ServedQueue], Field(min_length=1, max_length=20, examples=[[{"queue_id": "cash"}]])]


Policy = Literal["lookahead", "mms", "so_tang", "day_plan", "static"]


class SetPolicy(Asked):
    policy: Policy = Field(examples=["lookahead"])


class Dismiss(Asked):
    reason: Line = Field("", max_length=200, examples=["A colleague is back in five minutes"])


class LeaseNumbers(Asked):
    queue_id: Id = Field(examples=["cash"])
    size: int = Field(ge=1, le=100, examples=[30])


class HandIn(Asked):
    """A ticket that a kiosk printed by itself. `secret` makes the ticket's id one that nobody can guess from the
    next number's: the id is block_id.serial, and .secret after it where there is one."""

    block_id: Id = Field(examples=["main.c2VjcmV0LWJsb2Nr"])
    serial: int = Field(ge=1, le=1_000_000, examples=[31])
    services: Annotated[list[Id], Field(min_length=1, max_length=5, examples=[["deposit"]])]
    segment: Segment = Field(Segment.ORDINARY, examples=["ordinary"])
    at_machine: bool = Field(False, examples=[False], description="As chosen; the number on the paper decides.")
    issued_at: Moment = Field(examples=["2026-03-02T01:30:00Z"], description="When it was printed.")
    secret: str = Field("", pattern=r"^([A-Za-z0-9_\-]{8,24})?$", examples=["Zk3vQ0b-9wXe"])


class Parts(Asked):
    """What a device has, and how that is; what it does not name is as it was."""

    printer: Literal["ok", "paper_low", "paper_out", "error"] | None = None
    reader: Literal["ok", "error"] | None = None
    sound: Literal["ok", "off", "error"] | None = None
    disk: Literal["ok", "full"] | None = None
    board: Literal["ok", "error"] | None = None
    server: Literal["ok", "here", "away"] | None = None


class ReportDevice(Asked):
    parts: Parts = Field(Parts(), examples=[{"printer": "paper_low", "reader": "ok"}])
    note: Line = Field("", max_length=200, examples=["cover open"])
    offline: bool = Field(False, examples=[False], description="It is being switched off.")


class Announce(Asked):
    call_seq: int = Field(ge=1, le=2**53, examples=[812], description="The event that called.")
    outcome: Literal["made", "dropped", "failed"] = Field(examples=["made"])
    by: Annotated[list[Id], Field(max_length=8)] = Field([], examples=[["voice", "board"]])
    note: Line = Field("", max_length=200, examples=["too old"])


class SetClock(Asked):
    speed: float | None = Field(None, ge=0.1, le=600, examples=[30])
    skip_to: Moment | None = Field(None, examples=["2026-03-02T08:30:00+08:00"])


class Answer(BaseModel):
    """What a command answers: the newest state of what it was about, and why."""

    seq: int
    ticket: Ticket | None = None
    counter: Counter | None = None
    advice: Advice | None = None
    block: Block | None = None
    device: Device | None = None
    announcement: Announcement | None = None
    reason: Reason | None = None


class ProblemDetails(BaseModel):
    """RFC 9457, with a code that never changes its meaning and the words in every language."""

    type: str = Field(examples=["/problems/branch_closed"])
    title: str
    status: int
    code: str = Field(examples=["branch_closed"])
    detail: str
    words: dict[str, str]
    params: dict[str, Any]
    errors: list[dict[str, Any]] | None = None


class ClockState(BaseModel):
    now: datetime
    speed: float


class QueueWait(BaseModel):
    queue_id: str
    ahead: int
    counters_open: int
    p50_s: float | None = Field(description="Half of those who join now wait at most this long; null: unknown.")
    p90_s: float | None


class Waits(BaseModel):
    now: datetime
    queues: list[QueueWait]


class Advices(BaseModel):
    advices: list[Advice]


class WithinTarget(BaseModel):
    """SL(T) of one class today: called within T / (called + given up after T). The wait is from the arrival at this
    step until its first call; T is the service's own target, else that of the class, as it was set up at that moment.
    Who was put back before the first call does not count, nor who has no target."""

    low_min: float = Field(description="The least target of those in force and those counted today, in minutes.")
    high_min: float
    share: float | None = Field(description="within / counted; null while nobody has been counted.")
    within: int
    called: int
    left: int = Field(description="Gave up after T, or were never called before the day expired.")
    counted: int = Field(description="The denominator: called + left.")
    late: int = Field(description="Wait for their first call, past the target in force now; not in `share`.")


class ClassFigures(BaseModel):
    """Rates per minute, times in minutes; `low` and `high` hold the true value with probability `level`."""

    model_config = ConfigDict(extra="allow")

    counter_class: CounterClass
    level: float
    target: WithinTarget | None = Field(description="null: the branch has set itself no target here.")


class Figures(BaseModel):
    """Per class of counters: measured rates with their intervals, the day so far, the cost of every number."""

    now: datetime
    classes: dict[str, ClassFigures]
    history: dict[str, Any]
    advice_table: dict[str, Any]
    outlook: dict[str, Any]


class Health(BaseModel):
    status: str = Field(examples=["ready"])


class Told(BaseModel):
    """Complete: a field more or less than here is a fault, or a staff ticket would pass for a lobby ticket."""

    model_config = ConfigDict(extra="forbid")


class LobbyTicket(Told):
    """A ticket as the lobby sees it: known by its number."""

    id: str
    number: str
    prefix: str
    state: State
    queue_id: str
    service_id: str
    segment: Segment
    counter_id: str | None
    arrived_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    calls: int


class LobbyCounter(Told):
    id: str
    number: int
    counter_class: CounterClass
    profile: list[ProfileEntry]
    status: Status
    since: datetime | None


class EventMessage(Told):
    """One event; its ticket, counter, advice or branch is the whole new state."""

    id: str
    seq: int
    kind: str
    at: datetime
    version: int
    actor: str | None
    reason: Reason | None
    ticket: Ticket | LobbyTicket | None
    counter: Counter | LobbyCounter | None
    advice: Advice | None
    day: date | None
    branch: dict[str, Any] | None
    block: Block | None = Field(None, description="Staff: the numbers leased to a kiosk that it is about.")
    device: Device | None = Field(None, description="Staff.")
    announcement: Announcement | None = Field(None, description="Staff.")
    counters: list[Counter | LobbyCounter] | None = Field(
        None, description="All of them, where the branch was set up anew."
    )


class Snapshot(Told):
    branch: dict[str, Any]
    epoch: str
    seq: int
    business_day: date | None
    tickets: list[Ticket | LobbyTicket]
    counters: list[Counter | LobbyCounter]
    recent_calls: list[Call]
    advices: list[Advice]
    devices: list[Device] = Field(description="Staff: those that have told of themselves today.")
    announcements: list[Announcement] = Field(description="Staff: the newest of each number at a counter.")


class SnapshotAnswer(BaseModel):
    now: datetime
    speed: float
    snapshot: Snapshot


class EventsAnswer(BaseModel):
    seq: int
    events: list[EventMessage]


class DayAnswer(BaseModel):
    day: date
    first_seq: int
    last_seq: int
    archived: bool
    snapshot: Snapshot = Field(description="The hall just before the day's first event.")
    seq: int = Field(description="How far this page goes.")
    events: list[EventMessage]


class SnapshotFrame(Told):
    type: Literal["snapshot"]
    epoch: str
    seq: int
    now: datetime
    speed: float
    snapshot: Snapshot


class EventsFrame(Told):
    """Follows the frame before it: `after` is the seq that the client has."""

    type: Literal["events"]
    after: int
    seq: int
    now: datetime
    speed: float
    events: list[EventMessage]


class HeartbeatFrame(Told):
    type: Literal["heartbeat"]
    seq: int
    now: datetime
    speed: float


class GoodbyeFrame(Told):
    type: Literal["goodbye"]
    reason: Literal["restart", "slow", "revoked", "full"]
    retry_after_ms: int


class AliveFrame(Told):
    """What a client says every two seconds."""

    type: Literal["alive"]
    seq: int


SENT = (SnapshotFrame, EventsFrame, HeartbeatFrame, GoodbyeFrame)
RECEIVED = (AliveFrame,)

"""The shapes of a phone's requests, of the view of its one ticket, and of its socket's messages."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from server.domain.branch import CounterClass, Names
from server.domain.ticket import Segment, State
from server.web.messages import AliveFrame, Asked, GoodbyeFrame, HeartbeatFrame, Told

Key = Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_\-]+=*$")]


class PushKeys(Asked):
    p256dh: Key
    auth: Key


class Subscription(Asked):
    """As the browser gives it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "endpoint": "https://push.example.com/k3J9x2QpLm",
                    "keys": {"p256dh": "B" + 86 * "A", "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
                }
            ]
        },
    )
    endpoint: str = Field(max_length=1000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$")
    keys: PushKeys


class PhoneBranch(Told):
    id: str
    name: Names
    time_zone: str
    languages: list[str]


class PhoneCounter(Told):
    id: str
    number: int
    name: Names | None
    counter_class: CounterClass = Field(alias="class")


class PhoneTicket(Told):
    """Of the visit, the ticket that it has come to: the number on the paper stays."""

    number: str
    state: State
    service: Names
    later: list[Names] = Field(description="What follows in the same visit, in turn.")
    queue: Names
    counter_class: CounterClass | None = Field(alias="class")
    segment: Segment
    issued_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    calls: int
    misses: int = Field(description="Calls to which nobody came; it waits on, a few places later.")
    counter: PhoneCounter | None


class MoreTime(Told):
    left: Literal[0, 1]
    places: int = Field(description="So many others are called first.")


class PushOffer(Told):
    key: str = Field(description="The server's public key for web push, base64url.")


class PhoneView(Told):
    """All that the page of one ticket shows."""

    now: datetime
    seq: int
    branch: PhoneBranch
    ticket: PhoneTicket
    ahead: int | None = Field(description="People who are called first; null unless it waits.")
    wait_s: tuple[int, int] | None = Field(
        description="Eight in ten wait between these, in seconds from now; null: no honest promise."
    )
    counters_open: int
    more_time: MoreTime
    can_leave: bool
    push: PushOffer | None


class PhoneAnswer(Told):
    """What a phone's command answers: how far the log has come, and the page's state after it."""

    seq: int
    view: PhoneView


class PushAnswer(Told):
    told: bool = Field(description="Whether this ticket's calls are pushed from now on.")


class PhoneFrame(Told):
    """The whole view, whenever something in it has changed; the newest alone counts."""

    type: Literal["phone"]
    speed: float
    view: PhoneView


PHONE_SENT = (PhoneFrame, HeartbeatFrame, GoodbyeFrame)
PHONE_RECEIVED = (AliveFrame,)

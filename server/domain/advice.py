"""One piece of advice as the hall knows it: what was advised, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.domain.branch import CounterClass, ProfileEntry


class AdviceState(StrEnum):
    ISSUED = "issued"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


STANDING = frozenset({AdviceState.ISSUED, AdviceState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Advice:
    id: str
    branch_id: str
    counter_class: CounterClass
    action: str  # open | close | profile | divert
    counter_id: str | None  # the counter it would be
    open_now: int
    advised: int
    state: AdviceState
    issued_at: datetime
    figures: dict[str, Any]  # the advisor's reckoning, as it was when the advice was given
    answered_at: datetime | None = None
    answered_by: str | None = None
    note: str | None = None
    profile: tuple[ProfileEntry, ...] | None = None  # action "profile": what the counter would serve
    score_due: datetime | None = None  # when it can be told whether it was right
    score: dict[str, Any] | None = None  # the advisor's judgement in hindsight


def advice_from(data: dict[str, Any]) -> Advice:
    """An advice from its stored form."""
    answered, due, profile = data.get("answered_at"), data.get("score_due"), data.get("profile")
    return Advice(
        **{
            **data,
            "counter_class": CounterClass(data["counter_class"]),
            "state": AdviceState(data["state"]),
            "issued_at": datetime.fromisoformat(data["issued_at"]),
            "answered_at": datetime.fromisoformat(answered) if answered else None,
            "profile": tuple(ProfileEntry(**entry) for entry in profile) if profile else None,
            "score_due": datetime.fromisoformat(due) if due else None,
        }
    )

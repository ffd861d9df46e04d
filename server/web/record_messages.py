"""The shapes of the advisor's record, as OpenAPI publishes them."""

from datetime import datetime

from pydantic import BaseModel, Field

from server.domain.advice import Advice

Share = tuple[float, float]


class AdviceCounts(BaseModel):
    """Each advice once. `judged` are those that hindsight could tell to be right or wrong."""

    given: int
    accepted: int
    dismissed: int
    withdrawn: int = Field(description="Taken back before anybody answered.")
    judged: int
    right: int = Field(description="With what is known now the same program would decide the same.")
    unknown: int
    share_from: float = Field(alias="from", description="With `to`: holds the share right with probability 0.8.")
    share_to: float = Field(alias="to")


class StatedConfidence(BaseModel):
    """Advices of one tenth of stated confidence, and how many of them were right."""

    low: float
    high: float
    n: int
    stated: float
    right: int
    share_from: float = Field(alias="from")
    share_to: float = Field(alias="to")


class PromisedWaits(BaseModel):
    """Shares of customers who waited no longer than promised; null where nothing was promised yet."""

    n: int
    below_p10: float | None
    below_p50: float | None
    below_p90: float | None
    inside: float | None
    interval: dict[str, Share | None]
    promised_min: float | None
    found_min: float | None


class Promises(BaseModel):
    """Of advice that was followed: the wait that was promised with the change, and the one that came."""

    n: int
    wait_promised_min: float | None
    wait_found_min: float | None


class AdviceRecord(BaseModel):
    days: int
    since: datetime
    advice: AdviceCounts
    confidence: list[StatedConfidence]
    waits: PromisedWaits
    promises: Promises
    recent: list[Advice] = Field(description="Newest first; `score` is null until the advice has been judged.")

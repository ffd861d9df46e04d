"""The shapes of the question what if and of its answer: of the hall as it is, or as a draft of the set-up has it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from server.domain.branch import CounterClass
from server.domain.set_up.sections import COST
from server.web.messages import Asked, Policy

EXAMPLE = {
    "counter_cost": 60.0,
    "waiting_cost": 90.0,
    "expected_service_min": 5.0,
    "expected_arrivals_per_hour": 30.0,
    "counters": 5,
}
Cost = Annotated[float, Field(ge=0.01, le=COST, examples=[60.0])]


class DraftOfClass(Asked):
    """A class of counters as a set-up that is being written would have it; the names are those of the set-up."""

    policy: Policy = Field("lookahead", examples=["lookahead"])
    counter_cost: Cost
    waiting_cost: Cost
    expected_service_min: float = Field(ge=0.1, le=240, examples=[5.0])
    expected_arrivals_per_hour: float = Field(ge=0, le=2000, examples=[30.0])
    opening_cost: float | None = Field(None, ge=0, le=COST, examples=[20.0])
    min_counters: int = Field(1, ge=0, le=200, examples=[1])
    counters: int = Field(ge=0, le=200, examples=[3], description="So many there would be of the class.")
    rates: Literal["busiest", "now", "expected"] = Field(
        "busiest", examples=["busiest"], description="Where these are not known: the next of them that is."
    )
    arrivals_per_hour: float | None = Field(
        None, ge=0, le=2000, examples=[42.0], description="In place of those known; the minutes stay as known."
    )


class AskWhatIf(Asked):
    """The manager's sliders: how it would be now if it were busier or slower, or with other counters open."""

    counter_class: CounterClass = Field(examples=["cash"])
    arrivals_factor: float = Field(1.0, ge=0, le=5, examples=[1.4], description="So many times the arrivals.")
    service_factor: float = Field(
        1.0, ge=0.2, le=5, examples=[1.0], description="So many times the minutes each takes."
    )
    counters: int | None = Field(None, ge=0, le=1000, examples=[4], description="Default: the optimum.")
    draft: DraftOfClass | None = Field(
        None, examples=[EXAMPLE], description="The costs to reckon with in place of those in force."
    )


class KnownRates(BaseModel):
    source: Literal["busiest", "now", "expected"]
    arrivals_per_hour: float
    service_min: float
    weekday: int | None = Field(description="Of the busiest hour of a week; Monday is 0.")
    begins: str | None = Field(description="Of the busiest hour, by the branch's own clock.", examples=["10:00"])
    days: int | None = Field(description="From which the busiest hour is learnt.")


class OpeningPrice(BaseModel):
    """How many people must be present before the last of the counters asked for is opened; null: never."""

    cost: float
    opens_at: int | None
    opens_at_if_free: int | None


class DraftAnswer(BaseModel):
    """What the draft would ask for, and what the costs in force would in its place, at the same rates."""

    source: Literal["busiest", "now", "expected"]
    known: list[KnownRates]
    asks_for: int | None = Field(description="Whether there are so many or not; null: not even 200 keep up.")
    in_force: int | None = Field(description="Null also where the class has no costs yet.")
    opening: OpeningPrice | None = Field(description="Null where the price of opening has no say.")


class WhatIfRow(BaseModel):
    """Steady state of a number of counters; null where they cannot keep up."""

    servers: int
    cost: float | None = Field(description="Per hour.")
    wait_min: float | None
    waiting: float | None
    present: float | None
    rho: float
    keeps_up: bool
    growth_per_min: float
    next_wait_min: float | None = Field(description="Mean wait of who comes now, behind those who are there.")
    clears_in_min: float | None = Field(description="Until nobody waits any more, on average.")


class WhatIfAnswer(BaseModel):
    """The number of counters that was asked about, and every other one beside it."""

    counter_class: CounterClass
    counters: int
    optimum: int
    arrivals_per_hour: float
    service_min: float
    cost_per_hour: float | None
    wait_min: float | None
    waiting: float | None
    present: float | None
    rho: float
    keeps_up: bool
    growth_per_min: float
    next_wait_min: float | None
    clears_in_min: float | None
    table: list[WhatIfRow]
    draft: DraftAnswer | None = Field(description="Null where no draft was asked about.")

"""The shapes of the day's plan, as it is asked for and told."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from server.domain.branch import CounterClass
from server.web.messages import Asked

# So far from the ends of the calendar that every zone can tell it.
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1), examples=["2026-03-03"])]
Counters = Annotated[
    list[Annotated[int, Field(ge=0, le=1000)]],
    Field(min_length=1, max_length=48, examples=[[2, 2, 3, 3, 3, 4, 4, 3, 2, 2, 3, 3, 4, 4, 3, 2, 2]]),
]
Factor = Annotated[float, Field(ge=0.1, le=5)]


class EvaluatePlan(Asked):
    """A plan that is being thought about, and what may be otherwise on that day."""

    day: Day
    counter_class: CounterClass = Field(examples=["cash"])
    counters: Counters
    arrivals_factor: Factor = Field(1.0, examples=[1.4], description="So many times the customers expected.")
    service_factor: Factor = Field(1.0, examples=[1.0], description="So many times the minutes each takes.")
    tellers_ill: int = Field(0, ge=0, le=1000, examples=[1], description="Missing all day; machines: out of order.")


class SavePlan(Asked):
    day: Day
    counter_class: CounterClass = Field(examples=["cash"])
    counters: Counters | None = Field(
        examples=[[2, 2, 3, 3, 3, 4, 4, 3, 2, 2, 3, 3, 4, 4, 3, 2, 2]],
        description="One for each half-hour from opening on; null: back to the recommended plan.",
    )


class PlannedSlot(BaseModel):
    at: str = Field(examples=["08:30"])
    wait_min: float = Field(description="Mean wait of those who come in this half-hour.")
    waiting: float
    long_wait: float = Field(description="Chance to wait for more than ten minutes.")
    keeps_up: bool
    staff_cost: float
    waiting_cost: float


class PlanEvaluation(BaseModel):
    """What a plan would give. Where shifts are paid, `staff_cost` is that of the shifts that it takes."""

    slots: list[PlannedSlot]
    staff_cost: float
    waiting_cost: float
    cost: float
    wait_min: float = Field(description="Mean over all customers of the day.")
    long_wait: float
    worst_wait_min: float = Field(description="The mean wait of the worst half-hour.")


class Pause(BaseModel):
    start: str
    end: str


class PlannedShift(BaseModel):
    start: str = Field(examples=["08:30"])
    end: str
    pause: Pause | None = Field(alias="break")
    count: int


class SavedBy(BaseModel):
    by: str
    at: datetime


class ClassPlan(BaseModel):
    least: int
    most: int
    from_history: int = Field(description="Days learnt from; 0: the branch's own expectation.")
    arrivals_per_hour: list[float]
    service_min: float | None
    recommended: list[int]
    recommended_evaluation: PlanEvaluation
    recommended_people: int
    recommended_shifts: list[PlannedShift]
    counters: list[int]
    saved: SavedBy | None
    evaluation: PlanEvaluation
    people: int = Field(description="Tellers that it takes, or machines.")
    shifts: list[PlannedShift]
    now_slot: int | None


class PlanAnswer(BaseModel):
    """The plan of a day; on a day on which the branch is closed there are no half-hours."""

    day: date
    closed: bool = Field(description="The doors stay shut that day: there is nothing to plan.")
    opens: str = Field(examples=["08:30"])
    closes: str
    slot_min: int
    from_history: int
    classes: dict[str, ClassPlan]


class EvaluationAnswer(BaseModel):
    evaluation: PlanEvaluation
    people: int
    shifts: list[PlannedShift]
    counters_left: list[int] = Field(description="What would be open if nobody acted.")
    repaired: list[int]
    repaired_evaluation: PlanEvaluation
    repaired_people: int
    repaired_shifts: list[PlannedShift]

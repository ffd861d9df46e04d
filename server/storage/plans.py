"""The plans that managers have saved: how many counters they mean to have open, by half-hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, select

from server.domain.trail import SERVER, Who
from server.storage.tables import day_plans
from server.storage.trail import telling
from server.storage.upsert import insert_into


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """Counters for every half-hour of the day from opening on, and who meant it so, when."""

    counters: tuple[int, ...]
    by: str
    at: datetime


def plans_of_day(connection: Connection, branch_id: str, day: date) -> dict[str, SavedPlan]:
    """class -> its saved plan; a class for which none was saved is not there."""
    found = connection.execute(
        select(day_plans).where(day_plans.c.branch_id == branch_id, day_plans.c.business_day == day)
    )
    return {row.counter_class: SavedPlan(tuple(row.plan["counters"]), row.by, row.at) for row in found}


def saved_plans(connection: Connection, branch_id: str, day: date) -> dict[str, tuple[int, ...]]:
    """class -> the counters that its saved plan has for every half-hour from opening on."""
    return {key: plan.counters for key, plan in plans_of_day(connection, branch_id, day).items()}


class PlanWriter:
    """Writes plans: they are wishes for another day and no events of the hall, so they need not wait for its lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
        self,
        branch_id: str,
        day: date,
        counter_class: str,
        counters: Sequence[int],
        by: str,
        at: datetime,
        who: Who = SERVER,
    ) -> None:
        """In place of whatever was there: the last one to save wins."""
        statement = insert_into(self._engine, day_plans).values(
            branch_id=branch_id,
            business_day=day,
            counter_class=counter_class,
            plan={"counters": list(counters)},
            by=by,
            at=at,
        )
        changing = {name: statement.excluded[name] for name in ("plan", "by", "at")}
        key = {"branch_id": branch_id, "business_day": day, "counter_class": counter_class}
        with (
            self._engine.begin() as connection,
            telling(connection, who, "plan.saved", day_plans, branch_id, **key),
        ):
            connection.execute(statement.on_conflict_do_update(index_elements=day_plans.primary_key, set_=changing))

    def forget(self, branch_id: str, day: date, counter_class: str, who: Who = SERVER) -> None:
        """Back to what is recommended."""
        key = {"branch_id": branch_id, "business_day": day, "counter_class": counter_class}
        with (
            self._engine.begin() as connection,
            telling(connection, who, "plan.forgotten", day_plans, branch_id, **key),
        ):
            connection.execute(
                delete(day_plans).where(
                    day_plans.c.branch_id == branch_id,
                    day_plans.c.business_day == day,
                    day_plans.c.counter_class == counter_class,
                )
            )

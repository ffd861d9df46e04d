"""A branch with groups, hours and words of its own for the hall's screens, and a way to set it up anew at noon."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

from server.actions.decision import Actor, Command, Decision
from server.demo.branch import source_branch
from server.domain.branch import Branch, DayHours, Service, ServiceGroup
from server.domain.events import Change
from server.domain.hall import Hall
from server.storage.database import open_database
from server.storage.writer import Writer
from tests.running import TEN, Served

PATIENCE_S = 20
MANAGER = Actor("manager", "manager-1", "Manager")
GROUPS = {
    "money": ServiceGroup("money", {"en": "Cash and money", "zh": "现金与资金"}),
    "accounts": ServiceGroup("accounts", {"en": "Accounts and cards", "zh": "账户与银行卡"}),
}
BEHIND = {"deposit": "money", "exchange": "money", "transfer": "money", "card": "accounts"}
WORDING = {
    "en": "Number {number}, please go to {place} {counter}, thank you",
    "zh": "请{number}号顾客到{counter}号{place}办理业务",
}
CLOSED_DAYS: dict[str, DayHours | None] = {
    day.isoformat(): None for day in (date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6))
}


def grouped(more: int = 0) -> Branch:
    """The study's hall with two groups, one service beside them, and `more` without one."""
    found = source_branch()
    services = {key: replace(one, group_id=BEHIND.get(key)) for key, one in found.services.items()}
    for number in range(1, more + 1):
        names = {"en": f"Certificate of kind {number}", "zh": f"开具第{number}类证明"}
        services[f"paper_{number}"] = Service(f"paper_{number}", names, "non_cash")
    return replace(
        found,
        services=services,
        groups=GROUPS,
        open_days=(0, 1, 2, 3, 4, 5),
        day_hours={"5": DayHours(time(9), time(13))},
        special_days=CLOSED_DAYS,
    )


def without(branch: Branch, *service_ids: str, queues: tuple[str, ...] = ()) -> Branch:
    """The same with these given up."""
    services = {key: replace(one, retired=key in service_ids) for key, one in branch.services.items()}
    kept = {key: replace(one, retired=key in queues) for key, one in branch.queues.items()}
    return replace(branch, services=services, queues=kept)


def numbered(branch: Branch) -> Branch:
    """The same, whose first service has a number for its id, as ids could be once."""
    first = replace(next(iter(branch.services.values())), id="7")
    return replace(branch, services={"7": first, **branch.services})


def set_up(served: Served, change: Callable[[Branch], Branch]) -> None:
    """As the manager would in the browser, without what is checked there."""
    served.services.writer.submit(_command(change)).result(PATIENCE_S)


def set_up_meanwhile(database_url: str, change: Callable[[Branch], Branch]) -> None:
    """The same by another server, while the one that a kiosk knows is away."""
    engine = open_database(database_url, writing=True)
    writer = Writer(engine, lambda: TEN, lambda news: None)
    writer.start()
    try:
        writer.submit(_command(change)).result(PATIENCE_S)
    finally:
        writer.stop()
        engine.dispose()


def _command(change: Callable[[Branch], Branch]) -> Command:
    def anew(hall: Hall, actor: Actor, now: datetime) -> Decision:
        return Decision([Change("branch.changed", branch=change(hall.branch))])

    return Command("main", MANAGER, anew, {})

"""The branch as it was last known: its services, queues and hours, and the words of every language."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from kiosk.journal.rows import Json


@dataclass(frozen=True, slots=True)
class Hall:
    """`branch` as the lobby sees it in the snapshot; `words` language -> key -> sentence."""

    branch: Json
    languages: tuple[str, ...]
    words: dict[str, dict[str, str]]
    device_id: str

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.branch["time_zone"]))

    def business_day(self, now: datetime) -> str:
        return self.local(now).date().isoformat()

    @property
    def opens(self) -> time:
        return time.fromisoformat(self.branch["opens"])

    @property
    def closes(self) -> time:
        return time.fromisoformat(self.branch["closes"])

    def is_open(self, now: datetime) -> bool:
        local = self.local(now)
        return local.weekday() in self.branch["open_days"] and self.opens <= local.time() < self.closes

    def will_open(self, now: datetime) -> bool:
        """Whether numbers of this day can still be needed."""
        local = self.local(now)
        return local.weekday() in self.branch["open_days"] and local.time() < self.closes

    def queue_for(self, service_id: str, segment: str, at_machine: bool) -> str | None:
        """Where the rules put it; None where the service cannot be done at a machine."""
        service = self.branch["services"][service_id]
        if at_machine:
            machine: str | None = service["machine_queue_id"]
            return machine
        return str(self.branch["segment_queues"].get(segment, service["queue_id"]))

    def queues_served(self) -> list[str]:
        """Every queue into which a customer of this kiosk can come, each once."""
        services = self.branch["services"].values()
        found = [service["queue_id"] for service in services]
        found += [service["machine_queue_id"] for service in services if service["machine_queue_id"] is not None]
        found += self.branch["segment_queues"].values()
        return [queue for queue in dict.fromkeys(found) if queue in self.branch["queues"]]


def hall_from(boot: Json) -> Hall:
    return Hall(boot["snapshot"]["branch"], tuple(boot["languages"]), boot["words"], str(boot["actor"]["id"]))

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

    def hours_on(self, now: datetime) -> tuple[time, time] | None:
        """From when to when the doors are open on that day; None where they stay closed. As the server has it."""
        day = self.local(now).date()
        special, weekday = self.branch.get("special_days", {}), day.weekday()
        if day.isoformat() in special:
            hours = special[day.isoformat()]
        elif weekday in self.branch["open_days"]:
            hours = self.branch.get("day_hours", {}).get(str(weekday), self.branch)
        else:
            hours = None
        return hours and (time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"]))

    def usual_hours(self, now: datetime) -> tuple[time, time]:
        """Of that day, or of a usual one where it has none: something to tell who comes when it is closed."""
        usual = time.fromisoformat(self.branch["opens"]), time.fromisoformat(self.branch["closes"])
        return self.hours_on(now) or usual

    def is_open(self, now: datetime) -> bool:
        hours = self.hours_on(now)
        return hours is not None and hours[0] <= self.local(now).time() < hours[1]

    def will_open(self, now: datetime) -> bool:
        """Whether numbers of this day can still be needed."""
        hours = self.hours_on(now)
        return hours is not None and self.local(now).time() < hours[1]

    def offers(self, service_id: str) -> bool:
        """A service that the branch has given up is still known, for the papers that name it."""
        service = self.branch["services"].get(service_id)
        return service is not None and not service.get("retired")

    def queue_for(self, service_id: str, segment: str, at_machine: bool) -> str | None:
        """Where the rules put it; None where the service cannot be done at a machine."""
        service = self.branch["services"][service_id]
        if at_machine:
            machine: str | None = service["machine_queue_id"]
            return machine if machine is not None and not self._is_over(machine) else None
        wanted = str(self.branch["segment_queues"].get(segment, service["queue_id"]))
        return wanted if not self._is_over(wanted) else self._still_there(service["queue_id"])

    def _is_over(self, queue_id: str) -> bool:
        """Whether nobody is called from this queue any more."""
        return bool(self.branch["queues"][queue_id].get("retired"))

    def _still_there(self, queue_id: str) -> str:
        """Another queue of its class, or else the first where people serve: as the server decides it."""
        queues = self.branch["queues"]
        if not self._is_over(queue_id):
            return queue_id
        left = [key for key in queues if not self._is_over(key)]
        same = [key for key in left if queues[key]["counter_class"] == queues[queue_id]["counter_class"]]
        people = [key for key in left if queues[key]["counter_class"] != "self_service"]
        return next(iter([*same, *people, *left]), queue_id)

    def queues_served(self) -> list[str]:
        """Every queue into which a customer of this kiosk can come, each once."""
        services = [service for key, service in self.branch["services"].items() if self.offers(key)]
        found = [service["queue_id"] for service in services]
        found += [service["machine_queue_id"] for service in services if service["machine_queue_id"] is not None]
        found += self.branch["segment_queues"].values()
        known = [queue for queue in dict.fromkeys(found) if queue in self.branch["queues"]]
        return list(dict.fromkeys(self._still_there(queue) for queue in known))


def hall_from(boot: Json) -> Hall:
    return Hall(boot["snapshot"]["branch"], tuple(boot["languages"]), boot["words"], str(boot["actor"]["id"]))

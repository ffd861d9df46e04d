"""What one class of counters has counted today: the raw numbers from which its rates are made."""

from collections.abc import Iterable
from dataclasses import replace

from server.advisor.arrival_record import ArrivalRecord
from server.advisor.class_day import ClassDay
from server.advisor.class_figures import ClassFigures
from server.advisor.day_history import DayHistory, Slot
from server.advisor.day_rates import SLOTS, DayRates, Hours
from server.advisor.experience import ClassExperience
from server.advisor.gamma_rate import Counted, GammaRate
from server.advisor.memory import Memory
from server.advisor.outlook_inputs import OutlookInputs
from server.advisor.quote_score import QuoteScore
from server.advisor.service_record import ServiceFigures, ServiceRecord
from server.advisor.spread import Spread
from server.advisor.target_record import TargetRecord
from server.domain.branch import ClassPolicy
from server.domain.counter import Counter

__all__ = ["ClassFigures", "ClassRecord", "Memory"]

LEAST_ALPHA = 0.1  # a class that expects nobody still may get somebody: a rate must not be zero for certain


class ClassRecord:
    """The counts of one class, from the minute it `begins` on. Times in minutes since the epoch."""

    def __init__(
        self,
        key: str,
        policy: ClassPolicy,
        memory: Memory,
        begins: float,
        hours: Hours,
        experience: ClassExperience | None = None,
    ) -> None:
        self.key = key
        self.begins = begins
        self._memory = memory
        self._experience = experience or ClassExperience()
        self._history_days = self._experience.profile.days(hours.day)
        prior = _arrival_prior(policy, memory)
        profile = self._experience.profile.rates(hours.day)
        self.arrivals = ArrivalRecord(
            begins,
            DayRates(hours, profile or [prior.mean] * SLOTS),
            self._experience.profile.k if profile else None,
            prior,
            memory,
        )
        self.service_prior = self._service_prior(policy)
        self.services = Counted(memory.service_half_life, begins)
        self.by_service: dict[str, ServiceRecord] = {}
        self.durations, self.walk_up, self.in_service = Spread(), Spread(), Spread()
        self.patience = self._experience.patience(begins)
        self.quotes = QuoteScore()
        self.targets = TargetRecord()
        self.no_shows = self.waiting = self.calls = 0
        self.call_wait = 0.0
        self.open_counters: set[str] = set()
        self.history = DayHistory(memory.slot)

    def take_policy(self, policy: ClassPolicy) -> None:
        """The branch expects something else from now on; what has been counted stays."""
        self.arrivals.prior = _arrival_prior(policy, self._memory)
        self.service_prior = self._service_prior(policy)

    def touch(self, now: float) -> Slot:
        """The present slot of the history; asked for before a level changes, so the past keeps its own."""
        return self.history.slot(now, self.waiting, len(self.open_counters))

    def arrive(self, came: float, now: float, queue_id: str) -> None:
        """An arrival at `came`, told of at `now`."""
        self.touch(now)
        self.history.joined(came).arrivals += 1
        self.arrivals.add(came, queue_id)

    def call(self, now: float, waited: float | None) -> None:
        """A call; `waited` in minutes where it is the ticket's first, else None."""
        slot = self.touch(now)
        slot.calls += 1
        if waited is not None:
            slot.waits += 1
            slot.wait_sum += waited
            self.calls += 1
            self.call_wait += waited

    def service(self, service_id: str) -> ServiceRecord:
        """The record of one service, begun when it is first asked for."""
        return self.by_service.setdefault(service_id, ServiceRecord(self.begins))

    def depart(self, now: float, occupied: float, what: str, in_service: float | None) -> None:
        """A ticket that had been called leaves the class after `occupied` minutes at its counters, of which
        `in_service` since it was there (None: nobody said when)."""
        self.services.add(now)
        if what == "no_show":
            self.no_shows += 1
        elif what == "completed":
            self.durations.add(occupied)
            if in_service is not None:
                self.in_service.add(in_service)
            slot = self.touch(now)
            slot.completions += 1
            slot.service_sum += occupied

    def place_counter(self, counter: Counter, now: float) -> None:
        self.touch(now)
        if counter.is_open:
            self.open_counters.add(counter.id)
        else:
            self.open_counters.discard(counter.id)

    def service_rate(self, now: float) -> GammaRate:
        return self.services.at(now).rate(self.service_prior)

    def service_figures(self, now: float, service_ids: Iterable[str]) -> dict[str, ServiceFigures]:
        """Every service that is done at this class, or has been; one without experience begins like the class."""
        worth, mean = self._memory.prior_services, 1 / self.service_rate(now).mean
        guess = GammaRate(worth, worth * mean)
        known = self._experience.by_service
        found = {}
        for key in dict.fromkeys((*service_ids, *self.by_service)):
            prior, spread = (known[key].prior(guess), known[key].spread()) if key in known else (guess, Spread())
            record = self.by_service.get(key) or ServiceRecord(now)
            found[key] = record.figures(now, prior, spread)
        return found

    def figures(
        self, now: float, service_ids: Iterable[str] = (), targets: Iterable[float] = (), late: int = 0
    ) -> ClassFigures:
        """At `now`; `service_ids` are those that the branch offers at this class, `targets` the waits in minutes that
        it has set itself there, and `late` how many wait past theirs."""
        arrivals, services = self.arrivals.at(now), self.services.at(now)
        spread = self._experience.carried.spread().plus(self.durations)
        known = arrivals.known
        return ClassFigures(
            counter_class=self.key,
            arrivals=arrivals.counted.n,
            arrival_rate=arrivals.rate(),
            completions=services.n - self.no_shows,
            no_shows=self.no_shows,
            busy_minutes=services.minutes,
            service_rate=services.rate(self.service_prior),
            cv2=spread.cv2,
            cv2_n=round(spread.n),
            waiting=self.waiting,
            busy_counters=services.running,
            open_counters=len(self.open_counters),
            durations=spread,
            walk_up_min=self.walk_up.mean if self.walk_up.n else None,
            in_service_min=self.in_service.mean if self.in_service.n else None,
            services=self.service_figures(now, service_ids),
            history_days=self._history_days,
            multiplier=arrivals.multiplier() if known else None,
            expected=tuple(arrivals.rates.slots()) if known else (),
            rush=arrivals.rush,
            patience=self.patience.at(now),
            quotes=replace(self.quotes),
            target=self.targets.figures(targets, late),
        )

    def outlook(self, now: float, steps: int, step_min: float, ends_after_min: float) -> OutlookInputs:
        """What is expected from `now` on, in so many steps."""
        arrivals, patience = self.arrivals.at(now), self.patience.at(now)
        return OutlookInputs(
            step_min=step_min,
            arrival_rates=tuple(arrivals.ahead(now, steps, step_min)),
            day_multiplier=arrivals.multiplier(),
            service_rate=self.service_rate(now),
            abandonment_rate=patience.hazard.mean if patience.matters else 0.0,
            ends_after_min=ends_after_min,
        )

    def day(self, now: float, until: float) -> ClassDay:
        """What is kept of the day as it is at `now`; nobody could come, or nobody counted, after `until`."""
        open_min = self.arrivals.rates.hours.open_minutes(self.begins, until)
        seen = [slot for slot, minutes in enumerate(open_min) if minutes > 0]
        first, last = (seen[0], seen[-1] + 1) if seen else (0, 0)
        arrivals, services, patience = self.arrivals.at(now), self.services.at(now), self.patience
        return ClassDay(
            first_slot=first,
            arrivals=tuple(arrivals.slots[first:last]),
            open_min=tuple(open_min[first:last]),
            queues=dict(arrivals.queues),
            services=services.n,
            no_shows=self.no_shows,
            busy_min=services.minutes,
            durations=replace(self.durations),
            walk_up=replace(self.walk_up),
            service=replace(self.in_service),
            by_service={key: found.day(now) for key, found in self.by_service.items()},
            calls=self.calls,
            call_wait_min=self.call_wait,
            left=patience.left,
            decided=patience.decided,
            waited_min=patience.minutes,
            quotes=self.quotes.as_dict(),
        )

    def _service_prior(self, policy: ClassPolicy) -> GammaRate:
        worth = self._memory.prior_services
        return self._experience.carried.prior(GammaRate(worth, worth * policy.expected_service_min))


def _arrival_prior(policy: ClassPolicy, memory: Memory) -> GammaRate:
    expected = policy.expected_arrivals_per_hour / 60 * memory.prior_arrival_time
    return GammaRate(max(LEAST_ALPHA, expected), memory.prior_arrival_time)

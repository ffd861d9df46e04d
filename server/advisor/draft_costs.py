"""What a draft of a class's costs would ask for, beside those in force: seen before anything is saved."""

from dataclasses import dataclass
from typing import Any

from server.advisor.known_rates import KnownRates
from server.advisor.queue_model import optimal_servers
from server.advisor.reckoning import Limits
from server.advisor.what_if_now import NowWhatIf, what_if_now
from server.domain.branch import ClassPolicy

MOST_COUNTERS = 200  # as many as a branch may have
SHOWN_BEYOND = 2  # numbers of counters after what is asked for, or it could not be seen that more cost more


@dataclass(frozen=True, slots=True)
class DraftCosts:
    """`rates` are those that were reckoned with, out of all that are `known`; both as they were told, before the
    factors of `found`. `asks_for` is the cheapest number of counters, not fewer than the draft's minimum, whether
    there are so many or not; None where not even 200 keep up. `in_force` is the same under the costs in force;
    None where the class has none, too."""

    costs: ClassPolicy
    found: NowWhatIf
    rates: KnownRates
    known: tuple[KnownRates, ...]
    asks_for: int | None
    in_force: int | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "source": self.rates.source,
            "known": [one.as_dict() for one in self.known],
            "asks_for": self.asks_for,
            "in_force": self.in_force,
        }


def draft_costs(
    draft: ClassPolicy,
    limits: Limits,
    known: tuple[KnownRates, ...],
    *,
    rates: KnownRates,
    in_force: ClassPolicy | None,
    arrivals_factor: float = 1.0,
    service_factor: float = 1.0,
    counters: int | None = None,
) -> DraftCosts:
    """The costs of every number of counters under the draft, two beyond what both costs ask for.

    `limits`: the draft's minimum, and how many counters there would be. Steady state, nobody present.
    ValueError for impossible figures. About 0.1 ms. Source: see `what_if_now`.
    """
    arrivals, service = rates.arrivals_per_hour / 60 * arrivals_factor, 1 / (rates.service_min * service_factor)
    asks_for = cheapest(arrivals, service, draft)
    before = None if in_force is None else cheapest(arrivals, service, in_force)
    found = what_if_now(
        rates.arrivals_per_hour / 60,
        1 / rates.service_min,
        draft,
        limits,
        arrivals_factor=arrivals_factor,
        service_factor=service_factor,
        counters=counters,
        shown=min(max(asks_for or 0, before or 0) + SHOWN_BEYOND, MOST_COUNTERS),
    )
    return DraftCosts(draft, found, rates, known, asks_for, before)


def cheapest(arrival_rate: float, service_rate: float, costs: ClassPolicy) -> int | None:
    """The number of counters with the least cost per hour, however many there are, at or above the minimum; None
    where not even 200 keep up. Rates per minute."""
    found = optimal_servers(
        arrival_rate, service_rate, costs.counter_cost, costs.waiting_cost, max_servers=MOST_COUNTERS
    )
    return max(found.servers, costs.min_counters) if found.keeps_up else None

"""How much faster the simulations are than Ciw on the same branch day: python -m tests.bench.simulator."""

import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from itertools import pairwise
from random import Random
from statistics import median
from time import process_time

import ciw

from server.advisor.simulation.class_day import simulate_class_day
from server.advisor.simulation.crowd import Flow, draw_crowd
from server.advisor.simulation.draw import draw_customers
from server.advisor.simulation.hall_day import CounterChange, simulate_hall_day
from server.domain.branch import Branch, ClassPolicy, CounterClass, ProfileEntry, Queue
from server.domain.counter import Counter, Status
from server.domain.hall import Hall
from server.domain.ticket import Segment

OPENS = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
CLOSES, SLOT, SERVICE = 510.0, 30.0, 10.0
# Arrivals per minute by the half-hour from 8:30; peaks 11:00-12:00 and 14:30-15:00. A fifth are VIPs.
RATES = (0.28, 0.28, 0.30, 0.35, 0.40, 0.70, 0.70, 0.40, 0.30, 0.28, 0.30, 0.40, 0.70, 0.40, 0.35, 0.30, 0.28)
STAFF = (5, 5, 5, 5, 6, 8, 8, 6, 5, 5, 5, 6, 8, 6, 5, 5, 5)
EVEN = (6,) * len(RATES)
VIPS = 0.2
ROUNDS, CIW_DAYS, OUR_DAYS = 9, 5, 30

Day = Callable[[int], int]  # seed -> customers served


def in_ciw(staff: Sequence[int]) -> Day:
    """Ciw's day: one node, two classes of priority without preemption, the counters on a schedule."""
    ends = [SLOT * (slot + 1) for slot in range(len(RATES))]
    late = 10 * CLOSES  # nobody new, and the last are served

    def arrivals(share: float) -> ciw.dists.Distribution:
        rates = [rate * share for rate in RATES]
        return ciw.dists.PoissonIntervals(rates=[*rates, 1e-9], endpoints=[*ends, late], max_sample_date=CLOSES)

    servers = staff[0]
    if len(set(staff)) > 1:
        servers = ciw.Schedule(numbers_of_servers=[*staff, staff[-1]], shift_end_dates=[*ends, late])

    def day(seed: int) -> int:
        ciw.seed(seed)
        network = ciw.create_network(
            arrival_distributions={"vip": [arrivals(VIPS)], "other": [arrivals(1 - VIPS)]},
            service_distributions={key: [ciw.dists.Exponential(1 / SERVICE)] for key in ("vip", "other")},
            priority_classes={"vip": 0, "other": 1},
            number_of_servers=[servers],
        )
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(2 * CLOSES)
        return len(simulation.get_all_records())

    return day


def in_class_day(staff: Sequence[int]) -> Day:
    """One class of counters, two priorities."""
    even = len(set(staff)) == 1
    keep: int | Callable[..., int] = staff[0] if even else lambda moment: staff[int(moment.now / SLOT)]

    def day(seed: int) -> int:
        customers = draw_customers(Random(seed), RATES, SLOT, SERVICE, class_shares=(VIPS, 1 - VIPS))
        return simulate_class_day(customers, keep, start_open=staff[0], closes=CLOSES, review=SLOT).served

    return day


def in_hall_day(staff: Sequence[int]) -> Day:
    """The whole routing: VIPs in a queue of their own, who take turns with the others at every counter."""
    flows = [
        Flow("vip", [rate * VIPS for rate in RATES], SERVICE, Segment.VIP),
        Flow("cash", [rate * (1 - VIPS) for rate in RATES], SERVICE),
    ]
    profile = (ProfileEntry("cash"), ProfileEntry("vip"))
    states = [Status.OPEN if number < staff[0] else Status.CLOSED for number in range(max(staff))]
    counters = [Counter(f"c{k}", "main", k, CounterClass.CASH, profile, state) for k, state in enumerate(states)]
    hall = Hall(branch(), "bench", counters={counter.id: counter for counter in counters})
    changes = [
        CounterChange(SLOT * (slot + 1), f"c{number}", after > before)
        for slot, (before, after) in enumerate(pairwise(staff))
        for number in range(min(before, after), max(before, after))
    ]

    def day(seed: int) -> int:
        crowd = draw_crowd(Random(seed), flows, SLOT)
        return simulate_hall_day(hall, OPENS, crowd, closes=CLOSES, changes=changes).served

    return day


def branch() -> Branch:
    names = {"en": "Main"}
    queues = {key: Queue(key, prefix, CounterClass(key), names) for key, prefix in (("cash", "A"), ("vip", "V"))}
    policies = {key: ClassPolicy(60, 60, SERVICE, 20) for key in queues}
    return Branch("main", names, "Asia/Shanghai", time(8, 30), time(17), (0,), queues, {}, {"vip": "vip"}, policies)


def milliseconds(day: Day, seeds: Sequence[int]) -> tuple[float, float]:
    """CPU time a day, and customers a day."""
    gc.collect()
    begun = process_time()
    served = sum(day(seed) for seed in seeds)
    return 1000 * (process_time() - begun) / len(seeds), served / len(seeds)


def compare(name: str, staff: Sequence[int]) -> None:
    """All three in turn, round after round, so that a slow minute of the machine is slow for all."""
    days = (in_ciw(staff), in_class_day(staff), in_hall_day(staff))
    times: list[list[float]] = []
    for turn in range(ROUNDS):
        measured = [
            milliseconds(day, range(turn * count, (turn + 1) * count))
            for day, count in zip(days, (CIW_DAYS, OUR_DAYS, OUR_DAYS), strict=True)
        ]
        times.append([spent for spent, _ in measured])
    print(f"{name}: customers a day {', '.join(f'{served:.0f}' for _, served in measured)}")
    for number, title, needed in ((1, "plain, two priorities", 15), (2, "full routing", 5)):
        ratios = sorted(row[0] / row[number] for row in times)
        spent = median(row[number] for row in times)
        print(
            f"  {title:22} {spent:6.3f} ms a day, Ciw {median(row[0] for row in times):6.2f} ms:"
            f" {median(ratios):5.1f}x ({ratios[0]:.1f}-{ratios[-1]:.1f}), needed {needed}x"
        )


def main() -> None:
    compare("six counters all day", EVEN)
    compare("five to eight counters", STAFF)


if __name__ == "__main__":
    main()

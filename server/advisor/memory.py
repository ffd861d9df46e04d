"""How long measurements count, and how much the branch's own expectation is worth."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Memory:
    """Half-lives and worths. Times in minutes."""

    arrival_half_life: float = 30.0  # of the rate, where no history says what to expect
    level_half_life: float = 120.0  # of the day's multiplier
    service_half_life: float = 120.0
    prior_arrival_time: float = 10.0
    prior_services: float = 3.0
    slot: int = 5

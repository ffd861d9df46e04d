"""What to promise a customer who joins a queue in the hall as it is."""

from server.advisor.outlook import Outlooks
from server.advisor.shared_counters import shared_counters
from server.advisor.turn import Turn, next_turn
from server.advisor.waiting_time import AT_ONCE, WaitQuote, quote_turn
from server.domain.hall import Hall
from server.domain.ticket import Segment


def promise(
    hall: Hall, queue_id: str, ahead: int, segment: Segment, known: Outlooks
) -> tuple[WaitQuote | None, str | None]:
    """The wait in seconds of a customer of this segment who joins the queue behind `ahead` others, and how it
    was foretold: "queue_length", or "last_to_start" where the last wait was asked too. None where no counter
    would ever call them: no promise."""
    outlook = known[queue_id]
    ahead -= _free_counters(hall, queue_id)
    if ahead < 0:
        return AT_ONCE, "queue_length"
    mean = outlook.mean_service_s
    head_starts = hall.branch.rules.head_start_s
    lead = max(head_starts.values(), default=0.0) - head_starts.get(segment, 0.0)
    turn = _turn(hall, queue_id, ahead, max(lead, 0.0), known)
    if turn is None:
        return None, None
    last = outlook.last_wait_s
    found = quote_turn(turn, mean, cv2=outlook.cv2, services=outlook.services, last_wait=last)
    return found, "queue_length" if last is None else "last_to_start"


def _turn(hall: Hall, queue_id: str, ahead: int, lead_s: float, known: Outlooks) -> Turn | None:
    """The turn by the rules for those within the cap; or, if it would come later, by those for the others."""
    mean = known[queue_id].mean_service_s
    overtaking, head_start = known[queue_id].overtaking * mean, lead_s / mean
    turn = next_turn(ahead, shared_counters(hall, queue_id, known), overtaking=overtaking, head_start=head_start)
    if turn is not None and turn.calls / turn.servers * mean <= hall.branch.rules.wait_cap_s:
        return turn
    counters = shared_counters(hall, queue_id, known, past_cap=True)
    return next_turn(ahead, counters, overtaking=overtaking, head_start=head_start)


def _free_counters(hall: Hall, queue_id: str) -> int:
    """How many counters would call this queue's next customer now; those that help, where their own are empty."""
    busy, waiting = hall.at_counter, hall.waiting
    found = 0
    for counter in hall.open_now.own.get(queue_id, ()):
        found += counter.id not in busy
    for counter in hall.open_now.helping.get(queue_id, ()):
        if counter.id not in busy and not any(waiting.get(e.queue_id) for e in counter.profile if not e.helps):
            found += 1
    return found

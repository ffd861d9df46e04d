"""One person's stay in the hall: the paper in the hand is that of its first ticket, whichever it has come to."""

from collections.abc import Mapping

from server.domain.ticket import Ticket

MOST_STEPS = 5  # services that one paper can be for


def step_id(visit_id: str, step: int) -> str:
    """The id of a visit's ticket for its `step`th service; the first has the visit's own."""
    return visit_id if step == 1 else f"{visit_id}-{step}"


def newest_step(known: Mapping[str, Ticket], visit_id: str) -> Ticket | None:
    """The ticket among those known that the visit has come to; at most one of them is open, and none follows it."""
    newest = None
    for step in range(1, MOST_STEPS + 1):
        found = known.get(step_id(visit_id, step))
        if found is not None:
            newest = found
            if found.open:
                break
    return newest

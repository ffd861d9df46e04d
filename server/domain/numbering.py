"""Which number comes next: one prefix per queue, 001 first each business day, none twice, none left out."""

from server.domain.hall import Hall


def next_number(hall: Hall, queue_id: str) -> tuple[str, int, str]:
    """(prefix, serial, number as printed). Past 999 the number grows a digit rather than start again."""
    prefix = hall.branch.queues[queue_id].prefix
    serial = hall.tally(queue_id).last_serial + 1
    return prefix, serial, f"{prefix}{serial:03d}"

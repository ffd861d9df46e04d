"""Which number comes next: one prefix per queue, 001 first each business day, none twice, no hole unexplained."""

from server.domain.block import Block, printed
from server.domain.hall import Hall
from server.domain.refusals import Refusal

Numbered = tuple[str, int, str]  # (prefix, serial, number as printed)


def next_number(hall: Hall, queue_id: str) -> Numbered:
    """The number after the last one that was given, or leased to a kiosk."""
    prefix = hall.branch.queues[queue_id].prefix
    serial = hall.tally(queue_id).last_serial + 1
    return prefix, serial, printed(prefix, serial)


def number_of(block: Block, serial: int) -> Numbered:
    """A number of the block that has not been handed in yet, or a Refusal."""
    if block.returned:
        raise Refusal("block_over")
    number = printed(block.prefix, serial)
    if serial not in block:
        first, last = printed(block.prefix, block.first_serial), printed(block.prefix, block.last_serial)
        raise Refusal("number_not_in_block", number=number, first=first, last=last)
    if serial in block.used:
        raise Refusal("number_given", number=number)
    return block.prefix, serial, number

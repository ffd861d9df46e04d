"""Who comes with a ticket: its id, that nobody can guess, is the token of its own page and of nothing else."""

import re

from starlette.requests import HTTPConnection

from server.live.hub import Hub
from server.live.phone_view import ticket_of
from server.live.place import Place
from server.storage.branches import Holder
from server.storage.halls import BranchNotFound

TICKET = "ticket."
# The branch, and at the end what was drawn by chance: a number out of a block that was handed in without a secret
# could be guessed from the one before it, so it opens nothing.
SHAPE = re.compile(r"([A-Za-z0-9_\-]{1,40})(?:\.[A-Za-z0-9_\-]{1,40})*\.([A-Za-z0-9_\-]{8,40})")


async def ticket_holder(connection: HTTPConnection, token: str) -> Holder | None:
    """None for a ticket that is not one of today. A guess costs a look into memory, and no query."""
    visit_id = token.removeprefix(TICKET)
    shape = SHAPE.fullmatch(visit_id) if len(visit_id) <= 80 else None
    if shape is None:
        return None
    hub: Hub = connection.app.state.services.hub
    place = await place_of(hub, shape[1])
    if place is None or ticket_of(place, visit_id, hub.now()) is None:
        return None
    return Holder(visit_id, "phone", shape[1], "")


async def place_of(hub: Hub, branch_id: str) -> Place | None:
    """The branch as this process sees it; loaded if there is such a one, which is known without asking."""
    known = hub.places.get(branch_id)
    if known is not None:
        return known
    if hub.branches is not None and branch_id not in hub.branches:
        return None
    try:
        return await hub.place(branch_id)
    except BranchNotFound:
        return None

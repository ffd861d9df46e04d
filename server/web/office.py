"""What the office's page is told beside what every page is: in which branches they have a part."""

import asyncio
from typing import Any

from starlette.requests import Request

from server.storage.branch_names import branch_names
from server.storage.branches import Holder
from server.storage.staff import EVERY_BRANCH
from server.web.allowance import address_of
from server.web.services import services
from server.web.signed_in import COOKIE, reception_of


async def about_office(request: Request, holder: Holder) -> dict[str, Any]:
    """`branches`: where they have a part, [{"id", "name"}]."""
    using = await services(request)
    mine: set[str] | None = {holder.branch_id}
    if holder.session:
        secret, address = request.cookies.get(COOKIE, ""), address_of(request.scope)
        found = await reception_of(request).signed_in(secret, address)
        mine = set(found.person.roles) if found else set()
        if EVERY_BRANCH in mine:
            mine = None

    def read() -> list[dict[str, Any]]:
        with using.reader.begin() as connection:
            return branch_names(connection, mine)

    return {"branches": await asyncio.to_thread(read)}

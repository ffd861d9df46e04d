"""Which services whoever opens a counter may serve there: looked up by the server, for no client is asked."""

import asyncio
from collections.abc import Sequence

from server.storage.database import Database
from server.storage.skills import skills_of


async def skills(reader: Database, staff_id: str, branch_id: str) -> Sequence[str] | None:
    """None: all of them; so it is for whoever comes with a token and no name of their own."""

    def look_up() -> Sequence[str] | None:
        with reader.begin() as connection:
            return skills_of(connection, staff_id, branch_id)

    return await asyncio.to_thread(look_up)

"""An office with staff and devices enough for a crowd, and the end of every test: all go home, and are checked."""

import asyncio
import os
import random
from datetime import datetime

from server.domain.branch import Branch
from server.storage.branches import create_token
from server.storage.database import open_database
from tests.faults.checker import Verdict, check, read_log
from tests.faults.load import Crowd
from tests.running import TEN, Office, install

TELLERS = 5
KIOSKS = 4
DISPLAYS = 4
PEOPLE = {"desk": ("teller", TELLERS), "door": ("kiosk", KIOSKS), "lobby": ("display", DISPLAYS)}


def fault_runs() -> int:
    """How often a server is killed on each database: few in the daily run, fifty in `make faults`."""
    return int(os.environ.get("CALLBOARD_FAULT_RUNS", "2"))


def fault_seed() -> int:
    """Of all that is left to chance; printed with the counts, and set to see the same run again."""
    return int(os.environ.get("CALLBOARD_FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def staffed(database_url: str, *, now: datetime = TEN, branch: Branch | None = None) -> Office:
    """The example branch with a token for each of desk-1.., door-1.., lobby-1.."""
    office = install(database_url, now=now, branch=branch)
    engine = open_database(database_url, writing=True)
    for place, (kind, count) in PEOPLE.items():
        for number in range(1, count + 1):
            name = f"{place}-{number}"
            office.tokens[name] = create_token(engine, kind, "main", name, name)
    engine.dispose()
    return office


async def judged(crowd: Crowd, database_url: str) -> Verdict:
    """The crowd goes home, the displays read to the end of the log, and the checker reads everything."""
    await crowd.go_home()
    settled = (await asyncio.to_thread(read_log, database_url))[-1]["seq"]
    # The checker says which one is behind.
    await asyncio.gather(*(screen.until(settled) for screen in crowd.screens), return_exceptions=True)
    await crowd.close()
    log = await asyncio.to_thread(read_log, database_url)
    return check(log, crowd.record, settled)

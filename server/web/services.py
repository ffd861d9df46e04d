"""What the routes work with, handed over by the app."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from starlette.requests import HTTPConnection

from server.live.desk import Desk
from server.live.hub import Hub
from server.settings import Settings
from server.storage.database import Database
from server.storage.personal import PersonalRecords
from server.storage.server_clock import ServerClock
from server.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    reader: Database
    writer: Writer
    hub: Hub
    clock: ServerClock
    desk: Desk
    personal: PersonalRecords


async def services(connection: HTTPConnection) -> Services:
    return cast(Services, connection.app.state.services)


def writing_of(connection: HTTPConnection) -> Database:
    """For what is changed beside the hall: people, sessions, devices."""
    found = connection.app.state.writing
    assert isinstance(found, Database)
    return found


def now() -> datetime:
    """Of the wall, also where the hall's own day is simulated."""
    return datetime.now(UTC)

"""The one file that knows every part: puts the server together, starts it, and takes it apart in order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware import Middleware

from server.live.bus import Bus, InProcessBus
from server.live.caretaker import Caretaker
from server.live.desk import Desk
from server.live.hub import Hub
from server.live.redis_bus import RedisBus
from server.live.relay import Relay
from server.settings import Settings
from server.storage.database import open_database
from server.storage.plans import PlanWriter
from server.storage.server_clock import ServerClock
from server.storage.writer import Writer
from server.web import advice, counters, health, live_socket, pages, plans, problems, reads, record, tickets
from server.web.access import Doorman
from server.web.asyncapi import asyncapi
from server.web.limits import Limits
from server.web.messages import ProblemDetails
from server.web.services import Services

API = "/api/v1"
PROBLEMS = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}


def create_app(settings: Settings, *extra: APIRouter) -> FastAPI:
    """The server; `extra` routes come before the screens, whose path takes what no other has taken."""
    app = FastAPI(
        title="Callboard",
        version="1",
        description="A live queue-ticketing system for any hall with counters.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lambda app: _living(app, settings),
        middleware=[Middleware(Limits)],
    )
    problems.install(app)
    documented: dict[int | str, dict[str, Any]] = {
        "4XX": {"model": ProblemDetails, "content": PROBLEMS, "description": "Refused"}
    }
    for module in (tickets, counters, advice, record, plans, reads):
        app.include_router(module.router, prefix=API, responses=documented)
    app.include_router(live_socket.router, prefix=API)
    app.include_router(health.router)
    app.include_router(_documents())
    for router in extra:
        app.include_router(router)
    pages.mount_files(app)
    app.include_router(pages.router)
    return app


def _documents() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.add_api_route(f"{API}/asyncapi.json", asyncapi, methods=["GET"])
    return router


@asynccontextmanager
async def _living(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """The writer first, then what listens to it; and the other way round at the end."""
    loop = asyncio.get_running_loop()
    writing = open_database(settings.database_url, writing=True)
    reader = open_database(settings.database_url, writing=False)
    clock = ServerClock(writing)
    bus: Bus = RedisBus(settings.bus_url) if settings.bus_url else InProcessBus()

    def on_news(news: dict[str, int]) -> None:
        for branch_id, seq in news.items():
            loop.call_soon_threadsafe(bus.publish, branch_id, seq)

    writer = Writer(writing, clock.now, on_news, limit=settings.queue_limit)
    hub = Hub(reader, clock)
    relay = Relay(reader, hub, bus, clock)
    desk = Desk(reader)
    caretaker = Caretaker(reader, writing, hub, desk, writer.submit)
    app.state.services = Services(settings, reader, writer, hub, clock, desk)
    app.state.doorman = Doorman(reader)
    app.state.plan_writer = PlanWriter(writing)
    logging.getLogger("server").setLevel(settings.log_level.upper())
    writer.start()
    await relay.start()
    caretaker.start()
    try:
        yield
    finally:
        hub.say_goodbye()
        await caretaker.close()
        desk.close()
        await asyncio.to_thread(writer.stop)
        await relay.close()
        reader.dispose()
        writing.dispose()

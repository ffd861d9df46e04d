"""The one file that knows every part: puts the server together, starts it, and takes it apart in order."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware import Middleware

from server.live.bus import Bus, InProcessBus
from server.live.caretaker import Caretaker
from server.live.desk import Desk
from server.live.duties import open_duties
from server.live.hub import Hub
from server.live.push_message import Sender
from server.live.pushes import Pushes
from server.live.relay import Relay
from server.live.seen import Seen
from server.settings import Settings
from server.storage.auditor import Auditor
from server.storage.database import Database, open_database
from server.storage.personal import PersonalRecords
from server.storage.plans import PlanWriter
from server.storage.seal import Seal
from server.storage.server_clock import ServerClock
from server.storage.writer import News, Writer
from server.watch.requests import RequestMeter, Watched
from server.watch.traces import open_traces
from server.web import (
    account,
    advice,
    audit,
    card_rules,
    counters,
    device_list,
    devices,
    display_door,
    health,
    live_socket,
    metrics,
    new_branches,
    openapi,
    outside_sign_in,
    pages,
    pairings,
    passkeys,
    people,
    persons,
    phone,
    phone_page,
    phone_socket,
    plans,
    problems,
    reads,
    record,
    set_up,
    set_up_files,
    sign_in,
    sign_in_page,
    switch,
    ticket_link,
    tickets,
    voice,
)
from server.web.access import Doorman
from server.web.allowance import Allowances
from server.web.asyncapi import asyncapi
from server.web.door import Door
from server.web.hall_metrics import HallParts
from server.web.limits import Limits
from server.web.messages import ProblemDetails
from server.web.outside_provider import Provider
from server.web.process_metrics import ProcessParts
from server.web.services import Services
from server.web.signed_in import Reception

API = "/api/v1"
PATIENCE_S = 8.0  # with a database that does not answer; longer than a lock can be held by who has gone
DOCUMENTED = (
    tickets,
    ticket_link,
    counters,
    devices,
    pairings,
    device_list,
    card_rules,
    advice,
    record,
    plans,
    reads,
    audit,
    set_up,
    set_up_files,
    new_branches,
    persons,
    voice,
    phone,
    people,
    account,
    passkeys,
)
PROBLEMS = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}


def create_app(settings: Settings, *extra: APIRouter) -> FastAPI:
    """The server; `extra` routes come before the screens, whose path takes what no other has taken."""
    requests, traces = RequestMeter(), open_traces(settings.traces)
    allowances = Allowances(settings)
    app = FastAPI(
        title="Callboard",
        version="1",
        description="A live queue-ticketing system for any hall with counters.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lambda app: _living(app, settings),
        middleware=[
            Middleware(Watched, requests, traces),
            Middleware(Limits, allowances, settings.hosts, settings.site),
            Middleware(Door, API, (tickets.router, counters.router, devices.router, advice.router)),
        ],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # its own: ours are in server/watch
    )
    app.state.requests, app.state.traces = requests, traces
    app.state.allowances = allowances
    problems.install(app)
    openapi.install(app, API)
    documented: dict[int | str, dict[str, Any]] = {
        "4XX": {"model": ProblemDetails, "content": PROBLEMS, "description": "Refused"}
    }
    app.include_router(live_socket.router, prefix=API)  # first: a bank's screens may all come at once
    app.include_router(phone_socket.router, prefix=API)
    for module in DOCUMENTED:
        app.include_router(module.router, prefix=API, responses=documented)
    for entrance in (sign_in.router, passkeys.door, outside_sign_in.router):
        app.include_router(entrance, prefix=API, responses=documented)
    app.include_router(switch.router, prefix=API, responses=documented)
    for router in (health.router, metrics.router, _documents(), display_door.router, *extra):
        app.include_router(router)
    for screens in (phone_page, sign_in_page, pages):  # the last takes every path of one word that is left
        screens.mount_files(app)
        app.include_router(screens.router)
    return app


def _bus(url: str) -> Bus:
    """The library is loaded only where it is used: a start need not wait for it."""
    if not url:
        return InProcessBus()
    from server.live.redis_bus import RedisBus

    return RedisBus(url)


def _pushes(settings: Settings, clock: ServerClock) -> Pushes | None:
    """What they need is loaded only where there is a key; a key that is none ends the start."""
    if not settings.push_key:
        return None
    return Pushes(clock, Sender(settings.push_key, settings.push_contact), settings.push_services)


def _spare_the_collector() -> None:
    """What is loaded by now stays for good. Looking through it again and again for what might go costs a call-out
    tens of milliseconds, now and then."""
    gc.collect()
    gc.freeze()


def _documents() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.add_api_route(f"{API}/asyncapi.json", asyncapi, methods=["GET"])
    return router


def _records(app: FastAPI, settings: Settings, writing: Database, reader: Database) -> PersonalRecords:
    """What is personal, and what seals it."""
    seal = app.state.seal = Seal(settings.data_key, settings.data_key_file, settings.database_url)
    return PersonalRecords(writing, reader, seal)


def _watched(app: FastAPI, process: ProcessParts, halls: HallParts) -> metrics.Page:
    """What is told of it all: lines of log from the level that is set, figures, and traces if they are wanted."""
    using = app.state.services
    logging.getLogger("server").setLevel(using.settings.log_level.upper())
    page = app.state.metrics = metrics.Page(using.reader, process, halls, app.state.traces)
    page.start()
    return page


def _open_doors(app: FastAPI, reader: Database, writing: Database, hub: Hub, relay: Relay) -> None:
    """Who comes in, and what is written of it."""
    settings = app.state.services.settings
    app.state.access_changed = relay.access_changed
    app.state.outside = Provider(settings) if settings.oidc_issuer else None
    app.state.doorman = Doorman(reader, hub.gone, app.state.allowances.guesses)
    app.state.reception = Reception(reader, hub.gone, app.state.allowances.guesses)
    app.state.writing = writing
    app.state.seen = Seen(writing, hub)
    app.state.seen.start()
    app.state.plan_writer = PlanWriter(writing)
    app.state.auditor = Auditor(writing)
    app.state.auditor.start()


async def _close_doors(app: FastAPI) -> None:
    await app.state.seen.close()
    await asyncio.to_thread(app.state.auditor.stop)
    if app.state.outside is not None:
        app.state.outside.close()


def _close_databases(*databases: Database) -> None:
    for database in databases:
        database.dispose()


@asynccontextmanager
async def _living(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """The writer first, then what listens to it; and the other way round at the end."""
    loop = asyncio.get_running_loop()
    writing, reader = (open_database(settings.database_url, writing=w, patience_s=PATIENCE_S) for w in (True, False))
    clock = ServerClock(writing)
    bus = _bus(settings.bus_url)

    def on_news(news: News) -> None:
        for branch_id, happened in news.items():
            loop.call_soon_threadsafe(relay.written, branch_id, happened)

    writer = Writer(writing, clock.now, on_news, limit=settings.queue_limit)
    hub = Hub(reader, clock, _pushes(settings, clock))
    relay = Relay(reader, hub, bus, clock)
    desk = Desk(reader)
    duties = open_duties(settings.database_url, f"{socket.gethostname()}:{settings.port}", reader)
    records = _records(app, settings, writing, reader)
    caretaker = Caretaker(reader, writing, hub, duties, desk, writer.submit, settings.keep_days, records.traces)
    app.state.services = Services(settings, reader, writer, hub, clock, desk, records)
    _open_doors(app, reader, writing, hub, relay)
    process = ProcessParts(writer, hub, bus, app.state.requests, app.state.auditor)
    page = _watched(app, process, HallParts(hub, desk, writer, caretaker))
    writer.start()
    await relay.start()
    await duties.start()
    caretaker.start()
    _spare_the_collector()
    try:
        yield
    finally:
        hub.say_goodbye()
        await duties.close()
        await caretaker.close()
        desk.close()
        await asyncio.to_thread(writer.stop)
        await _close_doors(app)
        await relay.close()
        await page.close()
        _close_databases(reader, writing)

"""`python -m server demo`: a fresh branch, its server, and a crowd that lives in it, all in one process."""

import argparse
import asyncio
import logging
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from server.app import create_app
from server.demo.branch import BRANCH_ID, demonstrated_branch, source_counters
from server.demo.control import demo_router
from server.demo.crowd import Crowd, CrowdTokens
from server.demo.past import past_days
from server.demo.start import QUICK, morning_of, warm_up
from server.settings import Settings
from server.storage.branches import create_token, install_branch
from server.storage.database import Database, open_database
from server.storage.history import save_day
from server.storage.migrate import migrate
from server.storage.server_clock import start_clock
from server.web.serving import Server, make_server

TELLERS = {  # counter -> who sits there
    1: "王芳 Wang Fang",
    2: "李强 Li Qiang",
    3: "张敏 Zhang Min",
    4: "刘洋 Liu Yang",
    5: "陈静 Chen Jing",
    6: "杨帆 Yang Fan",
    7: "赵磊 Zhao Lei",
}
MORNING = (1, 2, 3, 6, 7)  # the study's three ordinary and two VIP counters
VISITOR = "访客 Visitor"
TITLES = {"kiosk": "Kiosk", "display": "Lobby display", "teller": "Teller console", "manager": "Manager view"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port; the next free one if it is taken")
    parser.add_argument("--speed", type=float, default=30.0, help="speed of the day (default: 30)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated day (default: 1)")
    parser.add_argument("--folder", type=Path, default=Path("var"), help="where its database is kept")
    parser.add_argument("--from-opening", action="store_true", help="do not hurry through the morning")


def run(asked: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    port = free_port(asked.host, asked.port)
    # Two demonstrations side by side must not share a database.
    name = "demo.sqlite3" if port == asked.port else f"demo-{port}.sqlite3"
    path = fresh_file(asked.folder / name)
    settings = Settings(host=asked.host, port=port, database_url=f"sqlite:///{path}", bus_url="", clock_control=True)
    speed = asked.speed if asked.from_opening else max(QUICK, asked.speed)
    engine = open_database(settings.database_url, writing=True)
    links, tokens = prepare(engine, speed, asked.seed)
    engine.dispose()
    with suppress(KeyboardInterrupt):
        asyncio.run(live(settings, links, tokens, asked))
    return 0


def prepare(engine: Database, speed: float, seed: int = 1) -> tuple[dict[str, str], CrowdTokens]:
    """The branch installed in an empty database, early in the morning. Screen -> its link, and the tokens."""
    migrate(engine)
    branch = demonstrated_branch()
    install_branch(engine, branch, source_counters())
    morning = morning_of(branch, datetime.now(UTC))
    start_clock(engine, morning, speed)
    with engine.begin() as connection:
        for day, records in past_days(branch, branch.business_day(morning), seed).items():
            save_day(connection, branch.id, day, records)

    def token(kind: str, name: str) -> str:
        return create_token(engine, kind, BRANCH_ID, name)

    # The visitor's console holds a manager's token: that is what taking over a counter asks for.
    shown = {
        "kiosk": token("kiosk", "取号机 Kiosk"),
        "display": token("display", "大厅 Lobby"),
        "teller": token("manager", VISITOR),
        "manager": token("manager", VISITOR),
    }
    tellers = {f"{BRANCH_ID}.{number}": token("teller", name) for number, name in TELLERS.items()}
    crowd = CrowdTokens(
        kiosk=token("kiosk", "Crowd"),
        machine=token("machine", "Crowd"),
        manager=token("manager", "周涛 Zhou Tao"),
        operator=token("operator", "Crowd"),
        tellers=tellers,
    )
    return {screen: f"/{screen}?token={secret}" for screen, secret in shown.items()}, crowd


async def live(settings: Settings, links: dict[str, str], tokens: CrowdTokens, asked: argparse.Namespace) -> None:
    address = f"http://{'127.0.0.1' if settings.host == '0.0.0.0' else settings.host}:{settings.port}"
    morning = tuple(f"{BRANCH_ID}.{number}" for number in MORNING)
    crowd = Crowd(address, tokens, BRANCH_ID, morning=morning, seed=asked.seed)
    server = make_server(create_app(settings, demo_router(crowd, links)), settings)
    jobs = [
        asyncio.create_task(crowd.run()),
        asyncio.create_task(announce(server, address, links, asked.speed)),
    ]
    if not asked.from_opening:
        jobs.append(asyncio.create_task(warm_up(crowd, asked.speed)))
    # The crowd goes before the server does: it would only knock at a closed door.
    jobs.append(asyncio.create_task(leave_with(server, list(jobs))))
    try:
        await server.serve()
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def leave_with(server: Server, jobs: list[asyncio.Task[None]]) -> None:
    while not server.should_exit:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    for job in jobs:
        job.cancel()


async def announce(server: Server, address: str, links: dict[str, str], speed: float) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    lines = [f"    {TITLES[screen]:<16} {address}{link}" for screen, link in links.items()]
    print(
        f"\n  Callboard is running: a living branch whose day passes at {speed:g} times the usual speed.\n\n"
        f"    {'All of it':<16} {address}/demo\n\n" + "\n".join(lines) + "\n\n  Stop it with Ctrl-C.\n",
        flush=True,
    )


def free_port(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((host, port))
                return port
    raise SystemExit(f"No free port from {wanted} on at {host}.")


def fresh_file(path: Path) -> Path:
    """The place for a new SQLite database; what was there is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path

"""`python -m server replay FILE`: a real day through a real server, and a table of what came of it."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from server.advisor.class_day import ClassDay
from server.demo.api import Api
from server.replay.arrivals import Unreadable, read_arrivals, read_service_times
from server.replay.audit import Audit, audit
from server.replay.calibration import Calibration
from server.replay.host import Host, ServerFailed
from server.replay.past import chosen_days, past_days, same_weekday, shifted
from server.replay.play import Plan, Replay, Site
from server.replay.report import calibration_tables, show_progress, tables

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 2, tzinfo=ZONE)  # a Monday like any other
WIDTH = 100  # of the tables where there is no terminal to say so
OPENS_S, CLOSES_S = 7 * 3600.0, 21.5 * 3600.0  # of the branch that days are played in
EARLY = timedelta(minutes=2)
SOON = timedelta(minutes=1)


class CannotPlay(Exception):
    """What was asked for cannot be done, in words."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="arrivals of a day: a CSV with arrival_s_after_HHMM or start_utc,calls"
    )
    parser.add_argument("--day", type=date.fromisoformat, help="which day of a file of counts (default: its first)")
    parser.add_argument("--days", type=int, default=1, help="so many days of the file, in turn (default: 1)")
    parser.add_argument(
        "--history", type=int, default=0, metavar="N", help="with N days of the file before it as history"
    )
    parser.add_argument("--service", type=Path, help="service times: a CSV with service_s (default: exponential)")
    parser.add_argument("--service-mean", type=float, default=8.0, help="minutes they are scaled to (default: 8)")
    parser.add_argument("--thin", type=float, default=0.3, help="share of the customers that come (default: 0.3)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (default: 1)")
    parser.add_argument("--speed", type=float, default=30.0, help="speed of the server's clock (default: 30)")
    parser.add_argument("--counters", type=int, default=5, help="counters that are open (default: 5)")
    parser.add_argument("--open", type=int, metavar="N", help="counters that open in the morning (default: all)")
    parser.add_argument("--follow", action="store_true", help="do what the advisor says: tellers come and go by it")
    parser.add_argument("--cut-display", type=int, default=0, metavar="N", help="cut the display off N times")
    own = parser.add_argument_group("a server of its own (without --url)")
    own.add_argument("--restart-server", type=int, default=0, metavar="N", help="restart the server N times")
    own.add_argument("--kill", action="store_true", help="restart by SIGKILL, as a power cut would")
    own.add_argument("--database", metavar="URL", help="an empty database (default: a SQLite file)")
    running = parser.add_argument_group("a server that is running")
    running.add_argument("--url", help="its address, as http://127.0.0.1:8000; it keeps its own speed")
    running.add_argument("--branch", default="main", help="the branch to play to (default: main)")
    running.add_argument("--token", help="a manager's token (default: CALLBOARD_TOKEN)")


def run(asked: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    console = Console()
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = WIDTH
    overall, sound = Calibration(), True
    try:
        service_s = read_service_times(asked.service, asked.service_mean)
        for day in chosen_days(asked.file, asked.day, max(1, asked.days)):
            moments = read_arrivals(asked.file, thin=asked.thin, seed=asked.seed, day=day)
            found = asyncio.run(play(console, asked, day, moments, service_s))
            overall.add(found.calibration)
            sound = sound and found.sound
            for table in tables(found):
                console.print(table)
    except (OSError, ValueError, KeyError, Unreadable) as error:
        print(f"replay: the day cannot be read: {error}", file=sys.stderr)
        return 2
    except (CannotPlay, ServerFailed) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    for table in calibration_tables(overall):
        console.print(table)
    return 0 if sound else 1


async def play(
    console: Console, asked: argparse.Namespace, day: date | None, moments: list[float], service_s: list[float]
) -> Audit:
    if not moments:
        raise CannotPlay("no customer is left to send")
    async with site_for(asked, day, moments[0]) as (site, midnight), Api(site.url) as api:
        arrivals = [midnight + timedelta(seconds=moment) for moment in moments]
        plan = Plan(
            arrivals,
            service_s,
            asked.cut_display,
            asked.restart_server,
            asked.kill,
            asked.seed,
            asked.open,
            asked.follow,
        )
        replay = Replay(site, plan, api)
        after = await end_of_log(api, site)
        showing = asyncio.create_task(show_progress(console, replay, len(arrivals)))
        try:
            await replay.run()
        except ExceptionGroup as group:
            failed = group.subgroup(ServerFailed)
            raise (_first(failed) if failed else group) from group
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
        return await audit(replay, site, after)


@asynccontextmanager
async def site_for(asked: argparse.Namespace, day: date | None, first: float) -> AsyncIterator[tuple[Site, datetime]]:
    """The server to play to, and the midnight that arrivals are counted from."""
    if asked.url is None:
        midnight = same_weekday(MIDNIGHT, day)
        start = midnight + timedelta(seconds=first) - EARLY
        async with Host(start, asked.speed, asked.counters, asked.database, history(asked, day, midnight)) as host:
            yield (
                Site(host.url, host.branch_id, host.manager, host.kiosk, host.display, host.tellers, host),
                midnight,
            )
        return
    token = asked.token or os.environ.get("CALLBOARD_TOKEN")
    if not token:
        raise CannotPlay("a running server asks for a manager's token: --token or CALLBOARD_TOKEN")
    if asked.restart_server:
        raise CannotPlay("only a server of its own can be restarted: leave out --url")
    async with Api(asked.url) as api:
        answer = await api.get(token, f"branches/{asked.branch}/snapshot")
    if not answer.done:
        raise CannotPlay(f"the server refuses: {answer.code}")
    counters = sorted(answer.body["snapshot"]["counters"], key=lambda counter: counter["number"])
    staffed = [c["id"] for c in counters if c["counter_class"] != "self_service"][: asked.counters]
    now = datetime.fromisoformat(answer.body["now"])
    # Its day is not ours: the first customer comes in a moment, the others as long after as they did.
    midnight = now + SOON - timedelta(seconds=first)
    yield Site(asked.url, asked.branch, token, token, token, dict.fromkeys(staffed, token)), midnight


def history(asked: argparse.Namespace, day: date | None, midnight: datetime) -> dict[date, ClassDay]:
    """The days before, in the calendar of the day that is played."""
    if day is None or not asked.history:
        return {}
    hours = {"opens_s": OPENS_S, "closes_s": CLOSES_S}
    found = past_days(asked.file, day, asked.history, thin=asked.thin, seed=asked.seed, **hours)
    return shifted(found, day, midnight.date())


async def end_of_log(api: Api, site: Site) -> int:
    answer = await api.get(site.manager, f"branches/{site.branch_id}/snapshot")
    return int(answer.body["snapshot"]["seq"]) if answer.done else 0


def _first(group: BaseException) -> BaseException:
    return _first(group.exceptions[0]) if isinstance(group, BaseExceptionGroup) else group

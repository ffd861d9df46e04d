"""What one server process says of itself: its requests, its writer, its relay, its event loop, its database."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.live.bus import Bus
from server.live.hub import Hub
from server.storage.auditor import Auditor
from server.storage.writer import Writer
from server.watch.exposition import counter, gauge, histogram
from server.watch.histogram import Histogram
from server.watch.loop_lag import LoopLag
from server.watch.requests import RequestMeter

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


Counts = dict[tuple[str, ...], float]  # label values -> how many


@dataclass(frozen=True, slots=True)
class Database:
    """How the database answered just now: in how many seconds, and how many events we had not got yet."""

    up: bool
    seconds: float
    behind: int


@dataclass(frozen=True, slots=True)
class ProcessParts:
    writer: Writer
    hub: Hub
    bus: Bus
    requests: RequestMeter
    auditor: Auditor
    loop_lag: LoopLag = field(default_factory=LoopLag)


class ProcessMetrics:
    """A collector of the library's, for one registry and one scrape."""

    def __init__(self, parts: ProcessParts, database: Database) -> None:
        self._parts = parts
        self._database = database

    def collect(self) -> "Iterable[Metric]":
        yield from self._requests()
        yield from self._writer()
        yield from self._live()
        known = self._database
        yield gauge("callboard_database_up", "1 if the database could be read just now.", known.up)
        yield gauge("callboard_database_read_seconds", "How long the database took to say so.", known.seconds)
        yield gauge(
            "callboard_relay_behind_events", "Events in the log that the screens' side has not got.", known.behind
        )
        says = "How much later than asked the event loop comes."
        yield histogram("callboard_event_loop_lag_seconds", says, {(): self._parts.loop_lag.seconds})

    def _requests(self) -> "Iterator[Metric]":
        cells = self._parts.requests.cells.copy()
        counts, seconds = Counts(), dict[tuple[str, ...], Histogram]()
        for (route, method, status), cell in cells.items():
            counts[method, route, str(status)] = sum(cell.counts)
            seconds.setdefault((method, route), Histogram()).add(cell)
        about = ("method", "route", "status")
        yield counter("callboard_http_requests_total", "Requests answered.", counts, about)
        yield histogram("callboard_http_request_seconds", "From a request to its answer.", seconds, about[:2])

    def _writer(self) -> "Iterator[Metric]":
        writer = self._parts.writer
        watch = writer.watch
        yield gauge("callboard_writer_queue_depth", "Commands that wait to be written.", writer.depth)
        yield gauge("callboard_writer_queue_limit", "How many of one branch may wait.", writer.limit)
        yield histogram("callboard_writer_batch_commands", "Commands in one commit.", {(): watch.sizes})
        yield histogram("callboard_writer_commit_seconds", "How long a commit took.", {(): watch.seconds})
        yield counter("callboard_writer_retries_total", "Commits tried again.", {(): watch.retries})
        yield counter("callboard_writer_failed_total", "Commands given up.", {(): watch.failed})
        yield counter("callboard_writer_busy_total", "Commands turned away by a full queue.", {(): watch.busy})
        says = "Lines of the audit trail about refusals and sign-ins that could not be kept."
        yield counter("callboard_audit_lost_total", says, {(): self._parts.auditor.lost})
        refused: Counts = {(code,): float(count) for code, count in watch.refused.copy().items()}
        yield counter("callboard_writer_refusals_total", "Commands that the rules refused.", refused, ("code",))

    def _live(self) -> "Iterator[Metric]":
        relay, ended = self._parts.hub.watch, self._parts.hub.screens.ended.copy()
        yield histogram("callboard_relay_lag_seconds", "From an event to its delivery to screens.", {(): relay.lag})
        age = time.monotonic() - relay.polled_at
        yield gauge("callboard_relay_poll_age_seconds", "Since the relay last asked how far the log is.", age)
        yield gauge("callboard_bus_up", "1 if news from other processes comes at once.", self._parts.bus.up)
        reasons: Counts = {(why,): float(ended[why]) for why in {*ended, "slow"}}
        yield counter("callboard_sockets_ended_total", "Sockets that ended, by why.", reasons, ("reason",))


def written(parts: ProcessParts, database: Database) -> str:
    """The process's part of the page. Loads the library, so not on the event loop."""
    from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(ProcessMetrics(parts, database))
    ProcessCollector(registry=registry)
    GCCollector(registry)
    return generate_latest(registry).decode()

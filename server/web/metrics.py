"""The door for Prometheus: the figures of the process and of every hall it knows, for whoever has the token."""

import asyncio
import gzip
import hmac
import time
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.storage.database import Database, DatabaseError
from server.storage.event_log import newest
from server.watch.exposition import CONTENT_TYPE
from server.watch.traces import Traces
from server.web import hall_metrics, process_metrics
from server.web.access import bearer
from server.web.hall_metrics import HallParts
from server.web.problems import Problem
from server.web.process_metrics import ProcessParts

router = APIRouter(include_in_schema=False)

PATIENCE_S = 2.0  # for the database: a page without its answer says that it is away

Newest = dict[str, tuple[str, int]]  # branch -> (epoch, seq of its newest event)


@dataclass(slots=True)
class Page:
    """Everything the page is made of."""

    reader: Database
    process: ProcessParts
    halls: HallParts
    traces: Traces | None = None
    _asking: "asyncio.Task[Newest | None] | None" = field(default=None, init=False)

    def start(self) -> None:
        self.process.writer.watch.traces = self.process.hub.watch.traces = self.traces
        self.process.loop_lag.start()

    async def close(self) -> None:
        self.process.loop_lag.stop()
        if self.traces is not None:
            await asyncio.to_thread(self.traces.close)

    async def text(self) -> str:
        database = await self._database()
        halls = await hall_metrics.written(self.halls)
        return await asyncio.to_thread(process_metrics.written, self.process, database) + halls

    async def _database(self) -> process_metrics.Database:
        """Asks how far the log is, and waits a moment for it. One question at a time, however long it hangs: or
        each scrape would take another thread from those who serve."""
        began = time.perf_counter()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._newest))
        done, _ = await asyncio.wait({self._asking}, timeout=PATIENCE_S)
        found = self._asking.result() if done else None
        took = time.perf_counter() - began
        if found is None:
            return process_metrics.Database(False, took, 0)
        places = self.halls.hub.places
        behind = sum(max(0, seq - places[key].hall.seq) for key, (_, seq) in found.items() if key in places)
        return process_metrics.Database(True, took, behind)

    def _newest(self) -> Newest | None:
        try:
            with self.reader.begin() as connection:
                return newest(connection)
        except DatabaseError:
            return None


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """For `CALLBOARD_METRICS_TOKEN` and nobody else; without one there is no such door."""
    token = request.app.state.services.settings.metrics_token
    if not token:
        raise Problem(404, "not_found")
    if not hmac.compare_digest((bearer(request) or "").encode(), token.encode()):
        raise Problem(401, "unauthorized")
    page: Page = request.app.state.metrics
    body = (await page.text()).encode()
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, 1)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, headers=headers)

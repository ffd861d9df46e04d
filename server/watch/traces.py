"""OpenTelemetry traces, for who wants them: a request, its wait for the writer, the commit, the way out."""

import time
from collections import OrderedDict
from collections.abc import Iterable, MutableMapping
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from server.watch.hops import Traced
from server.watch.logs import SettingRefused

if TYPE_CHECKING:  # who does not trace pays not even for the import
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

SERVICE = "callboard"
OTLP_PATH = "/v1/traces"
KEPT = 10_000  # commits whose delivery is awaited: in a branch that no screen watches it never comes


class TracesMissing(SettingRefused):
    """Traces are asked for, and the packages that make them are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "CALLBOARD_TRACES is set, but OpenTelemetry is not installed: pip install 'callboard[traces]'"
        )


def open_traces(endpoint: str) -> "Traces | None":
    """What sends to that OTLP endpoint; None where none is named. SettingRefused if that cannot be."""
    if not endpoint:
        return None
    address = urlsplit(endpoint)
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise SettingRefused(f"CALLBOARD_TRACES needs an http:// or https:// address; got {endpoint!r}")
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise TracesMissing from error
    whole = endpoint if address.path.strip("/") else endpoint.rstrip("/") + OTLP_PATH
    return Traces(OTLPSpanExporter(endpoint=whole))


class Traces:
    """Spans are made after the fact, with their times: nothing waits for them. Any thread may call."""

    def __init__(self, exporter: "SpanExporter", *, at_once: bool = False) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        # A provider of our own and not the process's: two apps in one process do not mix.
        self._provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}), shutdown_on_exit=False)
        self._provider.add_span_processor((SimpleSpanProcessor if at_once else BatchSpanProcessor)(exporter))
        self._tracer: Tracer = self._provider.get_tracer(SERVICE)
        self._lock = Lock()  # the writer's thread and the event loop both come to what follows
        self._written: OrderedDict[tuple[str, int], Span] = OrderedDict()  # (branch, seq) -> its commit
        self._out: dict[str, tuple[int, int, int]] = {}  # branch -> the newest that went out, to how many, and when

    def begin(self, request: str, scope: MutableMapping[str, Any]) -> Traced:
        """Begins the span of a request, in the caller's trace where it names one (`traceparent`)."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        told = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        caller = TraceContextTextMapPropagator().extract(told)
        traced = Traced(request)
        traced.span, traced.asked_ns = self._tracer.start_span(scope["method"], caller, SpanKind.SERVER), 0
        traced.span.set_attribute("callboard.request", request)
        return traced

    def end(self, request: str, scope: MutableMapping[str, Any], status: int) -> None:
        from opentelemetry.trace import StatusCode

        if not isinstance(request, Traced):
            return
        span = request.span
        route = getattr(scope.get("route"), "path", "other")
        span.update_name(f"{scope['method']} {route}")
        span.set_attributes(
            {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status}
        )
        if status >= 500:
            span.set_status(StatusCode.ERROR)
        span.end()

    def committed(self, outcomes: Iterable[tuple[Any, Any]], batch: str, took_s: float) -> None:
        """For each command of a request that is traced: how long it waited for the writer, and the commit."""
        now = time.time_ns()
        began = now - int(took_s * 1e9)
        for asked, outcome in outcomes:
            origin = asked.origin
            if not isinstance(origin, Traced):
                continue  # what the clock does
            branch_id = asked.command.branch_id
            known = {"callboard.branch": branch_id, "callboard.batch": batch, "callboard.request": str(origin)}
            self._made("wait for the writer", origin.span, min(origin.asked_ns, began), began, known)
            if isinstance(outcome, Exception):
                known["callboard.refused"] = getattr(outcome, "code", "failed")
                self._made("commit", origin.span, began, now, known)
                continue
            seq = outcome["seq"]
            span = self._made("commit", origin.span, began, now, {**known, "callboard.seq": seq})
            with self._lock:
                self._written[branch_id, seq] = span
                out = self._out.get(branch_id, (0, 0, 0))
                while len(self._written) > KEPT:
                    self._written.popitem(last=False)
            if out[0] >= seq:  # it was with the screens before it was counted
                self._went_out(branch_id, seq, *out[1:])

    def delivered(self, branch_id: str, first: int, last: int, listeners: int) -> None:
        """The events first..last have gone out: the commits that wrote them end their way here."""
        now = time.time_ns()
        with self._lock:
            self._out[branch_id] = last, listeners, now
        for seq in range(first, last + 1):
            self._went_out(branch_id, seq, listeners, now)

    def _went_out(self, branch_id: str, seq: int, listeners: int, at: int) -> None:
        with self._lock:
            commit = self._written.pop((branch_id, seq), None)
        if commit is not None:
            known = {"callboard.branch": branch_id, "callboard.seq": seq, "callboard.listeners": listeners}
            self._made("fan-out", commit, getattr(commit, "end_time", None) or at, at, known)

    def _made(self, name: str, parent: "Span", began: int, ended: int, known: dict[str, Any]) -> "Span":
        from opentelemetry.trace import set_span_in_context

        span = self._tracer.start_span(name, set_span_in_context(parent), attributes=known, start_time=began)
        span.end(max(began, ended))
        return span

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()

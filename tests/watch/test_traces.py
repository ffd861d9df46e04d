"""Traces of one request, for who wants them; who does not, pays not even for loading them."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from server import app
from server.watch.logs import SettingRefused
from server.watch.traces import Traces, open_traces
from tests.running import ROOT, Caller, Served, fresh_key, headers, install, serving

PATIENCE_S = 10.0
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

WITHOUT = """
import sys
from server.app import create_app
from server.settings import Settings
create_app(Settings())
print(sorted({"opentelemetry.sdk.trace", "opentelemetry.exporter.otlp", "prometheus_client"} & set(sys.modules)))
"""


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def served(sqlite_url: str, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(app, "open_traces", lambda endpoint: Traces(exporter, at_once=True))
    with serving(install(sqlite_url)) as served:
        yield served


def spans_of_a_ticket(served: Served, exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    with Caller(served.url, served.office.tokens) as ask:
        ask.get("manager", "branches/main/snapshot")
        exporter.clear()
        asked = headers(served.office.tokens["kiosk"], fresh_key()) | {"traceparent": CALLER}
        answer = ask.http.post("branches/main/tickets", json={"services": ["deposit"]}, headers=asked)
    assert answer.status_code == 201
    deadline = time.monotonic() + PATIENCE_S
    while len(found := {span.name: span for span in exporter.get_finished_spans()}) < 4:
        assert time.monotonic() < deadline, sorted(found)
        time.sleep(0.02)
    return found


def test_a_request_its_wait_its_commit_and_its_way_out_are_one_trace(
    served: Served, exporter: InMemorySpanExporter
) -> None:
    found = spans_of_a_ticket(served, exporter)
    request = found["POST /branches/{branch}/tickets"]
    wait, commit, way = found["wait for the writer"], found["commit"], found["fan-out"]
    assert request.context is not None
    assert commit.context is not None
    assert request.parent is not None
    assert f"{request.context.trace_id:032x}-{request.parent.span_id:016x}" in CALLER
    assert {span.context.trace_id for span in found.values() if span.context} == {request.context.trace_id}
    parents = [span.parent.span_id for span in (wait, commit, way) if span.parent]
    assert parents == [request.context.span_id, request.context.span_id, commit.context.span_id]
    times = [request.start_time, wait.start_time, wait.end_time, commit.end_time, way.end_time]
    assert times == sorted(times, key=lambda time: time or 0)
    assert (commit.attributes or {})["callboard.branch"] == "main"


def test_an_address_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(SettingRefused, match="http://"):
        open_traces("collector:4317")


def test_without_the_packages_it_says_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingRefused, match=r"callboard\[traces\]"):
        open_traces("http://collector.example:4318")


def test_who_wants_neither_traces_nor_figures_loads_neither() -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_no_address_means_no_traces() -> None:
    assert open_traces("") is None

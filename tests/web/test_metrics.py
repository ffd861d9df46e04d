"""The page that Prometheus reads: who gets it, whether it is true, and whether all that is watched is on it."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from sqlalchemy import text

from server.storage.database import open_database
from tests.live.line import listening
from tests.running import ROOT, Caller, Office, Served, install, serving

TOKEN = "for-prometheus-only"
PATIENCE_S = 15.0
NAME = re.compile(r"\b(?:callboard|process|python)_[a-z_]+\b")
DEPLOY = ROOT / "deploy"
READ = YAML(typ="safe")

Samples = dict[str, list[tuple[dict[str, str], float]]]


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    return sqlite_office


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    with serving(office, metrics_token=TOKEN) as served:
        yield served


@pytest.fixture(scope="module")
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


def fetched(served: Served, token: str | None = TOKEN, **more: str) -> httpx.Response:
    told = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return httpx.get(f"{served.url}/metrics", headers=told | more, trust_env=False, timeout=30)


def scraped(served: Served) -> Samples:
    """Sample name -> (labels, value), as Prometheus's own library reads the page."""
    answer = fetched(served)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        found.setdefault(family.name, [])
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def value(found: Samples, family: str, /, **labels: str) -> float:
    """The sum of all samples with these labels."""
    matching = [number for known, number in found.get(family, []) if labels.items() <= known.items()]
    assert matching, f"no {family} with {labels}"
    return sum(matching)


def until(served: Served, name: str, least: float = 0.0) -> Samples:
    """The page, once this is on it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = scraped(served)
        if sum(number for _, number in found.get(name, [])) > least or (not least and found.get(name)):
            return found
        assert time.monotonic() < deadline, f"{name} does not come"
        time.sleep(0.2)


@pytest.mark.parametrize("token", [None, "wrong", TOKEN + "x"])
def test_without_the_token_nothing_is_told(served: Served, token: str | None) -> None:
    answer = fetched(served, token)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_no_device_and_no_person_gets_it(served: Served) -> None:
    assert {fetched(served, token).status_code for token in served.office.tokens.values()} == {401}


@pytest.mark.parametrize("token", [None, TOKEN])
def test_where_no_token_is_set_there_is_no_such_door(sqlite_url: str, token: str | None) -> None:
    with serving(install(sqlite_url)) as shut:
        assert fetched(shut, token).status_code == 404


def test_the_page_says_what_happened_in_the_hall(served: Served, ask: Caller) -> None:
    before = until(served, "callboard_looked_after_age_seconds")
    first = ask.ticket()
    ask.ticket()
    ask.done("teller", "counters/main.1/open")
    ask.done("teller", "counters/main.1/call-next")
    ask.done("teller", f"tickets/{first['id']}/finish")
    assert ask.post("second teller", "counters/main.1/call-next").status_code == 403
    ask.snapshot()
    now = scraped(served)
    about = {"branch": "main", "counter_class": "cash", "queue": "cash"}
    assert value(now, "callboard_people_waiting", **about) == 1
    assert 0 < value(now, "callboard_longest_wait_seconds", **about) < PATIENCE_S
    assert 0 <= value(now, "callboard_last_call_age_seconds", branch="main") < PATIENCE_S
    assert value(now, "callboard_counters_open", branch="main", counter_class="cash") == 1
    assert value(now, "callboard_branch_open", branch="main") == 1
    for what, count in (("issued", 2), ("called", 1), ("completed", 1)):
        assert value(now, f"callboard_tickets_{what}_total", **about) == count
    assert value(now, "callboard_writer_refusals_total", code="not_your_counter") == 1
    route = {"method": "POST", "route": "/counters/{counter}/call-next"}
    assert value(now, "callboard_http_requests_total", status="200", **route) == 1
    assert value(now, "callboard_http_requests_total", status="403", **route) == 1
    assert value(now, "callboard_http_request_seconds_count", **route) == 2
    written = value(now, "callboard_writer_batch_commands_sum")
    assert written - sum(n for _, n in before["callboard_writer_batch_commands_sum"]) >= 6


async def test_a_display_that_says_nothing_falls_behind_by_name(served: Served, ask: Caller) -> None:
    about = {"branch": "main", "kind": "display", "screen": "display-1", "name": "Display"}
    async with listening(served.url, served.office.tokens["display"]) as line:
        await line.hear()
        ask.ticket()
        await line.until(ask.seq)
        at_once = scraped(served)
        assert value(at_once, "callboard_sockets", branch="main", kind="display") == 1
        assert value(at_once, "callboard_screen_behind_events", **about) >= 1
        await line.socket.send(json.dumps({"type": "alive", "seq": line.seq}))
        deadline = time.monotonic() + PATIENCE_S
        while value(scraped(served), "callboard_screen_behind_events", **about):
            assert time.monotonic() < deadline, "what it said is not heard"
        confirmed = value(scraped(served), "callboard_screen_behind_seconds", **about)
    gone = value(scraped(served), "callboard_screen_behind_seconds", **about)
    assert 0 <= confirmed <= gone
    deadline = time.monotonic() + PATIENCE_S
    while value(later := scraped(served), "callboard_screen_behind_seconds", **about) <= gone:
        assert time.monotonic() < deadline, "a display that is gone does not fall behind"
    assert not [1 for known, _ in later["callboard_sockets"] if known["kind"] == "display"]


def test_devices_tell_of_themselves_and_of_what_they_announced(served: Served, ask: Caller) -> None:
    def tell(who: str, **said: Any) -> None:
        ask.done(who, "branches/main/device-reports", said)

    tell("kiosk", parts={"printer": "paper_out"})
    tell("display", parts={"sound": "ok"})
    ask.ticket()
    ask.done("second teller", "counters/main.2/open")
    ask.done("second teller", "counters/main.2/call-next")
    call_seq = next(one["seq"] for one in reversed(ask.log()) if one["kind"] == "ticket.called")
    for key, outcome in (("first", "failed"), ("again", "made")):
        body = {"call_seq": call_seq, "outcome": outcome, "by": ["voice"]}
        assert ask.post("display", "branches/main/announcements", body, f"key-{key}").is_success
    ask.snapshot()
    found = scraped(served)
    assert value(found, "callboard_devices_online", branch="main", kind="kiosk") == 1
    about = {"branch": "main", "screen": "kiosk-1", "name": "Kiosk"}
    assert value(found, "callboard_device_wrong", condition="paper_out", **about) == 1
    assert [known["screen"] for known, _ in found["callboard_device_wrong"]] == ["kiosk-1"], "the display is well"
    for outcome, count in (("made", 1), ("failed", 1)):
        about = {"branch": "main", "screen": "display-1", "outcome": outcome}
        assert value(found, "callboard_announcements_total", **about) == count
    tell("kiosk", offline=True)
    ask.snapshot()
    found = scraped(served)
    assert value(found, "callboard_devices_online", branch="main", kind="kiosk") == 0
    assert not found["callboard_device_wrong"], "one that said goodbye is not missed"


def test_people_are_not_on_the_page(served: Served, ask: Caller) -> None:
    page = fetched(served).text
    assert "Li Wei" not in page
    assert "teller-1" not in page


def test_it_comes_packed_to_who_can_unpack_it(served: Served) -> None:
    packed, plain = fetched(served), fetched(served, **{"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "callboard_database_up 1.0" in packed.text
    assert "callboard_database_up 1.0" in plain.text


def test_a_database_that_is_away_is_told(sqlite_url: str) -> None:
    with serving(install(sqlite_url), metrics_token=TOKEN) as served:
        assert value(scraped(served), "callboard_database_up") == 1
        engine = open_database(sqlite_url, writing=True)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE branches RENAME TO lost"))
        assert value(scraped(served), "callboard_database_up") == 0
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE lost RENAME TO branches"))
        engine.dispose()


def expressions() -> dict[str, str]:
    """Where something is watched -> its PromQL: every panel, variable and annotation, and every alert."""
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
    found = {
        f"panel '{panel['title']}' {target['refId']}": target["expr"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
    }
    found |= {f"variable {one['name']}": str(one["query"]) for one in dashboard["templating"]["list"]}
    alerts = READ.load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    return found | {rule["alert"]: rule["expr"] for group in alerts["groups"] for rule in group["rules"]}


def test_all_that_is_watched_is_exported(served: Served, ask: Caller) -> None:
    watched = {name for query in expressions().values() for name in NAME.findall(query)}
    assert len(watched) > 30, "the expressions were not found"
    found = until(served, "callboard_advice_age_seconds")
    # A counter of the library's drops its ending as a family; one that nothing has happened to has no sample yet.
    exported = set(found) | {f"{name}_total" for name in found}
    assert sorted(watched - exported) == []


def test_what_is_not_exported_would_be_noticed() -> None:
    assert NAME.findall('sum(rate(callboard_lost_total{branch="main"}[5m]))') == ["callboard_lost_total"]


def test_the_dashboard_is_laid_out_without_overlap() -> None:
    panels = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())["panels"]
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        at = panel["gridPos"]
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert x < 24, panel["title"]
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_what_grafana_is_given_points_at_what_is_there() -> None:
    folder: Path = DEPLOY / "grafana" / "provisioning"
    source = READ.load((folder / "datasources" / "prometheus.yml").read_text())["datasources"][0]
    provider = READ.load((folder / "dashboards" / "callboard.yml").read_text())["providers"][0]
    compose = (DEPLOY / "compose.yaml").read_text()
    assert source["type"] == "prometheus"
    assert f"{provider['options']['path']}/" in compose
    assert "./grafana/provisioning:/etc/grafana/provisioning" in compose

"""The demonstration's own page: it comes with its state, and its two levers work."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from server.demo.control import demo_router
from server.demo.crowd import Crowd, CrowdTokens
from server.web import problems
from tests.demo.hall import BRANCH, NINE


@pytest.fixture
async def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    crowd = Crowd("http://callboard.test", CrowdTokens("k", "m", "m", "o"), "main")
    crowd.floor.branch = BRANCH
    crowd.floor.time.hear(NINE.isoformat(), 30)

    async def set_speed(speed: float) -> str | None:
        if speed == 7:
            return "clock_fixed"
        crowd.floor.time.hear(NINE.isoformat(), speed)
        return None

    monkeypatch.setattr(crowd, "set_speed", set_speed)
    return crowd


@pytest.fixture
async def browser(crowd: Crowd) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(demo_router(crowd, {"kiosk": "/kiosk?token=a<b"}))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://callboard.test") as browser:
        yield browser


async def test_the_page_comes_with_its_state_and_its_words(browser: httpx.AsyncClient) -> None:
    html = (await browser.get("/demo")).text
    assert "<!--boot-->" not in html
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', html)
    assert found is not None
    boot = json.loads(found[1])
    assert boot["links"] == {"kiosk": "/kiosk?token=a<b"}
    assert (boot["speed"], boot["running"], boot["time_zone"]) == (30, True, "UTC")
    assert set(boot["words"]) == {"zh", "en"}
    used = set(re.findall(r'data-t(?:-label)?="([^"]+)"', html))
    assert used <= set(boot["words"]["en"]) & set(boot["words"]["zh"])


async def test_the_front_door_leads_to_the_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/demo")


async def test_the_page_s_own_files_are_served_and_no_others(browser: httpx.AsyncClient) -> None:
    html = (await browser.get("/demo")).text
    own = re.findall(r'(?:href|src)="(/demo/page/[^"]+)"', html)
    assert len(own) == 3
    for path in own:
        assert (await browser.get(path)).is_success
    assert (await browser.get("/demo/page/index.html")).status_code == 404
    assert (await browser.get("/demo/page/..%2Fcontrol.py")).status_code == 404


async def test_the_slider_sets_the_speed_of_the_day(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/demo/speed", json={"speed": 120})
    assert answer.json()["speed"] == 120
    assert (await browser.post("/demo/speed", json={"speed": 1000})).status_code == 422
    refused = await browser.post("/demo/speed", json={"speed": 7})
    assert (refused.status_code, refused.json()["code"]) == (409, "clock_fixed")


async def test_the_switch_stops_the_crowd_and_lets_it_come_again(browser: httpx.AsyncClient, crowd: Crowd) -> None:
    assert (await browser.post("/demo/crowd", json={"running": False})).json()["running"] is False
    assert not crowd.coming
    await browser.post("/demo/crowd", json={"running": True})
    assert crowd.coming

"""Whoever looks after a branch sees its devices, how each is and when it was last heard of, and takes one away."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from server.live.seen import version_in
from server.storage.database import Database
from server.storage.sightings import Sighting, note
from server.storage.tables import tokens
from tests.live.line import listening
from tests.running import Caller, Office, Served, headers
from tests.web.problem import refused

Json = dict[str, Any]
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/69.0.3497.100 Safari/537.36"


def device(ask: Caller, wanted: str) -> Json:
    found = ask.get("manager", "branches/main/devices")
    assert found.status_code == 200, found.text
    return next(one for one in found.json()["devices"] if one["id"] == wanted)


async def test_a_device_is_listed_with_its_health_its_version_and_when_it_was_seen(
    served: Served, ask: Caller
) -> None:
    quiet = await asyncio.to_thread(device, ask, "machine-1")
    assert (quiet["seen_at"], quiet["version"], quiet["sockets"], quiet["online"]) == (None, "", 0, False)
    known = headers(ask.tokens["kiosk"]) | {"User-Agent": CHROME}
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{served.url}/api/v1/clock", headers=known)).status_code == 200
    await asyncio.to_thread(ask.done, "kiosk", "branches/main/device-reports", {"parts": {"printer": "paper_low"}})
    async with listening(served.url, ask.tokens["kiosk"], additional_headers={"User-Agent": CHROME}) as line:
        await line.hear()
        seen = await asyncio.to_thread(device, ask, "kiosk-1")
    assert seen["parts"] == {"printer": "paper_low"}
    assert (seen["online"], seen["sockets"], seen["address"], seen["version"]) == (True, 1, "127.0.0.1", "Chrome 69")
    assert datetime.now(UTC) - datetime.fromisoformat(seen["seen_at"]) < timedelta(seconds=30)
    assert seen["wrong_since"]


async def test_what_a_server_has_seen_is_written_down_for_the_others(
    served: Served, ask: Caller, engine: Database
) -> None:
    """The newest sighting counts, whichever server writes it first."""
    await asyncio.to_thread(ask.get, "display", "clock")
    await asyncio.to_thread(written, served)
    with engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT seen_at FROM sightings WHERE token_id = 'display-1'").scalar_one()
    assert kept
    now = datetime.now(UTC)
    note(engine, [Sighting("machine-1", now, "192.0.2.7", "Chrome 70"), Sighting("x", now, "", "")])
    note(engine, [Sighting("machine-1", now - timedelta(hours=1), "192.0.2.8", "Chrome 60")])
    found = await asyncio.to_thread(device, ask, "machine-1")
    assert (found["address"], found["version"]) == ("192.0.2.7", "Chrome 70")


def written(served: Served) -> None:
    """As once a minute."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(served.app.state.seen.write())
    loop.close()


def test_a_device_is_renamed_and_taken_away(ask: Caller, office: Office, engine: Database) -> None:
    ask.tokens["kiosk 2"] = _connected(ask, "kiosk", "Kiosk 2")
    mine = next(
        one["id"] for one in ask.get("manager", "branches/main/devices").json()["devices"] if one["name"] == "Kiosk 2"
    )
    assert ask.post("manager", f"branches/main/devices/{mine}/rename", {"name": " Door "}).status_code == 200
    assert device(ask, mine)["name"] == "Door"
    assert ask.post("manager", f"branches/main/devices/{mine}/revoke").json() == {"device": mine}
    assert device(ask, mine)["revoked_at"]
    for what in ("revoke", "rename"):
        answer = ask.post("manager", f"branches/main/devices/{mine}/{what}", {"name": "Again"})
        refused(answer, 404, "device_not_found")
    with engine.begin() as connection:
        long_ago = datetime.now(UTC) - timedelta(days=31)
        connection.execute(update(tokens).where(tokens.c.id == mine).values(revoked_at=long_ago))
    listed = ask.get("manager", "branches/main/devices").json()["devices"]
    assert mine not in {one["id"] for one in listed}


def _connected(ask: Caller, kind: str, name: str) -> str:
    asked = ask.http.post("pairings", json={"kind": kind}).json()
    assert ask.post("manager", "branches/main/pairings/approve", {"code": asked["code"], "name": name}).is_success
    return str(ask.http.post("pairings/collect", json={"secret": asked["secret"]}).json()["token"])


def test_people_and_the_devices_of_others_are_no_devices_of_the_branch(ask: Caller) -> None:
    listed = ask.get("manager", "branches/main/devices").json()["devices"]
    assert {one["kind"] for one in listed} == {"kiosk", "display", "machine"}
    for wanted in ("manager-1", "manager-north", "nobody"):
        refused(ask.post("manager", f"branches/main/devices/{wanted}/revoke"), 404, "device_not_found")
    assert ask.get("manager", "clock").status_code == 200


def test_who_asks_to_be_connected_is_listed_without_a_code(ask: Caller) -> None:
    asked = ask.http.post("pairings", json={"kind": "display"}, headers={"User-Agent": CHROME}).json()
    found = ask.get("manager", "branches/main/devices").json()["waiting"][0]
    assert (found["kind"], found["address"], found["agent"]) == ("display", "127.0.0.1", CHROME)
    assert asked["code"] not in str(found)
    assert asked["secret"] not in str(found)


@pytest.mark.parametrize(
    ("agent", "version"),
    [
        (CHROME, "Chrome 69"),
        (f"{CHROME} Edg/131.0.0.0", "Edge 131"),
        ("Mozilla/5.0 (X11; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128"),
        ("Mozilla/5.0 (iPad) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "Safari 17"),
        ("Callboard-Kiosk/0.1.0", "Callboard-Kiosk/0.1.0"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_version_is_read_from_what_a_device_calls_itself(agent: str, version: str) -> None:
    assert version_in(agent) == version

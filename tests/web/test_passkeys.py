"""Passkeys: what a device keeps opens the account without a password, and nothing else does."""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select

from server.storage.staff import invite, remove_person
from server.storage.tables import audit, passkeys
from server.web.signed_in import COOKIE
from tests.running import PATIENCE_S, Office, Served, serving
from tests.web.authenticator import Authenticator, Json
from tests.web.person import PASSWORD, Hire, Person
from tests.web.problem import refused

ENTER = "/api/v1/sign-in/passkey"


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """A key for what is sealed lies beside SQLite."""
    return sqlite_office


@pytest.fixture(scope="module")
def here(served: Served) -> str:
    """The server by a name: browsers keep passkeys for names only."""
    return served.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def hire(hire: Hire, here: str) -> Iterator[Hire]:
    """By the name as well."""
    with ExitStack() as stack:

        def one(login: str) -> Person:
            person = Person(here, hire(login, main="teller").id, login, "main")
            stack.callback(person.http.close)
            assert person.sign_in().status_code == 200
            return person

        yield one


@pytest.fixture
def browser(here: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=here, trust_env=False, timeout=PATIENCE_S) as found:
        yield found


def with_passkey(me: Person, device: Authenticator) -> Json:
    options = me.done("account/passkeys/begin")["options"]
    return me.done("account/passkeys/finish", credential=device.create(options), name="My telephone")


def begun(browser: httpx.Client) -> Json:
    answer = browser.post(f"{ENTER}/begin")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["options"])


def shown(browser: httpx.Client, credential: Json) -> httpx.Response:
    return browser.post(f"{ENTER}/finish", json={"credential": credential})


def test_a_passkey_opens_the_account_without_name_or_password(hire: Hire, here: str, browser: httpx.Client) -> None:
    me, device = hire("has.a.key"), Authenticator(here)
    options = me.done("account/passkeys/begin")["options"]
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    key = me.done("account/passkeys/finish", credential=device.create(options), name="My telephone")
    asked = begun(browser)
    assert not asked.get("allowCredentials"), "it names nobody"
    assert asked["userVerification"] == "required"
    answer = shown(browser, device.get(asked))
    assert answer.json()["name"] == "Person has.a.key"
    assert COOKIE in answer.cookies
    account = me.get("account").json()
    assert (account["second_factor"], account["passkeys"][0]["name"]) == ("passkey", "My telephone")
    assert key["id"] == account["passkeys"][0]["id"]


def test_a_passkey_is_two_factors_in_itself(hire: Hire, here: str, browser: httpx.Client) -> None:
    """The device, and the finger or PIN that it asks for: no code is asked for beside it."""
    import pyotp

    me, device = hire("has.both"), Authenticator(here)
    me.done("account/code/confirm", code=pyotp.TOTP(me.done("account/code/begin")["secret"]).now())
    with_passkey(me, device)
    assert shown(browser, device.get(begun(browser))).status_code == 200


def test_a_replayed_answer_opens_nothing(hire: Hire, here: str, browser: httpx.Client) -> None:
    """Not even with the cookie of the question, and of a device that does not count."""
    me, device = hire("is.recorded"), Authenticator(here, counts=False)
    with_passkey(me, device)
    answer = device.get(begun(browser))
    cookie = browser.cookies["callboard_passkey_entering"]
    assert shown(browser, answer).status_code == 200
    refused(shown(browser, answer), 409, "begin_again")
    browser.cookies.set("callboard_passkey_entering", cookie, domain="localhost.local", path="/api/v1")
    refused(shown(browser, answer), 401, "passkey_wrong")
    assert shown(browser, device.get(begun(browser))).status_code == 200


def test_an_answer_to_another_browsers_question_is_refused(hire: Hire, here: str, browser: httpx.Client) -> None:
    me, device = hire("is.tricked"), Authenticator(here)
    with_passkey(me, device)
    with httpx.Client(base_url=here, trust_env=False, timeout=PATIENCE_S) as attacker:
        answer = device.get(begun(attacker))
        refused(shown(browser, answer), 409, "begin_again")
        begun(browser)
        refused(shown(browser, answer), 401, "passkey_wrong")


def test_a_count_that_goes_back_is_a_copy_and_is_refused(hire: Hire, here: str, browser: httpx.Client) -> None:
    me, device = hire("was.copied"), Authenticator(here)
    with_passkey(me, device)
    copied = copy.copy(device)
    for _ in range(2):
        assert shown(browser, device.get(begun(browser))).status_code == 200
    refused(shown(browser, copied.get(begun(browser))), 401, "passkey_wrong")


def spoil_origin(device: Authenticator) -> None:
    device.origin = "https://evil.example"


def spoil_user(device: Authenticator) -> None:
    device.user = "c3RhZmYtb3RoZXI"


def spoil_verification(device: Authenticator) -> None:
    device.verifies = False


def spoil_key(device: Authenticator) -> None:
    device.key = Authenticator("").key


def spoil_name(device: Authenticator) -> None:
    device.key_id = b"unknown"


@pytest.mark.parametrize("spoil", [spoil_origin, spoil_user, spoil_verification, spoil_key, spoil_name])
def test_what_is_not_the_persons_own_key_at_our_own_page_is_refused(
    hire: Hire, here: str, browser: httpx.Client, spoil: Callable[[Authenticator], None]
) -> None:
    me, device = hire(f"keeps.{spoil.__name__}"), Authenticator(here)
    with_passkey(me, device)
    spoil(device)
    refused(shown(browser, device.get(begun(browser))), 401, "passkey_wrong")


def test_a_key_for_another_site_is_refused(hire: Hire, here: str, browser: httpx.Client) -> None:
    me, device = hire("is.phished"), Authenticator(here)
    with_passkey(me, device)
    refused(shown(browser, device.get(begun(browser), rp_id="evil.example")), 401, "passkey_wrong")


NONSENSE: list[Json] = [
    {},
    {"id": 1},
    {"id": "AQ", "rawId": "AQ", "type": "public-key", "response": {}},
    {"id": "AQ", "rawId": "AQ", "type": "public-key", "response": {"clientDataJSON": "AQ"}},
    {"id": "AQ", "rawId": "AQ", "type": "public-key", "response": None},
    {"id": "' or 1=1", "rawId": [], "type": {}, "response": []},
    {"id": "a\0b", "rawId": "a\0b", "type": "public-key", "response": {}},
    {"id": "x" * 5000, "rawId": "x", "type": "public-key", "response": {"userHandle": 5}},
]


@pytest.mark.parametrize("credential", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_refused_in_words(hire: Hire, here: str, browser: httpx.Client, credential: Json) -> None:
    begun(browser)
    refused(shown(browser, credential), 401, "passkey_wrong")
    me = hire(f"nonsense.{abs(hash(str(credential)))}")
    me.done("account/passkeys/begin")
    refused(me.post("account/passkeys/finish", credential=credential), 422, "passkey_not_possible")


def test_half_a_character_is_refused_in_words(browser: httpx.Client) -> None:
    begun(browser)
    key = b'{"id": "\\ud800", "rawId": "AQ", "type": "public-key", "response": {"signature": "\\ud800"}}'
    body = b'{"credential": ' + key + b"}"
    answer = browser.post(f"{ENTER}/finish", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 401, 422}, answer.text


def test_half_right_answers_are_refused_in_words(hire: Hire, here: str, browser: httpx.Client) -> None:
    """Each part of a right answer is spoilt in turn."""
    me, device = hire("is.fuzzed"), Authenticator(here)
    with_passkey(me, device)
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for wrong in ("AAAA", "!", 7, *(("", None) if part != "userHandle" else ())):
            answer = device.get(begun(browser))
            answer["response"][part] = wrong
            refused(shown(browser, answer), 401, "passkey_wrong")


def test_a_passkey_is_added_by_the_one_who_began_and_once(hire: Hire, here: str) -> None:
    me, other, device = hire("adds.one"), hire("adds.anothers"), Authenticator(here)
    credential = device.create(me.done("account/passkeys/begin")["options"])
    refused(other.post("account/passkeys/finish", credential=credential), 409, "begin_again")
    other.done("account/passkeys/begin")
    refused(other.post("account/passkeys/finish", credential=credential), 422, "passkey_not_possible")
    me.done("account/passkeys/finish", credential=credential)
    again = Authenticator(here, key_id=device.key_id)
    credential = again.create(other.done("account/passkeys/begin")["options"])
    refused(other.post("account/passkeys/finish", credential=credential), 409, "passkey_there")


def test_what_is_removed_opens_nothing(hire: Hire, here: str, browser: httpx.Client, engine: Engine) -> None:
    me, other, device = hire("loses.it"), hire("has.none"), Authenticator(here)
    key = with_passkey(me, device)
    refused(other.post("account/passkeys/remove", id=key["id"]), 404, "passkey_not_found")
    me.done("account/passkeys/remove", id=key["id"])
    refused(shown(browser, device.get(begun(browser))), 401, "passkey_wrong")
    with engine.connect() as connection:
        told = connection.execute(select(audit.c.what).where(audit.c.subject == f"passkeys:{key['id']}"))
        assert list(told.scalars()) == ["passkey.added", "passkey.removed"]


def test_a_new_link_and_leaving_take_the_keys_away(
    hire: Hire, here: str, browser: httpx.Client, engine: Engine
) -> None:
    one, other = hire("gets.a.link"), hire("leaves")
    devices = Authenticator(here), Authenticator(here)
    for who, device in zip((one, other), devices, strict=True):
        with_passkey(who, device)
    secret = invite(engine, one.id, datetime.now(UTC))
    assert browser.post("/api/v1/set-up", json={"secret": secret, "password": PASSWORD}).status_code == 200
    remove_person(engine, other.id, datetime.now(UTC))
    for device in devices:
        refused(shown(browser, device.get(begun(browser))), 401, "passkey_wrong")
    with engine.connect() as connection:
        left = connection.execute(select(passkeys.c.id).where(passkeys.c.staff_id.in_([one.id, other.id]))).all()
    assert left == []


@pytest.mark.parametrize("path", ["begin", "finish"])
def test_a_page_of_another_site_begins_and_ends_nothing(browser: httpx.Client, path: str) -> None:
    body: Any = {"credential": {}} if path == "finish" else {}
    answer = browser.post(f"{ENTER}/{path}", json=body, headers={"Origin": "https://evil.example"})
    refused(answer, 403, "other_site")


def test_at_an_address_that_is_no_name_it_says_so(served: Served) -> None:
    answer = httpx.post(f"{served.url}{ENTER}/begin", trust_env=False)
    refused(answer, 409, "passkeys_need_name")


def test_behind_a_proxy_they_belong_to_the_name_that_browsers_know(office: Office) -> None:
    sites = "https://queue.bank.example, https://second.example:8443"
    with (
        serving(office, site=sites) as proxied,
        httpx.Client(base_url=proxied.url, trust_env=False, timeout=PATIENCE_S) as browser,
    ):
        for host, known in (("inside:8000", "queue.bank.example"), ("second.example:8443", "second.example")):
            answer = browser.post(f"{ENTER}/begin", headers={"Host": host})
            assert answer.json()["options"]["rpId"] == known

"""The bank's own sign-in: a real OpenID provider lets people in who were added here, and nobody else."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock import User, run_server_in_thread
from pydantic import ValidationError
from sqlalchemy import Engine, select

from server.settings import Settings
from server.storage.staff import remove_person
from server.storage.tables import audit, outside_ids
from server.web import outside_provider
from server.web.outside_provider import OutsideRefused, Provider
from server.web.signed_in import COOKIE, page_word
from tests.running import PATIENCE_S, Office, Served, free_port, headers, serving
from tests.web.person import someone

BACK = "/api/v1/sign-in/outside/back"
Browse = Callable[[], httpx.Client]


@pytest.fixture(scope="module")
def provider(monkeypatch_module: pytest.MonkeyPatch) -> Iterator[str]:
    """Its issuer, at a port of its own. It knows five people."""
    claims = {
        "zhang": {"email": "Zhang.Min@bank.example", "email_verified": True},
        "twin": {"email": "zhang.min@bank.example", "email_verified": True},
        "unsure": {"email": "unsure@bank.example", "email_verified": False},
        "stranger": {"email": "stranger@bank.example", "email_verified": True},
        "leaver": {"email": "leaver@bank.example", "email_verified": True},
    }
    users = [User(sub=sub, claims=known) for sub, known in claims.items()]
    monkeypatch_module.setenv("NO_PROXY", "localhost,127.0.0.1")
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """A key for what is sealed lies beside SQLite."""
    return sqlite_office


@pytest.fixture(scope="module")
def served(office: Office, provider: str) -> Iterator[Served]:
    with serving(office, oidc_issuer=provider, oidc_client="callboard", oidc_secret="s", oidc_name="Bank") as found:
        yield found


@pytest.fixture
def browse(served: Served) -> Iterator[Browse]:
    """A browser that is told where to go, and goes there only when the test says so."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            httpx.Client(base_url=served.url, trust_env=False, timeout=PATIENCE_S, follow_redirects=False)
        )


def confirmed(browser: httpx.Client, who: str, **query: str) -> str:
    """Where the provider sends this browser back to, once it has signed in there as `who`."""
    away = browser.get("/api/v1/sign-in/outside", params=query)
    assert away.status_code == 303, away.text
    answer = httpx.post(away.headers["location"], data={"sub": who}, trust_env=False, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def come(browser: httpx.Client, who: str, **query: str) -> httpx.Response:
    return browser.get(confirmed(browser, who, **query))


def sent_back(answer: httpx.Response, code: str) -> None:
    assert answer.status_code == 303
    there = urlsplit(answer.headers["location"])
    assert (there.netloc, there.path, parse_qs(there.query)["refused"]) == ("", "/sign-in", [code])
    assert COOKIE not in answer.cookies


def told(engine: Engine, subject: str) -> list[str]:
    with engine.connect() as connection:
        found = connection.execute(select(audit.c.what).where(audit.c.subject.contains(subject)))
        return list(found.scalars())


def test_who_was_added_comes_in_by_the_banks_own_sign_in_and_is_known_by_it_from_then_on(
    engine: Engine, browse: Browse, provider: str
) -> None:
    staff_id = someone(engine, "zhang.min@bank.example", main="manager")
    browser = browse()
    answer = come(browser, "zhang", to="manager", lang="zh")
    assert (answer.status_code, answer.headers["location"]) == (303, "/manager?lang=zh")
    word = page_word(browser.cookies[COOKIE], "main")
    account = browser.get("/api/v1/account", headers=headers(word)).json()
    assert (account["login"], account["outside"], account["has_password"]) == ("zhang.min@bank.example", True, False)
    with engine.connect() as connection:
        found = connection.execute(select(outside_ids)).all()
    assert [(row.issuer, row.subject, row.staff_id) for row in found] == [(provider, "zhang", staff_id)]
    assert "person.outside_linked" in told(engine, "outside_ids:")
    again = browse()
    assert come(again, "zhang").headers["location"] == "/teller", "the first of their screens"
    assert again.cookies[COOKIE] != browser.cookies[COOKIE]
    sent_back(come(browse(), "twin"), "outside_unknown")


@pytest.mark.parametrize("who", ["stranger", "unsure", "nobody"])
def test_who_was_not_added_or_whose_address_nobody_has_checked_is_told_how_to_be_let_in(
    engine: Engine, browse: Browse, who: str
) -> None:
    if who == "unsure":
        someone(engine, "unsure@bank.example", main="manager")
    sent_back(come(browse(), who), "outside_unknown")
    with engine.connect() as connection:
        linked = connection.execute(select(outside_ids.c.subject)).scalars().all()
    assert who not in linked


def test_who_has_left_is_let_in_no_more_though_the_provider_still_knows_them(engine: Engine, browse: Browse) -> None:
    staff_id = someone(engine, "leaver@bank.example", main="manager")
    browser = browse()
    assert come(browser, "leaver").status_code == 303
    remove_person(engine, staff_id, datetime.now(UTC))
    sent_back(come(browse(), "leaver"), "outside_unknown")


def test_session_fixation_an_answer_that_another_browser_asked_for_is_worth_nothing(browse: Browse) -> None:
    """An attacker signs in there as themselves, and gives the victim the way back: it must not be theirs."""
    attacker, victim = browse(), browse()
    link = confirmed(attacker, "zhang")
    sent_back(victim.get(link), "outside_failed")
    confirmed(victim, "zhang")
    sent_back(victim.get(link), "outside_failed")


def test_session_fixation_a_cookie_that_was_there_before_is_not_the_one_that_counts(browse: Browse) -> None:
    browser = browse()
    browser.cookies.set(COOKIE, "planted", domain="127.0.0.1", path="/")
    come(browser, "zhang")
    assert browser.cookies[COOKIE] != "planted"
    known = headers(page_word("planted", "main"))
    planted = httpx.get(
        f"{browser.base_url}/api/v1/account", headers=known, cookies={COOKIE: "planted"}, trust_env=False
    )
    assert planted.status_code == 401


def test_a_way_back_works_once(browse: Browse) -> None:
    browser = browse()
    link = confirmed(browser, "zhang")
    assert browser.get(link).headers["location"] == "/teller"
    sent_back(browser.get(link), "outside_failed")


@pytest.mark.parametrize("spoil", ["state", "code", "iss"])
def test_an_answer_that_was_changed_on_the_way_is_refused(browse: Browse, spoil: str) -> None:
    browser = browse()
    link = confirmed(browser, "zhang")
    spoilt = f"{link}&iss=https://evil.example" if spoil == "iss" else re.sub(f"{spoil}=[^&]*", f"{spoil}=x", link)
    assert spoilt != link
    sent_back(browser.get(spoilt), "outside_failed")
    sent_back(browser.get(f"{BACK}?error=access_denied&state=x"), "outside_failed")


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/evil", "office/../../x", "display", ""])
def test_it_is_no_open_redirect(browse: Browse, to: str) -> None:
    answer = come(browse(), "zhang", to=to, lang="//evil.example")
    assert answer.headers["location"] == "/teller"


def test_the_question_is_asked_with_a_proof_key_a_state_and_a_nonce(
    browse: Browse, provider: str, served: Served
) -> None:
    browser = browse()
    there = urlsplit(browser.get("/api/v1/sign-in/outside").headers["location"])
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}" == provider
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert asked["redirect_uri"] == served.url + BACK
    cookie = browser.cookies["callboard_outside"]
    assert asked["state"] not in cookie
    again = parse_qs(urlsplit(browser.get("/api/v1/sign-in/outside").headers["location"]).query)
    assert again["state"][0] != asked["state"]


def test_without_a_provider_it_says_so(office: Office) -> None:
    with serving(office) as plain, httpx.Client(base_url=plain.url, trust_env=False) as browser:
        sent_back(browser.get("/api/v1/sign-in/outside"), "outside_off")
        sent_back(browser.get(BACK, params={"code": "x", "state": "y"}), "outside_off")


def test_a_provider_that_is_away_is_said_and_holds_up_nobody(office: Office) -> None:
    with (
        serving(office, oidc_issuer=f"http://127.0.0.1:{free_port()}") as lonely,
        httpx.Client(base_url=lonely.url, trust_env=False, timeout=PATIENCE_S) as browser,
    ):
        sent_back(browser.get("/api/v1/sign-in/outside"), "outside_away")
        assert browser.get("/healthz").status_code == 200


def test_an_issuer_on_an_open_line_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings(oidc_issuer="http://login.bank.example")


@cache
def signing_key(name: str) -> RSAKey:
    """Whose it is: all call theirs the first. To make one takes a quarter of a second."""
    return RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


class Forger:
    """Answers for a provider, and signs what the test makes up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.key = self.known = signing_key("the provider's")
        self.token = ""
        self.document = {name: f"https://login.example/{name}" for name in ("token_endpoint", "jwks_uri")}
        self.document |= {"issuer": "https://login.example"}
        monkeypatch.setattr(outside_provider, "_fetched", self.answer)
        self.provider = Provider(Settings(oidc_issuer="https://login.example", oidc_client="us"))

    def answer(self, way: str, url: str, **asked: Any) -> dict[str, Any]:
        if url.endswith("openid-configuration"):
            return self.document
        if url.endswith("jwks_uri"):
            return {"keys": [self.known.as_dict(private=False)]}
        return {"id_token": self.token, "access_token": "a", "token_type": "Bearer"}

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
        return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."

    def identity(self, *, unsigned: bool = False, **claims: Any) -> outside_provider.Identity:
        now = int(time.time())
        good = {"iss": "https://login.example", "aud": "us", "sub": "1", "nonce": "n", "iat": now, "exp": now + 60}
        said = {name: value for name, value in (good | claims).items() if value is not None}
        self.token = self.unsigned(said) if unsigned else jwt.encode({"alg": "RS256", "kid": "1"}, said, self.key)
        return self.provider.identity("code", "https://us.example/back", "n", "v")


@pytest.fixture
def forger(monkeypatch: pytest.MonkeyPatch) -> Forger:
    return Forger(monkeypatch)


AGO = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp())
WRONG: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://evil.example"},
    "for somebody else": {"aud": "them"},
    "for somebody else too": {"aud": ["us", "them"], "azp": "them"},
    "of another sign-in": {"nonce": "other"},
    "without a nonce": {"nonce": None},
    "of yesterday": {"exp": AGO},
    "for ever": {"exp": None},
    "of tomorrow": {"iat": AGO + 3600},
    "of nobody": {"sub": None},
    "of an empty name": {"sub": ""},
    "of a name that nothing can keep": {"sub": "a\0b"},
    "with a wrong hash of the token": {"at_hash": "AAAA"},
}


def test_an_id_token_that_is_right_is_taken(forger: Forger) -> None:
    found = forger.identity(email=" Li.Wei@Bank.example", email_verified=True)
    assert (found.issuer, found.subject, found.email) == ("https://login.example", "1", "li.wei@bank.example")
    assert forger.identity(email="li.wei@bank.example").email is None


@pytest.mark.parametrize("claims", WRONG.values(), ids=list(WRONG))
def test_an_id_token_that_is_not_for_this_is_refused(forger: Forger, claims: dict[str, Any]) -> None:
    with pytest.raises(OutsideRefused):
        forger.identity(**claims)


def test_an_id_token_that_the_provider_has_not_signed_is_refused(forger: Forger) -> None:
    with pytest.raises(OutsideRefused):
        forger.identity(unsigned=True)
    forger.key = signing_key("somebody else's")
    with pytest.raises(OutsideRefused):
        forger.identity()


def test_a_key_that_is_new_is_fetched(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forger.identity().subject == "1"
    forger.key = forger.known = signing_key("the next one")
    with pytest.raises(OutsideRefused):
        forger.identity()
    monkeypatch.setattr(outside_provider, "KEYS_AGAIN_S", 0.0)
    assert forger.identity().subject == "1"


def test_a_provider_that_says_it_is_another_is_not_believed(forger: Forger) -> None:
    forger.document["issuer"] = "https://evil.example"
    with pytest.raises(outside_provider.OutsideAway):
        forger.identity()

"""The bank's own sign-in (OpenID Connect): what it says of itself, and of who comes back from it."""

import base64
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from server.settings import Settings
from server.web.problems import Problem

Json = dict[str, Any]
Found = TypeVar("Found")

PATIENCE_S = 5.0  # of each request: a person looks at an empty page meanwhile
KNOWN_S = 3600.0
KEYS_AGAIN_S = 60.0  # a key that is not known may be new
LEEWAY_S = 60  # by which its clock and ours may differ
SCOPE = "openid email profile"
# Signed by a key that the provider alone has: never by a secret that both know, and never by nobody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
MOST_WAITING = 20


class OutsideAway(Exception):
    """It cannot be reached, or what it answers is not what such a provider answers."""


class OutsideRefused(Exception):
    """What it said of the person is not for us, not of now, or not its own."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is there. `email`: in small letters, if the provider has made sure that it is theirs."""

    issuer: str
    subject: str
    email: str | None


class Provider:
    """Asked in threads of its own: where it does not answer, nobody else waits for one."""

    def __init__(self, settings: Settings) -> None:
        self.issuer, self.client, self.name = settings.oidc_issuer, settings.oidc_client, settings.oidc_name
        self._given = settings.oidc_secret, settings.oidc_secret_file
        self._threads = ThreadPoolExecutor(2, "outside")
        self._waiting = 0
        self._lock = threading.Lock()
        self._told: tuple[float, Json] = (0.0, {})
        self._keys: tuple[float, Any] = (0.0, None)

    async def run(self, work: Callable[[], Found]) -> Found:
        """Problem 503 where more wait already than would be answered while somebody still looks at the page."""
        import asyncio

        if self._waiting >= MOST_WAITING:
            raise Problem(503, "busy", {})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Raises OutsideAway."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        said = {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
        end: str = prepare_grant_uri(
            self._about("authorization_endpoint"),
            self.client,
            "code",
            redirect_uri=back,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            **said,
        )
        return end

    def identity(self, code: str, back: str, nonce: str, verifier: str) -> Identity:
        """Whose code it is. Raises OutsideAway and OutsideRefused."""
        tokens = self._tokens(code, back, verifier)
        if not isinstance(tokens.get("id_token"), str):
            raise OutsideRefused("no ID token came")
        claims = self._claims(tokens["id_token"], nonce, tokens.get("access_token"))
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not subject.isprintable():
            raise OutsideRefused("the subject is no name")
        if "email" not in claims and tokens.get("access_token"):
            claims = {**self._more(str(tokens["access_token"]), subject), **claims}
        sure = claims.get("email_verified") in (True, "true")
        email = claims.get("email")
        known = email.strip().casefold() if sure and isinstance(email, str) else ""
        return Identity(self.issuer, subject, known if known and known.isprintable() else None)

    def _tokens(self, code: str, back: str, verifier: str) -> Json:
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers, secret = {"Accept": "application/json"}, self._secret()
        ways = self._document().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if secret and "client_secret_basic" in ways:
            pair = f"{quote(self.client, safe='')}:{quote(secret, safe='')}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            asked |= {"client_id": self.client} | ({"client_secret": secret} if secret else {})
        return _fetched("POST", self._about("token_endpoint"), data=asked, headers=headers, refusal=True)

    def _claims(self, token: str, nonce: str, access_token: Any) -> Json:
        """Of an ID token that this provider has signed, for us, now, and for this very sign-in."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            try:
                read = jwt.decode(token, self._key_set(), algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                read = jwt.decode(token, self._key_set(again=True), algorithms=list(ALGORITHMS))
            options: Any = {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client},
            }
            params = {"nonce": nonce, "client_id": self.client, "access_token": access_token}
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise OutsideRefused(str(error)) from error
        return dict(claims)

    def _more(self, access_token: str, subject: str) -> Json:
        """What some tell at another door only."""
        place = self._document().get("userinfo_endpoint")
        if not isinstance(place, str):
            return {}
        found = _fetched("GET", place, headers={"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != subject:
            raise OutsideRefused("it tells of somebody else")
        return found

    def _key_set(self, *, again: bool = False) -> Any:
        from joserfc.jwk import KeySet

        with self._lock:
            at, known = self._keys
            if known is None or time.monotonic() - at > (KEYS_AGAIN_S if again else KNOWN_S):
                found = _fetched("GET", self._about("jwks_uri"))
                self._keys = time.monotonic(), KeySet.import_key_set({"keys": found.get("keys", [])})
            return self._keys[1]

    def _about(self, what: str) -> str:
        found = self._document().get(what)
        if not isinstance(found, str):
            raise OutsideAway(f"it does not say its {what}")
        return found

    def _document(self) -> Json:
        """What it says of itself, and only of itself."""
        at, known = self._told
        if not known or time.monotonic() - at > KNOWN_S:
            known = _fetched("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if known.get("issuer") != self.issuer:
                raise OutsideAway(f"{self.issuer} says that it is {known.get('issuer')}")
            self._told = time.monotonic(), known
        return known

    def _secret(self) -> str:
        given, file = self._given
        return given or (Path(file).read_text("utf-8").strip() if file else "")


def _fetched(way: str, url: str, *, refusal: bool = False, **asked: Any) -> Json:
    """An object of JSON. `refusal`: a 4xx is an answer about the code, not a fault of the provider."""
    import httpx

    try:
        answer = httpx.request(way, url, timeout=PATIENCE_S, follow_redirects=False, **asked)
        if refusal and answer.status_code in {400, 401, 403}:
            raise OutsideRefused(f"the code was not taken: {answer.text[:200]}")
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise OutsideAway(f"{url}: {error}") from error
    if not isinstance(found, dict):
        raise OutsideAway(f"{url} answers no object")
    return found

"""Devices that ask to be connected: each shows a short code, and has its token once somebody has typed that code."""

import hashlib
import secrets
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, insert, select, update

from server.domain.trail import SERVER, Who
from server.storage.branches import Holder, put_token
from server.storage.row_seals import sealed
from server.storage.tables import branches, pairings
from server.storage.trail import telling

KINDS = ("kiosk", "display", "machine")
# 7 of 28 signs are 34 bits, and count for ten minutes. Only who may connect devices can try a code at all, each of
# them a hundred times and then five times a second: to meet one of a thousand that are open is a chance of 1 in 4,000
# in those ten minutes, and one of the three of one branch 1 in 1.4 million. There is nothing to gain by it but
# somebody else's device. What a device proves itself with is another secret, of 256 bits, that it never shows.
SIGNS = "23456789ACDEFGHJKLMNPQRTVWXY"  # none that is taken for another of them
MEANT = str.maketrans("BISUZ1", "8L5V2L")  # what is typed for them all the same
LENGTH = 7
LASTS = timedelta(minutes=10)
KEPT = timedelta(days=2)
MOST = 1000  # open at a time
MOST_OF_ONE = 60  # ... from one address: a whole branch may come from one
MOST_NEAR = 240  # ... from the network around it: whoever has one line has 65,536 addresses of IPv6
NEAR = {4: 24, 6: 48}  # bits
AT_ONCE = 100  # that are forgotten in one go


class TooMany(Exception):
    """So many devices wait already; `of_one`: from this address, or near it."""

    def __init__(self, *, of_one: bool) -> None:
        super().__init__("of one address" if of_one else "in all")
        self.of_one = of_one


class Over(LookupError):
    """The code has run out, or its token was fetched."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For the device's eyes alone. `code` as it is shown: `K7M-4QPX`."""

    code: str
    secret: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that asks, as whoever may connect it sees it."""

    id: str
    kind: str
    address: str
    agent: str
    made_at: datetime


def ask(engine: Engine, kind: str, address: str, agent: str, now: datetime) -> Asked:
    """Raises TooMany."""
    code, secret = "".join(secrets.choice(SIGNS) for _ in range(LENGTH)), secrets.token_urlsafe(32)
    found = Asked(f"{code[:3]}-{code[3:]}", secret, now + LASTS)
    with engine.begin() as connection:
        _make_room(connection, address[:64], now)
        row = {
            "id": f"{kind}-{secrets.token_hex(4)}",
            "code": _hash(code),
            "secret": _hash(secret),
            "kind": kind,
            "address": address[:64],
            "agent": agent[:200],
            "made_at": now,
            "ends_at": found.ends_at,
        }
        connection.execute(insert(pairings).values(sealed(pairings, row)))
    return found


def _make_room(connection: Connection, address: str, now: datetime) -> None:
    """Where all places are taken, the oldest of the network that has most of them loses its own: it asks anew, and
    nobody can shut the others out."""
    still = pairings.c.ends_at > now, pairings.c.collected_at.is_(None)
    columns = pairings.c.id, pairings.c.address, pairings.c.branch_id
    rows = connection.execute(select(*columns).where(*still).order_by(pairings.c.made_at)).all()
    near = sum(_network(row.address) == _network(address) for row in rows)
    if near >= MOST_NEAR or sum(row.address == address for row in rows) >= MOST_OF_ONE:
        raise TooMany(of_one=True)
    if len(rows) < MOST:
        return
    asking: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.branch_id is None:
            asking[_network(row.address)].append(row.id)
    if not asking:
        raise TooMany(of_one=False)
    oldest = pairings.c.id == max(asking.values(), key=len)[0]
    connection.execute(delete(pairings).where(oldest, pairings.c.branch_id.is_(None)))


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """A neighbourhood that is one owner's as a rule; what is no address is its own."""
    try:
        found = ip_network(address)
    except ValueError:
        return address
    return str(found.supernet(new_prefix=NEAR[found.version]))


def forget_old(engine: Engine, now: datetime, limit: int = AT_ONCE) -> int:
    """What has run out; at most so many of those that were approved. How many it were. Never within a stranger's
    request: each of those locks a branch, one at a time. Nothing is told of what nobody approved: it was never worth
    anything."""
    with engine.begin() as connection:
        over = delete(pairings).where(pairings.c.ends_at < now, pairings.c.branch_id.is_(None))
        gone = connection.execute(over).rowcount
        old = select(pairings.c.id, pairings.c.branch_id).join(branches, branches.c.id == pairings.c.branch_id)
        in_turn = old.where(pairings.c.ends_at < now - KEPT).order_by(pairings.c.branch_id, pairings.c.id)
        rows = connection.execute(in_turn.limit(limit)).all()
    for row in rows:
        with (
            engine.begin() as connection,
            telling(connection, SERVER, "pairing.forgotten", pairings, row.branch_id, id=row.id),
        ):
            connection.execute(delete(pairings).where(pairings.c.id == row.id))
    return gone + len(rows)


def approve(engine: Engine, code: str, branch_id: str, name: str, now: datetime, who: Who) -> str:
    """The device of this code belongs to the branch: its id, also where that was said before. Raises Over for a code
    that nobody shows, or somebody else has approved."""
    with engine.begin() as connection:
        row = _open(connection, now, for_update=True, code=_hash(as_code(code)))
        if row.branch_id not in (None, branch_id):
            raise Over
        if row.branch_id is None:
            with telling(connection, who, "pairing.approved", pairings, branch_id, id=row.id):
                said = {"branch_id": branch_id, "name": name, "approved_by": who.id[:120]}
                connection.execute(update(pairings).where(pairings.c.id == row.id).values(said))
        return str(row.id)


def is_approved(connection: Connection, secret: str, now: datetime) -> bool:
    """Whether there is a token to collect. Raises Over."""
    return _open(connection, now, secret=_hash(secret)).branch_id is not None


def collect(engine: Engine, secret: str, address: str, now: datetime) -> tuple[Holder, str]:
    """The device and its token, this once. Raises Over, also where nobody has approved it."""
    with engine.begin() as connection:
        row = _open(connection, now, for_update=True, secret=_hash(secret))
        if row.branch_id is None:
            raise Over
        device = Who(row.kind, row.id, row.name, address[:64])
        with telling(connection, device, "pairing.collected", pairings, row.branch_id, id=row.id):
            connection.execute(update(pairings).where(pairings.c.id == row.id).values(collected_at=now))
        token = put_token(connection, row.kind, row.branch_id, row.name, row.id, device)
        return Holder(row.id, row.kind, row.branch_id, row.name), token


def waiting(connection: Connection, now: datetime) -> list[Waiting]:
    """Who asks just now, the newest first."""
    columns = (pairings.c[name] for name in Waiting.__slots__)
    mine = _approved().is_(False), pairings.c.ends_at > now
    found = connection.execute(select(*columns).where(*mine).order_by(pairings.c.made_at.desc()).limit(100))
    return [Waiting(*row) for row in found]


def as_code(typed: str) -> str:
    """A code as it is kept: in capitals, without what stands between; wide letters are letters too."""
    narrow = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in narrow if sign.isascii() and sign.isalnum()).translate(MEANT)


def _approved() -> ColumnElement[bool]:
    return pairings.c.branch_id.is_not(None)


def _open(connection: Connection, now: datetime, *, for_update: bool = False, **key: str) -> Row[Any]:
    """Raises Over. `for_update`: locked until the transaction ends, so that nobody collects twice."""
    mine = [pairings.c[name] == value for name, value in key.items()]
    still = pairings.c.ends_at > now, pairings.c.collected_at.is_(None)
    wanted = select(pairings).where(*mine, *still)
    row = connection.execute(wanted.with_for_update() if for_update else wanted).first()
    if row is None:
        raise Over
    return row


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

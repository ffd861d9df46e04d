"""Which table is checked against what: every table has its choice here, and notes/audit.md says why."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Table

from server.storage.loading import as_text

Json = dict[str, Any]


class Against(StrEnum):
    CHAIN = "its own chain of hashes"
    LOG = "a replay of the log"
    TRAIL = "the last line of the audit trail that tells of it"
    SEAL = "a hash of its own"


CHOICES = {
    "events": Against.CHAIN,
    "archived_days": Against.TRAIL,  # and what is in it by the chain
    "audit": Against.CHAIN,
    "installation": Against.CHAIN,
    "branches": Against.LOG,  # the epoch by the trail
    "counters": Against.LOG,
    "tickets": Against.LOG,
    "tokens": Against.TRAIL,
    "day_plans": Against.TRAIL,
    "class_days": Against.TRAIL,
    "clock": Against.TRAIL,
    "answers": Against.SEAL,
    "processes": Against.SEAL,
    "staff": Against.TRAIL,
    "staff_roles": Against.TRAIL,
    "invitations": Against.TRAIL,
    "sessions": Against.TRAIL,
    "staff_skills": Against.TRAIL,
    "passkeys": Against.TRAIL,
    "outside_ids": Against.TRAIL,
    "pairings": Against.TRAIL,  # what asks and is not approved yet by its seal
    "personal": Against.TRAIL,
    "sightings": Against.SEAL,
}
TOLD = tuple(name for name, choice in CHOICES.items() if choice is Against.TRAIL)

# What is told of a row is all of it but this: what changes too often or is too large, and has another guard.
UNTOLD = {"archived_days": {"body"}}
# Only its hash is told: too long for a trail that people read, or nobody's business.
DIGESTED = {
    "class_days": {"record"},
    "tokens": {"hash"},
    "staff": {"password", "code_secret", "badge", "pin", "recovery"},
    "sessions": {"hash"},
    "passkeys": {"public_key"},
    "pairings": {"code", "secret"},
    "personal": {"sealed", "name_mark", "phone_mark", "card_mark"},
}
# A mark is the same for the same customer or badge, and so is its hash: by it, who was erased would be found again.
# It is told together with something of its row that is random and goes with it: the first of these that is there.
TOLD_WITH: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "personal": dict.fromkeys(("name_mark", "phone_mark", "card_mark"), ("sealed",)),
    "staff": {"badge": ("pin", "password")},
}


def subject_of(table: Table, row: Mapping[str, Any]) -> str:
    """What the trail calls a row, as `tokens:manager-1`."""
    return f"{table.name}:{'/'.join(str(row[column.name]) for column in table.primary_key.columns)}"


def told_of(table: Table, row: Mapping[str, Any]) -> Json:
    """A row as the trail tells it."""
    left, digested = UNTOLD.get(table.name, ()), DIGESTED.get(table.name, ())
    names = [column.name for column in table.c if column.name not in left]
    told: Json = as_stored({name: _digest(table, row, name) if name in digested else row[name] for name in names})
    return told


def as_stored(thing: Any) -> Any:
    """As it comes back from a column of JSON."""
    # SQLAlchemy's names of columns are not quite plain text.
    return orjson.loads(orjson.dumps(thing, default=as_text, option=orjson.OPT_NON_STR_KEYS))


def _digest(table: Table, row: Mapping[str, Any], name: str) -> str:
    beside = (row[other] for other in TOLD_WITH.get(table.name, {}).get(name, ()))
    random = next((value for value in beside if value is not None), None)
    value = row[name] if random is None else [row[name], random]
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()

"""The tables, one schema for SQLite and PostgreSQL. The event log is the truth; the rest is found again from it."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import JSON, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, on a database that keeps zones and on one that does not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

branches = Table(
    "branches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("epoch", String(40), nullable=False),  # changes when the log is replaced, so that screens start anew
    Column("last_seq", BigInteger, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("state", JSON, nullable=False),  # what the hall knows beside its tickets and counters
    # The newest hash of the log and of the audit trail, each with its place, as `812:9f3c...`; empty before any.
    Column("head", String(90), nullable=False, server_default=""),
    Column("trail", String(90), nullable=False, server_default=""),
)

counters = Table(
    "counters",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("branch_id", ForeignKey("branches.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("counter_class", String(20), nullable=False),
    Column("profile", JSON, nullable=False),
    Column("status", String(10), nullable=False),
    Column("staff_id", String(80)),
    Column("staff_name", String(120)),
    Column("since", UtcDateTime),
    Column("pause_reason", String(200)),
    Column("services", JSON(none_as_null=True)),  # that whoever sits there may serve; none: all
    UniqueConstraint("branch_id", "number"),
)

# The tickets that a hall holds, if they are of its day: the open ones and those who were missed.
HELD = "state IN ('booked', 'waiting', 'called', 'serving', 'parked', 'no_show')"

# Its tickets, events and answers are written while the branch is locked, so that it is there: the database need not
# look at every row, which costs PostgreSQL as much as half the row itself.
tickets = Table(
    "tickets",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("visit_id", String(80), nullable=False),
    Column("branch_id", String(40), nullable=False),
    Column("business_day", Date, nullable=False),
    Column("prefix", String(4), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("number", String(12), nullable=False),
    Column("service_id", String(40), nullable=False),
    Column("later_services", JSON, nullable=False),
    Column("queue_id", String(40), nullable=False),
    Column("segment", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("order_at", UtcDateTime, nullable=False),
    Column("called_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("counter_id", String(80)),
    Column("calls", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("due_call", Integer),
    Column("appointment_at", UtcDateTime),
    Column("ahead", Integer),
    Column("quote_p50_s", Float),
    Column("quote_p90_s", Float),
    Column("quote_p10_s", Float),
    Column("quote_by", String(20)),
    Column("deferred_to", Integer),
    # The rules never give a number twice; these two say so even if the rules were wrong.
    UniqueConstraint("branch_id", "business_day", "prefix", "serial", "step"),
    Index(
        "uq_tickets_one_at_a_counter",
        "counter_id",
        unique=True,
        sqlite_where=text("state IN ('called', 'serving')"),
        postgresql_where=text("state IN ('called', 'serving')"),
    ),
    Index(
        "ix_tickets_held",
        "branch_id",
        "business_day",
        sqlite_where=text(HELD),
        postgresql_where=text(HELD),
    ),
)

# What tells how the hall is set up, as against who passes through it: a few dozen of a day's thousands.
SETUP = (
    "kind IN ('branch.day_started', 'branch.changed', 'branch.set_up',"
    " 'counter.opened', 'counter.paused', 'counter.closed', 'counter.profiled')"
)

events = Table(
    "events",
    metadata,
    Column("branch_id", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("ticket_id", String(80)),
    Column("body", JSON, nullable=False),
    Column("hash", String(64)),  # of the hash before and of `body` as it is stored; see chain.py
    Index(
        "ix_events_scores",
        "branch_id",
        "seq",
        sqlite_where=text("kind = 'advice.scored'"),
        postgresql_where=text("kind = 'advice.scored'"),
    ),
    # Where each business day begins, and how the hall was set up then, without reading all that happened in it.
    Index("ix_events_setup", "branch_id", "seq", sqlite_where=text(SETUP), postgresql_where=text(SETUP)),
)

# What the advisor keeps of a day that is over, one row a class: found again from the log, so never the only copy.
class_days = Table(
    "class_days",
    metadata,
    Column("branch_id", ForeignKey("branches.id"), primary_key=True),
    Column("business_day", Date, primary_key=True),
    Column("counter_class", String(20), primary_key=True),
    Column("record", JSON, nullable=False),
)

# How many counters a manager means to have open, by half-hour.
day_plans = Table(
    "day_plans",
    metadata,
    Column("branch_id", ForeignKey("branches.id"), primary_key=True),
    Column("business_day", Date, primary_key=True),
    Column("counter_class", String(20), primary_key=True),
    Column("plan", JSON, nullable=False),
    Column("by", String(120), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("branch_id", String(40), primary_key=True),
    Column("actor", String(120), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seal", String(64)),  # SHA-256 of the rest: an answer that was changed is no answer
    # By which the old ones are found and thrown away. Not by branch: of two indexes that begin with it, a database
    # that knows little of its table may look through the wrong one.
    Index(None, "at"),
)

# The events of a business day that is long over, in one piece: the log itself stays as short as a few weeks.
archived_days = Table(
    "archived_days",
    metadata,
    Column("branch_id", ForeignKey("branches.id"), primary_key=True),
    Column("first_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("business_day", Date, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# The server processes: one whose `beat` stands still is dead, whatever its clock or ours says.
processes = Table(
    "processes",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("seal", String(64), nullable=False, server_default=""),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("branch_id", ForeignKey("branches.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

# A device that asks to be connected: it shows the code, and fetches its token once somebody has said yes.
pairings = Table(
    "pairings",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("code", String(64), nullable=False, index=True),  # its hash
    Column("secret", String(64), nullable=False, unique=True),  # the hash of what only the device knows
    Column("kind", String(20), nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("branch_id", String(40)),  # once it is approved, with the name that it was given
    Column("name", String(120)),
    Column("approved_by", String(120)),
    Column("collected_at", UtcDateTime),
    Column("seal", String(64), nullable=False),  # of what it asked; the trail tells what became of it
)

# When a device was last heard of, by which of the servers soever: a hint for people, and nothing hangs on it.
sightings = Table(
    "sightings",
    metadata,
    Column("token_id", String(40), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("address", String(64), nullable=False),
    Column("version", String(40), nullable=False, server_default=""),
    Column("seal", String(64), nullable=False),
)

# What is known of a customer beside the ticket: encrypted, found again by keyed hashes, and erased by the branch's
# rule. The log and the tickets have none of it, so nothing of them is ever taken away.
personal = Table(
    "personal",
    metadata,
    Column("ticket_id", String(80), primary_key=True),
    Column("branch_id", ForeignKey("branches.id"), nullable=False),
    Column("erase_on", Date, nullable=False),  # the first business day on which it must be gone
    Column("sealed", Text, nullable=False),
    Column("name_mark", String(64), index=True),
    Column("phone_mark", String(64), index=True),
    Column("card_mark", String(64), index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Index(None, "branch_id", "erase_on"),
)

clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("real_at", UtcDateTime, nullable=False),
    Column("server_at", UtcDateTime, nullable=False),
    Column("speed", Float, nullable=False),
)

# People. `login` is what they type, in small letters; who has left keeps their row, for the log names them.
staff = Table(
    "staff",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("login", String(120), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password", String(200)),  # Argon2id; none before they chose one
    Column("code_secret", String(200)),  # of their authenticator, encrypted; none: the password alone
    Column("failures", Integer, nullable=False),  # in a row
    Column("next_try_at", UtcDateTime),
    Column("made_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    # A mark of what their badge says to a reader: storage/badges.py. One badge, one person: whoever writes it looks
    # first, under the lock of the installation's trail; an older server knows no constraint and could not keep to it.
    Column("badge", String(300)),
    Column("pin", String(200)),  # Argon2id; for changing places at a console that is signed in, never from afar
    Column("pin_failures", Integer, nullable=False, server_default="0"),
    Column("pin_next_try_at", UtcDateTime),
    Column("code_step", BigInteger),  # half minutes since 1970: of the last code that was taken, which is good once
    Column("recovery", JSON(none_as_null=True)),  # keyed hashes of the codes for who has lost the authenticator
)

staff_roles = Table(
    "staff_roles",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("place", String(40), primary_key=True),  # a branch, or * for every one there is and will be
    Column("role", String(20), nullable=False),
)

# Which services a person may serve in a branch; no row: all of them.
staff_skills = Table(
    "staff_skills",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("branch_id", String(40), primary_key=True),  # by itself: branches are replaced, people stay
    Column("services", JSON, nullable=False),
)

# Keys that a person's own device keeps (WebAuthn).
passkeys = Table(
    "passkeys",
    metadata,
    Column("id", String(400), primary_key=True),  # the credential's, as base64url
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("public_key", Text, nullable=False),  # as base64url
    Column("uses", BigInteger, nullable=False),  # the authenticator's own count, where it has one
    Column("name", String(120), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),  # when the question was asked that it answered last: an answer is good once
)

# Who a person is to the bank's own sign-in (OpenID Connect).
outside_ids = Table(
    "outside_ids",
    metadata,
    Column("issuer", String(200), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
)

invitations = Table(
    "invitations",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("how", String(20), nullable=False, server_default="password"),  # they came: password passkey outside badge
)

# Who has changed what, and whom the door has refused: one chain of hashes a branch, and one, `*`, for the rest.
audit = Table(
    "audit",
    metadata,
    Column("branch_id", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),  # by the machine's own clock, whatever day is simulated
    Column("who_kind", String(20), nullable=False),
    Column("who_id", String(120), nullable=False),
    Column("who_name", Text, nullable=False),
    Column("address", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("hash", String(64), nullable=False),
)

# What is known of the whole installation, in one row: the newest hash of the trail that belongs to no branch.
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("trail", String(90), nullable=False, server_default=""),
)

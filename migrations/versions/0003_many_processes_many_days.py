"""Processes that live, days that are over in one piece each, chains of hashes and the trail of who changed what

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index_online

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SETUP = sa.text(
    "kind IN ('branch.day_started', 'branch.changed',"
    " 'counter.opened', 'counter.paused', 'counter.closed', 'counter.profiled')"
)


def upgrade() -> None:
    create_index_online("ix_answers_at", "answers", ["at"])
    create_index_online("ix_events_setup", "events", ["branch_id", "seq"], SETUP)
    # Empty where a server of the version before has written: the next one of this version goes on from there.
    op.add_column("branches", sa.Column("head", sa.String(length=90), nullable=False, server_default=""))
    op.add_column("branches", sa.Column("trail", sa.String(length=90), nullable=False, server_default=""))
    op.create_table(
        "processes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
    )
    op.create_table(
        "archived_days",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_archived_days_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "first_seq", name=op.f("pk_archived_days")),
    )
    op.create_table(
        "audit",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who_kind", sa.String(length=20), nullable=False),
        sa.Column("who_id", sa.String(length=120), nullable=False),
        sa.Column("who_name", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("branch_id", "seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trail", sa.String(length=90), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.add_column("events", sa.Column("hash", sa.String(length=64), nullable=True))
    op.add_column("answers", sa.Column("seal", sa.String(length=64), nullable=True))
    # Nobody asked by it, and with the years every event had to write one more page of it, at some place or other.
    op.drop_index("ix_events_ticket_id", table_name="events")


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM archived_days")).scalar_one():
        raise RuntimeError("archived days hold the only copy of their events: `python -m server migrate --to 0002`")
    create_index_online("ix_events_ticket_id", "events", ["ticket_id"])
    # In the order in which the writer takes them, branches first, or the two wait for each other.
    op.drop_column("branches", "trail")
    op.drop_column("branches", "head")
    op.drop_column("events", "hash")
    op.drop_column("answers", "seal")
    op.drop_table("installation")
    op.drop_table("audit")
    op.drop_table("archived_days")
    op.drop_table("processes")
    op.drop_index("ix_events_setup", table_name="events")
    op.drop_index("ix_answers_at", table_name="answers")

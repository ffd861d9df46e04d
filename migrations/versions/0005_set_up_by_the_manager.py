"""Set-up in the browser, second factors and badges, devices that pair by a code, and what is personal

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index_online

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('branch.day_started', 'branch.changed',"
    " 'counter.opened', 'counter.paused', 'counter.closed', 'counter.profiled')"
)
SETUP = BEFORE.replace("'branch.changed',", "'branch.changed', 'branch.set_up',")


def upgrade() -> None:
    op.drop_index("ix_events_setup", "events", if_exists=True)
    create_index_online("ix_events_setup", "events", ["branch_id", "seq"], sa.text(SETUP))
    op.add_column("counters", sa.Column("services", sa.JSON(), nullable=True))
    op.add_column("processes", sa.Column("seal", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("badge", sa.String(length=300), nullable=True))
    op.add_column("staff", sa.Column("pin", sa.String(length=200), nullable=True))
    op.add_column("staff", sa.Column("pin_failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("staff", sa.Column("pin_next_try_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("how", sa.String(length=20), nullable=False, server_default="password"))
    op.add_column("staff", sa.Column("code_step", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("recovery", sa.JSON(), nullable=True))
    _of_people()
    _of_devices()
    op.create_table(
        "personal",
        sa.Column("ticket_id", sa.String(length=80), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("name_mark", sa.String(length=64), nullable=True),
        sa.Column("phone_mark", sa.String(length=64), nullable=True),
        sa.Column("card_mark", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_personal_branch_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_personal")),
    )
    for mark in ("name_mark", "phone_mark", "card_mark"):
        op.create_index(op.f(f"ix_personal_{mark}"), "personal", [mark])
    op.create_index(op.f("ix_personal_branch_id_erase_on"), "personal", ["branch_id", "erase_on"])


def _of_people() -> None:
    op.create_table(
        "staff_skills",
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_skills_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "branch_id", name=op.f("pk_staff_skills")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=400), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkeys_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
    )
    op.create_index(op.f("ix_passkeys_staff_id"), "passkeys", ["staff_id"])
    op.create_table(
        "outside_ids",
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_outside_ids_staff_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_outside_ids")),
    )
    op.create_index(op.f("ix_outside_ids_staff_id"), "outside_ids", ["staff_id"])


def _of_devices() -> None:
    op.create_table(
        "pairings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("secret", name=op.f("uq_pairings_secret")),
    )
    op.create_index(op.f("ix_pairings_code"), "pairings", ["code"])
    op.create_table(
        "sightings",
        sa.Column("token_id", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_sightings")),
    )


def downgrade() -> None:
    for table in ("personal", "sightings", "pairings", "outside_ids", "passkeys", "staff_skills"):
        op.drop_table(table)
    for column in ("badge", "pin", "pin_failures", "pin_next_try_at", "code_step", "recovery"):
        op.drop_column("staff", column)
    op.drop_column("sessions", "how")
    op.drop_column("counters", "services")
    op.drop_column("processes", "seal")
    op.drop_index("ix_events_setup", "events", if_exists=True)
    create_index_online("ix_events_setup", "events", ["branch_id", "seq"], sa.text(BEFORE))

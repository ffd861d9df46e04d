"""Every migration is one that the servers of the version before can live with while they go on serving."""

import pytest

from server.storage.migrate import revisions
from tests.house.source import ROOT
from tests.upgrade.expansion import Migration, faults

VERSIONS = ROOT / "migrations" / "versions"
# Made before the rule, when no server was in use anywhere: an index of 0002 locks the log while it is made.
BEFORE_THE_RULE = {"0001", "0002"}

HEAD = """
import sqlalchemy as sa
from alembic import op
revision = "0009"
down_revision = "0008"
"""
KNOWN = [f"{number:04d}" for number in range(1, 10)]


def written(body: str, contracts: str | None = None) -> Migration:
    said = f'contracts = "{contracts}"\n' if contracts else ""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return Migration.read(f"{HEAD}{said}def upgrade() -> None:\n{lines}\n")


def test_no_migration_takes_anything_from_the_servers_before_it() -> None:
    known = revisions()
    for file in sorted(VERSIONS.glob("0*.py")):
        migration = Migration.read(file.read_text("utf-8"))
        assert file.name.startswith(f"{migration.revision}_")
        assert migration.down_revision == (
            known[known.index(migration.revision) - 1] if migration.down_revision else None
        )
        if migration.revision not in BEFORE_THE_RULE:
            assert faults(migration, known) == [], file.name
    assert len(known) >= 3


@pytest.mark.parametrize(
    "body",
    [
        'op.create_table("new", sa.Column("id", sa.Integer(), nullable=False), sa.UniqueConstraint("id"))\n'
        'op.create_index("ix_new", "new", ["id"], unique=True)',
        'op.add_column("tickets", sa.Column("mood", sa.String(10), nullable=True))',
        'op.add_column("tickets", sa.Column("mood", sa.String(10), nullable=False, server_default="calm"))',
        'create_index_online("ix", "tickets", ["mood"])\nop.add_column("tickets", sa.Column("x", sa.Integer()))',
        "op.execute(\"UPDATE tickets SET mood = 'calm' WHERE mood IS NULL\")",
    ],
)
def test_what_only_adds_is_allowed(body: str) -> None:
    assert faults(written(body), KNOWN) == []


@pytest.mark.parametrize(
    "body",
    [
        'op.drop_table("tickets")',
        'op.drop_column("tickets", "ahead")',
        'with op.batch_alter_table("tickets") as batch:\n    batch.drop_column("ahead")',
        'op.rename_table("tickets", "papers")',
        'op.alter_column("tickets", "ahead", new_column_name="before")',
        'op.alter_column("tickets", "ahead", type_=sa.BigInteger())',
        'op.add_column("tickets", sa.Column("mood", sa.String(10), nullable=False))',
        'op.add_column("tickets", sa.Column("mood", sa.String(10), unique=True))',
        'op.create_unique_constraint("uq", "tickets", ["number"])',
        'op.create_check_constraint("ck", "tickets", "calls < 9")',
        'op.create_index("uq", "tickets", ["number"], unique=True)',
        'op.execute("ALTER TABLE tickets DROP COLUMN ahead")',
        "op.execute(statement)",
    ],
)
def test_what_an_old_server_cannot_live_with_is_found_unless_it_was_prepared(body: str) -> None:
    assert faults(written(body), KNOWN) != []
    if "create_index" not in body:
        assert faults(written(body, contracts="0007"), KNOWN) == []


@pytest.mark.parametrize("began", ["0008", "0009", "0042"])
def test_a_contraction_without_a_whole_revision_after_its_expansion_is_too_soon(began: str) -> None:
    assert "too soon" in faults(written('op.drop_column("tickets", "ahead")', contracts=began), KNOWN)[0]


@pytest.mark.parametrize(
    "body",
    [
        'op.create_index("ix", "tickets", ["mood"])',
        'op.add_column("tickets", sa.Column("x", sa.Integer()))\ncreate_index_online("ix", "tickets", ["x"])',
    ],
)
def test_an_index_that_would_lock_a_table_in_use_or_cannot_be_tried_again_is_found(body: str) -> None:
    assert faults(written(body, contracts="0007"), KNOWN) != []

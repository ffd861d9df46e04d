"""Unpacks one program of a Debian package beside the environment: nothing is installed on the machine."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.running import ROOT


def program(name: str, package: str) -> Path | None:
    """One that is on the PATH, or Debian's, kept from the last time or brought by apt; None where neither is."""
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    kept = ROOT / ".venv" / name
    if not kept.exists():
        _fetch(name, package, kept)
    return kept if kept.exists() else None


def _fetch(name: str, package: str, kept: Path) -> None:
    """As apt brings it: checked against the signed list, unpacked, not installed."""
    with tempfile.TemporaryDirectory() as folder:
        download = ["apt-get", "-q", "download", package]
        if not _ran(download, folder):  # a new machine has no lists yet
            _ran(["apt-get", "-q", "update"], folder)
            _ran(download, folder)
        for archive in Path(folder).glob("*.deb"):
            _ran(["dpkg", "-x", str(archive), folder], folder)
        unpacked = Path(folder, "usr", "bin", name)
        if unpacked.exists():
            kept.parent.mkdir(exist_ok=True)
            beside = kept.with_suffix(f".{os.getpid()}")  # another test run may be at it too
            shutil.copy(unpacked, beside)
            beside.replace(kept)


def _ran(command: list[str], folder: str) -> bool:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False

"""Known holes in what we depend on, as the registries tell: `make audit`. One that will not tell stops nobody."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCK = "requirements-dev.lock"  # it holds what is shipped, and what checks it
SCREENS = ROOT / "server" / "screens"
PATIENCE_S = 180

Json = dict[str, Any]


@dataclass(slots=True)
class Found:
    """`holes` name a package, its version and what is known; `untold` is what could not be asked about, and why."""

    asked: int = 0
    holes: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


def of_python(said: str) -> Found:
    """What pip-audit says, as JSON."""
    found = Found()
    for one in _read(said).get("dependencies", []):
        if "skip_reason" in one:
            found.untold.append(one["name"])
            continue
        found.asked += 1
        found.holes += [f"{one['name']} {one['version']}: {hole['id']}" for hole in one["vulns"]]
    if not found.asked and not found.untold:
        found.untold.append("everything in Python")
    return found


def of_npm(said: str) -> Found:
    """What `npm audit --json` says."""
    told = _read(said)
    if "vulnerabilities" not in told:
        return Found(untold=["everything from npm"])
    holes = [f"{name}: {one['severity']}" for name, one in told["vulnerabilities"].items()]
    return Found(told.get("metadata", {}).get("dependencies", {}).get("total", 0), holes)


def _read(said: str) -> Json:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(command: Sequence[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
        return ""
    return done.stdout


def main(npm: Sequence[str]) -> int:
    """`npm`: how it is started. 1 where there is a hole; what could not be asked is said, and fails nothing."""
    audit = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    locked = ["--require-hashes", "--disable-pip"]
    results = [
        (LOCK, of_python(_said([*audit, *locked, "-r", LOCK], ROOT))),
        ("package-lock.json", of_npm(_said([*npm, "audit", "--json"], SCREENS))),
    ]
    for name, found in results:
        print(f"{name}: {found.asked} looked up, {len(found.holes)} holes known, {len(found.untold)} not told")
        for hole in found.holes:
            print(f"  {hole}")
    if any(found.untold for _, found in results):
        print("The registry at hand does not tell of holes, or not of all: run `make audit` where it does.")
    return 1 if any(found.holes for _, found in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["npm"]))

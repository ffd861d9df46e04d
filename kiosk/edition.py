"""The page as the server last gave it, with every file it needs: kept on disk, so that it opens without a server."""

import json
import logging
import re
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from kiosk.journal.rows import Json

log = logging.getLogger(__name__)

PLACE = "<!--boot-->"
BOOT = re.compile(r'<script type="application/json" id="boot">(.*?)</script>', re.DOTALL)
OURS = ("/kiosk/page/", "/screens/")
NEEDS = (
    re.compile(r"""\b(?:src|href)=["']([^"']+)["']"""),
    re.compile(r"""\b(?:from|import)\s*\(?\s*["']([^"']+)["']"""),
    re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)"""),
)
PAGE_TOKEN = "loopback"  # the page's own; the program puts the device's in its place


class NotOurPage(Exception):
    """What came is no kiosk page: a proxy's error page, or an older server's."""


@dataclass(frozen=True, slots=True)
class File:
    content_type: str
    body: bytes
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """`shell` is the page with a gap for its state; `boot` its state, without the device's token."""

    shell: str
    boot: Json
    files: dict[str, File]

    def page(self, now: str, speed: float, program: Json) -> str:
        """The page with its state, at the time that it is now; `program` is what it finds beside it on the device."""
        boot = {**self.boot, "now": now, "speed": speed, "program": program}
        text = json.dumps(boot, ensure_ascii=False).replace("<", "\\u003c")
        return self.shell.replace(PLACE, f'<script type="application/json" id="boot">{text}</script>', 1)

    def settled(self) -> str:
        """A mark that changes with anything but the hall's passing state."""
        branch = self.boot["snapshot"]["branch"]
        fixed = json.dumps([self.shell, branch, self.boot["words"], self.boot["languages"]], sort_keys=True)
        files = "".join(f"{path}{sha256(file.body).hexdigest()}" for path, file in sorted(self.files.items()))
        return sha256((fixed + files).encode()).hexdigest()


def taken_apart(html: str) -> tuple[str, Json]:
    """The page's shell and its state. The device's token is left out: no page and no copy needs to know it."""
    found = BOOT.search(html)
    if found is None:
        raise NotOurPage("the page has no state")
    try:
        boot = dict(json.loads(found.group(1)))
        boot["snapshot"]["branch"], boot["words"], boot["languages"], boot["actor"]["id"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotOurPage(f"the page's state cannot be read: {error!r}") from error
    boot["token"] = PAGE_TOKEN
    return html[: found.start()] + PLACE + html[found.end() :], boot


def needed(path: str, text: str) -> set[str]:
    """The paths of ours that a page, a script or a style sheet asks for."""
    found = (urlsplit(urljoin(path, address)).path for pattern in NEEDS for address in pattern.findall(text))
    return {address for address in found if address.startswith(OURS) and ".." not in address}


def write(path: Path, edition: Edition) -> None:
    """As one file that is either the old one or the new one, whatever happens meanwhile."""
    fresh = path.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        index = {address: [file.content_type, file.etag] for address, file in edition.files.items()}
        archive.writestr("index.json", json.dumps(index))
        archive.writestr("boot.json", json.dumps(edition.boot))
        archive.writestr("shell.html", edition.shell)
        for address, file in edition.files.items():
            archive.writestr(f"files{address}", file.body)
    fresh.replace(path)


def read(path: Path) -> Edition | None:
    """None where there is none, or where it is damaged: then the server is needed once more."""
    try:
        with zipfile.ZipFile(path) as archive:
            index = json.loads(archive.read("index.json"))
            files = {
                address: File(kind, archive.read(f"files{address}"), tag) for address, (kind, tag) in index.items()
            }
            return Edition(archive.read("shell.html").decode(), json.loads(archive.read("boot.json")), files)
    except FileNotFoundError:
        return None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        log.error("the kept page cannot be read: %s", error)
        return None

"""What a hall shows between two calls: the texts, pictures and films in the branch's own folder, in their order."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from server.domain.words import LANGUAGES

PICTURES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
FILMS = {".mp4": "video/mp4", ".webm": "video/webm"}
MOST = 100
LONGEST_TEXT = 2000
BRANCH = re.compile(r"[A-Za-z0-9_-]{1,40}")

Json = dict[str, Any]


def folder_of(media: str, branch_id: str) -> Path | None:
    """Each branch has a folder of its own, named by its id."""
    if not media or not BRANCH.fullmatch(branch_id):
        return None
    return Path(media) / branch_id


def files_in(folder: Path | None) -> dict[str, Path]:
    """Name -> file, by name. Only what lies in the folder itself: a link that leads out of it is left out."""
    if folder is None or not folder.is_dir():
        return {}
    home = folder.resolve()
    found = sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=lambda path: path.name)
    return {path.name: path for path in found if path.is_file() and path.resolve().parent == home}


def items(folder: Path | None) -> list[Json]:
    """The playlist. `10-fees.zh.txt` and `10-fees.en.txt` are one notice; its first line is the title."""
    made: dict[str, Json] = {}
    for name, path in files_in(folder).items():
        kind = kind_of(name)
        if kind == "text":
            stem, lang = stem_and_language(name)
            item = made.setdefault(f"{stem}.txt", {"kind": "text", "name": stem, "texts": {}})
            item["texts"][lang] = text_of(path)
        elif kind:
            made[name] = {"kind": kind, "name": name, "url": f"/display/media/{quote(name)}"}
    return [item for item in made.values() if item["kind"] != "text" or any(map(says, item["texts"].values()))][:MOST]


def kind_of(name: str) -> str:
    """text, picture, film; empty for what cannot be shown."""
    ending = Path(name).suffix.lower()
    if ending == ".txt":
        return "text"
    return "picture" if ending in PICTURES else "film" if ending in FILMS else ""


def type_of(name: str) -> str | None:
    """The media type of a picture or film; None for anything else."""
    return (PICTURES | FILMS).get(Path(name).suffix.lower())


def stem_and_language(name: str) -> tuple[str, str]:
    """A text without a language is in the first."""
    stem = name[: -len(".txt")]
    head, _, lang = stem.rpartition(".")
    return (head, lang) if head and lang in LANGUAGES else (stem, sorted(LANGUAGES, reverse=True)[0])


def text_of(path: Path) -> Json:
    """Whatever bytes a branch puts there, it is text in the end."""
    with path.open("rb") as file:
        text = file.read(4 * LONGEST_TEXT).decode("utf-8-sig", "replace")[:LONGEST_TEXT]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {"title": lines[0] if lines else "", "lines": lines[1:]}


def says(text: Json) -> bool:
    return bool(text["title"])

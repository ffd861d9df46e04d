"""What a page plays, noted instead of heard: which clip, from when to when, and which numbers stood large then."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

PATIENCE_S = 20.0
CLIP_S = 0.3  # every clip lasts so long here: the order is what is looked at

# A context that makes no sound and is always allowed to. What was fetched is known by its address.
STUB = f"""(() => {{
  window.played = [];
  const whole = Response.prototype.arrayBuffer;
  Response.prototype.arrayBuffer = async function () {{
    const bytes = await whole.call(this);
    bytes.address = this.url;
    return bytes;
  }};
  class Node {{ connect() {{}} disconnect() {{}} }}
  const level = () => Object.assign(new Node(), {{ gain: {{ value: 1, setValueAtTime() {{}},
    exponentialRampToValueAtTime() {{}} }} }});
  class Source extends Node {{
    start(at) {{
      const large = () => [...document.querySelectorAll(".hero .call__number")].map((one) => one.textContent);
      const wait = Math.max(0, at - performance.now() / 1000) * 1000;
      const note = {{ address: this.buffer.address, at, ends: at + this.buffer.duration, large: null }};
      window.played.push(note);
      setTimeout(() => (note.large = large()), wait);
      setTimeout(() => this.onended && this.onended(), wait + this.buffer.duration * 1000);
    }}
  }}
  window.AudioContext = class {{
    constructor() {{ this.state = "running"; this.destination = new Node(); }}
    get currentTime() {{ return performance.now() / 1000; }}
    resume() {{ return Promise.resolve(); }}
    createGain() {{ return level(); }}
    createOscillator() {{ return Object.assign(level(), {{ frequency: {{}}, start() {{}}, stop() {{}} }}); }}
    createBufferSource() {{ return new Source(); }}
    decodeAudioData(bytes) {{ return Promise.resolve({{ duration: {CLIP_S}, address: bytes.address }}); }}
  }};
}})();"""


@dataclass(frozen=True, slots=True)
class Played:
    calls: tuple[str, ...]  # "A001:3"; none: the chime
    lang: str
    at: float
    ends: float
    large: tuple[str, ...]


def played(page: Page) -> list[Played]:
    """What has begun by now; what is planned for the next seconds is not there yet."""
    found: Any = page.evaluate("window.played.filter((note) => note.large !== null)")
    return [_played(note) for note in found]


def _played(note: dict[str, Any]) -> Played:
    asked = parse_qs(urlsplit(note["address"]).query)
    calls = asked.get("calls", [""])[0]
    said = tuple(calls.split(",")) if calls else ()
    return Played(said, asked.get("lang", [""])[0], note["at"], note["ends"], tuple(note["large"]))


def until_played(page: Page, clips: int) -> None:
    """Waits until so many have begun. The page's rules let nobody wait for a sentence of script."""
    deadline = time.monotonic() + PATIENCE_S
    while len(played(page)) < clips:
        assert time.monotonic() < deadline, played(page)
        page.wait_for_timeout(50)


def until_said(page: Page, calls: int) -> None:
    """Waits until so many calls were said, in however many sentences."""
    deadline = time.monotonic() + PATIENCE_S
    while sum(map(len, sentences(page))) < calls:
        assert time.monotonic() < deadline, played(page)
        page.wait_for_timeout(50)


def sentences(page: Page) -> list[tuple[str, ...]]:
    """What was called, sentence by sentence, however many languages it was said in."""
    found: list[tuple[str, ...]] = []
    first = ""
    for one in played(page):
        first = first or one.lang
        if one.calls and one.lang == first:
            found.append(one.calls)
    return found

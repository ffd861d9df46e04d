"""Who cannot see the kiosk: presses keys, and hears what is said. The sound itself is left out, its order is kept."""

import re
from collections.abc import Sequence

from playwright.sync_api import Page

# Sound that ends at once. Only a real clip of the server's counts, and with it what the page says that it is.
EARS = """(() => {
  window.heard = [];
  const level = { value: 1, setValueAtTime() {}, exponentialRampToValueAtTime() {} };
  window.AudioContext = class {
    constructor() { Object.assign(this, { state: "running", currentTime: 0, destination: {} }); }
    resume() { return Promise.resolve(); }
    createGain() { return { gain: level, connect() {} }; }
    createOscillator() { return { frequency: {}, connect() {}, start() { heard.push("(chime)"); }, stop() {} }; }
    decodeAudioData(bytes) {
      const isWave = String.fromCharCode(...new Uint8Array(bytes, 0, 4)) === "RIFF";
      return isWave ? Promise.resolve({}) : Promise.reject(new Error("no clip"));
    }
    createBufferSource() {
      const source = { connect() {}, stop() {} };
      source.start = () => {
        heard.push(document.querySelector(".caption").textContent);
        setTimeout(() => source.onended(), 1);
      };
      return source;
    }
  };
})()"""
# Time passes in the page when a test says so.
HASTE = """(() => {
  const now = performance.now.bind(performance);
  let ahead = 0;
  performance.now = () => now() + ahead;
  window.pass = (seconds) => { ahead += seconds * 1000; };
})()"""
BURST = """keys => keys.forEach(key =>
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


class Listener:
    """Hears one page. `since` forgets what was heard before."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._from = 0

    def heard(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.heard")
        return found[self._from :]

    def press(self, key: str) -> None:
        """And listens from now on."""
        self._from += len(self.heard())
        self.page.keyboard.press(key)

    def hears(self, *sentences: str) -> None:
        """All of these, in this order, whatever is said between them; one that ends in … goes on as it may."""
        try:
            self.page.wait_for_function(IN_ORDER, arg=[self._from, list(sentences)])
        except Exception as late:
            raise AssertionError(f"{sentences} in {self.heard()}") from late


IN_ORDER = """([from, wanted]) => {
  let at = 0;
  const is = (said, sentence) =>
    sentence.endsWith("…") ? said.startsWith(sentence.slice(0, -1)) : said === sentence;
  for (const said of window.heard.slice(from)) if (at < wanted.length && is(said, wanted[at])) at += 1;
  return at === wanted.length;
}"""


def type_as_a_reader(page: Page, signs: Sequence[str]) -> None:
    """Faster than any finger: into whatever has the focus."""
    page.evaluate(BURST, list(signs))


def spelt(number: str) -> list[str]:
    """How A012 is said: sign by sign."""
    assert re.fullmatch(r"[A-Z]\d{3}", number)
    return list(number)

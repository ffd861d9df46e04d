"""Drives one page of Chrome 69 by JSON lines; runs in an environment of its own and imports nothing of ours."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

# Root may not have Chromium's sandbox, and a machine without a screen has no graphics card.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--no-sandbox --disable-gpu --autoplay-policy=no-user-gesture-required"

from PyQt5.QtCore import QPoint, QSocketNotifier, Qt, QUrl, qInstallMessageHandler
from PyQt5.QtTest import QTest
from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineProfile, QWebEngineView
from PyQt5.QtWidgets import QApplication

LEVELS = ("info", "warning", "error")


class Page(QWebEnginePage):  # type: ignore[misc]  # the other environment has its types
    """Keeps what the page says on its console; an error nobody caught is said there too."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile, None)
        self.said: list[dict[str, Any]] = []

    def javaScriptConsoleMessage(self, level: int, message: str, line: int, source: str) -> None:  # noqa: N802
        self.said.append({"level": LEVELS[int(level)], "text": message, "at": f"{source}:{line}"})


class Driver:
    """One command a line on stdin, one answer a line on stdout, in order."""

    def __init__(self) -> None:
        self.view = QWebEngineView()
        self.page: Page | None = None
        self.profiles: list[QWebEngineProfile] = []  # one that is dropped while its page lives takes Qt down
        self.listen = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Read)
        self.listen.activated.connect(self.read)

    def read(self) -> None:
        line = sys.stdin.readline()
        if not line:
            # Qt's own way out crashes where a page outlives its profile; nothing here is worth tidying up.
            os._exit(0)
        self.listen.setEnabled(False)  # the next one waits until this one is answered
        command = json.loads(line)
        getattr(self, f"do_{command.pop('do')}")(**command)

    def answer(self, value: Any) -> None:
        print(json.dumps(value), flush=True)
        self.listen.setEnabled(True)

    def do_open(self, url: str, width: int, height: int, language: str) -> None:
        """A page of somebody new: an unnamed profile remembers nothing. Answers once it is loaded."""
        profile = QWebEngineProfile()
        profile.setHttpAcceptLanguage(language)
        self.profiles.append(profile)
        self.page = Page(profile)
        self.view.setPage(self.page)
        self.view.resize(width, height)
        self.view.show()
        self.do_go(url)

    def do_go(self, url: str) -> None:
        """The same somebody turns to another page."""
        assert self.page is not None
        self.page.loadFinished.connect(once(self.answer))
        self.page.load(QUrl(url))

    def do_run(self, script: str) -> None:
        """Answers with any value that JSON can hold; `undefined` and a script that fails give null."""
        assert self.page is not None
        self.page.runJavaScript(script, self.answer)

    def do_touch(self, x: float, y: float) -> None:
        """As a mouse does it, so that what lies on top takes the click."""
        QTest.mouseClick(self.view.focusProxy(), Qt.LeftButton, Qt.NoModifier, QPoint(round(x), round(y)))
        self.answer(True)

    def do_picture(self, path: str) -> None:
        self.answer(self.view.grab().save(path))

    def do_said(self) -> None:
        assert self.page is not None
        self.answer(self.page.said)


def once(then: Callable[[bool], None]) -> Callable[[bool], None]:
    """A page that goes on to another address loads twice; its opener is answered once."""
    left = [then]
    return lambda well: left.pop()(well) if left else None


def main() -> int:
    # Qt tells of what an offscreen machine lacks; stdout is for answers.
    qInstallMessageHandler(lambda kind, context, text: print(text, file=sys.stderr))
    application = QApplication(sys.argv)
    driver = Driver()
    assert driver.page is None
    return int(application.exec_())


if __name__ == "__main__":
    sys.exit(main())

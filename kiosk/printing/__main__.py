"""Shows a ticket without a printer: `python -m kiosk.printing --out x.png`, drawn from the bytes it would get."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.printing.encoding import encode
from kiosk.printing.interpreter import papers
from kiosk.printing.layout import lay_out
from kiosk.printing.paper import Paper


def main() -> None:
    """The command line: one example, as its options say."""
    options = _options()
    data = encode(lay_out(_example(options)))
    (picture,) = papers(data)
    picture.save(options.out)
    print(f"{options.out}: {picture.width} x {picture.height} dots, {picture.height / 8:.0f} mm, {len(data)} bytes")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kiosk.printing", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the PNG to write")
    parser.add_argument("--langs", default="zh,en", help="languages in the order of printing")
    parser.add_argument("--number", default="A012")
    parser.add_argument("--ahead", type=int, default=3)
    parser.add_argument("--wait", default="8-15", help="minutes from-to")
    parser.add_argument("--link", default="https://queue.example.com/phone/#k3J9x2QpLmT7vWz0aBcD")
    parser.add_argument("--zone", default="Asia/Shanghai")
    parser.add_argument("--copy", action="store_true", help="as a reprint")
    parser.add_argument("--offline", action="store_true", help="as printed while the server is away")
    return parser.parse_args()


def _example(options: argparse.Namespace) -> Paper:
    least, _, most = options.wait.partition("-")
    return Paper(
        branch={"zh": "人民路支行", "en": "People's Road Branch"},
        number=options.number,
        service={"zh": "现金业务", "en": "Cash services"},
        ahead=None if options.offline else options.ahead,
        wait_min=None if options.offline else (int(least), int(most or least)),
        issued_at=datetime.now(UTC).astimezone(ZoneInfo(options.zone)),
        link=options.link,
        languages=tuple(options.langs.split(",")),
        copy=options.copy,
        offline=options.offline,
    )


if __name__ == "__main__":
    main()

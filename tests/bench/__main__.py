"""`make bench`: every benchmark in turn, each a table of ratios measured within this one run."""

import sys
from importlib import import_module

PARTS = ("optimum", "simulator", "advice", "call_outs")


def main(asked: list[str]) -> int:
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}: there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    for part in asked or PARTS:
        import_module(f"tests.bench.{part}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

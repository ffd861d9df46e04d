"""`python -m display`."""

import sys

from display.command import main

if __name__ == "__main__":
    sys.exit(main())

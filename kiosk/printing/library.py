"""Loads python-escpos so that it leaves nothing behind: no folder for each start, no logging set up for all."""

import logging
import os
import tempfile
from functools import cache
from typing import Any

from kiosk.printing.status import PrinterTrouble

_MEMORY = "/dev/shm"


@cache
def library() -> Any:
    """The library's printers. Takes half a second the first time. Raises PrinterTrouble, and may be tried again.

    It writes its list of models into a new temporary folder at each import and never removes it: after a year of
    starts a kiosk's disk is full of them, and on a full disk it could not be loaded. So it gets memory to write to.
    """
    handlers, usual = logging.root.handlers[:], tempfile.tempdir
    try:
        with tempfile.TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None) as scratch:
            tempfile.tempdir = scratch
            try:
                from escpos import printer
            finally:
                tempfile.tempdir = usual
    except (OSError, ImportError) as error:
        raise PrinterTrouble("error", f"python-escpos cannot be loaded: {error}") from error
    finally:
        logging.root.handlers[:] = handlers
    return printer

"""Paper: what a ticket says, how it is laid out, and the printers that print it, real and emulated."""

from kiosk.printing.paper import Paper
from kiosk.printing.printer import Printer, open_printer
from kiosk.printing.status import PrinterStatus, PrinterTrouble

__all__ = ["Paper", "Printer", "PrinterStatus", "PrinterTrouble", "open_printer"]

"""The ways to a printer: python-escpos' USB, serial line, network and file, made alike in how they fail."""

import errno
import logging
import socket
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.printing.library import library
from kiosk.printing.status import PrinterTrouble, question

log = logging.getLogger(__name__)

# A paper is 40 kB: half a second by USB or network, four by a serial line at 115,200, forty at 9,600.
WRITE_SECONDS = 60
ANSWER_SECONDS = 0.5


class Transport(Protocol):
    """A way to a printer. Both raise OSError (or what a library has of its own) when the way is gone."""

    def write(self, data: bytes) -> None: ...

    def read(self) -> bytes:
        """What the printer has answered; empty after ANSWER_SECONDS without a word."""
        ...

    def is_gone(self) -> bool:
        """Whether it is known to be closed from the other side, without sending anything."""
        ...

    def close(self) -> None: ...


class Nobody:
    """Where a kiosk has no printer: all is well until somebody wants paper."""

    def write(self, data: bytes) -> None:
        if data[:2] != question(0)[:2]:
            raise PrinterTrouble("unplugged", "this kiosk has no printer")

    def read(self) -> bytes:
        return b""

    def is_gone(self) -> bool:
        return False

    def close(self) -> None:
        """There is nothing to close."""


class Wire:
    """A printer of python-escpos as a transport."""

    def __init__(self, device: Any, can_answer: bool = True) -> None:
        self._device = device
        self._can_answer = can_answer

    def write(self, data: bytes) -> None:
        """In one piece: the library writes what it is given at once."""
        self._device._raw(data)

    def read(self) -> bytes:
        if not self._can_answer:
            return b""
        try:
            return bytes(self._device._read())
        except Exception as error:
            if _is_timeout(error):
                return b""
            raise

    def is_gone(self) -> bool:
        return False

    def close(self) -> None:
        try:
            self._device.close()
        except Exception as error:  # a cable that is out cannot be closed properly, and need not be
            log.info("closing the printer: %s", error)


def _is_timeout(error: Exception) -> bool:
    """pyusb's timeout is an error of its own module, by name, so that it need not be there for a network printer."""
    return isinstance(error, TimeoutError) or type(error).__name__ == "USBTimeoutError"


def usb(place: str) -> Transport:
    """`VENDOR:PRODUCT` in hexadecimal, as `lsusb` shows them. libusb comes as a wheel: nothing to install."""
    import libusb_package
    import usb.util

    vendor, product = (int(part, 16) for part in place.split(":"))
    device = library().Usb(
        vendor, product, usb_args={"backend": libusb_package.get_libusb1_backend()}, timeout=WRITE_SECONDS * 1000
    )
    device.open()
    # The library presumes the end points of one maker; the printer says which are its own.
    ends = list(device.device.get_active_configuration()[(0, 0)])
    for end in ends:
        if usb.util.endpoint_direction(end.bEndpointAddress) == usb.util.ENDPOINT_IN:
            device.in_ep = end.bEndpointAddress
        else:
            device.out_ep = end.bEndpointAddress
    return Wire(device, can_answer=len(ends) > 1)


def serial(place: str) -> Transport:
    """`/dev/ttyS0:115200`; without a speed 115,200."""
    path, _, speed = place.partition(":")
    rate = int(speed or 115_200)
    if rate < 38_400:
        log.warning(
            "a ticket is a picture of 40 kB: at %d baud it takes %d s; set the printer faster", rate, 400_000 // rate
        )
    device = library().Serial(path, rate, timeout=ANSWER_SECONDS)
    device.open()
    # Else a printer that holds up its hand holds up the program for ever.
    device.device.write_timeout = WRITE_SECONDS
    return _ByteByByte(device)


class _ByteByByte(Wire):
    """A serial line is read until sixteen bytes are there or time is up; an answer is one byte."""

    def read(self) -> bytes:
        line = self._device.device
        return bytes(line.read(1)) + bytes(line.read(line.in_waiting))


def network(place: str) -> Transport:
    """`HOST:PORT`; without a port 9100."""
    host, _, port = place.rpartition(":") if ":" in place else (place, "", "9100")
    device = library().Network(host, int(port))
    # Opened here: the library waits for a minute, knows no IPv6, and forgets to close what did not connect.
    device.device = socket.create_connection((host, int(port)), timeout=5)
    device.device.settimeout(ANSWER_SECONDS)
    return _Patient(device)


class _Patient(Wire):
    """A socket has one time-out for both ways, and a paper needs a longer one than an answer."""

    def write(self, data: bytes) -> None:
        self._device.device.settimeout(WRITE_SECONDS)
        super().write(data)
        self._device.device.settimeout(ANSWER_SECONDS)

    def read(self) -> bytes:
        answer = super().read()
        if not answer and self.is_gone():
            raise ConnectionResetError("the printer has closed the connection")
        return answer

    def is_gone(self) -> bool:
        """A printer hangs up on who is silent for long; what is written then is lost without an error."""
        line = self._device.device
        line.settimeout(0)
        try:
            return bool(line.recv(1, socket.MSG_PEEK) == b"")
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            line.settimeout(ANSWER_SECONDS)


def file(place: str) -> Transport:
    """A device file such as /dev/usb/lp0, or any file; it cannot answer."""
    device = library().File(place)
    device.open()
    return Wire(device, can_answer=False)


WAYS: dict[str, Callable[[str], Transport]] = {"usb": usb, "serial": serial, "network": network, "file": file}


def as_trouble(error: Exception) -> PrinterTrouble:
    """What a broken way means: it is out of the wall or taken by another, and the operator is told the cause."""
    if isinstance(error, PrinterTrouble):
        return error
    name = type(error).__name__
    if _is_timeout(error) or name == "SerialTimeoutException":
        return PrinterTrouble("busy", f"it takes no more: {error}")
    if getattr(error, "errno", None) in (errno.EACCES, errno.EPERM, errno.EBUSY):
        return PrinterTrouble("error", f"it may not be used, or another program has it: {error}")
    # pyserial's and pyusb's errors are of the system's kind; python-escpos has its own for what it does not find.
    is_gone = isinstance(error, OSError) or type(error).__module__.startswith("escpos.")
    return PrinterTrouble("unplugged" if is_gone else "error", f"{name}: {error}")

"""The code beside a number on the screen leads to where the branch is reached, whatever else it may be called."""

from pathlib import Path

from server.web.ticket_link import drawn
from tests.running import Caller, install, serving


def test_the_first_of_several_addresses_is_the_one_in_the_code(tmp_path: Path) -> None:
    office = install(f"sqlite:///{tmp_path / 'callboard.db'}")
    site = "https://queue.example.com/, https://queue.example.org"
    with serving(office, site=site) as served, Caller(served.url, office.tokens) as ask:
        ticket = ask.ticket()["id"]
        code = ask.get("kiosk", f"tickets/{ticket}/qr.svg").content
    assert code == drawn(f"https://queue.example.com/phone/#{ticket}")


def test_a_server_without_a_name_is_reached_as_the_kiosk_reaches_it(tmp_path: Path) -> None:
    office = install(f"sqlite:///{tmp_path / 'callboard.db'}")
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ticket = ask.ticket()["id"]
        code = ask.get("kiosk", f"tickets/{ticket}/qr.svg").content
    assert code == drawn(f"{served.url}/phone/#{ticket}")

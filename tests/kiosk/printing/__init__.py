"""Paper and printers."""

"""Cards: what a reader reads, what the branch's rules make of it, and nothing kept of the number itself."""

from kiosk.reading.card import Card
from kiosk.reading.readers import Reader, open_reader
from kiosk.reading.rules import Rule, RuleRefused, read_rules, recognise

__all__ = ["Card", "Reader", "Rule", "RuleRefused", "open_reader", "read_rules", "recognise"]

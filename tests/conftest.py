"""What every test may ask for: real databases, a real Valkey, and a browser."""

pytest_plugins = [
    "tests.authorities",
    "tests.servers",
    "tests.browser.pages",
    "tests.faults.summary",
    "tests.engines.summary",
]

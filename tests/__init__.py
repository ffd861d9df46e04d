"""The tests: they mirror the house, and run what ships against real databases and a real browser."""

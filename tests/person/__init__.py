"""The tests of one customer at the command line."""

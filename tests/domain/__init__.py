"""The rules of the hall, tried with examples and with whatever anyone might press."""

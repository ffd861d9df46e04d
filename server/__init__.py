"""Callboard: the server of a branch, from the rules of the hall to the screens that show it."""

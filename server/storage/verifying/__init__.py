"""Looks for what was changed behind the server's back: chains, and tables against the log and the trail."""

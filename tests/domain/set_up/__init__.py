"""The set-up: read, compared, and held against the living hall."""

"""The schema changes under servers that go on serving, and what a migration may do so that they can."""

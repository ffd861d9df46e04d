"""The only SQL: what the branch remembers, and how it is written down once."""

"""A branch as its manager sets it up: one document, read as a whole, compared, and held against the living hall."""

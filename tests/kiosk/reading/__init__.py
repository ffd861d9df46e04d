"""Cards and their readers."""

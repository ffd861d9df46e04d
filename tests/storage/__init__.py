"""What is written down, on both databases: once, whole, and found again."""

"""What is backed up comes back, on either database, or not at all."""

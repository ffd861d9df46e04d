"""What the server's own console can do for people and to them."""

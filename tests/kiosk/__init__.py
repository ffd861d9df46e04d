"""The device in the hall: what it prints, reads and keeps when the server is away."""

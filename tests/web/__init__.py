"""The API as programs meet it, and what it answers when they are wrong."""

"""`python -m server audit`: whether anything was changed behind the server's back."""

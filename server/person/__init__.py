"""`python -m server person`: what is known of one customer, found, handed out, erased."""

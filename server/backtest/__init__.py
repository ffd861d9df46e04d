"""A hundred days under every policy, customer by customer: what following the advisor is worth."""

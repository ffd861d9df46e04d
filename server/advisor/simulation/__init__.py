"""The branch played through on paper: what a policy would have cost, without trying it on customers."""

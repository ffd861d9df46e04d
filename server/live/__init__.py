"""From commit to screen: what happened reaches everyone who may see it, in order, once."""

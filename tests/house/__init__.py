"""The rules of the house itself, so that a rule not kept is a red test and no matter of taste."""

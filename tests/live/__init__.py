"""The live socket as screens meet it: nothing missed, nothing twice, nothing that is not theirs to see."""

"""The replay: that it finds what is wrong, and that with the server as it is there is nothing to find."""

"""Whether what deploy/ ships works: checked by linters, and by running the same commands outside a container."""

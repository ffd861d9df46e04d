"""The program that writes a branch's set-up to a file, and takes it from one."""

"""The program that writes a set-up to a file and takes it from one."""

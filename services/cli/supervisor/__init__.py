"""`muster up`: every server and service as a child process, kept running, ended together."""

"""One module per group of commands; each command returns its exit code, or None for 0."""

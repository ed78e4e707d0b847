"""The `muster` command: embedded servers, supervision, administration."""

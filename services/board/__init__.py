"""The board: what is known, on every enrolled screen, as soon as it is known."""

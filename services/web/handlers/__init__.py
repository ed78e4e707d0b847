"""What is asked of which owner, in which order; no HTTP here."""

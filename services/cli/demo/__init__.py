"""The demo: a synthetic school, people to sign in as, and a clock that opens on a school day."""

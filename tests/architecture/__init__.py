"""Rules on the tree itself: what the import rules in pyproject.toml cannot say."""

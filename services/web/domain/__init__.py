"""Who may see what, and in which words: pure."""

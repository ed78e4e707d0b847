"""Who is told what, in which words, on which channel, and what becomes of it. Pure."""

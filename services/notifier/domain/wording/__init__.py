"""The approved words of every message, per language."""

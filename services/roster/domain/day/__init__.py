"""The school day: who should be where at a moment, and why."""

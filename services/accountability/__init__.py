"""Accountability: observations of students, and the one state they fold to."""

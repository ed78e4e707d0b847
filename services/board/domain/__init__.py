"""Projections, views and pacing: pure and sync."""

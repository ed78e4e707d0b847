"""Journeys: what people do with Muster, in real browsers, on one running demo."""

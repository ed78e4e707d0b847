"""Figures: one registry a process, one figure a name."""

import pytest

from services.chassis.metrics import Metrics


def test_two_parts_share_a_figure() -> None:
    """Two ledgers of one process count into the same figure instead of failing at the second."""
    metrics = Metrics("bell")
    metrics.counter("rung_total", "Times rung.").inc()
    metrics.counter("rung_total", "Times rung.").inc()
    assert b"rung_total 2.0" in metrics.render()


def test_registries_are_apart() -> None:
    """What one process (or test) counts is not on another's page."""
    Metrics("a").counter("rung_total", "Times rung.").inc()
    assert b"rung_total" not in Metrics("b").render()


def test_a_name_has_one_kind() -> None:
    """A counter asked for as a gauge is a mistake that shows at once."""
    metrics = Metrics("bell")
    metrics.counter("rung_total", "Times rung.")
    with pytest.raises(TypeError, match="rung_total"):
        metrics.gauge("rung_total", "Times rung.")


def test_the_service_is_on_its_page() -> None:
    """A scraper tells the pages of several processes apart."""
    assert b'muster_service_info{service="bell"} 1.0' in Metrics("bell").render()

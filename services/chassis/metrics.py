"""Figures of one process in the Prometheus text format, in a registry of its own."""

from collections.abc import Sequence
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From one fsync (0.2 ms) to the 2 s after which a declaration says NOT STARTED YET.
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)

Figure = TypeVar("Figure", Counter, Gauge, Histogram)


class Metrics:
    """The registry of one service process.

    The same name asked for twice is the same figure, so that two parts may share one.
    """

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._known: dict[str, Counter | Gauge | Histogram] = {}
        self.gauge("muster_service_info", "1, labelled with the service.", ["service"]).labels(
            service
        ).set(1)

    def counter(self, name: str, what: str, labels: Sequence[str] = ()) -> Counter:
        """A figure that only grows; what: one sentence with the unit."""
        known = self._known.get(name)
        figure = known or Counter(name, what, labels, registry=self.registry)
        return self._keep(name, figure, Counter)

    def gauge(self, name: str, what: str, labels: Sequence[str] = ()) -> Gauge:
        """A figure that rises and falls; what: one sentence with the unit."""
        known = self._known.get(name)
        figure = known or Gauge(name, what, labels, registry=self.registry)
        return self._keep(name, figure, Gauge)

    def histogram(
        self,
        name: str,
        what: str,
        labels: Sequence[str] = (),
        buckets: Sequence[float] = SECONDS,
    ) -> Histogram:
        """A distribution, by default of seconds."""
        known = self._known.get(name)
        figure = known or Histogram(name, what, labels, buckets=buckets, registry=self.registry)
        return self._keep(name, figure, Histogram)

    def render(self) -> bytes:
        """The page that GET /metrics answers."""
        return generate_latest(self.registry)

    def _keep(self, name: str, figure: Counter | Gauge | Histogram, kind: type[Figure]) -> Figure:
        if not isinstance(figure, kind):
            raise TypeError(f"{name} is a {type(figure).__name__}, not a {kind.__name__}")
        self._known[name] = figure
        return figure

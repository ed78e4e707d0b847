"""What the ledger counts: the cost laws are held by tests on these."""

from services.chassis.metrics import Metrics

OPS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


class Counters:
    """Figures of one ledger in the registry of its process."""

    def __init__(self, metrics: Metrics) -> None:
        self.commits = metrics.counter("muster_ledger_commits", "Commits that are known.")
        self.ops = metrics.histogram(
            "muster_ledger_ops_per_commit", "Ops that shared a commit.", buckets=OPS
        )
        self.seconds = metrics.histogram(
            "muster_ledger_commit_seconds", "From the batch's first statement to its commit."
        )
        self.events = metrics.counter("muster_ledger_events", "Events appended.")
        self.repeats = metrics.counter("muster_ledger_repeats", "Ops answered from a stored one.")
        self.failed = metrics.counter("muster_ledger_failed", "Ops whose decision raised.")
        self.doubts = metrics.counter("muster_ledger_doubts", "Commits that were in doubt.")
        self.active = metrics.gauge("muster_ledger_active", "1: this instance owns its log.")

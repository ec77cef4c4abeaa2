"""What Prometheus reads under /metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """The counters of one centre, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "gewu_central_events",
            "Events taken, by type and by what they did",
            ["type", "effect"],
            registry=self.registry,
        )
        self.quarantined = Counter(
            "gewu_central_quarantined",
            "Messages set aside; code id_reused deserves an alarm: one id came with two contents",
            ["code"],
            registry=self.registry,
        )
        self.receipts = Counter(
            "gewu_central_receipts", "Receipts handed to the broker", registry=self.registry
        )
        self.waits = Counter(
            "gewu_central_ingest_waits",
            "Times the ingest had to wait for the database (or a fault of ours)",
            registry=self.registry,
        )
        self.evidence = Counter(
            "gewu_central_evidence", "Evidence uploads, by outcome", ["outcome"], registry=self.registry
        )
        self.tickets = Gauge(
            "gewu_central_tickets", "Tickets in the database, by state", ["state"], registry=self.registry
        )
        self.receipts_owed = Gauge(
            "gewu_central_receipts_owed", "Receipts not yet handed to the broker", registry=self.registry
        )
        self.broker_connected = Gauge(
            "gewu_central_broker_connected", "1 while the broker's connection stands", registry=self.registry
        )
        self.disk_free = Gauge(
            "gewu_central_disk_free_megabytes", "Free space where the pictures lie", registry=self.registry
        )

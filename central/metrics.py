"""What Prometheus reads under /metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The counters of one centre, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._of_the_ingest()
        self._of_doors()
        self._of_the_database()
        self._of_the_machine()
        self._of_uploads()
        self._of_retention()

    def _of_the_ingest(self) -> None:
        """What was taken, and how fast."""
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
        self.words = Counter(
            "gewu_central_answers",
            "What nodes answered to people's asks and said of their configuration, by what became of it",
            ["effect"],
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
        self.batches = Histogram(
            "gewu_central_ingest_batch_letters",
            "Messages committed together",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
            registry=self.registry,
        )
        self.commits = Histogram(
            "gewu_central_ingest_commit_seconds",
            "From a batch in hand to its commit",
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
            registry=self.registry,
        )
        self.stalled = Gauge(
            "gewu_central_ingest_stalled_seconds",
            "How long the worker that waits longest has had messages in hand and not committed them",
            registry=self.registry,
        )

    def _of_doors(self) -> None:
        """Who asked, and what became of it."""
        self.doors = Counter(
            "gewu_central_nodes_refused",
            "Nodes, and who says to be one, that were turned away over HTTP, by reason",
            ["code"],
            registry=self.registry,
        )
        self.evidence = Counter(
            "gewu_central_evidence", "Evidence uploads, by outcome", ["outcome"], registry=self.registry
        )
        self.sign_ins = Counter(
            "gewu_central_sign_ins", "Attempts to sign in, by outcome", ["outcome"], registry=self.registry
        )
        self.noisy_nodes = Gauge(
            "gewu_central_noisy_nodes",
            "Nodes that sent more than limits.events_per_minute within the last minutes",
            registry=self.registry,
        )

    def _of_the_database(self) -> None:
        """What the database holds, and what is missing."""
        self.tickets = Gauge(
            "gewu_central_tickets", "Tickets in the database, by state", ["state"], registry=self.registry
        )
        self.receipts_owed = Gauge(
            "gewu_central_receipts_owed", "Receipts not yet handed to the broker", registry=self.registry
        )
        self.gaps_open = Gauge(
            "gewu_central_gaps_open", "Ranges of events that are missing", registry=self.registry
        )
        self.missing_events = Gauge(
            "gewu_central_missing_events", "Events that are missing", registry=self.registry
        )
        self.digests = Gauge(
            "gewu_central_digests",
            "Days that nodes told of, by how they were judged; state differs deserves an alarm",
            ["state"],
            registry=self.registry,
        )
        self.resends = Counter(
            "gewu_central_resends", "Commands that ask a node to send again", registry=self.registry
        )
        self.suppressions = Gauge(
            "gewu_central_suppressions", "Suppressions that count now", registry=self.registry
        )
        self.suppressed = Gauge(
            "gewu_central_suppressed_situations",
            "Situations that stand and have no ticket because a suppression hides them",
            registry=self.registry,
        )
        self.deliveries = Gauge(
            "gewu_central_deliveries",
            "What goes out to others, by target and state; given_up deserves an alarm",
            ["target", "state"],
            registry=self.registry,
        )

    def _of_the_machine(self) -> None:
        """What is needed to go on."""
        self.broker_connected = Gauge(
            "gewu_central_broker_connected", "1 while the broker's connection stands", registry=self.registry
        )
        self.disk_free = Gauge(
            "gewu_central_disk_free_megabytes", "Free space where the pictures lie", registry=self.registry
        )

    def _of_uploads(self) -> None:
        """Pictures that people uploaded, and the processes that mask them."""
        self.masked = Counter(
            "gewu_central_pictures",
            "Pictures that people uploaded, by outcome: masked, or why they were refused",
            ["outcome"],
            registry=self.registry,
        )
        self.masking = Histogram(
            "gewu_central_masking_seconds",
            "For masking one picture",
            buckets=(0.2, 0.5, 1, 2, 5, 10, 20, 60, 120),
            registry=self.registry,
        )
        self.masking_now = Gauge(
            "gewu_central_pictures_waiting",
            "Pictures that wait to be masked, or are being masked",
            registry=self.registry,
        )
        self.maskers_up = Gauge(
            "gewu_central_maskers_up", "Masking processes that are ready", registry=self.registry
        )

    def _of_retention(self) -> None:
        """What was erased because its time was over; read out of the database."""
        self.erased = Gauge(
            "gewu_central_erased",
            "Rows erased since ever, by part of the sweep",
            ["part"],
            registry=self.registry,
        )
        self.kept_back = Gauge(
            "gewu_central_kept_back",
            "Old enough to go, and kept by something else (open, held, not frozen), as of the last round",
            ["part"],
            registry=self.registry,
        )
        self.unlinking = Gauge(
            "gewu_central_files_to_delete", "Files whose rows are erased already", registry=self.registry
        )

    def batch(self, letters: int, seconds: float) -> None:
        """A batch was committed."""
        self.batches.observe(letters)
        self.commits.observe(seconds)

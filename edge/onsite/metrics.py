"""A node's figures as Prometheus reads them. Labels hold configured ids and words of the contract alone."""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final, get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from broker.events import ClockQuality
from edge.onsite.status import Detector, SourceStatus, Status
from edge.runs import BOUNDS

STATES: Final = ("ok", "starting", "stalled", "lost", "ended", "failed")
TRUST: Final = ("ok", "low", "none")
Row = tuple[tuple[str, ...], float]


class Figures(Collector):
    """What a status says, as families. taken: gives it; while there is none there are no figures."""

    def __init__(self, taken: Callable[[], Status | None]) -> None:
        self._taken = taken

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: a registry that asked would take a status for it."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """All families of now."""
        status = self._taken()
        if status is None:
            return
        yield from _of_the_node(status)
        yield from _of_the_queue(status)
        yield from _of_the_disk(status)
        yield from _of_the_machine(status)
        yield from _of_sources(status.sources)
        if status.detector is not None:
            yield from _of_the_detector(status.detector)


class Exposition:
    """`text` for one who pulls."""

    def __init__(self, taken: Callable[[], Status | None]) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(Figures(taken))

    def text(self, accept: str) -> tuple[bytes, str]:
        """The body in the form that was asked for, and its media type."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type


def _gauge(name: str, says: str, value: float | None) -> Iterator[Metric]:
    """A figure that is not known is left out: 0 would be a lie."""
    if value is not None:
        yield GaugeMetricFamily(f"gewu_edge_{name}", says, value=value)


def _gauges(name: str, says: str, labels: tuple[str, ...], rows: Iterable[Row]) -> Iterator[Metric]:
    family = GaugeMetricFamily(f"gewu_edge_{name}", says, labels=labels)
    for given, value in rows:
        family.add_metric(given, value)
    yield family


def _counters(name: str, says: str, labels: tuple[str, ...], rows: Iterable[Row]) -> Iterator[Metric]:
    family = CounterMetricFamily(f"gewu_edge_{name}", says, labels=labels)
    for given, value in rows:
        family.add_metric(given, value)
    yield family


def _counter(name: str, says: str, value: float) -> Iterator[Metric]:
    yield CounterMetricFamily(f"gewu_edge_{name}", says, value=value)


def _known(rows: Iterable[tuple[tuple[str, ...], float | None]]) -> Iterator[Row]:
    return ((labels, value) for labels, value in rows if value is not None)


def _of_the_node(status: Status) -> Iterator[Metric]:
    about = {
        "district": status.district,
        "node": status.node,
        "software": status.software,
        "configuration": status.running.configuration,
        "version": status.running.version or "own",
    }
    yield InfoMetricFamily("gewu_edge_node", "Which node this is and what it runs", value=about)
    began = round(status.at - status.uptime_s, 1)
    yield from _gauge("start_time_seconds", "When the node began, in seconds since 1970", began)
    says = "1 while its loop that looks goes round in time; a node that does not live is to be begun anew"
    yield from _gauge("alive", says, float(status.alive))
    says = "Since the loop that looks came round last"
    yield from _gauge("loop_age_seconds", says, status.turn_s)
    says = "1 for each trouble of the node, by its code"
    yield from _gauges("trouble", says, ("code",), [((code,), 1.0) for code in _codes(status)])
    rows = [((kind,), float(many)) for kind, many in sorted(status.open.items())]
    yield from _gauges("situations_open", "Situations that are open, by kind", ("kind",), rows)
    rows = [((state,), float(many)) for state, many in sorted(status.devices.items())]
    yield from _gauges("devices", "Devices, by state", ("state",), rows)
    qualities = [((word,), float(word == status.clock)) for word in get_args(ClockQuality)]
    yield from _gauges("clock_quality", "1 for how far the clock can be believed", ("quality",), qualities)
    says = "The centre's clock less the node's"
    yield from _gauge("clock_offset_seconds", says, status.clock_offset_s)


def _codes(status: Status) -> list[str]:
    return sorted({trouble.code for trouble in status.troubles})


def _of_the_queue(status: Status) -> Iterator[Metric]:
    lines, queue = status.lines, status.queue
    yield from _gauge("broker_connected", "1 while the broker's connection stands", float(lines.connected))
    says = "Connections to the broker since the start"
    yield from _counter("broker_connections", says, lines.connections)
    says = "Since the centre's last word"
    yield from _gauge("centre_silence_seconds", says, lines.heard_s)
    says = "When the node's certificate ends, in seconds since 1970"
    yield from _gauge("certificate_end_timestamp_seconds", says, lines.certificate_until)
    many = {"waiting": queue.events, "refused": queue.refused, "wanted_again": queue.wanted}
    rows = [((state,), number) for state, number in {**many, "in_memory": queue.in_memory}.items()]
    says = "Events held: waiting for a receipt, refused by the centre, wanted again, not on the disk yet"
    yield from _gauges("outbox_events", says, ("state",), _known(rows))
    yield from _gauge(
        "outbox_oldest_seconds", "Since the oldest event waits", _or_zero(queue.oldest_s, queue.events)
    )
    yield from _gauge("uploads_waiting", "Pictures that wait for their upload", queue.pictures)
    oldest = _or_zero(queue.oldest_picture_s, queue.pictures)
    yield from _gauge("uploads_oldest_seconds", "Since the oldest picture waits", oldest)


def _or_zero(waited: float | None, many: int | None) -> float | None:
    """Where nothing waits, it waits for no time; where nobody knows, nobody knows."""
    return 0.0 if waited is None and many == 0 else waited


def _of_the_disk(status: Status) -> Iterator[Metric]:
    disk = status.disk
    yield from _gauge("disk_free_bytes", "Free space where the node keeps its things", disk.free)
    yield from _gauge("disk_size_bytes", "Size of that disk", disk.size)
    kept = {"outbox": disk.outbox, "evidence": disk.evidence, "journal": disk.journal, "all": disk.kept}
    rows = [((what,), size) for what, size in kept.items()]
    yield from _gauges("stored_bytes", "What the node keeps there, and all of it", ("what",), _known(rows))
    allowed = {"evidence": disk.evidence_allowed, "journal": disk.journal_allowed, "all": disk.kept_allowed}
    rows = [((what,), size) for what, size in allowed.items()]
    yield from _gauges("stored_limit_bytes", "How much of it is allowed", ("what",), _known(rows))


def _of_the_machine(status: Status) -> Iterator[Metric]:
    machine = status.machine
    yield from _gauge("resident_memory_bytes", "Memory that the process holds", machine.memory)
    says = "Of the part that is nearest to its limit"
    yield from _gauge("temperature_celsius", says, machine.temperature_c)
    says = "Of its usual work, what a machine that is too hot may do; 1 while it is not"
    yield from _gauge("work_share_ratio", says, machine.share)
    says = "Threads that hang in a library and were left behind"
    yield from _gauge("threads_left_behind", says, machine.left_behind)
    yield from _gauge("threads", "Threads of the process", machine.threads)
    yield from _gauge("open_files", "Descriptors that the process has", machine.files)
    yield from _counter("processor_seconds", "Processor time of the process", machine.processor_s)


def _of_sources(sources: list[SourceStatus]) -> Iterator[Metric]:
    yield from _how_sources_are(sources)
    counts = {
        "frames": ("Pictures that came and could be looked at", "frames"),
        "dropped_frames": ("Of these, the ones that gave way to newer ones", "dropped"),
        "looks": ("Pictures that were looked at to the end", "looks"),
        "reconnects": ("How often pictures came again after they had not", "reconnects"),
    }
    for name, (says, field) in counts.items():
        rows = [((one.id,), getattr(one, field)) for one in sources]
        yield from _counters(f"source_{name}", says, ("source",), _known(rows))
    packets = [((one.id, fate), getattr(one, fate)) for one in sources for fate in ("decoded", "skipped")]
    says = "Packets of the stream, decoded or left out since nobody needs their pictures"
    yield from _counters("source_packets", says, ("source", "fate"), _known(packets))
    for name, says, field in (
        ("delay_seconds", "From the coming of the last picture to the end of its look", "delay_s"),
        ("picture_age_seconds", "Since the last picture came", "age_s"),
        ("key_frame_interval_seconds", "Between two key frames of the stream", "key_s"),
    ):
        rows = [((one.id,), getattr(one, field)) for one in sources]
        yield from _gauges(f"source_{name}", says, ("source",), _known(rows))
    places = [((one.id, state), float(many)) for one in sources for state, many in sorted(one.places.items())]
    says = "What the ledger of the source holds"
    yield from _gauges("source_places", says, ("source", "state"), places)


def _how_sources_are(sources: list[SourceStatus]) -> Iterator[Metric]:
    states = [((one.id, state), float(one.state == state)) for one in sources for state in STATES]
    yield from _gauges("source_state", "1 for the state of the source", ("source", "state"), states)
    views = [((one.id, word), float(one.trust == word)) for one in sources if one.trust for word in TRUST]
    says = "1 for how far the view of the source can be trusted"
    yield from _gauges("source_trust", says, ("source", "trust"), views)
    wrong = [((one.id, word), 1.0) for one in sources for word in one.conditions]
    says = "1 for each condition of the source"
    yield from _gauges("source_condition", says, ("source", "condition"), wrong)


def _of_the_detector(detector: Detector) -> Iterator[Metric]:
    about = {"model": detector.model, "sha256": detector.sha256, "provider": detector.provider}
    yield InfoMetricFamily("gewu_edge_model", "The network that detects", value=about)
    if detector.budget is None:
        return
    says = "Seconds of detector work a second that are allowed"
    yield from _gauge("detector_budget_ratio", says, detector.budget)
    yield from _counter("detector_pictures", "Pictures that the detector was shown", detector.pictures)
    left = [((urgency,), 1.0 - share) for urgency, share in sorted(detector.served.items())]
    says = "Share of the wished looks of the last minute that the detector had no time for, by urgency"
    yield from _gauges("detector_left_out_ratio", says, ("urgency",), left)
    if detector.counts:
        edges = [*map(str, BOUNDS), "+Inf"]
        buckets = list(zip(edges, map(float, accumulate(detector.counts)), strict=True))
        family = HistogramMetricFamily("gewu_edge_detector_run_seconds", "One run over a batch of pictures")
        family.add_metric([], buckets=buckets, sum_value=detector.seconds)
        yield family

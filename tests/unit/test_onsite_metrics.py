"""A node's figures as Prometheus reads them: named by its conventions, bounded, and honest."""

import re
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families

from broker.events import Reason
from edge.onsite.metrics import STATES, Exposition, Figures
from edge.onsite.status import Detector, Disk, Lines, Machine, Queue, Status
from edge.runs import BOUNDS, Runs
from tests.onsite import Seen, a_status, serving, sources

UNITS = ("seconds", "bytes", "celsius", "ratio", "info")
# What counts things has the thing as its unit.
THINGS = (
    *(
        "broker_connected",
        "broker_connections",
        "clock_quality",
        "detector_pictures",
        "devices",
        "open_files",
    ),
    *("outbox_events", "situations_open", "source_condition", "source_dropped_frames", "source_frames"),
    *("source_looks", "source_packets", "source_places", "source_reconnects", "source_state", "source_trust"),
    *("alive", "threads", "threads_left_behind", "trouble", "uploads_waiting"),
)
LABELS = {
    *("source", "state", "trust", "condition", "fate", "kind", "code", "urgency", "what", "quality", "le"),
    *("district", "node", "software", "configuration", "version", "model", "sha256", "provider"),
}


def families(status: Status | None = None) -> list[Metric]:
    text, media_type = Exposition(Seen(status).take).text("")
    assert media_type.startswith("text/plain")
    return list(text_string_to_metric_families(text.decode()))


def samples(status: Status | None = None) -> Iterator[tuple[str, tuple[tuple[str, str], ...], float]]:
    for family in families(status):
        for sample in family.samples:
            yield sample.name, tuple(sorted(sample.labels.items())), sample.value


def test_it_is_read_by_both_parsers() -> None:
    with serving() as url:
        plain = httpx.get(f"{url}/metrics")
        modern = httpx.get(
            f"{url}/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}
        )
    assert {each.name for each in text_string_to_metric_families(plain.text)} >= {"gewu_edge_threads"}
    assert {each.name for each in open_metrics(modern.text)} >= {"gewu_edge_threads"}
    assert modern.headers["content-type"].startswith("application/openmetrics-text")


def test_names_follow_the_conventions() -> None:
    for family in families():
        name = family.name.removesuffix("_total").removesuffix("_info")
        assert re.fullmatch(r"gewu_edge_[a-z0-9]+(_[a-z0-9]+)*", name), name
        assert len(family.documentation) > 10, name
        own = name.removeprefix("gewu_edge_")
        assert own in THINGS or own.endswith(UNITS) or family.name.endswith("_info"), own
        assert not own.endswith(("count", "sum", "bucket")), own
        assert not re.search("milli|mega|percent|minute|hour", own), own
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter"), sample.name
            assert set(sample.labels) <= LABELS


def test_no_series_comes_twice() -> None:
    seen = Counter((name, labels) for name, labels, _ in samples())
    assert [each for each, times in seen.items() if times > 1] == []


def test_each_figure_of_the_status_is_there() -> None:
    found = {
        (name, dict(labels).get("source")): value for name, labels, value in samples() if len(labels) < 2
    }
    assert found["gewu_edge_source_frames_total", "cam-1"] == 51_230
    assert found["gewu_edge_source_looks_total", "cam-1"] == 51_227
    assert found["gewu_edge_source_delay_seconds", "cam-1"] == 0.061
    assert found["gewu_edge_temperature_celsius", None] == 61.5
    assert found["gewu_edge_certificate_end_timestamp_seconds", None] == 1_794_000_000
    assert found["gewu_edge_outbox_oldest_seconds", None] == 395
    rows = {(name, labels): value for name, labels, value in samples()}
    assert rows["gewu_edge_situations_open", (("kind", "illegal_parking"),)] == 1
    assert rows["gewu_edge_outbox_events", (("state", "waiting"),)] == 214
    assert rows["gewu_edge_source_condition", (("condition", "covered"), ("source", "cam-2"))] == 1
    assert rows["gewu_edge_detector_left_out_ratio", (("urgency", "changed"),)] == pytest.approx(0.18)
    told = {
        state: rows["gewu_edge_source_state", (("source", "cam-2"), ("state", state))] for state in STATES
    }
    assert told == {state: float(state == "lost") for state in STATES}


def test_a_figure_that_nobody_knows_is_not_there_rather_than_zero() -> None:
    bare = a_status(
        lines=Lines(broker="mqtt://b", connected=False, connections=0),
        queue=Queue(),
        disk=Disk(kept_allowed=1, evidence_allowed=1, journal_allowed=1),
        machine=Machine(threads=1, processor_s=0.0),
        detector=None,
        clock_offset_s=None,
        sources=[],
    )
    names = {name for name, _, _ in samples(bare)}
    for gone in ("temperature_celsius", "outbox_oldest_seconds", "uploads_waiting", "disk_free_bytes"):
        assert f"gewu_edge_{gone}" not in names
    assert not any("detector" in name for name in names)
    empty = a_status(queue=Queue(events=0, pictures=0))
    assert ("gewu_edge_outbox_oldest_seconds", (), 0.0) in list(samples(empty))


def test_before_there_is_a_status_there_are_no_figures() -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(lambda: None))
    assert list(registry.collect()) == []


def test_the_histogram_counts_every_run_once() -> None:
    runs, took = Runs(), (0.001, 0.005, 0.0051, 0.2, 77.0)
    for seconds in took:
        runs.ran(seconds, 2)
    about = {"model": "m", "sha256": "0" * 64, "provider": "cpu", "budget": 0.75}
    detector = Detector(seconds=runs.seconds, pictures=runs.pictures, counts=list(runs.counts), **about)
    (family,) = (f for f in families(a_status(detector=detector)) if f.type == "histogram")
    buckets = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert list(buckets) == [*map(str, BOUNDS), "+Inf"]
    for bound in BOUNDS:
        assert buckets[str(bound)] == sum(seconds <= bound for seconds in took)
    sums = {s.name.rpartition("_")[2]: s.value for s in family.samples if not s.labels}
    assert (buckets["+Inf"], sums["count"], sums["sum"]) == (5, 5, pytest.approx(sum(took)))
    assert runs.pictures == 10


def test_labels_are_ids_and_words_whatever_a_device_says() -> None:
    """What others may write freely, such as a trouble's text, is no label: each would be a new series."""
    loud = [
        one.model_copy(update={"trouble": f"words {n}", "trust_reasons": [Reason(code="a", text="words")]})
        for n, one in enumerate(sources(50))
    ]
    status = a_status(sources=loud, troubles=[Reason(code="journal_blocked", text=f"{n}") for n in range(20)])
    many = Counter(name for name, _, _ in samples(status))
    assert many["gewu_edge_trouble"] == 1
    text = Exposition(Seen(status).take).text("")[0].decode()
    assert "words" not in text
    assert "broker.example" not in text
    assert max(many.values()) <= 50 * len(STATES)


def test_pulling_again_and_again_looks_once() -> None:
    seen = Seen()
    with serving(seen) as url:
        for _ in range(3):
            httpx.get(f"{url}/metrics")
    assert seen.looks == 3  # once a pull, and never for each family

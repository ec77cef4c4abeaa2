"""Spans cost nothing but themselves: drawn by share, bounded, given up when the collector is away."""

import logging
import threading
import time
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from broker.tracing import (
    GOODBYE_S,
    TIMEOUT_S,
    Tracer,
    TracingSettings,
    _told,
    open_tracer,
    parent_in,
    trace_of,
)
from edge.drafts import Batch, stamp
from edge.traced import MOST, Looked, Traces
from tests.unit.drafts import draft as incident_draft

pytest.importorskip("opentelemetry.sdk.trace", reason="the extra `tracing` is not installed")
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


# These two come first: what a tracer of another test could not send is still told of while they count.


def test_two_who_find_it_away_at_once_say_so_once(caplog: pytest.LogCaptureFixture) -> None:
    both = threading.Barrier(2)

    class Away:
        def export(self, _spans: object) -> bool:
            both.wait(10.0)
            return False

    class Slowly(logging.Filter):
        def filter(self, _record: logging.LogRecord) -> bool:
            time.sleep(0.2)  # so that the other one comes to the question meanwhile
            return True

    telling, slowly = _told(Away(), object, lambda result: not result), Slowly()
    logging.getLogger("broker.tracing").addFilter(slowly)
    threads = [threading.Thread(target=telling.export, args=([],)) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        logging.getLogger("broker.tracing").removeFilter(slowly)
    assert len([each for each in caplog.records if "does not take spans" in each.message]) == 1


def test_a_collector_that_is_away_is_told_of_once_and_holds_nobody(caplog: pytest.LogCaptureFixture) -> None:
    settings = TracingSettings(endpoint="http://127.0.0.1:9", share=1.0)
    made = open_tracer(settings, service="test", instance="here", version="0")
    assert made is not None
    began = time.monotonic()
    with caplog.at_level(logging.INFO):
        for _ in range(3000):
            made.span("look", 1.0, 2.0, about={"source": "cam-1"})
        took = time.monotonic() - began
        made.close()
    assert took < TIMEOUT_S
    assert time.monotonic() - began < took + GOODBYE_S + 15.0  # it would try for a minute
    assert len([each for each in caplog.records if "does not take spans" in each.message]) <= 1


@pytest.fixture
def tracer() -> Iterator[Tracer]:
    """To a collector that is not there."""
    settings = TracingSettings(endpoint="http://127.0.0.1:9", share=1.0)
    made = open_tracer(settings, service="test", instance="here", version="0")
    assert made is not None
    yield made
    made.close()


def test_nothing_configured_is_nothing_traced() -> None:
    assert open_tracer(None, service="test", instance="here", version="0") is None
    traces = Traces(None, time.time)
    batch = Batch((incident_draft("s-1"),))
    assert traces.begun(batch) is batch


def test_an_event_has_its_trace_in_its_bytes_and_tells_it_to_others(tracer: Tracer) -> None:
    traces = Traces(tracer, lambda: 1000.0)
    (draft,) = traces.begun(Batch((incident_draft("s-1"),)), Looked(998.0, 999.0, 999.5)).drafts
    event = stamp(draft, "gewu://131002/edge-01", "0001", 0, 1000.0)
    assert parent_in(event.body) == draft.traceparent
    assert trace_of(draft.traceparent) is not None
    assert traces.begun(Batch((draft,))).drafts == (draft,)


def test_what_is_not_drawn_has_none_and_is_not_drawn_again(tracer: Tracer) -> None:
    never = Traces(Tracer(tracer._library, tracer._provider, 0.0), time.time)
    (draft,) = never.begun(Batch((incident_draft("s-1"),))).drafts
    assert b"traceparent" not in stamp(draft, "gewu://131002/edge-01", "0001", 0, 1000.0).body
    always = Traces(tracer, time.time)
    assert always.begun(Batch((draft,))).drafts == (draft,)


def test_events_that_are_never_committed_do_not_fill_the_memory(tracer: Tracer) -> None:
    traces = Traces(tracer, time.time)
    for _ in range(MOST + 50):
        traces.begun(Batch((incident_draft("s-1"),)))
    assert len(traces) == MOST
    (draft,) = traces.begun(Batch((incident_draft("s-1"),))).drafts
    traces.committed([stamp(draft, "gewu://131002/edge-01", "0001", 0, 1000.0)])
    assert len(traces) == MOST - 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}',
        b'{"data":"\\"traceparent\\":\\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\\""}',
        b"",
        b"x" * 2000 + b'"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"',
    ],
)
def test_what_is_not_sampled_or_stands_elsewhere_is_no_trace(body: bytes) -> None:
    assert parent_in(body) is None
    assert parent_in(b'{"traceparent":"' + PARENT.encode() + b'"}') == PARENT


@pytest.mark.parametrize(
    "endpoint", ["ftp://host", "http://", "http://user:word@host", "http://host/?key=1", "host:4318"]
)
def test_an_endpoint_that_is_none_is_refused(endpoint: str) -> None:
    with pytest.raises(ValidationError):
        TracingSettings(endpoint=endpoint)

"""Traces from a picture to its ticket, over OTLP: off unless configured, and nothing is imported then.

A span is written down when it is over, with its begin and its end. What its followers need to know of it is
its `traceparent` (W3C Trace Context), which travels with the event.
"""

import importlib
import logging
import random
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from broker.settings import Settings

log = logging.getLogger(__name__)

MOST_WAITING: Final = 2048  # spans; beyond, new ones are left out
TIMEOUT_S: Final = 5.0  # for one message to the collector
GOODBYE_S: Final = 3.0  # for what still waits in the end
NEEDED: Final = "tracing needs its packages: pip install 'gewu[tracing]'"
Kind = Literal["internal", "producer", "consumer"]
Value = str | int | float | bool

_PARENT: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_IN_BODY: Final = re.compile(rb'"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"')
ENVELOPE: Final = 1024  # bytes in which it stands; what comes behind is the event's data


def _collector(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("http:// or https:// and a host are expected")
    if parts.username is not None or parts.password is not None or parts.query:
        raise ValueError("a url carries no credentials and no query; use token_file")
    return url.rstrip("/")


class TracingSettings(Settings):
    """`endpoint`: of a collector that takes OTLP over HTTP, without its `/v1/traces`. `share`: of all events.

    `token_file`: sent as `Authorization: Bearer`. `ca_file`: whose certificates are trusted.
    """

    endpoint: Annotated[str, AfterValidator(_collector)]
    share: Annotated[float, Field(gt=0, le=1)] = 0.1
    token_file: Path | None = None
    ca_file: Path | None = None


class TracingMissing(Exception):
    """The packages are not installed; the words say which."""


class Tracer:
    """`span` from any thread; `close` in the end. Losing spans never costs anything but these."""

    def __init__(self, library: Any, provider: Any, share: float) -> None:
        self._library, self._provider, self._share = library, provider, share
        self._tracer = provider.get_tracer("gewu")

    def drawn(self) -> bool:
        """Whether the next trace is one of those that are followed."""
        return random.random() < self._share  # noqa: S311 - no secret depends on it

    def span(
        self,
        name: str,
        began: float,
        ended: float,
        parent: str | None = None,
        *,
        kind: Kind = "internal",
        about: Mapping[str, Value | None],
    ) -> str:
        """Write one down (UTC seconds); returns its `traceparent`. Without a parent a trace begins."""
        api = self._library
        context = None
        if parent is not None and (found := _PARENT.fullmatch(parent)) is not None:
            ids = (int(found[1], 16), int(found[2], 16))
            above = api.SpanContext(*ids, is_remote=True, trace_flags=api.TraceFlags(api.TraceFlags.SAMPLED))
            context = api.set_span_in_context(api.NonRecordingSpan(above))
        told = {f"gewu.{key}": value for key, value in about.items() if value is not None}
        span = self._tracer.start_span(
            name, context, api.SpanKind[kind.upper()], told, start_time=round(began * 1e9)
        )
        span.end(round(max(began, ended) * 1e9))
        made = span.get_span_context()
        return f"00-{made.trace_id:032x}-{made.span_id:016x}-01"

    def close(self) -> None:
        """Send what waits, within moments."""
        last = threading.Thread(target=self._provider.shutdown, name="tracing", daemon=True)
        last.start()
        last.join(GOODBYE_S)


def open_tracer(
    settings: TracingSettings | None, *, service: str, instance: str, version: str
) -> Tracer | None:
    """None where nothing is to be traced. Raises TracingMissing; OSError where there is no token."""
    if settings is None:
        return None
    try:
        api = importlib.import_module("opentelemetry.trace")
        sdk = importlib.import_module("opentelemetry.sdk.trace")
        export = importlib.import_module("opentelemetry.sdk.trace.export")
        resources = importlib.import_module("opentelemetry.sdk.resources")
        otlp = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError as error:
        raise TracingMissing(f"{NEEDED} ({error.name or error} is missing)") from error
    token = settings.token_file.read_text(encoding="utf-8").strip() if settings.token_file else None
    exporter = otlp.OTLPSpanExporter(
        endpoint=f"{settings.endpoint}/v1/traces",
        certificate_file=str(settings.ca_file) if settings.ca_file else None,
        headers={"Authorization": f"Bearer {token}"} if token else None,
        timeout=TIMEOUT_S,
    )
    names = {"service.name": service, "service.instance.id": instance, "service.version": version}
    provider = sdk.TracerProvider(resource=resources.Resource.create(names), shutdown_on_exit=False)
    failed = export.SpanExportResult.FAILURE
    told = _told(exporter, export.SpanExporter, lambda result: bool(result is failed))
    provider.add_span_processor(export.BatchSpanProcessor(told, max_queue_size=MOST_WAITING))
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # a collector that is away is told of below
    return Tracer(api, provider, settings.share)


def _told(exporter: Any, base: Any, failed: Callable[[Any], bool]) -> Any:
    """The exporter, which says once that its collector does not answer, and once that it does again."""

    class Telling(base):  # type: ignore[misc]
        away = False
        asking = threading.Lock()  # in the end two threads send at once

        def export(self, spans: Sequence[Any]) -> Any:
            result = exporter.export(spans)
            with self.asking:
                was, self.away = self.away, failed(result)
            if self.away and not was:
                log.warning("tracing: the collector does not take spans; they are lost meanwhile")
            elif was and not self.away:
                log.info("tracing: the collector takes spans again")
            return result

        def shutdown(self) -> None:
            exporter.shutdown()

    return Telling()


def parent_in(body: bytes) -> str | None:
    """The `traceparent` of an event's bytes, where it has one that is sampled."""
    found = _IN_BODY.search(body, 0, ENVELOPE)
    return found[1].decode() if found is not None and found[1].endswith(b"1") else None


def trace_of(parent: str | None) -> str | None:
    """The name of the trace, as logs tell it."""
    found = None if parent is None else _PARENT.fullmatch(parent)
    return None if found is None else found[1]

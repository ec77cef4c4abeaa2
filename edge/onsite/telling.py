"""A status as labels and words in the reader's language: what page and terminal both show. Pure."""

from collections.abc import Iterator

from edge.onsite.status import Situation, SourceStatus, Status
from edge.onsite.words import Words, number, room

Row = tuple[str, str]
DASH = "–"


def verdict(status: Status, words: Words) -> tuple[str, str]:
    """A word for machines (ok, troubled, stuck) and one for people."""
    if not status.alive:
        return "stuck", words("stuck")
    if status.troubles or any(ill(source) for source in status.sources):
        return "troubled", words("unwell")
    return "ok", words("well")


def ill(source: SourceStatus) -> bool:
    """Whether somebody should look after it."""
    return (
        bool(source.conditions) or source.state not in ("ok", "starting", "ended") or source.trust == "none"
    )


def wrong(status: Status, words: Words) -> Iterator[Row]:
    """What is wrong with the node, the worst first; sources tell of themselves."""
    if not status.alive:
        yield words("stuck"), words("loop", span=words.span(status.turn_s))
    for trouble in status.troubles:
        yield words.of("troubles", trouble.code), words.reason(trouble.model_dump())


def parts(status: Status, words: Words) -> Iterator[tuple[str, list[Row]]]:
    """Headings, each with its rows."""
    yield words("lines"), list(_lines(status, words))
    yield words("queue"), list(_queue(status, words))
    yield words("disk"), list(_disk(status, words))
    yield words("machine"), list(_machine(status, words))
    yield words("node"), list(_node(status, words))


def _lines(status: Status, words: Words) -> Iterator[Row]:
    lines = status.lines
    stands = words("connected" if lines.connected else "notConnected")
    yield words("broker"), f"{stands} · {lines.broker}"
    if lines.centre is None and lines.heard_s is None:
        yield words("centre"), words("noCentre")
    else:
        heard = words("notHeard") if lines.heard_s is None else words("heard", span=words.span(lines.heard_s))
        yield words("centre"), f"{heard} · {lines.centre}" if lines.centre else heard
    until = lines.certificate_until
    told = words("noCertificate") if until is None else words("until", time=words.time(until))
    yield words("certificate"), told


def _queue(status: Status, words: Words) -> Iterator[Row]:
    queue = status.queue
    for name, many, oldest in (
        ("events", queue.events, queue.oldest_s),
        ("pictures", queue.pictures, queue.oldest_picture_s),
    ):
        told = [words("unknown") if many is None else str(many)]
        told += [words("oldest", span=words.span(oldest))] if oldest is not None else []
        if name == "events":
            told += [words("inMemory", many=queue.in_memory)] if queue.in_memory else []
            told += [words("refused", many=queue.refused)] if queue.refused else []
        yield words(name), " · ".join(told)


def _disk(status: Status, words: Words) -> Iterator[Row]:
    disk = status.disk
    yield words("free"), words("freeOf", free=room(disk.free), size=room(disk.size))
    yield words("kept"), words("of", used=room(disk.kept), allowed=room(disk.kept_allowed))
    yield words("evidence"), words("of", used=room(disk.evidence), allowed=room(disk.evidence_allowed))
    yield words("journal"), words("of", used=room(disk.journal), allowed=room(disk.journal_allowed))
    yield words("outbox"), room(disk.outbox)


def _machine(status: Status, words: Words) -> Iterator[Row]:
    machine = status.machine
    offset = f" · {status.clock_offset_s:+.1f} s" if status.clock_offset_s else ""
    yield words("clock"), words.of("clocks", status.clock) + offset
    yield words("memory"), room(machine.memory)
    warm = machine.temperature_c
    told = [DASH if warm is None else f"{number(warm)} °C"]
    told += [words("slowed", share=f"{machine.share:.0%}")] if machine.share < 1.0 else []
    yield words("temperature"), " · ".join(told)
    share = machine.processor_s / status.uptime_s if status.uptime_s > 0 else 0.0
    yield words("processor"), words("share", share=f"{100 * share:.0f}%")
    left = [words("leftBehind", many=machine.left_behind)] if machine.left_behind else []
    yield words("threads"), " · ".join([str(machine.threads), *left])


def _node(status: Status, words: Words) -> Iterator[Row]:
    running, detector = status.running, status.detector
    yield words("uptime"), words.span(status.uptime_s)
    yield words("software"), status.software
    yield words("configuration"), f"{running.version or words('own')} · {running.configuration}"
    if detector is None:
        yield words("model"), words("noModel")
        return
    yield words("model"), f"{detector.model} · {words('provider', provider=detector.provider)}"
    if runs := sum(detector.counts):
        mean = f"{1000 * detector.seconds / runs:.0f} ms"
        told = [words("runs", many=runs, mean=mean)]
        share = max((1.0 - served for served in detector.served.values()), default=0.0)
        told += [words("leftOut", share=f"{100 * share:.0f}%")] if share >= 0.005 else []
        yield words("detector"), " · ".join(told)


COLUMNS = (
    "source",
    "state",
    "view",
    "conditions",
    "fps",
    "delay",
    "looks",
    "dropped",
    "reconnects",
    "places",
)


def columns(words: Words) -> list[str]:
    """The headings of the table of sources."""
    return [words(name) for name in COLUMNS]


def source(one: SourceStatus, words: Words) -> list[str]:
    """One row of it."""
    return [
        one.name or one.id,
        words.of("states", one.state),
        words.of("trust", one.trust) if one.trust and one.state == "ok" else DASH,
        ", ".join(words.of("conditions", each) for each in one.conditions) or DASH,
        DASH if one.fps is None else words("perSecond", value=number(one.fps)),
        DASH if one.delay_s is None else words("s", value=f"{one.delay_s:.2f}"),
        DASH if one.looks is None else str(one.looks),
        str(one.dropped),
        DASH if one.reconnects is None else str(one.reconnects),
        str(one.places.get("open", DASH)),
    ]


def why_ill(one: SourceStatus, words: Words) -> list[str]:
    """What is wrong with a source, in sentences."""
    if not ill(one):
        return []
    told = [words.reason(reason.model_dump()) for reason in one.trust_reasons]
    return [*told, *([one.trouble] if one.trouble and one.trouble not in told else [])]


def why(one: Situation, words: Words) -> list[str]:
    """Why a situation is open."""
    return [words.reason(reason) for reason in one.reasons] or [words("noWhy")]


def where(one: Situation) -> str:
    """Source and zone."""
    return f"{one.source} / {one.zone}" if one.zone else one.source

"""No bytes make a reader of telemetry do anything but read or refuse; every kind is in the table."""

import pytest

from broker.settings import kinds
from edge import telemetry
from edge.decoding import NotDecoded
from edge.flight.telling import Told
from edge.telemetry import mavlink
from tests.airborne import mutations
from tests.bench.telemetry import KINDS, SEEDS

COUNT = 1000


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_are_read_or_refused(kind: str) -> None:
    reader, read, refused = KINDS[kind](), 0, 0
    for body in mutations(SEEDS[kind], COUNT):
        try:
            assert isinstance(reader.read(body, 1.0), Told)
            read += 1
        except NotDecoded as no:
            refused += bool(no.reason.text)

    assert read > COUNT // 50, "the mutations are too coarse to prove anything"
    assert 0 < refused == COUNT - read


def test_every_kind_is_fuzzed() -> None:
    assert {name for name, _ in kinds(telemetry)} == KINDS.keys() == SEEDS.keys()


def test_a_stream_reader_keeps_little_after_a_flood() -> None:
    reader = mavlink.build(mavlink.Settings())
    for body in mutations(SEEDS["mavlink"], 300, seed=5):
        try:
            reader.read(body)
        except NotDecoded:
            continue

    assert len(reader._cutter._rest) < 400

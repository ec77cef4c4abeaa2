"""Whatever comes, a decoder raises NotDecoded or nothing. The long run: `python -m tests.bench.decoders`."""

import tracemalloc

import pytest

from edge.decoding import NotDecoded
from tests.decoders import CODECS, KINDS, changed, codec_crashes, crashes, decoder, samples

NUMBER = 2000
MOST_BYTES = 40_000_000


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_message_crashes_a_decoder(kind: str) -> None:
    assert crashes(decoder(kind), changed(samples(kind)[1], seed=6), NUMBER) == []


@pytest.mark.parametrize("kind", sorted(CODECS))
def test_no_payload_crashes_a_codec(kind: str) -> None:
    assert codec_crashes(kind, NUMBER, seed=6) == []


@pytest.mark.parametrize("kind", ["zigbee2mqtt", "tasmota", "homeassistant", "chirpstack"])
def test_what_a_decoder_remembers_of_strangers_is_bounded(kind: str) -> None:
    """Names of a quarter of a megabyte, each another: those that were remembered whole would be 140 MB."""
    built = decoder(kind)
    topic = samples(kind)[1][0][0]
    tracemalloc.start()
    for number in range(600):
        name = f"{number}".rjust(240_000, "x")
        try:
            built.decode(topic, b'{"' + name.encode() + b'": 1, "deviceInfo": {"devEui": "a"}}')
            built.decode(name, b"1")
        except NotDecoded:
            pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES

"""Dingtek's DC600: the published vectors, a wet channel, and frames that nobody has published."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from edge.codec import Sent
from edge.codecs.dingtek import Dingtek
from edge.decoders import chirpstack
from edge.decoding import Decoded, NotDecoded

HEARTBEAT = "8000010111000000190000 00f000000081".replace(" ", "")
SETTINGS = "8000010311010418000000140000000081"
DRY = [("water", False, None), ("water", False, "2"), ("water", False, "3"), ("water", False, "4")]
REST = [("alarm", False, "battery"), ("temperature", 25.0, None)]


def of_bytes(frame: str, port: int = 3) -> Decoded:
    return Dingtek().of_bytes(Sent("leak-1", 1772323200.0, port), bytes.fromhex(frame))


def told(found: Decoded) -> list[tuple[str, Any, str | None]]:
    return [(one.quantity, one.value, one.channel) for one in found.readings]


def codes(found: Decoded) -> list[str]:
    return [why.code for why in found.left]


def test_the_published_vectors() -> None:
    assert (told(of_bytes(HEARTBEAT)), codes(of_bytes(HEARTBEAT))) == ([*DRY, *REST], [])
    assert (told(of_bytes(SETTINGS)), codes(of_bytes(SETTINGS))) == ([], ["no_reading"])


def test_a_wet_channel_a_weak_battery_and_frost() -> None:
    found = of_bytes(HEARTBEAT.replace("19000000f0", "fb000000d1"))
    wet = [("water", True, "2") if each == ("water", False, "2") else each for each in DRY]
    assert told(found) == [*wet, ("alarm", True, "battery"), ("temperature", -5.0, None)]


def test_one_that_does_not_watch_says_nothing_of_its_channels() -> None:
    found = of_bytes(HEARTBEAT.replace("19000000f0", "19000001f0"))
    assert (told(found), codes(found)) == (REST, ["not_watching"])


def test_the_networks_own_fields_with_what_it_leaves_out() -> None:
    said = {"monitorStatus": True, "alarmChannel2": True, "temperature": 25}
    found = Dingtek().of_object(Sent("leak-1"), said, lacks_zeros=True)
    assert sorted(told(found), key=str) == sorted(
        [*(each for each in DRY if each[2] != "2"), ("water", True, "2"), *REST], key=str
    )
    assert told(Dingtek().of_object(Sent("leak-1"), said, lacks_zeros=False)) == [
        ("water", True, "2"),
        ("temperature", 25.0, None),
    ]
    assert codes(Dingtek().of_object(Sent("a"), {"firmware": "1.4"}, lacks_zeros=True)) == ["no_reading"]


@pytest.mark.parametrize(
    ("frame", "port", "words"),
    [
        (HEARTBEAT, 10, "17 bytes on port 10; of a dc600 17 bytes on port 3 are known"),
        (HEARTBEAT[:-2], 3, "16 bytes on port 3"),
        ("81" + HEARTBEAT[2:], 3, "is no frame"),
        (HEARTBEAT[:-2] + "80", 3, "is no frame"),
        ("", 3, "0 bytes on port 3"),
    ],
)
def test_what_is_no_such_frame_is_refused(frame: str, port: int, words: str) -> None:
    with pytest.raises(NotDecoded, match=words):
        of_bytes(frame, port)


@pytest.mark.shared_data
def test_the_real_sample_has_a_layout_that_is_not_published_and_its_signal_is_told(shared_data: Path) -> None:
    body = (shared_data / "payloads" / "chirpstack_v4_dingtek_DC600.json").read_bytes()
    assert len(base64.b64decode(json.loads(body)["data"])) == 21
    given = {"kind": "chirpstack", "codecs": [{"codec": {"kind": "dingtek", "model": "dc600"}}]}
    found = chirpstack.build(chirpstack.Settings.model_validate(given)).decode("", body)
    assert told(found) == [("signal", -74.0, None), ("snr", 9.8, None)]
    assert codes(found) == ["other_layout"]

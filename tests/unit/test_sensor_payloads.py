"""Real payloads of sensors: every one of our makes reads as written here by hand, or is refused with why."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from edge.decoding import Decoded, NotDecoded
from tests.decoders import body, decoder

pytestmark = pytest.mark.shared_data

EUI = "24e124000000abcd"
Told = list[tuple[Any, ...]]
FOUND = 1665561758.0  # when a record of the past was kept


def told(decoded: Decoded) -> Told:
    """Quantity, value, channel and, where there is one, time."""
    rows = [(one.quantity, one.value, one.channel, one.at) for one in decoded.readings]
    return [row if row[3] is not None else row[:3] for row in rows]


def codes(decoded: Decoded) -> list[str]:
    return [why.code for why in decoded.left]


CLIMATE: Told = [("battery", 92.0, None), ("temperature", 30.8, None), ("humidity", 50.5, None)]
PAST: Told = [("temperature", 27.2, None, FOUND), ("humidity", 46.5, None, FOUND)]
LEVEL: Told = [
    ("battery", 92.0, None),
    ("temperature", 25.7, None),
    ("distance", 2.116, None),
    ("tilted", True, None),
]
ALARMED: Told = [
    ("temperature", 23.2, None),
    ("alarm", True, "temperature"),
    ("distance", 1.601, None),
    ("alarm", True, "distance"),
]
# The EM400's narrow-band frame, and the same as JSON.
FRAME: Told = [
    ("battery", 100.0, None),
    ("temperature", 26.7, None),
    ("distance", 0.315, None),
    ("tilted", True, None),
    ("signal", -95.0, None),
]
MILESIGHT: dict[tuple[str, str], tuple[Told, list[str]]] = {
    ("at101", "01756403671b01050000048836bf7701f000090722"): (
        [("battery", 100.0, None), ("temperature", 28.3, None), ("tilted", False, None)],
        ["position_unread"],
    ),
    (
        "at101",
        "01756403671b0105000106d9081cc316222df9c30206d90824e124f6a667b60206d90824e124f54de3bc02"
        "06d90824e124f57971b20206d90824e124f319a8c802",
    ): (
        [("battery", 100.0, None), ("temperature", 28.3, None), ("tilted", True, None)],
        ["network_unread"],
    ),
    ("em300-mcs", "01755c03673401046865060001"): ([*CLIMATE, ("contact", False, None)], []),
    ("em300-mcs", "20ce9e74466310015d01"): ([*PAST, ("contact", False, None, FOUND)], []),
    ("em300-sld", "01755c03673401046865050000"): ([*CLIMATE, ("water", False, None)], []),
    ("em300-sld", "20ce9e74466310015d01"): ([*PAST, ("water", True, None, FOUND)], []),
    ("em310-tilt", "03cf00000000282307"): (
        [
            ("tilt", 0.0, "x"),
            ("tilt", 0.0, "y"),
            ("tilt", 90.0, "z"),
            ("tilted", True, "x"),
            ("tilted", True, "y"),
            ("tilted", True, "z"),
        ],
        [],
    ),
    ("em310-udl", "01755c03824408040001"): (
        [("battery", 92.0, None), ("distance", 2.116, None), ("tilted", True, None)],
        [],
    ),
    ("ws201", "01756403823e0004d645"): (
        [("battery", 100.0, None), ("distance", 0.062, None), ("fill", 69.0, None)],
        [],
    ),
    ("ws202", "017510030001040000"): ([("battery", 16.0, None)], ["person_data"]),
    ("ws301", "017564030001040001"): (
        # Only this example calls 1 installed; its own table, the decoder and the user guide say 0 is.
        [("battery", 100.0, None), ("contact", False, None), ("tamper", True, None)],
        [],
    ),
    ("ws303", "017564030000"): ([("battery", 100.0, None), ("water", False, None)], []),
    ("ws303", "017564030001"): ([("battery", 100.0, None), ("water", True, None)], []),
}
for _model in ("em400-mud", "em400-tld", "em400-udl"):
    MILESIGHT[(_model, "01755c0367010104824408050001")] = (LEVEL, [])
    MILESIGHT[(_model, "8367e800018482410601")] = (ALARMED, [])
PEOPLE = {"vs121", "vs133", "vs330", "vs340", "vs341", "vs351", "vs370", "vs373"}


@pytest.fixture(scope="module")
def milesight(shared_data: Path) -> list[tuple[str, str]]:
    """Model and example of each entry of the file."""
    entries = json.loads((shared_data / "payloads/milesight_examples.json").read_text(encoding="utf-8"))
    return [(entry["device"], entry["example"]) for entry in entries]


def hexes(example: str) -> list[str]:
    lines = re.findall(r"^// ([0-9A-Fa-f\s]+)$", example, flags=re.M)
    return ["".join(line.split()).lower() for line in lines]


def of_network(model: str, payload: bytes) -> Decoded:
    """As ChirpStack would pass it on."""
    built = decoder("chirpstack", {"kind": "chirpstack", "codecs": [{"codec": codec(model)}]})
    said = {"deviceInfo": {"devEui": EUI}, "fPort": 85, "data": base64.b64encode(payload).decode()}
    return built.decode("", body(said))


def codec(model: str) -> dict[str, str]:
    return {"kind": "milesight", "model": model}


def test_every_milesight_payload_reads_as_written_down(milesight: list[tuple[str, str]]) -> None:
    seen = set()
    for model, example in milesight:
        for text in hexes(example):
            if text.startswith("02"):  # a frame with a head, below
                continue
            found = of_network(model, bytes.fromhex(text))
            if model in PEOPLE:
                assert (found.readings, codes(found)) == ((), ["person_data"]), model
                continue
            seen.add((model, text))
            expected, left = MILESIGHT[(model, text)]
            assert told(found) == expected, (model, text)
            assert codes(found) == left, (model, text)
    assert seen == set(MILESIGHT)


def test_no_address_of_a_scanned_network_comes_out(milesight: list[tuple[str, str]]) -> None:
    tracker = next(example for model, example in milesight if model == "at101")
    addresses = re.findall(r'"mac": "([0-9a-f:]+)"', tracker)
    assert len(addresses) == 5
    for text in hexes(tracker):
        out = repr(of_network("at101", bytes.fromhex(text))).lower()
        for address in addresses:
            assert address not in out
            assert address.replace(":", "") not in out


def test_a_narrow_band_frame_reads_without_its_subscriber(milesight: list[tuple[str, str]]) -> None:
    frames = [(model, example) for model, example in milesight if '"imsi"' in example]
    assert {model for model, _ in frames} == {"em400-mud", "em400-tld", "em400-udl"}
    for model, example in frames:
        built = decoder("milesight", {"kind": "milesight", "codecs": [{"codec": codec(model)}]})
        said = json.loads(example[example.index("{\n") :])
        bodies = [bytes.fromhex(text) for text in hexes(example)] + [body(said)]
        for each in bodies:
            found = built.decode("", each)
            assert told(found) == FRAME, model
            assert {one.device for one in found.readings} == {"6749D19054690031"}
            assert codes(found) == ["subscriber_unread"]
            for secret in ("imei", "imsi", "iccid"):
                assert said[secret] not in repr(found)


def test_what_the_vendors_decoder_makes_of_a_payload_reads_like_the_payload(
    milesight: list[tuple[str, str]],
) -> None:
    number = 0
    for model, example in milesight:
        pairs = re.findall(r"^// ([0-9A-Fa-f\s]+)$\n\s*(\{.*?^\})", example, flags=re.M | re.S)
        for text, said in pairs:
            plain = "".join(text.split()).lower()
            if (model, plain) not in MILESIGHT or model == "ws301":
                continue
            built = decoder("chirpstack", {"kind": "chirpstack", "codecs": [{"codec": codec(model)}]})
            found = built.decode("", body({"deviceInfo": {"devEui": EUI}, "object": json.loads(said)}))
            assert sorted(told(found), key=str) == sorted(MILESIGHT[(model, plain)][0], key=str), model
            number += 1
    assert number == 18


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> dict[str, dict[str, Any]]:
    listed = json.loads((shared_data / "payloads/samples.json").read_text(encoding="utf-8"))
    return {sample["id"]: sample for sample in listed}


def test_tasmotas_switch_reads_without_a_time_unless_a_zone_is_told(samples: dict[str, Any]) -> None:
    sample = samples["tasmota_sensor_switch"]
    found = decoder("tasmota", {"kind": "tasmota"}).decode(sample["topic"], body(sample["payload"]))
    assert told(found) == [("input", True, None)]
    assert found.readings[0].device == "tasmota_9CF9D1"
    built = decoder("tasmota", {"kind": "tasmota", "timezone": "Europe/Athens"})
    # 22:20:38 in Athens, two hours ahead in February
    assert built.decode(sample["topic"], body(sample["payload"])).readings[0].at == 1708806038.0


def test_tasmotas_state_reads_without_its_network(samples: dict[str, Any]) -> None:
    sample = samples["tasmota_state"]
    found = decoder("tasmota", {"kind": "tasmota"}).decode(sample["topic"], body(sample["payload"]))
    assert told(found) == [("switch", False, None), ("link", 44.0, None), ("signal", -78.0, None)]
    assert codes(found) == ["network_unread"]
    for secret in ("E6:8D:8C:4B:BE:F7", "ESP-Network"):
        assert secret in json.dumps(sample)
        assert secret not in repr(found)


DOOR = {"kind": "the_things_stack", "codecs": [{"codec": {"kind": "dragino", "model": "lds02"}}]}


def uplink(message: dict[str, Any]) -> bytes:
    return body({"end_device_ids": {"device_id": "door"}, "uplink_message": message})


def test_draginos_vector_reads_from_its_bytes_and_from_its_fields(samples: dict[str, Any]) -> None:
    said = samples["ttn_dragino_lds02"]["payload"]
    payload = base64.b64encode(bytes(said["bytes"])).decode()
    built = decoder("the_things_stack", DOOR)
    found = built.decode("", uplink({"f_port": said["f_port"], "frm_payload": payload}))
    door: Told = [("battery_voltage", 2.952, None), ("contact", True, None), ("count", 9472.0, "opened")]
    assert told(found) == door
    assert codes(found) == ["cut_short"]  # 7 bytes of 10: what the alarm is cannot be known
    fields = said["decoded_payload"]
    found = built.decode("", uplink({"f_port": said["f_port"], "decoded_payload": fields}))
    assert sorted(told(found), key=str) == sorted([*door, ("alarm", False, None)], key=str)
    assert codes(found) == []
    # As the network sends it: what is 0 is left out.
    without = {name: value for name, value in fields.items() if value}
    assert "ALARM" not in without
    assert "DOOR_OPEN_STATUS" not in without
    found = built.decode("", uplink({"f_port": said["f_port"], "decoded_payload": without}))
    assert sorted(told(found), key=str) == sorted([*door, ("alarm", False, None)], key=str)


def test_a_join_is_no_reading(samples: dict[str, Any]) -> None:
    sample = samples["ttn_join_accept"]
    found = decoder("the_things_stack", DOOR).decode(sample["topic"], body(sample["payload"]))
    assert (found.readings, codes(found)) == ((), ["no_reading"])


def test_a_page_without_a_message_has_none_to_read(samples: dict[str, Any]) -> None:
    assert samples["z2m_contact_fields"]["payload"] is None
    with pytest.raises(NotDecoded):
        decoder("zigbee2mqtt").decode("zigbee2mqtt/door", body(None))


def test_a_make_without_a_codec_tells_its_signal_and_what_was_left(shared_data: Path) -> None:
    whole = (shared_data / "payloads/chirpstack_v4_dingtek_DC600.json").read_bytes()
    found = decoder("chirpstack").decode("application/1ebdc5b7/device/7cf95720fc015fef/event/up", whole)
    at = pytest.approx(1664767030.42743012)
    assert told(found) == [("signal", -74.0, None, at), ("snr", 9.8, None, at)]
    assert {one.device for one in found.readings} == {"7cf95720fc015fef"}
    assert codes(found) == ["no_codec"]
    # The name that was given it there is written like an address.
    named = decoder("chirpstack", {"kind": "chirpstack", "named": "name"})
    with pytest.raises(NotDecoded, match="looks like an address") as refused:
        named.decode("", whole)
    assert "7C-F9" not in repr(refused.value.reason)

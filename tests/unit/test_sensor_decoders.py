"""What decoders of sensors make of messages written after the vendors' documentation."""

import base64
import struct
from typing import Any

import pytest
from pydantic import ValidationError

import edge.codecs
from broker.settings import kinds
from edge.decoding import LARGEST, Decoded, NotDecoded
from tests.decoders import KINDS, body, decoder, samples

OURS = (
    "chirpstack",
    "dragino",
    "milesight",
    "plain",
    "tasmota",
    "the_things_stack",
    "zigbee2mqtt",
)
T0 = 1772352000.0  # 2026-03-01T08:00:00Z


def told(decoded: Decoded) -> list[tuple[Any, ...]]:
    return [(one.quantity, one.value, one.channel) for one in decoded.readings]


def sample(kind: str, number: int) -> Decoded:
    topic, whole = samples(kind)[1][number]
    return decoder(kind).decode(topic, whole)


def codes(decoded: Decoded) -> list[str]:
    return [why.code for why in decoded.left]


def refusal(kind: str, topic: str, whole: bytes, settings: dict[str, Any] | None = None) -> str:
    with pytest.raises(NotDecoded) as refused:
        decoder(kind, settings).decode(topic, whole)
    return refused.value.reason.code


def test_zigbee2mqtt_says_true_where_a_contact_is_closed() -> None:
    found = sample("zigbee2mqtt", 0)
    assert told(found) == [
        ("battery", 91.0, None),
        ("contact", False, None),
        ("temperature", 23.0, "device"),
        ("link", 40.0, None),
        ("battery_voltage", 3.025, None),
    ]
    assert {(one.device, one.at) for one in found.readings} == {("street/cover 7", T0 - 3600)}
    assert codes(found) == []


def test_a_sockets_voltage_is_in_volts_and_a_battery_is_not() -> None:
    assert ("voltage", 229.0, None) in told(sample("zigbee2mqtt", 2))
    assert told(sample("zigbee2mqtt", 3)) == [
        ("switch", True, "l1"),
        ("switch", False, "l2"),
        ("power", 40.5, "right"),
    ]


def test_zigbee2mqtts_raw_light_is_not_lux() -> None:
    built = decoder("zigbee2mqtt")
    both = built.decode("zigbee2mqtt/a", body({"illuminance": 21_000, "illuminance_lux": 125}))
    assert told(both) == [("illuminance", 125.0, None)]
    assert told(built.decode("zigbee2mqtt/a", body({"illuminance": 125}))) == [("illuminance", 125.0, None)]


def test_persons_and_codes_of_locks_are_left_unread() -> None:
    said = {
        "occupancy": True,
        "action": "single",
        "action_code": 4711,
        "pin_code": {"1": "9923"},
        "battery": 5,
    }
    found = decoder("zigbee2mqtt").decode("zigbee2mqtt/lock", body(said))
    assert told(found) == [("battery", 5.0, None)]
    assert codes(found) == ["person_data"] * 4
    for secret in ("4711", "9923", "single"):
        assert secret not in repr(found)


@pytest.mark.parametrize(
    "topic", ["zigbee2mqtt/bridge/devices", "zigbee2mqtt/lamp/availability", "zigbee2mqtt/lamp/set"]
)
def test_what_zigbee2mqtt_says_beside_readings_is_left(topic: str) -> None:
    found = decoder("zigbee2mqtt").decode(topic, b"online")
    assert (found.readings, codes(found)) == ((), ["no_reading"])


def test_tasmota_inputs_are_what_they_are_wired_to() -> None:
    found = sample("tasmota", 0)
    assert told(found) == [("input", True, None), ("contact", False, "2")]
    assert {one.at for one in found.readings} == {T0 - 8 * 3600}


def test_tasmotas_meter_has_a_channel_for_each_further_phase() -> None:
    assert told(sample("tasmota", 1)) == [
        ("energy", 12.007, None),
        ("power", 120.0, None),
        ("power", 30.0, "2"),
        ("voltage", 229.0, None),
        ("current", 0.52, None),
        ("current", 0.14, "2"),
    ]


def test_tasmotas_units_become_ours() -> None:
    found = sample("tasmota", 2)
    assert told(found) == [
        ("temperature", 10.0, "BME280-76"),  # 50 °F
        ("humidity", 61.5, "BME280-76"),
        ("pressure", pytest.approx(1013.2, abs=0.05), "BME280-76"),  # 29.92 inHg
        ("distance", 0.845, "SR04"),
        ("count", 17.0, None),
    ]


def test_tasmotas_network_and_radio_addresses_are_left_unread() -> None:
    assert codes(sample("tasmota", 3)) == ["network_unread"]
    said = {"Time": "2026-03-01T08:00:00", "ATC5E2030": {"mac": "02005e102030", "Temperature": 21.5}}
    found = decoder("tasmota").decode("tele/hall/SENSOR", body(said))
    assert (found.readings, codes(found)) == ((), ["address_unread"])
    assert "02005e" not in repr(found)


def test_tasmotas_full_topic_is_a_setting() -> None:
    settings = {"kind": "tasmota", "full_topic": "city/%topic%/%prefix%"}
    found = decoder("tasmota", settings).decode("city/lamp 4/stat/POWER", b"OFF")
    assert (found.readings[0].device, told(found)) == ("lamp 4", [("switch", False, None)])
    assert refusal("tasmota", "tele/lamp/POWER", b"OFF", settings) == "other_topic"


def test_chirpstack_hands_bytes_to_the_codec_of_the_profile() -> None:
    found = sample("chirpstack", 0)
    assert told(found) == [
        ("battery", 92.0, None),
        ("temperature", 30.8, None),
        ("humidity", 50.5, None),
        ("contact", False, None),
        ("signal", -57.0, None),  # of the best gateway, whose ratio of 0 is left out
        ("snr", 0.0, None),
    ]
    assert {round(one.at or 0.0, 3) for one in found.readings} == {T0 - 1.877}


def test_chirpstack_knows_two_makes_and_a_mapping_at_once() -> None:
    assert told(sample("chirpstack", 1))[:3] == [
        ("battery_voltage", 3.3, None),
        ("distance", 1.437, None),
        ("temperature", 26.1, "external"),
    ]
    assert told(sample("chirpstack", 2))[0] == ("fill", 83.0, None)
    assert told(sample("chirpstack", 3)) == [("battery", 88.5, None)]


def test_a_payload_that_cannot_be_read_does_not_hide_that_the_device_spoke() -> None:
    settings, messages = samples("chirpstack")
    topic = messages[0][0]
    about = {"devEui": "24e124136b502217", "deviceProfileName": "EM300-MCS"}
    cut = base64.b64encode(bytes.fromhex("0175")).decode()
    said = {"deviceInfo": about, "data": cut, "rxInfo": [{"rssi": -99, "snr": 1.5}]}
    found = decoder("chirpstack", settings).decode(topic, body(said))
    assert told(found) == [("signal", -99.0, None), ("snr", 1.5, None)]
    assert codes(found) == ["cut_short"]


def test_the_things_stack_leaves_out_zeros_and_a_door_has_them() -> None:
    assert told(sample("the_things_stack", 0)) == [
        ("battery_voltage", 2.952, None),
        ("contact", True, None),
        ("count", 0.0, "opened"),
        ("alarm", False, None),
        ("signal", -35.0, None),
        ("snr", 5.2, None),
    ]
    assert {one.at for one in sample("the_things_stack", 0).readings} == {T0 + 0.25}
    # ChirpStack leaves nothing out of what a codec decoded: there, missing is missing.
    settings = {"kind": "chirpstack", "codecs": [{"codec": {"kind": "dragino", "model": "lds02"}}]}
    said = {"deviceInfo": {"devEui": "a84041ffff123456"}, "object": {"BAT_V": 2.952, "MOD": 1}}
    assert told(decoder("chirpstack", settings).decode("", body(said))) == [("battery_voltage", 2.952, None)]


def of_milesight(model: str, payload: str) -> Decoded:
    settings = {"kind": "chirpstack", "codecs": [{"codec": {"kind": "milesight", "model": model}}]}
    data = base64.b64encode(bytes.fromhex(payload)).decode()
    said = {"deviceInfo": {"devEui": "24e124136b502217"}, "data": data, "time": "2026-03-01T08:00:00Z"}
    return decoder("chirpstack", settings).decode("", body(said))


@pytest.mark.parametrize(
    ("model", "payload", "expected"),
    [
        (
            "em300-di",
            "050001" + "8500" + "0101",
            [
                ("input", True, None),
                ("input", True, None),
                ("alarm", True, "input"),
            ],
        ),
        ("em300-di", "05c8" + "10270000", [("count", 10000.0, None)]),
        ("em300-cl", "03ed02", [("alarm", True, "liquid")]),
        # 45.00° and its threshold passed, then -45.00°, then 0: twice the angle, and the bit below.
        (
            "em320-tilt",
            "03d4" + struct.pack("<hhh", 9001, -9000, 0).hex(),
            [
                ("tilt", 45.0, "x"),
                ("tilted", True, "x"),
                ("tilt", -45.0, "y"),
                ("tilted", False, "y"),
                ("tilt", 0.0, "z"),
                ("tilted", False, "z"),
            ],
        ),
        ("em500-swl", "0377" + "7b00", [("water_level", 1.23, None)]),
        ("em500-lgt", "0394" + "a0860100", [("illuminance", 100000.0, None)]),
        ("em500-pp", "037b" + "6500", [("pressure", 1010.0, "pipe")]),
        (
            "em410-rdl",
            "9482" + "e803" + "6400" + "02",
            [("distance", 1.0, None), ("alarm", True, "distance")],
        ),
        (
            "WS52x",
            "0374" + "fe08" + "0480" + "e8030000" + "0683" + "dc050000" + "07c9" + "d204" + "087001",
            [
                ("voltage", 230.2, None),
                ("power", 1000.0, None),
                ("energy", 1.5, None),
                ("current", 1.234, None),
                ("switch", True, None),
            ],
        ),
        ("ws51x", "ff3fff", [("alarm", True, "power")]),
        (
            "uc300",
            "030001"
            + "04c8"
            + "05000000"
            + "070100"
            + "0967"
            + "fb00"
            + "0b02"
            + "b0040000"
            + "0d02"
            + "f4010000",
            [
                ("input", True, None),
                ("count", 5.0, "2"),
                ("switch", False, None),
                ("temperature", 25.1, None),
                ("current", 0.012, None),
                ("voltage", 5.0, None),
            ],
        ),
    ],
)
def test_milesights_models_read_by_their_decoders(model: str, payload: str, expected: list[Any]) -> None:
    found = of_milesight(model, payload)
    assert told(found) == expected
    assert codes(found) == []
    assert {one.at for one in found.readings} == {T0}


def test_a_distance_without_an_echo_is_none() -> None:
    found = of_milesight("em310-udl", "0382ffff040000")
    assert (told(found), codes(found)) == ([("tilted", False, None)], ["not_a_value"])


def test_reading_ends_where_the_length_is_not_known() -> None:
    found = of_milesight("em300-mcs", "017564" + "0b02" + "060001")
    assert (told(found), codes(found)) == ([("battery", 100.0, None)], ["unknown_channel"])
    assert "byte 3: channel 0x0b with type 0x02" in found.left[0].text


def test_what_was_kept_without_a_time_is_not_taken_for_now() -> None:
    found = of_milesight("em300-mcs", "20ce" + "00000000" + "10015d01" + "017564")
    assert (told(found), codes(found)) == ([("battery", 100.0, None)], ["no_time"])


def test_serial_numbers_and_versions_are_no_readings() -> None:
    found = of_milesight(
        "em300-mcs", "ff0bff" + "ff0101" + "ff166412a10220500008" + "ff090310" + "ff0a0101" + "ff0f00"
    )
    assert found == Decoded()


def test_a_counter_of_people_is_refused_whole() -> None:
    found = of_milesight("vs121", "017564" + "04c9030800a1")
    assert (found.readings, codes(found)) == ((), ["person_data"])


def of_dragino(model: str, payload: str, port: int) -> Decoded:
    settings = {"kind": "the_things_stack", "codecs": [{"codec": {"kind": "dragino", "model": model}}]}
    data = base64.b64encode(bytes.fromhex(payload)).decode()
    said = {"end_device_ids": {"device_id": "d"}, "uplink_message": {"f_port": port, "frm_payload": data}}
    return decoder("the_things_stack", settings).decode("", body(said))


@pytest.mark.parametrize(
    ("model", "port", "payload", "expected"),
    [
        (
            "lds02",
            10,
            "8b88" + "01" + "000025" + "000001" + "01",
            [
                ("battery_voltage", 2.952, None),
                ("contact", False, None),
                ("count", 37.0, "opened"),
                ("alarm", True, None),
            ],
        ),
        (
            "lwl02",
            10,
            "4b88" + "02" + "000003" + "000001" + "00",
            [
                ("battery_voltage", 2.952, None),
                ("water", True, None),
                ("count", 3.0, "leaked"),
            ],
        ),
        (
            "lht65",
            2,
            "cbf60b0d0376010add7fff",
            [
                ("battery_voltage", 3.062, None),
                ("temperature", 28.29, None),
                ("humidity", 88.6, None),
                ("temperature", 27.81, "external"),
            ],
        ),
        (
            "lht65",
            2,
            "cbf6ff9c03760501f4ffff",
            [
                ("battery_voltage", 3.062, None),
                ("temperature", -1.0, None),
                ("humidity", 88.6, None),
                ("illuminance", 500.0, None),
            ],
        ),
        (
            "ldds45",
            2,
            "0ce40190000000" + "01",
            [
                ("battery_voltage", 3.3, None),
                ("distance", 0.4, None),
                ("temperature", 0.0, "external"),
            ],
        ),
    ],
)
def test_draginos_models_read_by_their_manuals(
    model: str, port: int, payload: str, expected: list[Any]
) -> None:
    found = of_dragino(model, payload, port)
    assert (told(found), codes(found)) == (expected, [])


def test_draginos_distance_too_near_or_without_a_sensor_is_none() -> None:
    for distance in ("0014", "0000", "00ff"):
        found = of_dragino("ldds75", f"0ce4{distance}00010501", 2)
        assert ("distance" in {row[0] for row in told(found)}, codes(found)) == (False, ["not_a_value"])


def test_draginos_other_ports_have_no_readings() -> None:
    assert codes(of_dragino("lds02", "2600010fff0b45", 5)) == ["other_port"]
    assert codes(of_dragino("lht65", "cbf60b0d0376410add7fff", 2)) == ["kept_readings"]


def test_dragino_without_a_network_reads_fields_and_hexadecimal_bytes() -> None:
    assert told(sample("dragino", 1)) == told(sample("dragino", 2))
    assert told(sample("dragino", 3)) == [
        ("battery_voltage", 3.402, None),
        ("distance", 0.79, None),
        ("distance", 0.792, "2"),
        ("distance", 0.794, "3"),
        ("distance", 0.789, "4"),
    ]
    assert told(sample("dragino", 4)) == told(sample("dragino", 5))


def test_milesights_gateway_and_narrow_band_devices_speak_without_a_network() -> None:
    found = sample("milesight", 0)
    assert told(found)[0] == ("battery", 100.0, None)
    assert ("tilted", True, "x") in told(found)
    assert {(one.device, one.at) for one in found.readings} == {("24E124713C000001", T0)}
    assert told(sample("milesight", 1)) == told(sample("milesight", 2))
    assert ("signal", -95.0, None) in told(sample("milesight", 1))
    for secret in ("000000000000000", "999999999999999", "88888888888888888888"):
        assert secret not in repr([sample("milesight", 1), sample("milesight", 2)])


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (b"\xff\xfe", "not_json"),
        (b"[" * 90_000, "not_json"),
        (b"[1]", "not_an_object"),
        (b"{}" * LARGEST, "too_large"),
    ],
)
def test_what_is_none_of_its_messages_is_refused_by_reason(kind: str, whole: bytes, code: str) -> None:
    if kind == "plain" and code == "not_an_object":
        code = "no_items"
    assert refusal(kind, samples(kind)[1][0][0], whole) == code


@pytest.mark.parametrize(
    "name", ["02:00:5E:10:20:30", "02005E102030", "京A12345", "x" * 200, "a\nb", " a", ""]
)
def test_a_device_named_as_an_address_or_a_plate_is_refused_and_not_repeated(name: str) -> None:
    plain = {"kind": "plain", "device": {"path": "d"}, "readings": [{"quantity": "fill", "path": "f"}]}
    about = {"deviceInfo": {"devEui": name}, "fPort": 1}
    for kind, topic, whole, settings in (
        ("zigbee2mqtt", f"zigbee2mqtt/{name}", body({"contact": True}), None),
        ("chirpstack", "", body(about), None),
        ("the_things_stack", "", body({"end_device_ids": {"device_id": name}, "uplink_message": {}}), None),
        ("plain", "", body({"d": name, "f": 1}), plain),
    ):
        with pytest.raises(NotDecoded) as refused:
            decoder(kind, settings).decode(topic, whole)
        assert refused.value.reason.code in ("device_name", "no_device")
        assert len(name.strip()) < 2 or name not in repr((refused.value, refused.value.reason))


def test_every_codec_is_found_by_its_folder_and_says_its_models() -> None:
    assert [name for name, _ in kinds(edge.codecs)] == ["dingtek", "dragino", "mapped", "milesight"]
    with pytest.raises(ValidationError, match=r"is no model that is known; known are .*em300-mcs.*ws52x"):
        KINDS["chirpstack"].Settings.model_validate(
            {"kind": "chirpstack", "codecs": [{"codec": {"kind": "milesight", "model": "em9000"}}]}
        )

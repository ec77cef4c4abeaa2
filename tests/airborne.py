"""Telemetry as makes write it: local sets, MAVLink frames, Cloud API messages, and mutations of them."""

import json
import struct
from collections.abc import Iterator, Mapping

import numpy as np

# Values of the examples in MISB ST 0601, by tag, with what the standard says that they mean.
EXAMPLE = {
    5: "71c2",  # platform heading 159.9744°
    6: "fd3d",  # platform pitch -0.4315251°
    7: "08b8",  # platform roll 3.405814°
    13: "5595b66d",  # sensor latitude 60.17682297°
    14: "5b5360c4",  # sensor longitude 128.42675904°
    15: "c221",  # sensor true altitude 14190.72 m
    16: "cd9c",  # horizontal field of view 144.5713°
    18: "724a0a20",  # sensor relative azimuth 160.71921147°
    19: "87f84b86",  # sensor relative elevation -168.79232483°
    20: "7dc58ce4",  # sensor relative roll 176.86543764°
    25: "34f3",  # frame centre elevation 3216.037 m
}
KEY = "060e2b34020b01010e01030101000000"


def local_set(tags: Mapping[int, str], stamp: int | None = 1_224_807_209_913_000, wrong: int = 0) -> bytes:
    """A set with its checksum, long form length. stamp: microseconds. wrong: added to the checksum."""
    items = b"" if stamp is None else bytes([2, 8]) + stamp.to_bytes(8, "big")
    for tag, value in tags.items():
        body = bytes.fromhex(value)
        items += bytes([tag, len(body)]) + body
    items += bytes([1, 2])
    length = len(items) + 2
    head = bytes.fromhex(KEY) + bytes([0x82]) + length.to_bytes(2, "big")
    total = 0
    for index, byte in enumerate(head + items):
        total += byte << (8 * ((index + 1) % 2))
    return head + items + ((total + wrong) & 0xFFFF).to_bytes(2, "big")


def x25(body: bytes) -> int:
    """The checksum of MAVLink, as its guide writes it."""
    crc = 0xFFFF
    for byte in body:
        low = (byte ^ (crc & 0xFF)) & 0xFF
        low = (low ^ (low << 4)) & 0xFF
        crc = (crc >> 8) ^ (low << 8) ^ (low << 3) ^ (low >> 4)
    return crc & 0xFFFF


EXTRAS = {0: 50, 2: 137, 30: 39, 33: 104, 136: 1, 265: 26, 285: 137}


def frame(message: int, body: bytes, *, version: int = 2, system: int = 1, signed: bool = False) -> bytes:
    """One frame; MAVLink 2 leaves out the zeros at the end."""
    if version == 1:
        head = bytes([len(body), 7, system, 1, message])
        magic, tail = b"\xfe", b""
    else:
        body = body.rstrip(b"\0") or b"\0"
        head = bytes([len(body), signed, 0, 7, system, 1]) + message.to_bytes(3, "little")
        magic, tail = b"\xfd", bytes(13) if signed else b""
    crc = x25(head + body + bytes([EXTRAS[message]]))
    return magic + head + body + crc.to_bytes(2, "little") + tail


def stamped(at: float, *frames: bytes) -> bytes:
    """As a telemetry log has them, microseconds of UTC before each."""
    return b"".join(round(at * 1e6).to_bytes(8, "big") + one for one in frames)


def position(boot: float, latitude: float, longitude: float, alt: float, rel: float, heading: float) -> bytes:
    """GLOBAL_POSITION_INT. heading: degrees."""
    return struct.pack(
        "<IiiiihhhH",
        round(boot * 1000),
        round(latitude * 1e7),
        round(longitude * 1e7),
        round(alt * 1000),
        round(rel * 1000),
        0,
        0,
        0,
        round(heading * 100),
    )


def osd(**data: object) -> bytes:
    """A message of an aircraft over Cloud API, after DJI's documentation of its properties."""
    base: dict[str, object] = {
        "attitude_head": 91.5,
        "attitude_pitch": 1.8,
        "attitude_roll": 0.4,
        "elevation": 60.25,
        "height": 72.5,
        "latitude": 31.2304161,
        "longitude": 121.4737012,
        "home_latitude": 31.888222,
        "home_longitude": 121.999111,
        "mode_code": 5,
        "52-0-0": {"gimbal_pitch": -45.5, "gimbal_roll": 0.1, "gimbal_yaw": 92.0, "zoom_factor": 1},
    }
    message = {"bid": "b", "tid": "t", "timestamp": 1_714_521_600_250, "gateway": "g", "data": base | data}
    return json.dumps(message).encode()


def mutations(seeds: list[bytes], count: int, seed: int = 1) -> Iterator[bytes]:
    """Broken and random bytes: changed, cut out, doubled, cut off, and pure noise; always the same."""
    chance = np.random.default_rng(seed)
    for number in range(count):
        body = bytearray(seeds[number % len(seeds)])
        for _ in range(int(chance.integers(1, 6))):
            _damage(chance, body)
        yield bytes(body) if number % 10 else chance.bytes(int(chance.integers(0, 300)))


def _damage(chance: np.random.Generator, body: bytearray) -> None:
    if not body:
        return
    place, way = int(chance.integers(0, len(body))), int(chance.integers(0, 5))
    length = int(chance.integers(1, 40))
    if way == 0:
        body[place] = int(chance.integers(0, 256))
    elif way == 1:
        del body[place : place + length]
    elif way == 2:
        body[place:place] = body[place : place + length]
    elif way == 3:
        del body[place:]
    else:
        body[place : place + length] = chance.bytes(length)

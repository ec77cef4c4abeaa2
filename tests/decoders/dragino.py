"""Dragino: fields that are decoded already, and hexadecimal bytes."""

from tests.decoders import body

SETTINGS = {
    "kind": "dragino",
    "codecs": [
        {"devices": ["door*"], "codec": {"kind": "dragino", "model": "lwl02"}},
        {"devices": ["air*"], "codec": {"kind": "dragino", "model": "lht65"}},
        {"devices": ["four*"], "codec": {"kind": "dragino", "model": "ldds04"}},
        {"codec": {"kind": "dragino", "model": "ldds75"}},
    ],
}
MESSAGES = [
    (
        "dragino/door 1",
        body({"BAT_V": 2.952, "MOD": 3, "DOOR_OPEN_STATUS": 1, "WATER_LEAK_STATUS": 0, "ALARM": 0}),
    ),
    ("dragino/air 1", b"CBF60B0D0376010ADD7FFF"),
    ("dragino/air 2", body({"BatV": 3.062, "TempC_SHT": 28.29, "Hum_SHT": 88.6, "TempC_DS": 27.81})),
    ("dragino/four 1", b"0D4A03160318031A031501"),
    ("dragino/bin 1", b"0ce4059d00010501"),
    (
        "dragino/bin 2",
        body({"Bat": 3.3, "Distance": "1437 mm", "TempC_DS18B20": "26.10", "Interrupt_flag": 0}),
    ),
]

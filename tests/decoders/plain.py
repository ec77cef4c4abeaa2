"""A maker's own JSON: several bins in one message."""

from tests.decoders import body

SETTINGS = {
    "kind": "plain",
    "device": {"path": "id"},
    "time": {"path": "at", "format": "ms"},
    "items": "bins",
    "readings": [
        {"quantity": "fill", "path": "level", "scale": 100},
        {"quantity": "contact", "path": "lid.state", "words": {"open": False, "shut": True}},
        {"quantity": "temperature", "path": "temps[0]", "channel": "inside"},
        {"quantity": "battery", "path": "max(battery)"},
    ],
}
MESSAGES = [
    (
        "bins/north",
        body(
            {
                "bins": [
                    {
                        "id": "b1",
                        "at": 1772352000000,
                        "level": 0.83,
                        "lid": {"state": "shut"},
                        "temps": [4.5],
                        "battery": [70, 80],
                    },
                    {"id": 2, "at": 1772352000500, "level": 0.1, "lid": {"state": "open"}, "temps": []},
                ]
            }
        ),
    )
]

"""Home Assistant: what a contact, a meter and a gate tell of themselves, and then what they say."""

from tests.decoders import body

SETTINGS = {"kind": "homeassistant", "most": 50}
DEVICE = {"identifiers": ["esp_1"], "name": "shaft 1", "connections": [["mac", "02:00:5e:10:20:30"]]}
MESSAGES = [
    (
        "homeassistant/binary_sensor/shaft1/lid/config",
        body(
            {
                "stat_t": "~/state",
                "~": "shaft/1",
                "val_tpl": "{{ value_json.lid }}",
                "dev_cla": "opening",
                "pl_on": True,
                "pl_off": False,
                "dev": DEVICE,
            }
        ),
    ),
    (
        "homeassistant/sensor/shaft1/level/config",
        body(
            {
                "state_topic": "shaft/1/state",
                "value_template": "{{ value_json['sensors'][0].mm }}",
                "device_class": "distance",
                "unit_of_measurement": "mm",
                "device": DEVICE,
            }
        ),
    ),
    (
        "homeassistant/device/gate1/config",
        body(
            {
                "dev": {"ids": "gate1"},
                "o": {"name": "esp"},
                "stat_t": "gate/1",
                "cmps": {
                    "bar": {"p": "cover"},
                    "volt": {
                        "p": "sensor",
                        "dev_cla": "voltage",
                        "unit_of_meas": "mV",
                        "stat_t": "gate/1/volt",
                    },
                },
            }
        ),
    ),
    ("shaft/1/state", body({"lid": True, "sensors": [{"mm": 420}]})),
    ("gate/1", b"opening"),
    ("gate/1/volt", b"3300"),
]

"""Tasmota: switch inputs, a meter, climate and distance, the state of the module."""

from tests.decoders import body

SETTINGS = {
    "kind": "tasmota",
    "timezone": "Asia/Shanghai",
    "inputs": {"Switch2": {"quantity": "contact", "when_on": False}},
}
MESSAGES = [
    ("tele/gate/SENSOR", body({"Time": "2026-03-01T08:00:00", "Switch1": "ON", "Switch2": "ON"})),
    (
        "tele/kiosk/SENSOR",
        body(
            {
                "Time": "2026-03-01T08:00:00",
                "ENERGY": {
                    "TotalStartTime": "2025-01-01T00:00:00",
                    "Total": 12.007,
                    "Yesterday": 0.2,
                    "Power": [120, 30],
                    "Voltage": 229,
                    "Current": [0.52, 0.14],
                },
            }
        ),
    ),
    (
        "tele/shaft/SENSOR",
        body(
            {
                "Time": "2026-03-01T08:00:00",
                "BME280-76": {"Temperature": 50.0, "Humidity": 61.5, "Pressure": 29.92},
                "SR04": {"Distance": 84.5},
                "DS18B20-1": {"Id": "01131B123456", "Temperature": None},
                "TempUnit": "F",
                "PressureUnit": "inHg",
                "COUNTER": {"C1": 17},
            }
        ),
    ),
    (
        "tele/gate/STATE",
        body(
            {
                "Time": "2026-03-01T08:00:00",
                "Uptime": "1T02:03:04",
                "POWER1": "ON",
                "POWER2": "OFF",
                "Wifi": {
                    "AP": 1,
                    "SSId": "street-net",
                    "BSSId": "02:00:5E:10:20:30",
                    "RSSI": 64,
                    "Signal": -68,
                },
            }
        ),
    ),
    ("stat/gate/POWER2", b"ON"),
]

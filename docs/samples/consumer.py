"""Prints every incident of every node: python consumer.py [HOST PORT]. Needs paho-mqtt alone."""

import json
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion


def on_connect(client, _userdata, _flags, _reason, _properties):
    client.subscribe("gewu/v1/+/+/event", qos=1)


def on_subscribe(_client, _userdata, _mid, reasons, _properties):
    print(f"listening: {reasons[0]}", flush=True)


def on_message(_client, _userdata, message):
    event = json.loads(message.payload)
    if event["type"].startswith("gewu.incident."):
        what = event["data"]
        place = what.get("place") or what["source"]["id"]
        print(event["type"].split(".")[2], what["kind"], place, "since", what["since"], flush=True)


host, port = sys.argv[1:3] or ("127.0.0.1", "1883")
client = mqtt.Client(CallbackAPIVersion.VERSION2, "my-platform", protocol=MQTTProtocolVersion.MQTTv5)
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.connect(host, int(port))
client.loop_forever()

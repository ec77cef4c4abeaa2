"""Messages written by hand after the makers' public documentation, each with something nobody may read."""

import json
from collections.abc import Mapping
from typing import Any

PLATE = "粤B·D7K42"
CARD = "3412900876"
PERSON = "Wei-Zhang-Li"
FACE = "face-88231"
ADDRESS = "4c:bd:8f:12:ab:9e"
PHONE = "13812345678"
SECRETS = (PLATE, CARD, PERSON, FACE, ADDRESS, PHONE, ADDRESS.replace(":", "").upper())


def hikvision(kind: str, more: str = "", *, state: str = "active", camera: str = "1") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>192.168.1.64</ipAddress><portNo>80</portNo><protocol>HTTP</protocol>
<macAddress>{ADDRESS}</macAddress><channelID>{camera}</channelID>
<dateTime>2026-03-01T08:00:00+08:00</dateTime><activePostCount>1</activePostCount>
<eventType>{kind}</eventType><eventState>{state}</eventState><eventDescription>{PERSON}</eventDescription>
{more}</EventNotificationAlert>""".encode()


def region(target: str | None, number: int = 2, box: str = "") -> str:
    said = "" if target is None else f"<detectionTarget>{target}</detectionTarget>"
    return (
        f"<DetectionRegionList><DetectionRegionEntry><regionID>{number}</regionID>"
        f"{said}{box}</DetectionRegionEntry></DetectionRegionList>"
    )


RECT = "<TargetRect><X>0.25</X><Y>0.5</Y><width>0.25</width><height>0.125</height></TargetRect>"


def access(major: int, sub: int, **more: Any) -> bytes:
    """What an access controller tells: always with the fields of a card and its holder."""
    event = {
        "deviceName": "Access Controller",
        "majorEventType": major,
        "subEventType": sub,
        "cardNo": CARD,
        "cardType": 1,
        "name": PERSON,
        "employeeNoString": CARD,
        "doorNo": 1,
        "serialNo": 3481,
        "faceRect": {"note": FACE},
        **more,
    }
    body = {
        "ipAddress": "192.168.1.70",
        "macAddress": ADDRESS,
        "channelID": 1,
        "dateTime": "2026-03-01T08:00:00+08:00",
        "eventType": "AccessControllerEvent",
        "eventState": "active",
        "AccessControllerEvent": event,
    }
    return json.dumps(body).encode()


def dahua(code: str, action: str = "Start", index: int = 0, data: Mapping[str, Any] | None = None) -> bytes:
    line = f"Code={code};action={action};index={index}"
    return (line if data is None else f"{line};data={json.dumps(data, indent=3)}\n").encode()


def dahua_object(kind: str, **more: Any) -> dict[str, Any]:
    thing = {"ObjectType": kind, "ObjectID": 77171, "BoundingBox": [0, 4095.5, 8191, 8191], "Confidence": 0}
    about = {"Class": "Normal", "Name": PERSON, "RuleID": 4, "UTC": 1772323200, "UTCMS": 500}
    return {**about, "Object": {**thing, "Text": PLATE}, **more}


def axis(topic: str, data: Mapping[str, str], source: Mapping[str, str] | None = None) -> bytes:
    body = {
        "topic": topic,
        "timestamp": 1772323200250,
        "serial": ADDRESS.replace(":", "").upper(),
        "message": {"source": source or {}, "key": {"human": PERSON}, "data": {**data, "plate": PLATE}},
    }
    return json.dumps(body).encode()


def onvif(topic: str, source: Mapping[str, str], data: Mapping[str, str], operation: str = "Changed") -> str:
    def items(values: Mapping[str, str]) -> str:
        return "".join(f'<tt:SimpleItem Name="{name}" Value="{value}"/>' for name, value in values.items())

    return f"""<wsnt:NotificationMessage xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"
 xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tns1="http://www.onvif.org/ver10/topics">
<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">{topic}</wsnt:Topic>
<wsnt:ProducerReference><wsa5:Address>uri://{ADDRESS}</wsa5:Address></wsnt:ProducerReference>
<wsnt:Message><tt:Message UtcTime="2026-03-01T00:00:00.5Z" PropertyOperation="{operation}">
<tt:Source>{items(source)}</tt:Source><tt:Key><tt:SimpleItem Name="ObjectId" Value="15"/></tt:Key>
<tt:Data>{items(data)}<tt:SimpleItem Name="PlateNumber" Value="{PLATE}"/>
<tt:ElementItem Name="Face"><tt:Shape>{FACE}</tt:Shape></tt:ElementItem></tt:Data>
</tt:Message></wsnt:Message></wsnt:NotificationMessage>"""


def pulled(*messages: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:tev="http://www.onvif.org/ver10/events/wsdl"><s:Header/><s:Body><tev:PullMessagesResponse>
<tev:CurrentTime>2026-03-01T00:00:01Z</tev:CurrentTime>
<tev:TerminationTime>2026-03-01T00:01:01Z</tev:TerminationTime>
{"".join(messages)}</tev:PullMessagesResponse></s:Body></s:Envelope>""".encode()


def lilin(*answers: str) -> bytes:
    entries = [
        {
            "INDEX": number,
            "TS": str(1772323200_000250 - number * 60_000_000),
            "CAR_ID": "44",
            "LPR": PLATE,
            "ACTION": "0",
            "ACT_PARAM": answer,
            "LP_BMP": f"images/{PLATE}.png",
            "LPR_USER": PERSON,
            "LPR_PHONE": PHONE,
        }
        for number, answer in enumerate(answers)
    ]
    return json.dumps({"LPR_COUNT": len(entries), "INFORMATION": entries}).encode()


def frigate(label: str = "car", phase: str = "update", **more: Any) -> bytes:
    after = {
        "id": "1772323200.25-abc123",
        "camera": "front_gate",
        "frame_time": 1772323205.5,
        "snapshot_time": 1772323201.0,
        "label": label,
        "sub_label": [PERSON, 0.9],
        "recognized_license_plate": PLATE,
        "recognized_license_plate_score": 0.97,
        "top_score": 0.91,
        "false_positive": False,
        "start_time": 1772323200.25,
        "end_time": None,
        "score": 0.875,
        "box": [320, 360, 640, 540],
        "area": 57600,
        "stationary": True,
        "attributes": {"face": FACE},
        "current_zones": ["driveway"],
        **more,
    }
    return json.dumps({"type": phase, "before": dict(after), "after": after}).encode()

"""The messages of every kind of gate and camera, each with something private in it."""

from edge.decoders import dahua, onvif
from edge.gates.doors import DOORS
from tests.unit.gates import samples as s

RULE = {"InputToken": "1", "Rule": "r"}
_DAHUA_PRIVATE = {
    "CardNo": s.CARD,
    "CardName": s.PERSON,
    "UserID": s.PERSON,
    "PlateNumber": s.PLATE,
    "TrafficCar": {"PlateNumber": s.PLATE},
    "Faces": [{"id": s.FACE}],
    "Status": "Open",
    "Object": {"ObjectType": "Vehicle", "Text": s.PLATE, "BoundingBox": [1, 2, 300, 400]},
}
BODIES: dict[str, list[bytes]] = {
    "hikvision": [
        s.hikvision("ANPR", f"<ANPR><licensePlate>{s.PLATE}</licensePlate></ANPR>"),
        s.hikvision(
            "fielddetection", s.region("vehicle", box=s.RECT) + f"<channelName>{s.PERSON}</channelName>"
        ),
        s.hikvision("fielddetection", s.region("human", box=s.RECT)),
        s.hikvision("facesnap", f"<faces><face>{s.FACE}</face></faces>"),
        s.hikvision("IO", f"<inputIOPortID>2</inputIOPortID><phone>{s.PHONE}</phone>"),
        s.access(5, 1),
        s.access(5, 0x1B),
    ],
    "dahua": [
        *(
            s.dahua(code, "Start", 1, _DAHUA_PRIVATE)
            for code in (*dahua.THINGS, *dahua.FLAGS, *dahua.BARRIERS)
        ),
        *(
            s.dahua(code, "Pulse", 0, _DAHUA_PRIVATE)
            for code in (*dahua.PRIVATE, "TrafficJunction", "DoorStatus")
        ),
        s.dahua("CrossRegionDetection", "Start", 0, s.dahua_object("Vehicle")),
        s.dahua("CrossRegionDetection", "Start", 0, s.dahua_object("Human")),
        b'{"Code": "AccessControl", "action": "Pulse", "data": {"CardNo": "%s"}}' % s.CARD.encode(),
    ],
    "axis": [
        s.axis("onvif:Device/axis:IO/Port", {"state": "1"}, {"port": "1"}),
        s.axis(
            "axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
            {"active": "1", "totalCar": "3"},
        ),
        s.axis(
            "axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
            {"classTypes": s.PERSON, "active": "1"},
        ),
        s.axis("tns1:AccessControl/AccessGranted/Credential", {"CardNr": s.CARD, "CardHolderName": s.PERSON}),
    ],
    "onvif": [
        s.pulled(s.onvif(topic, RULE, {"State": "true", "CredentialHolderName": s.PERSON, "Card": s.CARD}))
        for topic in (
            *onvif.FLAGS,
            *onvif.INPUTS,
            *onvif.RULES,
            *DOORS,
            *onvif.PRIVATE,
            *onvif.COUNTERS,
        )
    ],
    "lilin": [s.lilin("allowed", "denial", "visitor", s.PLATE)],
    "frigate": [
        *(
            s.frigate(label, phase)
            for label in ("car", "person", "face")
            for phase in ("new", "update", "end")
        ),
        s.frigate("car", box=[1, 2]),
        s.frigate("bicycle", camera=s.PERSON + s.PLATE),
    ],
}

"""What may never be written: person identities, plates and MAC addresses, in any text of any message.

The schemas have no field for them. This guard also refuses them where free text or an id could smuggle
them in (a gate that puts a plate into a reason, a sensor named after a phone's address). It knows the
plates of mainland China and 48-bit addresses; what looks like neither passes, so it is the last fence and
not the first.
"""

import re
import unicodedata

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_GAP = r"[\s·•・‧./—–\-_]{0,2}"
_SERIAL = rf"[A-Z0-9](?:{_GAP}[A-Z0-9]){{3}}{_GAP}(?:[A-Z0-9](?:{_GAP}[A-Z0-9])?|[挂学警港澳领试超])"
_PLATE = re.compile(
    rf"[{_PROVINCES}]{_GAP}[A-Z](?:{_GAP}|\s?:\s?){_SERIAL}(?![A-Z0-9])"
    rf"|使{_GAP}[0-9](?:{_GAP}[0-9]){{5}}(?![0-9])"
    rf"|WJ{_GAP}[{_PROVINCES}]{_GAP}[A-Z0-9](?:{_GAP}[A-Z0-9]){{4}}(?![A-Z0-9])"
)
_HEX = "[0-9A-F]"
_MAC = re.compile(
    rf"(?<!{_HEX}){_HEX}{{2}}(?:([:\-_. ]){_HEX}{{2}})(?:\1{_HEX}{{2}}){{4}}(?!{_HEX})"
    rf"|(?<![0-9A-Z]){_HEX}{{4}}([.:\-]){_HEX}{{4}}\2{_HEX}{{4}}(?![0-9A-Z])"
    rf"|(?<![0-9A-Z])(?=[0-9]*[A-F]){_HEX}{{12}}(?![0-9A-Z])"
)
# The last group of a UUID looks like an address; in version 1 (and 6) it is one.
_UUID = re.compile(rf"{_HEX}{{8}}-{_HEX}{{4}}-[34578]{_HEX}{{3}}-[89AB]{_HEX}{{3}}-{_HEX}{{12}}(?!{_HEX})")

# Words for people and parts of people. A detector may know them; no label in a message may hold one.
_PEOPLE = frozenset(
    {"person", "people", "pedestrian", "human", "man", "men", "woman", "women", "child", "children", "kid"}
    | {"boy", "girl", "baby", "face", "head", "body", "hand", "rider", "cyclist", "biker", "motorcyclist"}
    | {"bicyclist", "driver", "passenger", "worker", "policeman", "player", "walker", "crowd"}
)
_PLATE_WORDS = frozenset(("license", "licence", "number", "vehicle", "car", "registration", "plate"))
FORBIDDEN_LABELS = _PEOPLE | {"plate", "license_plate", "licence_plate", "number_plate"}


def breach(text: str) -> str | None:
    """Say why `text` may not be written, or None when it may."""
    plain = unicodedata.normalize("NFKD", text).upper()
    # Every plate looked for holds a Chinese sign, so most texts need not be searched for one.
    if not plain.isascii() and _PLATE.search(_visible(plain)):
        return "looks like a vehicle plate; plates are never written"
    if _MAC.search(_UUID.sub("", plain)):
        return "looks like a MAC address; device addresses are never written"
    return None


def names_a_person(label: str) -> bool:
    """Whether a detector's label is about people, or is a vehicle's plate."""
    words = label.split("_")
    singular = {word.removesuffix("s") for word in words} | set(words)
    plate = words[-1].removesuffix("s").endswith("plate") and singular - {words[-1]} <= _PLATE_WORDS
    fused = any(f"{first}plate" in singular for first in _PLATE_WORDS)
    return bool(singular & _PEOPLE) or plate or fused


def _visible(text: str) -> str:
    """Without the signs that take no room (zero-width spaces, joiners, accents), which would hide a plate."""
    return text.translate(_SIGNS)


class _Signs(dict[int, int | None]):
    """What is left of each sign, remembered: asking anew for every sign of every text would take longest."""

    MOST = 32_768

    def __missing__(self, sign: int) -> int | None:
        seen = None if unicodedata.category(chr(sign)) in ("Cf", "Mn", "Me") else sign
        if len(self) < self.MOST:
            self[sign] = seen
        return seen


_SIGNS = _Signs()

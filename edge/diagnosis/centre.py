"""Whether the centre takes pictures from this node and knows it."""

from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

FINE = Sign("centre_fine", "fine", "the centre takes this node's pictures")
NONE = Sign(
    "centre_none",
    "note",
    "without a centre pictures stay on this node",
    "Set `central.url`, if that is not meant.",
)
UNKNOWN_HOST = Sign(
    "centre_unknown_host",
    "fault",
    "the centre's name leads nowhere: pictures wait here",
    "Correct `central.url`, or mend the name server of this box.",
)
UNREACHABLE = Sign(
    "centre_unreachable",
    "fault",
    "there is no way to the centre: pictures wait here, the certificate is not renewed",
    "Is the centre running, is `central.url` right, does a firewall or proxy stop {where}?",
)
TLS = Sign(
    "centre_tls",
    "fault",
    "there is no secure connection to the centre",
    "Look at the clock of this box; `central.ca_file` names who signed its certificate; the host in "
    "`central.url` has to be a name in it.",
)
UNWELL = Sign(
    "centre_unwell",
    "warning",
    "the centre answers and says that it is not well",
    "Look at `/healthz` of the centre: database, broker, disk, masker.",
)
NOT_IT = Sign(
    "centre_not_it",
    "fault",
    "what answers there is not Gewu's centre",
    "Correct `central.url`: scheme, host, port and path of the proxy.",
)
UNPROVEN = Sign(
    "centre_identity_refused",
    "fault",
    "the centre does not know this node any more: pictures and events are not taken",
    "Enrol it anew: `gewu-central enroll {name}` at the centre, then `gewu-edge enroll` here.",
)
TOKEN = Sign(
    "centre_token_refused",
    "fault",
    "the centre does not take pictures from a node with this token, or without an identity",
    "Enrol this node (`gewu-edge enroll`), or write the centre's token to `central.token_file`.",
)
TOKEN_FILE = Sign(
    "centre_token_file",
    "fault",
    "without its token the node may not bring pictures",
    "Put the token into the file that `central.token_file` names, for the node's user to read.",
)
NO_ROOM = Sign(
    "centre_no_room",
    "warning",
    "the centre has no room for pictures; they wait here",
    "Make room at the centre, or lower its `evidence.keep_free_mb`.",
)
BUSY = Sign(
    "centre_busy",
    "note",
    "the centre has enough of this node's uploads for now",
    "Nothing; pictures go later.",
)
DOOR = Sign(
    "centre_upload_door",
    "fault",
    "the door for pictures does not answer as the centre's does; a proxy may stand between",
    "Let the proxy pass `PUT /api/evidence/...` with bodies of 2 MB and the header `Authorization`.",
)
ENDS = Sign(
    "centre_certificate_ends",
    "warning",
    "once the centre's own certificate has ended, no picture arrives",
    "Have it renewed before {until}.",
)

BY_STEP: Final = {"name": UNKNOWN_HOST, "tcp": UNREACHABLE, "tls": TLS}
PROBE_REFUSED: Final = (415, 422)  # what the door says to a body that is none of its kinds, or not its hash


def door(where: str, status: int, *, proven: bool, name: str) -> Finding | None:
    """What the upload door's answer to an empty body of no kind means; None where it is the right one."""
    seen = said("PUT /api/evidence answers {status}", status=status)
    if status in PROBE_REFUSED:
        return None
    if status in (401, 403):
        return (UNPROVEN if proven else TOKEN).at(where, seen, name=name, status=status)
    if status == 507:
        return NO_ROOM.at(where, seen, status=status)
    if status == 429:
        return BUSY.at(where, seen, status=status)
    return DOOR.at(where, seen, status=status)

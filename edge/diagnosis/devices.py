"""Whether what speaks to the node beside cameras can be reached: devices, their networks, other systems."""

from typing import Final

from edge.diagnosis.sign import Sign

FINE = Sign("device_fine", "fine", "it answers")
NONE = Sign("device_none", "fine", "no device and no other system is configured")
UNKNOWN_HOST = Sign(
    "device_unknown_host",
    "fault",
    "its name leads nowhere",
    "Correct the host of `{key}` ({id}), or the name server.",
)
UNREACHABLE = Sign(
    "device_unreachable",
    "fault",
    "nothing comes from it",
    "Power, cable, address: correct host and port of `{key}` ({id}); does a firewall stop {where}?",
)
TLS = Sign(
    "device_tls",
    "fault",
    "there is no secure connection to it",
    "Name its certificate, or who signed it, as `ca_file` at `{key}` ({id}); look at both clocks.",
)
REFUSED = Sign(
    "device_refused",
    "fault",
    "it does not take the user name, password or token; it was asked once, for devices lock accounts",
    "Write the right one to the file at `{key}` ({id}), or give its user the right to hear events.",
)
ODD = Sign(
    "device_odd",
    "warning",
    "something answers there, and not as expected",
    "Look at its make, port and firmware, and at `kind` of `{key}` ({id}).",
)
LINE = Sign(
    "device_line",
    "fault",
    "the serial line cannot be used",
    "Plug it in, or let the node's user use it (`usermod -aG dialout NODE_USER`); correct `{key}` ({id}).",
)
AWAY = Sign(
    "device_drone_away", "note", "a drone that does not fly is not there", "Nothing, unless it flies now."
)
FOLDER = Sign(
    "device_footage",
    "warning",
    "films of this drone are looked for where nothing can be read",
    "Make the folder, or correct `{key}` ({id}).",
)
NOT_TRIED = Sign(
    "device_not_tried",
    "note",
    "some of these take one connection only, and the node that runs here has it",
    "Nothing. To have it tried: stop the node, then again with `--only devices`.",
)
BY_STEP: Final = {"name": UNKNOWN_HOST, "tcp": UNREACHABLE, "tls": TLS, "mqtt": ODD, "login": REFUSED}

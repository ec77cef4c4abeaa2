"""What is wrong with the configuration file, and with the files that it names."""

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

FINE = Sign("configuration_fine", "fine", "the configuration is good")
FAULT = Sign(
    "configuration_fault",
    "fault",
    "the node does not start with this file",
    "Correct {where}; `gewu-edge check CONFIG` tells when it is good.",
)
OUTSIDE = Sign(
    "configuration_zone_outside",
    "fault",
    "a zone lies outside the picture; the node does not start with this file",
    "Draw it inside: points are shares of the picture, 0 to 1 ({where}).",
)
NOTE = Sign(
    "configuration_note",
    "note",
    "allowed, and may not be meant",
    "Read it, and change it if it is not meant.",
)
OVERLAID = Sign(
    "configuration_from_centre",
    "fine",
    "the centre's settings are laid over this file, and that is what was examined",
)
MISSING = Sign(
    "configuration_file_missing",
    "fault",
    "a file that the configuration names is not there",
    "Put it there, or correct `{key}`.",
)
UNREADABLE = Sign(
    "configuration_file_unreadable",
    "fault",
    "the node's user may not read a file that the configuration names",
    "`chown NODE_USER {path} && chmod 600 {path}` (`{key}`).",
)
EMPTY = Sign(
    "configuration_file_empty",
    "fault",
    "a secret is empty, so whoever asks for it is not satisfied",
    "Write it into {path} (`{key}`).",
)
OPEN = Sign(
    "configuration_secret_open",
    "warning",
    "others on this box may read a secret",
    "`chmod 600 {path}` (`{key}`).",
)


def fault(where: str, text: str) -> Finding:
    """One fault, told at its place in the file."""
    outside = "lies outside the picture" in text or "the picture shows nothing of it" in text
    return (OUTSIDE if outside else FAULT).at(where, text, where=where)


def mode_of(path: str, key: str, mode: int) -> Finding | None:
    """Whether others may read a secret. mode: its permissions."""
    if not mode & 0o077:
        return None
    octal = f"{mode & 0o777:o}"
    return OPEN.at(path, said("mode {mode}", mode=octal), path=path, key=key, mode=octal)

"""Whether the certificates that the node shows are good, and its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

DAY_S: Final = 86_400.0
SOON_S: Final = 14 * DAY_S
RENEWED: Final = 2 / 3  # of its life, after which a node renews it

FINE = Sign("certificate_fine", "fine", "the certificate is this node's, and its key fits")
NONE = Sign("certificate_none", "fine", "the node shows no certificate")
NO_IDENTITY = Sign(
    "certificate_unusable",
    "fault",
    "the node cannot prove itself, and does not start",
    "Enrol it anew: `gewu-central enroll {name}` at the centre, then `gewu-edge enroll URL TOKEN --out "
    "{folder}`.",
)
ENDED = Sign(
    "certificate_ended",
    "fault",
    "broker and centre do not take it any more",
    "Enrol it anew: `gewu-central enroll {name}` at the centre, then `gewu-edge enroll`; or have it "
    "made anew.",
)
EARLY = Sign(
    "certificate_not_yet",
    "fault",
    "it is not good yet by the clock of this box",
    "Set the clock of this box (`timedatectl set-ntp true`).",
)
SOON = Sign(
    "certificate_ends_soon",
    "warning",
    "it was not renewed when it should have been; once it has ended the node is shut out",
    "Let the node reach the centre (`central.url`): it renews by itself; else have a new one made in time.",
)
OTHER_KEY = Sign(
    "certificate_other_key",
    "fault",
    "key and certificate do not belong together: no connection will be made",
    "Put the key there that the certificate was made for, or enrol the node anew.",
)
OTHER_NAME = Sign(
    "certificate_other_name",
    "fault",
    "the certificate is another node's: the broker gives it another node's topics",
    "Set `node.district` and `node.id` as in the certificate ({found}), or enrol this node as {name}.",
)
NOT_LINKED = Sign(
    "certificate_chain",
    "fault",
    "nobody who is trusted here has signed it, or the chain to them is not whole",
    "Append the issuer's certificate to {file}; is the authority's file the right one?",
)
UNREADABLE = Sign(
    "certificate_unreadable",
    "fault",
    "it cannot be read",
    "Put a PEM file there that the node's user may read: {file}.",
)
CA_ENDED = Sign(
    "certificate_authority_ended",
    "fault",
    "nothing that this authority has signed is trusted any more",
    "Have the authority renewed, and put its certificate at {file}.",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate as it was read. linked: None where there is no authority to hold it against."""

    file: str
    name: str
    begins: float
    ends: float
    ends_text: str
    key_fits: bool
    linked: bool | None
    renews: bool


def judge(shown: Shown, wanted: str, now: float) -> Iterator[Finding]:
    """What is to be said of it. wanted: the node's name. now: seconds since 1970."""
    about: dict[str, str | int | float | bool | None] = {
        "name": wanted,
        "found": shown.name,
        "file": shown.file,
        "until": shown.ends_text,
        "folder": shown.file.rpartition("/current/")[0] or ".",
    }
    days = (shown.ends - now) / DAY_S
    seen = said("{name}, until {until} ({days:.0f} days)", name=shown.name, until=shown.ends_text, days=days)
    about["days"] = round(days, 2)
    found = [*_wrong(shown, wanted, now, seen, about)]
    yield from found or [FINE.at(shown.file, seen, **about)]


def _wrong(
    shown: Shown, wanted: str, now: float, seen: str, about: dict[str, str | int | float | bool | None]
) -> Iterator[Finding]:
    if now >= shown.ends:
        ended = said("{name} ended at {until}", name=shown.name, until=shown.ends_text)
        yield ENDED.at(shown.file, ended, **about)
    elif now < shown.begins:
        yield EARLY.at(shown.file, seen, **about)
    elif _overdue(shown, now):
        yield SOON.at(shown.file, seen, **about)
    if not shown.key_fits:
        yield OTHER_KEY.at(shown.file, said("the key beside it is another one"), **about)
    if shown.name != wanted:
        whose = said("it is {name}'s; this node is {wanted}", name=shown.name, wanted=wanted)
        yield OTHER_NAME.at(shown.file, whose, **about)
    if shown.linked is False:
        chain = said("its chain does not lead to the authority beside it")
        yield NOT_LINKED.at(shown.file, chain, **about)


def _overdue(shown: Shown, now: float) -> bool:
    """A node renews its own after two thirds of its life; a fifth of the rest later somebody should know."""
    life = shown.ends - shown.begins
    if not shown.renews:
        return shown.ends - now < min(SOON_S, life / 3)
    return now > shown.begins + life * (RENEWED + (1 - RENEWED) / 5)

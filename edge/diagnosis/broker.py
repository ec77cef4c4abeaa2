"""Whether the node can speak and hear at its broker."""

from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

FINE = Sign("broker_fine", "fine", "the node may speak and hear there")
UNKNOWN_HOST = Sign(
    "broker_unknown_host",
    "fault",
    "the broker's name leads nowhere: nothing is sent, events wait here",
    "Correct `broker.url`, or mend the name server of this box.",
)
UNREACHABLE = Sign(
    "broker_unreachable",
    "fault",
    "there is no way to the broker: nothing is sent, events wait here",
    "Is the broker running, are host and port of `broker.url` right, does a firewall stop {host}:{port}?",
)
TLS = Sign(
    "broker_tls",
    "fault",
    "there is no secure connection to the broker",
    "Look at the clock of this box; `broker.ca_file` names who signed the broker's certificate; the host in "
    "`broker.url` has to be a name in that certificate (`gewu-broker pki server --host`).",
)
NO_BROKER = Sign(
    "broker_no_mqtt",
    "fault",
    "something answers there that is no MQTT 5 broker, or wants TLS, or does not take our certificate",
    "Correct scheme and port of `broker.url` (mqtt 1883, mqtts 8883); is the certificate revoked? "
    "`gewu-central nodes`.",
)
REFUSED = Sign(
    "broker_refused",
    "fault",
    "the broker does not let the node in",
    "Correct `broker.username` and `broker.password_file`, or have the account made "
    "(`mosquitto_passwd FILE {name}`); with an identity: enrol anew.",
)
PASSWORD_FILE = Sign(
    "broker_password_file",
    "fault",
    "without its password the broker is not even asked",
    "Put the password into the file that `broker.password_file` names, for the node's user to read.",
)
NO_PUBLISH = Sign(
    "broker_may_not_publish",
    "fault",
    "the broker lets the node in and throws away what it says",
    "Correct the broker's access rules: the user name has to be {name} (`gewu-broker mosquitto` and "
    "`gewu-broker emqx` write the rules).",
)
NO_SUBSCRIBE = Sign(
    "broker_may_not_subscribe",
    "fault",
    "the node hears no receipt: it will send everything again and again",
    "Correct the broker's access rules: {name} has to read its own `receipt`, `command` and `config`.",
)
NO_RECEIPT = Sign(
    "broker_no_receipt",
    "warning",
    "what was sent again was not confirmed: the centre is away or busy, or its receipts do not come here",
    "Look at the centre (`/healthz`); may {name} read its own `receipt` at the broker?",
)
NO_ANSWER = Sign(
    "broker_no_answer",
    "warning",
    "the broker lets the node in and does not acknowledge what it says",
    "Look at the broker's log and load.",
)
NOT_TRIED = Sign(
    "broker_login_not_tried",
    "note",
    "a broker may know a connection by its certificate alone, so a second login would end the running node's",
    "Nothing. To have login and rights tried as well: stop the node, then again with `--only broker`.",
)
CUT_OFF = Sign(
    "broker_node_cut_off",
    "fault",
    "the node runs here, and has no connection to its broker though one can be made",
    "Read the node's log for why (`broker:`); restart it.",
)
SLOW = Sign(
    "broker_slow",
    "note",
    "each word to the broker takes long; many events at once come late",
    "Look at the line to {host}: loss and delay (`ping`).",
)
ENDS = Sign(
    "broker_certificate_ends",
    "warning",
    "once the broker's own certificate has ended, no node can connect",
    "Have it renewed before {until}: `gewu-broker pki server CA broker --out FOLDER`, then reload the "
    "broker.",
)
SLOW_S: Final = 1.0
SOON_DAYS: Final = 14.0

BY_STEP: Final = {"name": UNKNOWN_HOST, "tcp": UNREACHABLE, "tls": TLS, "mqtt": NO_BROKER}


def not_connected(reason: str, **about: str | int) -> Finding:
    """Why the broker turned the node away, by the link's own words (broker.refusals)."""
    sign = REFUSED if reason.startswith("refused") else NO_BROKER
    return sign.at(str(about["where"]), reason, **about)


def rights(where: str, name: str, refused_topics: list[str], refused_filters: list[str]) -> list[Finding]:
    """What the broker does not allow."""
    found = []
    if refused_topics:
        seen = said("refused: {what}", what=", ".join(refused_topics))
        found.append(NO_PUBLISH.at(where, seen, name=name))
    if refused_filters:
        found.append(
            NO_SUBSCRIBE.at(where, said("refused: {what}", what=", ".join(refused_filters)), name=name)
        )
    return found

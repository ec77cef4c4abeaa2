"""Why a broker cannot be reached or turns us away, in words that say what to do; never holds a secret."""

import socket
import ssl

from broker.saying import Said, said

_REFUSED = {
    0x84: "does not speak MQTT 5",
    0x85: "does not accept the client id",
    0x86: "does not know this username and password; check username and password_file",
    0x87: "does not let us in (not authorised); check username, password_file and the broker's access rules",
    0x88: "says it is unavailable",
    0x89: "says it is busy",
    0x8A: "has banned this client",
    0x8C: "wants another way of authentication",
    0x95: "finds our first packet too large",
    0x97: "says a quota is exceeded",
    0x9A: "does not take retained messages, which Gewu needs",
    0x9B: "does not take QoS 1, which Gewu needs",
    0x9C: "sends us to another server",
    0x9D: "has moved to another server",
    0x9F: "says we connect too often",
}
_LOST = {
    0x80: "the broker or the network broke the connection",
    0x87: "the broker closed the connection: not authorised (check its access rules)",
    0x8B: "the broker is shutting down",
    0x8D: "the broker heard nothing from us for too long",
    0x8E: "another client with the same client id took over; two nodes must not share one name",
    0x93: "the broker closed the connection: too many messages at once",
    0x95: "the broker closed the connection: a message is larger than it allows",
    0x97: "the broker closed the connection: a quota is exceeded",
    0x98: "the broker's operator closed the connection",
}


def refused(code: int, name: str) -> Said:
    """What a refusing CONNACK means."""
    if code not in _REFUSED:
        return said("refused: the broker says {name!r} (0x{code:02x})", name=name, code=code)
    return said("refused: the broker {what}", what=said(_REFUSED[code]))


def said_nothing(host: str, port: int, *, certified: bool) -> Said:
    """What it means when a connection ends before any answer. TLS 1.3 tells a refused certificate only so."""
    if certified:
        words = "{host}:{port} hung up at once: it does not accept our certificate, or is no broker"
        return said(words, host=host, port=port)
    return said("{host}:{port} took the connection and then said nothing of MQTT", host=host, port=port)


def lost(code: int, name: str) -> Said:
    """What the end of a standing connection means."""
    if code not in _LOST:
        return said("the connection ended: {name} (0x{code:02x})", name=name, code=code)
    return said(_LOST[code])


def not_reached(error: Exception, host: str, port: int) -> Said:
    """Why no connection came to be at all."""
    where = f"{host}:{port}"
    if isinstance(error, socket.gaierror):
        words = "host {host!r} is unknown ({why}); check the url and the name server"
        return said(words, host=host, why=error.strerror)
    if isinstance(error, ssl.SSLCertVerificationError):
        words = "TLS: the certificate of {where} is not trusted ({why}); check ca_file"
        return said(words, where=where, why=error.verify_message)
    if isinstance(error, ssl.SSLError):
        words = "TLS with {where} failed ({why}); check mqtts://, the port and the certificates"
        return said(words, where=where, why=error.reason)
    if isinstance(error, ConnectionRefusedError):
        return said("connection refused: nothing listens at {where}", where=where)
    if isinstance(error, TimeoutError):
        return said("{where} does not answer; check the address and the firewall", where=where)
    if isinstance(error, OSError) and error.filename is not None:
        return said("{file} cannot be read: {why}", file=error.filename, why=error.strerror)
    return said("{where} cannot be reached: {why}", where=where, why=error)

"""Why a broker cannot be reached or turns us away, in words that say what to do; never holds a secret."""

import socket
import ssl

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


def refused(code: int, name: str) -> str:
    """What a refusing CONNACK means."""
    return f"refused: the broker {_REFUSED.get(code, f'says {name!r} (0x{code:02x})')}"


def said_nothing(host: str, port: int, *, certified: bool) -> str:
    """What it means when a connection ends before any answer. TLS 1.3 tells a refused certificate only so."""
    if certified:
        return f"{host}:{port} hung up at once: it does not accept our certificate, or is no broker"
    return f"{host}:{port} took the connection and then said nothing of MQTT"


def lost(code: int, name: str) -> str:
    """What the end of a standing connection means."""
    return _LOST.get(code, f"the connection ended: {name} (0x{code:02x})")


def not_reached(error: Exception, host: str, port: int) -> str:
    """Why no connection came to be at all."""
    where = f"{host}:{port}"
    if isinstance(error, socket.gaierror):
        return f"host {host!r} is unknown ({error.strerror}); check the url and the name server"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: the certificate of {where} is not trusted ({error.verify_message}); check ca_file"
    if isinstance(error, ssl.SSLError):
        return f"TLS with {where} failed ({error.reason}); check mqtts://, the port and the certificates"
    if isinstance(error, ConnectionRefusedError):
        return f"connection refused: nothing listens at {where}"
    if isinstance(error, TimeoutError):
        return f"{where} does not answer; check the address and the firewall"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be read: {error.strerror}"
    return f"{where} cannot be reached: {error}"

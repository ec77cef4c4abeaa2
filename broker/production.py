"""Writes the configuration of Mosquitto or EMQX for one machine, from the files kept with the package."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from broker import access
from broker.pki.errors import PkiError
from broker.pki.keys import PRIVATE, PUBLIC, write_over
from broker.pki.revocations import entries

SETTINGS, STORE = "/etc/mosquitto/gewu", "/var/lib/mosquitto/"
EMQX_SETTINGS = "/etc/emqx/gewu"
ANYWHERE, LOOPBACK = "0.0.0.0", "127.0.0.1"  # noqa: S104 - nodes come from anywhere, with a certificate
MATERIAL = ("ca.pem", "broker.pem", "broker.key", "crl.pem")
PID = Path("data") / "mosquitto.pid"


@dataclass(frozen=True, slots=True)
class Tls:
    """How nodes come in over TLS, with what `gewu-broker pki server CA broker --out FOLDER` made.

    `services`: the address where the centre and other platforms come in over TLS, None for nowhere.
    """

    material: Path
    host: str | None = None
    port: int = 8883
    services: str | None = None
    services_port: int = 8884


def template(name: str, broker: str = "mosquitto") -> str:
    """One of the files as it is kept with the package."""
    return files("broker").joinpath(broker, name).read_text(encoding="utf-8")


def write(
    out: Path,
    *,
    host: str = "127.0.0.1",
    port: int | None = 1883,
    tls: Tls | None = None,
    log_denied: bool = False,
) -> Path:
    """Write Mosquitto's configuration, access rules and an empty password file; returns the configuration.

    A password file that is there already is kept. `port` None: nobody comes in with a password.
    `log_denied`: each refused message is logged, which Mosquitto does only together with every other one.
    Raises PkiError when a file for TLS is missing.
    """
    out = out.resolve()
    (out / "data").mkdir(parents=True, exist_ok=True)
    text = template("mosquitto.conf").replace(
        "listener 1883 127.0.0.1", "" if port is None else f"listener {port} {host}", 1
    )
    if tls is not None:
        copy_material(tls.material, out)
        text += _tls(tls)
    if log_denied:
        text += (
            "\n# Refused messages are told at this level alone, and so is every message.\nlog_type debug\n"
        )
    text = text.replace(SETTINGS, str(out)).replace(STORE, f"{out / 'data'}/")
    (out / "mosquitto.conf").write_text(text, encoding="utf-8")
    (out / "acl").write_text(access.mosquitto(), encoding="utf-8")
    (out / "passwords").touch(mode=0o600)
    return out / "mosquitto.conf"


def write_emqx(out: Path, tls: Tls, *, denied: Iterable[str] = ()) -> Path:
    """Write EMQX's configuration, access rules and what it needs for TLS; returns the configuration.

    `denied`: user names that may do nothing, which the caller has checked. Raises PkiError.
    """
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    copy_material(tls.material, out)
    text = template("emqx.conf", "emqx").replace(EMQX_SETTINGS, str(out))
    text = text.replace('"0.0.0.0:8883"', f'"{tls.host or ANYWHERE}:{tls.port}"')
    text = text.replace('"127.0.0.1:8884"', f'"{tls.services or LOOPBACK}:{tls.services_port}"')
    (out / "emqx.conf").write_text(text, encoding="utf-8")
    (out / "acl.conf").write_text(access.emqx(denied), encoding="utf-8")
    return out / "emqx.conf"


def _tls(tls: Tls) -> str:
    nodes = f"listener {tls.port} {tls.host}" if tls.host else f"listener {tls.port}"
    text = template("tls.conf").replace("listener 8883", nodes, 1)
    if tls.services is not None:
        listener = f"listener {tls.services_port} {tls.services}"
        text += template("services.conf").replace("listener 8884", listener, 1)
    return text


def copy_material(material: Path, out: Path) -> None:
    """Copy the broker's certificate, its key and whom it trusts. Raises PkiError when one is missing."""
    for name in MATERIAL:
        if not (material / name).is_file():
            raise PkiError(f"{material / name}: is missing; gewu-broker pki server CA broker makes it")
    for name in MATERIAL:
        if name == "crl.pem" and _knows_more(out / name, material / name):
            continue
        mode = PRIVATE if name.endswith(".key") else PUBLIC
        write_over(out / name, (material / name).read_bytes(), mode)


def _knows_more(there: Path, here: Path) -> bool:
    """Whether a list that the guard brought names certificates that ours does not."""
    return not {entry.serial_hex for entry in entries(there)} <= {entry.serial_hex for entry in entries(here)}

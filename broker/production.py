"""Writes the Mosquitto configuration for one machine, from the files in `broker/mosquitto`."""

from importlib.resources import files
from pathlib import Path

SETTINGS, STORE = "/etc/mosquitto/gewu", "/var/lib/mosquitto/"
NAMES = ("mosquitto.conf", "acl")


def template(name: str) -> str:
    """One of the files as it is kept with the package."""
    return files("broker").joinpath("mosquitto", name).read_text(encoding="utf-8")


def write(out: Path, *, host: str = "127.0.0.1", port: int = 1883) -> Path:
    """Write configuration, access rules and an empty password file into `out`; returns the configuration.

    A password file that is there already is kept.
    """
    out = out.resolve()
    (out / "data").mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        text = template(name).replace(SETTINGS, str(out)).replace(STORE, f"{out / 'data'}/")
        text = text.replace("listener 1883 127.0.0.1", f"listener {port} {host}", 1)
        (out / name).write_text(text, encoding="utf-8")
    (out / "passwords").touch(mode=0o600)
    return out / "mosquitto.conf"

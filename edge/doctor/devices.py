"""What speaks to the node beside cameras: devices that are heard or asked, other systems, drones."""

import os
import secrets
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from broker.link import Link, LinkSettings
from broker.saying import listed, said
from edge.deck.settings import FlightSettings
from edge.diagnosis import devices as told
from edge.diagnosis.sign import Finding
from edge.digest import NoWayIn, send
from edge.examining.beside import side_by_side
from edge.examining.case import Case
from edge.examining.reaching import Reached, reach
from edge.foreign.api import ApiSettings
from edge.intakes import onvif_pullpoint
from edge.onvif.device import Device, NotAsked
from edge.pollers import modbus
from edge.webdevice import Broken, WebDeviceSettings

TITLE = "devices"
BOX, ALONE = False, False
AT_ONCE = 8
PATIENCE_S = 5.0
VERSION = "/api/version"


def limit_s(case: Case) -> float:
    """Each may take its time; so many at once."""
    settings = case.settings
    count = (
        len(settings.intakes) + len(settings.pollers) + 2 * len(settings.analytics) + len(settings.flights)
    )
    return 15.0 + 4 * PATIENCE_S * (1 + count / AT_ONCE)


def examine(case: Case) -> Iterable[Finding]:
    """All of them, some at a time."""
    tasks = [partial(_listed, one) for one in _of(case)]
    found = [finding for findings in side_by_side(tasks, AT_ONCE) for finding in findings]
    return found or [told.NONE.at(said("devices"), said("none is configured"))]


def _listed(found: Iterator[Finding]) -> list[Finding]:
    return list(found)


def _of(case: Case) -> Iterator[Iterator[Finding]]:
    settings = case.settings
    for at, intake in enumerate(settings.intakes):
        yield _way(f"intakes[{at}]", intake.id, intake, case)
    for at, poller in enumerate(settings.pollers):
        yield _way(f"pollers[{at}]", poller.id, poller, case)
    for at, box in enumerate(settings.analytics):
        if (link := getattr(box, "broker", None)) is not None:
            yield _broker(f"analytics[{at}].broker", box.id, link)
        if box.api is not None:
            yield _api(f"analytics[{at}].api", box.id, box.api)
    for at, flight in enumerate(settings.flights):
        yield _flight(f"flights[{at}]", flight)


def _way(key: str, name: str, way: object, case: Case) -> Iterator[Finding]:
    """One way in, by what its settings have; those that listen are examined with the ports."""
    if isinstance(link := getattr(way, "broker", None), LinkSettings):
        yield from _broker(f"{key}.broker", name, link)
    elif isinstance(way, modbus.Settings):
        yield from _modbus(key, name, way, case)
    elif isinstance(way, onvif_pullpoint.Settings):
        yield from _onvif(key, name, way)
    elif isinstance(way, WebDeviceSettings):
        yield from _web(key, name, way)


def _at(sign_of: str, name: str, key: str, seen: str, where: str) -> Finding:
    return told.BY_STEP[sign_of].at(name, seen, id=name, key=key, where=where)


def _fine(name: str, where: str, there: Reached, more: str | None = None) -> Finding:
    seen = said("{where} {reached}", where=where, reached=there.words)
    return told.FINE.at(name, listed([seen, more]) if more else seen, ms=round(there.ms, 1))


def _broker(key: str, name: str, link: LinkSettings) -> Iterator[Finding]:
    """Another system's broker: a login under a name of its own; nothing is read or sent."""
    where = f"{link.host}:{link.port}"
    try:
        link.password()
        context = link.tls_context() if link.tls else None
    except (OSError, ssl.SSLError, UnicodeDecodeError) as error:
        yield _at(
            "tls" if isinstance(error, ssl.SSLError) else "login", name, key, f"{where}: {error}", where
        )
        return
    there = reach(link.host, link.port, context, PATIENCE_S)
    if there.step is not None:
        yield _at(there.step, name, key, there.words, where)
        return
    up, why = _logged_in(link)
    if up:
        yield _fine(name, where, there, said("lets the node in"))
    else:
        yield _at(
            "login" if why.startswith("refused") else "mqtt",
            name,
            key,
            said("{file}: {what}", file=where, what=why),
            where,
        )


def _logged_in(link: LinkSettings) -> tuple[bool, str]:
    told_of = threading.Event()
    heard: list[tuple[bool, str]] = [(False, said("no answer within {patience:g} s", patience=PATIENCE_S))]

    def changed(up: bool, reason: str) -> None:
        if not told_of.is_set():
            heard[0] = (up, reason)
            told_of.set()

    asked = Link(link, client_id=f"gewu-doctor-{secrets.token_hex(4)}", on_connection=changed)
    asked.start()
    told_of.wait(PATIENCE_S)
    told_of.set()
    asked.stop()
    return heard[0]


def _web(key: str, name: str, way: WebDeviceSettings) -> Iterator[Finding]:
    """A device with HTTP: a connection, and one question with its user, whose answer is not read."""
    where = way.address
    try:
        context = (
            ssl.create_default_context(cafile=str(way.ca_file) if way.ca_file else None) if way.tls else None
        )
    except (OSError, ssl.SSLError) as error:
        yield _at("tls", name, key, f"ca_file {way.ca_file}: {error}", where)
        return
    there = reach(way.host, way.port or (443 if way.tls else 80), context, PATIENCE_S)
    if there.step is not None:
        yield _at(there.step, name, key, there.words, where)
        return
    yield _answered(key, name, there, where, partial(_asked, way))


def _asked(way: WebDeviceSettings) -> int:
    who = way.who()
    with way.client(PATIENCE_S) as client:
        request = client.build_request("GET", "/")
        with closing(send(client, request, httpx.DigestAuth(*who) if who else None)) as answer:
            return answer.status_code


def _answered(key: str, name: str, there: Reached, where: str, ask: "partial[int]") -> Finding:
    try:
        status = ask()
    except (NoWayIn, Broken) as error:
        return _at("login", name, key, f"{where}: {error}", where)
    except (httpx.HTTPError, httpx.StreamError, OSError, ValueError) as error:
        return _at("mqtt", name, key, f"{where}: {type(error).__name__}", where)
    if status in (401, 403):
        return _at("login", name, key, said("{where} answers {status}", where=where, status=status), where)
    return _fine(name, where, there)


def _onvif(key: str, name: str, way: onvif_pullpoint.Settings) -> Iterator[Finding]:
    there = reach(way.host, way.port, None, PATIENCE_S)
    if there.step is not None:
        yield _at(there.step, name, key, there.words, way.address)
        return
    try:
        password = way.password_file.read_text(encoding="utf-8").strip() if way.password_file else ""
        with closing(Device(way.address, way.username, password, time.time, PATIENCE_S)) as device:
            ahead = device.clock_offset()
            device.profiles()
    except NotAsked as error:
        yield _at("login" if error.refused else "mqtt", name, key, f"{way.address}: {error}", way.address)
    except (OSError, UnicodeDecodeError) as error:
        yield _at("login", name, key, f"password_file: {error}", way.address)
    else:
        yield _fine(name, way.address, there, said("its clock is {ahead:+.0f} s", ahead=ahead))


def _modbus(key: str, name: str, way: modbus.Settings, case: Case) -> Iterator[Finding]:
    if way.serial is not None:
        device = Path(way.serial.device)
        if not os.access(device, os.R_OK | os.W_OK):
            known = "{path} may not be used" if device.exists() else "{path} is not there"
            seen = said(known, path=device)
            yield told.LINE.at(name, seen, id=name, key=f"{key}.serial")
        else:
            yield told.FINE.at(name, said("{path} is there", path=device))
        return
    where = f"{way.host}:{way.port}"
    if case.beside:
        yield told.NOT_TRIED.at(name, said("{where} is the node's now", where=where))
        return
    there = reach(str(way.host), way.port, None, PATIENCE_S)
    yield _fine(name, where, there) if there.step is None else _at(there.step, name, key, there.words, where)


def _api(key: str, name: str, api: ApiSettings) -> Iterator[Finding]:
    """The system's API is asked for its version; no picture is asked for."""
    parts = urlsplit(api.url)
    secure = parts.scheme == "https"
    try:
        context = (
            ssl.create_default_context(cafile=str(api.ca_file) if api.ca_file else None) if secure else None
        )
    except (OSError, ssl.SSLError) as error:
        yield _at("tls", name, key, f"ca_file {api.ca_file}: {error}", api.url)
        return
    there = reach(str(parts.hostname), parts.port or (443 if secure else 80), context, PATIENCE_S)
    if there.step is not None:
        yield _at(there.step, name, key, there.words, api.url)
        return
    yield _answered(key, name, there, api.url, partial(_version, api))


def _version(api: ApiSettings) -> int:
    """Raises OSError where the token cannot be read."""
    headers = {}
    if api.token_file is not None:
        headers["Authorization"] = f"Bearer {api.token_file.read_text(encoding='utf-8').strip()}"
    verify = ssl.create_default_context(cafile=str(api.ca_file)) if api.ca_file else True
    with httpx.Client(timeout=PATIENCE_S, verify=verify, trust_env=False) as client:
        return client.get(f"{api.url}{VERSION}", headers=headers).status_code


def _flight(key: str, flight: FlightSettings) -> Iterator[Finding]:
    """Films' folder, or the drone's live stream and telemetry as far as anybody is there."""
    if isinstance(link := getattr(flight.carrier, "broker", None), LinkSettings):
        yield from _broker(f"{key}.carrier.broker", flight.id, link)
    path = getattr(flight.footage, "path", None)
    if isinstance(path, Path) and not os.access(path, os.R_OK):
        seen = said("{path} may not be read" if path.exists() else "{path} is not there", path=path)
        yield told.FOLDER.at(flight.id, seen, id=flight.id, key=f"{key}.footage.path")
    elif isinstance(path, Path):
        yield told.FINE.at(flight.id, said("{path} is there", path=path))
    if isinstance(url := getattr(flight.footage, "url", None), str):
        parts = urlsplit(url)
        usual = {"rtsp": 554, "rtsps": 322, "rtmp": 1935, "rtmps": 443}[parts.scheme]
        there = reach(str(parts.hostname), parts.port or usual, None, PATIENCE_S)
        yield (
            _fine(flight.id, str(parts.hostname), there)
            if there.step is None
            else told.AWAY.at(flight.id, there.words)
        )

"""Known secrets wherever there may be one, everything failing, debug logs on: none is to be found."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import httpx
import pytest
import yaml

from broker.embedded import EmbeddedBroker
from broker.settings import SettingsError, loads
from central.cli import main as central
from central.settings import CentralSettings
from edge.config import load as load_edge
from edge.configured import EdgeSettings
from tests.centre import ADMINISTRATOR, PASSWORD, Centre, until
from tests.nodes import Centre as Listener
from tests.ports import HOST, free_port
from tests.street import configuration, film

# Every level, of every library.
DEBUG = """
import logging
logging.Logger.setLevel = lambda self, _level, _set=logging.Logger.setLevel: _set(self, logging.DEBUG)
logging.root.setLevel(logging.DEBUG)
"""
SECRETS = {
    name: f"zq7{name}x9k"
    for name in (
        "broker",
        "database",
        "upload",
        "camera",
        "incamera",
        "client",
        "inbroker",
        "indatabase",
        "inquery",
    )
}


@contextmanager
def refusing_broker() -> Iterator[int]:
    """Answers every CONNECT with: not authorised."""

    class Refuses(BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            self.request.recv(4096)
            self.request.sendall(b"\x20\x03\x00\x87\x00")

    ThreadingTCPServer.allow_reuse_address = True
    with _serving(ThreadingTCPServer((HOST, 0), Refuses)) as port:
        yield port


@contextmanager
def echoing_centre(seen: list[str]) -> Iterator[int]:
    """Refuses pictures and says back what it was told, as some proxies do, with a line of its own."""

    class Echoes(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers.get("Authorization", ""))
            body = f"{seen[-1]}\x1b[2J\nERROR forged by the centre".encode()
            self.send_response(422)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Says nothing."""

    with _serving(ThreadingHTTPServer((HOST, 0), Echoes)) as port:
        yield port


@contextmanager
def _serving(server: Any) -> Iterator[int]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def secret_file(folder: Path, name: str) -> str:
    path = folder / "secrets" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(SECRETS[name] + "\n")
    return str(path)


def told_in(text: str) -> set[str]:
    """Which secrets the text gives away."""
    return {name for name, value in SECRETS.items() if value in text}


def written_in(folder: Path) -> set[str]:
    """Which secrets any file under a folder gives away, the secrets' own files left out."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "secrets" and path.suffix != ".yaml":
            found |= told_in(path.read_bytes().decode("latin-1"))
    return found


def test_the_centre_gives_no_secret_away(tmp_path: Path) -> None:
    with refusing_broker() as port:
        made = Centre(
            tmp_path,
            f"mqtt://{HOST}:{port}",
            broker={
                "url": f"mqtt://{HOST}:{port}",
                "username": "centre",
                "password_file": secret_file(tmp_path, "broker"),
            },
            token_file=secret_file(tmp_path, "upload"),
            people={
                "metrics": "open",
                "oidc": {
                    "issuer": f"https://{HOST}:{free_port()}",
                    "client_id": "gewu",
                    "client_secret_file": secret_file(tmp_path, "client"),
                    "roles": {"all": "viewer"},
                },
            },
        )
        try:
            made.settings["people"]["public_url"] = made.url
            made.config.write_text(yaml.safe_dump(made.settings))
            made.apart = True  # libraries look at the level of their logs as they are loaded
            made.start(fault=DEBUG, well=False)
            until(lambda: health(made.url) and "not authorised" in made.said())
            answers = list(_asked_everything(made))
        finally:
            made.kill()
    said = made.said()
    assert told_in(said) == set()
    assert [answer.url for answer in answers if told_in(answer.text + str(answer.headers))] == []
    assert PASSWORD not in said
    assert all(PASSWORD not in answer.text for answer in answers)
    assert written_in(tmp_path) == set()
    assert PASSWORD.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "storage").glob("*.db*"))
    assert "BEGIN (implicit)" in said, "the libraries spoke too"


def health(url: str) -> str:
    try:
        return httpx.get(f"{url}/healthz").text
    except httpx.TransportError:
        return ""


def _asked_everything(made: Centre) -> Iterator[httpx.Response]:
    """Every path, right and wrong, with secrets in the question too."""
    with made.client() as client, httpx.Client(base_url=made.url) as stranger:
        paths = client.get("/api/openapi.json").json()["paths"]
        for path in (*paths, "/", "/healthz", "/metrics", "/api/nothing"):
            if not path.endswith("stream"):
                yield client.get(path)
                yield stranger.get(path)
        wrong = {"login": ADMINISTRATOR, "password": SECRETS["inquery"]}
        yield stranger.post("/api/signin", json=wrong, headers={"Origin": made.url})
        yield stranger.post("/api/signin", content=json.dumps(wrong)[:-1], headers={"Origin": made.url})
        bearer = {"Authorization": f"Bearer {SECRETS['inquery']}"}
        yield stranger.get("/api/tickets", headers=bearer)
        yield stranger.put(f"/api/evidence/{'0' * 64}", content=b"x", headers=bearer)
        right = {"Authorization": f"Bearer {SECRETS['upload']}"}
        yield stranger.put(f"/api/evidence/{'0' * 64}", content=b"x", headers=right)


@pytest.mark.parametrize(
    "changes",
    [
        {"broker": {"url": f"mqtt://u:{SECRETS['inbroker']}@h"}},
        {"broker": {"url": f"mqtts://{SECRETS['inbroker']}@h:1/x"}},
        {"database": {"url": f"postgresql://u:{SECRETS['indatabase']}@h/n"}},
        {"database": {"url": f"postgresql://u:p/{SECRETS['indatabase']}@h:x/n"}},
        {"database": {"url": f"postgresql://u@127.0.0.1:1/n?password={SECRETS['indatabase']}"}},
        {"database": {"url": "postgresql://u@127.0.0.1:1/n", "password_file": "database"}},
        {"token_file": "upload", "listen": {"port": "x"}},
        {"token": SECRETS["upload"]},
        {"broker": {"url": "mqtt://h", "password": SECRETS["broker"]}},
    ],
    ids=range(9),
)
def test_a_faulty_centre_gives_no_secret_away(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], changes: dict[str, Any]
) -> None:
    for value in (changes.get("database", {}), changes):
        for key in ("password_file", "token_file"):
            if key in value:
                value[key] = secret_file(tmp_path, Path(value[key]).name)
    settings = {"storage": {"directory": str(tmp_path)}, "broker": {"url": f"mqtt://{HOST}:1"}} | changes
    (tmp_path / "central.yaml").write_text(yaml.safe_dump(settings))
    codes = [
        central([command, str(tmp_path / "central.yaml")]) for command in ("check", "migrate", "tickets")
    ]
    assert codes[1] != 0
    said = capfd.readouterr()
    assert said.err
    assert told_in(said.out + said.err) == set()


def test_a_node_gives_no_secret_away(tmp_path: Path, embedded_broker: EmbeddedBroker) -> None:
    uploads: list[str] = []
    with (
        echoing_centre(uploads) as port,
        refusing_broker() as nonsense,
        Listener(embedded_broker.url) as centre,
    ):
        config = configuration(
            tmp_path, url=embedded_broker.url, path=film(tmp_path / "street.avi", 6, car=(0, 6))
        )
        settings = yaml.safe_load(config.read_text())
        settings["broker"] |= {"username": "131002/edge-01", "password_file": secret_file(tmp_path, "broker")}
        settings["central"] = {"url": f"http://{HOST}:{port}", "token_file": secret_file(tmp_path, "upload")}
        camera = {"kind": "rtsp", "username": "viewer", "timeout": "2s", "retry_first": "300ms"}
        settings["sources"] += [
            {
                **camera,
                "id": "away",
                "url": f"rtsp://{HOST}:1/x?password={SECRETS['inquery']}",
                "password_file": secret_file(tmp_path, "camera"),
            },
            {
                **{k: v for k, v in camera.items() if k != "username"},
                "id": "nonsense",
                "url": f"rtsp://viewer:{SECRETS['incamera']}@{HOST}:{nonsense}/x",
            },
        ]
        config.write_text(yaml.safe_dump(settings))
        said = _run(config)
        heard = (
            json.dumps(centre.said) + b"".join(b for each in centre.bodies.values() for b in each).decode()
        )
    assert f"Bearer {SECRETS['upload']}" in uploads, "a picture was uploaded with the token"
    assert "will not be" in said, "and its refusal was told"
    assert told_in(said) == set()
    assert "\nERROR forged" not in said
    assert "\x1b[2J" not in said
    assert {"about", "health", "state"} <= centre.said.keys()
    assert told_in(heard) == set()
    assert written_in(tmp_path) == set()


def _run(config: Path) -> str:
    """What a node says until its film is over, with every library speaking."""
    command = f"{DEBUG}\nimport sys\nfrom edge.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", command, "run", str(config), "--seconds", "9"],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env=os.environ | {"AV_LOG_LEVEL": "debug"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


CAMERA = "broker: {{ url: mqtt://h }}\nsources: [{{ kind: rtsp, id: c, url: URL }}]\n"
NODE = 'node: {{ district: "131002", id: n }}\nstorage: {{ directory: var }}\n{}'


@pytest.mark.parametrize(
    "text",
    [
        "broker: {{ url: 'mqtt://u:{inbroker}@h' }}\nsources: []\n",
        "broker: {{ url: mqtt://h, password: {broker} }}\nsources: []\n",
        "broker: {{ url: mqtt://h }}\ncentral: {{ url: 'https://u:{upload}@h' }}\nsources: []\n",
        "broker: {{ url: mqtt://h }}\ncentral: {{ url: 'https://h?token={upload}' }}\nsources: []\n",
        CAMERA.replace("URL", "'rtsp://u:p@ss{incamera}@h:x/'"),
        CAMERA.replace("URL", "'http://u:{incamera}@h/x'"),
        CAMERA.replace("URL", "'rtsp://u:{incamera}@169.254.1.1/'"),
        CAMERA.replace("URL", "rtsp://h/, password: {camera}"),
        CAMERA.replace("URL", "[rtsp://u:{incamera}@h]"),
    ],
    ids=range(9),
)
def test_a_faulty_node_gives_no_secret_away(text: str) -> None:
    with pytest.raises(SettingsError) as error:
        loads(NODE.format(text.format(**SECRETS)), EdgeSettings, name="edge.yaml")
    assert told_in(str(error.value) + repr(error.value)) == set()


def test_settings_that_are_shown_show_no_secret(tmp_path: Path) -> None:
    account = (
        f"broker: {{{{ url: mqtt://h, username: u, password_file: {secret_file(tmp_path, 'broker')} }}}}"
    )
    camera = CAMERA.replace("broker: {{ url: mqtt://h }}", account).replace(
        "URL", "'rtsp://u:{incamera}@h/x'"
    )
    (tmp_path / "edge.yaml").write_text(NODE.format(camera.format(**SECRETS)))
    edge = load_edge(tmp_path / "edge.yaml")
    shown = [repr(edge), str(edge), edge.settings.model_dump_json(), repr(edge.settings.sources[0])]
    token = f"token_file: {secret_file(tmp_path, 'upload')}\n"
    ours = loads(
        f"storage: {{ directory: x }}\nbroker: {{ url: mqtt://h }}\n{token}", CentralSettings, name="c"
    )
    assert told_in("".join([*shown, repr(ours), ours.model_dump_json()])) == set()
    target = edge.settings.sources[0].target()  # type: ignore[attr-defined]
    assert target.url == f"rtsp://u:{SECRETS['incamera']}@h/x", "and yet it is used"

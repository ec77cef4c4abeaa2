"""Each extra is enough for its part, and brings nothing of the others'."""

import json
from pathlib import Path

import pytest

from tests.installs.environments import Environment, installed, wheel
from tests.street import configuration, film

# What only others need; central masks pictures by a process of the edge's environment.
FOREIGN = {
    "edge": {
        "fastapi",
        "uvicorn",
        "starlette",
        "sqlalchemy",
        "alembic",
        "psycopg",
        "authlib",
        "iotcore",
        "onnx",
    },
    "central": {"onnxruntime", "opencv-python-headless", "av", "onnx", "pymodbus", "iotcore"},
    "models": {"fastapi", "uvicorn", "starlette", "sqlalchemy", "av", "pymodbus", "shapely", "iotcore"},
    "broker": {"numpy", "fastapi", "starlette", "sqlalchemy", "onnxruntime", "opencv-python-headless", "av"},
}
IMPORTS = {"opencv-python-headless": "cv2"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(tmp_path_factory.mktemp("wheel"))


# Each is installed once, by whichever process has its tests.
EACH = [pytest.param(extra, marks=pytest.mark.xdist_group(extra)) for extra in sorted(FOREIGN)]


@pytest.fixture(scope="module", params=EACH)
def there(
    request: pytest.FixtureRequest, made: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    extra: str = request.param
    found = installed(tmp_path_factory.mktemp(extra) / "env", extra, made)
    print(f"gewu[{extra}]: installed in {found.seconds:.0f} s")
    return found


def test_nothing_of_the_others_is_installed_or_loaded(there: Environment) -> None:
    foreign = FOREIGN[there.extra]
    assert there.installed() & foreign == set()
    failed, loaded = there.loads(there.extra)
    assert failed == {}
    assert loaded & {IMPORTS.get(name, name) for name in foreign} == set()


def test_its_command_line_starts(there: Environment) -> None:
    done = there.run(f"gewu-{there.extra}", "--help", at=there.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: gewu-{there.extra}")


def test_it_does_its_work(there: Environment, tmp_path: Path) -> None:
    WORK[there.extra](there, tmp_path)


def _edge(there: Environment, folder: Path) -> None:
    street = film(folder / "street.avi", 20, car=(2, 16))
    config = str(configuration(folder, url="mqtt://127.0.0.1:9", path=street))
    checked = there.run("gewu-edge", "check", config, at=folder)
    assert checked.returncode == 0, checked.stderr
    assert "is fine" in checked.stdout
    done = there.run("gewu-edge", "replay", config, "--out", "events.jsonl", "--evidence", "seen", at=folder)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert {event["type"].split(".")[-2] for event in events} >= {"opened"}
    pictures = [path.read_bytes() for path in (folder / "seen").iterdir()]
    assert [body[:3] for body in pictures] == [b"\xff\xd8\xff"] * len(pictures) != []
    assert there.run("gewu-edge", "alive", config, at=folder).returncode == 1


def _central(there: Environment, folder: Path) -> None:
    config = folder / "central.yaml"
    config.write_text('storage: { directory: kept }\nbroker: { url: "mqtt://127.0.0.1:9" }\n')
    for word in ("check", "migrate"):
        done = there.run("gewu-central", word, str(config), at=folder)
        assert done.returncode == 0, done.stderr
    assert (folder / "kept" / "central.db").exists()


def _models(there: Environment, folder: Path) -> None:
    done = there.run("gewu-models", "list", "--dir", str(folder), at=folder)
    assert done.returncode == 0, done.stderr
    assert "centernet_mbv3_512" in done.stdout


def _broker(there: Environment, folder: Path) -> None:
    done = there.run("gewu-broker", "pki", "init", "authority", at=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "authority" / "root.key").exists()


WORK = {"edge": _edge, "central": _central, "models": _models, "broker": _broker}

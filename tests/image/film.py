"""A film, a network that knows red cars, and the configuration of a node that watches it."""

import shutil
from pathlib import Path

import yaml

from tests.street import configuration, film


def street(folder: Path) -> Path:
    """Paths are relative: on this machine and in a container the same bytes, and so the same events."""
    folder.mkdir(parents=True, exist_ok=True)
    path = configuration(
        folder, url="mqtt://127.0.0.1:9", path=film(folder / "street.avi", 30, car=(2, 22), person=True)
    )
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    said["sources"][0]["path"] = "street.avi"
    said["model"]["directory"] = "models"
    said["storage"]["directory"] = "/var/lib/gewu/edge"
    path.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")
    return path


def real(folder: Path, clip: Path) -> Path:
    """The same for a film of a real street, and the models that a node has."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(clip, folder / "clip.mp4")
    zone = {
        "id": "kerb",
        "polygon": [[0.4, 0.3], [0.65, 0.33], [0.92, 0.66], [0.82, 0.78], [0.55, 0.7]],
        "rules": [{"kind": "dwell", "incident": "illegal_parking", "dwell": "3s"}],
    }
    said = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": "mqtt://127.0.0.1:9"},
        "storage": {"directory": "/var/lib/gewu/edge"},
        "sources": [
            {"id": "cam-1", "kind": "file", "path": "clip.mp4", "sample": 5, "idle": "200ms", "zones": [zone]}
        ],
    }
    path = folder / "edge.yaml"
    path.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")
    return path

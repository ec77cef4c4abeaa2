"""Real cameras with planted faults, all examined in one go, and a good one beside them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.diagnosis.sign import Finding
from edge.examining.case import opened
from tests.examined import at, box, findings, zone
from tests.ports import free_port
from tests.rtsp import Camera

SECRET = "n0t-for-anyones-eyes"  # noqa: S105 - it is planted


def source(name: str, camera: Camera | str, **more: Any) -> dict[str, Any]:
    url = camera if isinstance(camera, str) else camera.url
    quick = {"timeout": "5s", "stall": "2s", "idle": "2s"}
    return {"id": name, "kind": "rtsp", "url": url, "zones": [zone()], **quick, **more}


def viewer(file: str) -> dict[str, str]:
    return {"username": "viewer", "password_file": file}


@pytest.fixture(scope="module")
def found(rtsp_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Finding]]]:
    """What is found, by source."""
    folder, cameras = tmp_path_factory.mktemp("cameras"), list[Camera]()

    def camera(*options: str) -> Camera:
        cameras.append(Camera())
        return cameras[-1].start(*options)

    try:
        yield _examined(folder, camera)
    finally:
        for one in cameras:
            one.kill()


def _examined(folder: Path, camera: Callable[..., Camera]) -> dict[str, list[Finding]]:
    (folder / "right").write_text("right\n")
    (folder / "wrong").write_text(SECRET)
    good = camera("--size", "640x480")
    locked = camera("--user", "viewer", "--password", "right")
    frozen = camera("--freeze-after", "25")
    away = f"rtsp://127.0.0.1:{free_port()}/live"
    nowhere = good.url.replace("/live", "/elsewhere")
    sources = [
        source("good", good),
        source("let-in", locked, **viewer("right")),
        source("refused", locked, **viewer("wrong")),
        source("no-file", locked, **viewer("none")),
        source("rare-keys", camera("--gop", "100")),
        source("h265", camera("--codec", "h265")),
        source("frozen", frozen),
        source("away", away),
        source("path", nowhere),
        source("nobody", "rtsp://camera.invalid/live"),
        source("small", camera("--size", "160x120")),
        source("speck", good, zones=[zone([[0.5, 0.5], [0.52, 0.5], [0.52, 0.52]])]),
        source("slow", camera("--fps", "1", "--gop", "1"), sample=5),
        {"id": "film", "kind": "file", "path": "none.mp4"},
    ]
    case = opened(box(folder, sources=sources), 3.0)
    assert not case.faults
    by_source: dict[str, list[Finding]] = {}
    for one in findings(case, "cameras"):
        by_source.setdefault(one.subject, []).append(one)
    assert {"good", "let-in", "rare-keys", "h265", "small", "speck"} <= case.board.sources.keys()
    return by_source


PLANTED = {
    "refused": ("camera_refused", "password_file"),
    "no-file": ("camera_password_file", "password_file"),
    "rare-keys": ("camera_key_frames", "to 20 frames"),
    "h265": ("camera_h265", "H.264"),
    "frozen": ("camera_silent", "Restart"),
    "away": ("camera_port", "port"),
    "path": ("camera_path", "gewu-edge onvif 127.0.0.1"),
    "nobody": ("camera_unknown_host", "name server"),
    "small": ("camera_small", "larger stream"),
    "speck": ("camera_zone_small", "zone kerb larger"),
    "slow": ("camera_slow", "sample: 1"),
    "film": ("camera_file", "path"),
}


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_what_is_planted_is_found_with_its_cure(name: str, found: dict[str, list[Finding]]) -> None:
    code, cure = PLANTED[name]
    assert cure in at(found[name], code).cure


@pytest.mark.parametrize("name", ["good", "let-in"])
def test_a_good_camera_is_fine_with_its_figures(name: str, found: dict[str, list[Finding]]) -> None:
    (one,) = found[name]
    assert one.code == "camera_fine"
    assert one.figures["codec"] == "h264"
    assert one.figures["key_s"] == pytest.approx(1.0, abs=0.3)
    assert one.figures["fps"] == pytest.approx(10, abs=1.5)
    assert one.figures["pace"] == pytest.approx(1.0, abs=0.05)
    assert 0 < float(str(one.figures["key_ms"])) < 100


def test_nothing_tells_a_password(found: dict[str, list[Finding]]) -> None:
    assert SECRET not in repr(found)
    assert "viewer:" not in repr(found)

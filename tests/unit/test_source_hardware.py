"""Decoding by hardware: what is said where there is none, and that a picture comes all the same."""

import logging
from pathlib import Path

import pytest
from av.codec.hwaccel import hwdevices_available
from pydantic import ValidationError

from edge.frames import Frame, Trouble
from edge.sources import open_source
from edge.sources.file import Settings
from edge.sources.rtsp import Settings as RtspSettings
from edge.streams import hardware
from edge.streams.hardware import Acceleration, acceleration, fault
from edge.streams.video import NoVideo
from tests.footage import FakeTime, make_video, played, shown, states

MISSING = next(kind for kind in ("vdpau", "dxva2", "videotoolbox") if kind not in hwdevices_available())


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", range(0, 4000, 40), gop=25)


def play(path: Path, **more: object) -> tuple[list[Frame], list[Trouble]]:
    given = {"id": "clip", "kind": "file", "path": path, "pace": "fast", "sample": 1, **more}
    return played(open_source(Settings.model_validate(given), FakeTime().clock))


def test_without_a_word_the_processor_decodes() -> None:
    assert acceleration("none") == Acceleration()


def test_hardware_this_build_does_not_know_fails_by_name(clip: Path) -> None:
    frames, troubles = play(clip, hardware=MISSING)
    assert frames == []
    assert states(troubles) == ["failed"]
    assert f"hardware {MISSING} cannot be used: this build of FFmpeg does not know it" in troubles[0].what
    assert "auto and none always work" in troubles[0].what


def test_a_device_that_is_not_there_fails_and_says_what_is_usable(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = next((kind for kind in hwdevices_available() if kind in hardware._known()), None)
    if known is None:
        pytest.skip("this build of FFmpeg knows no hardware")
    with pytest.raises(NoVideo, match=f"hardware {known} cannot be used: .*usable here"):
        acceleration(known, "/dev/no-such-device")  # type: ignore[arg-type]
    monkeypatch.setattr(hardware, "fault", lambda kind, device: "it is away" if kind == known else None)
    with pytest.raises(NoVideo, match=r"it is away; (usable here: \w+|none is usable here)"):
        acceleration(known)  # type: ignore[arg-type]


def test_auto_falls_back_to_the_processor_and_says_so_once(
    clip: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hardware, "fault", lambda kind, device: "there is no such device")
    hardware._best.cache_clear()
    with caplog.at_level(logging.INFO, "edge.streams.hardware"):
        for _ in range(2):
            frames, troubles = play(clip, hardware="auto")
            assert [shown(frame) for frame in frames] == [0, 0, 0, 0]
            assert states(troubles) == ["ended"]
    hardware._best.cache_clear()
    assert len(caplog.records) == 1
    assert "the processor does" in caplog.records[0].getMessage()


@pytest.mark.parametrize("kind", [kind for kind in hwdevices_available() if kind in hardware._known()])
def test_what_a_device_decodes_is_what_the_processor_decodes(clip: Path, kind: str) -> None:
    if why := fault(kind, None):
        pytest.skip(f"{kind}: {why}")
    frames, troubles = play(clip, hardware=kind)
    assert [shown(frame) for frame in frames] == [0, 0, 0, 0]
    assert states(troubles) == ["ended"]


def test_settings_of_both_kinds_take_it_and_refuse_others(tmp_path: Path) -> None:
    given = {"id": "gate", "kind": "rtsp", "url": "rtsp://10.0.0.7/live"}
    settings = RtspSettings.model_validate(
        {**given, "hardware": "cuda", "hardware_device": "1", "decode": "full"}
    )
    assert (settings.target().hardware, settings.target().hardware_device) == ("cuda", "1")
    for wrong in ({"hardware": "gpu"}, {"decode": "some"}):
        with pytest.raises(ValidationError, match=next(iter(wrong))):
            RtspSettings.model_validate({**given, **wrong})

"""Settings of an RTSP camera: what is allowed, and that no password is ever seen."""

import logging
import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

import edge.sources
from broker.settings import Settings as Base
from broker.settings import SettingsError, loads, settings_of_kinds
from edge.frames import Trouble
from edge.settings import version_of
from edge.sources.rtsp import Settings, open_source
from tests.footage import FakeTime

SECRET = "s3cr3t/p@ss:word"  # noqa: S105
QUOTED = "s3cr3t%2Fp%40ss%3Aword"


class File(Base):
    """A configuration with one source of any kind."""

    source: settings_of_kinds(edge.sources)  # type: ignore[valid-type]


def camera(url: str, **more: object) -> Settings:
    return Settings.model_validate({"id": "gate-3", "kind": "rtsp", "url": url, **more})


def test_defaults() -> None:
    settings = camera("rtsp://10.0.0.7/live")
    assert (settings.transport, settings.timeout, settings.stall) == ("tcp", 10.0, 10.0)
    assert (settings.retry_first, settings.retry_max) == (1.0, 60.0)
    assert (settings.address, settings.target().port) == ("rtsp://10.0.0.7/live", 554)


def test_the_password_in_the_url_reaches_ffmpeg_and_nobody_else() -> None:
    settings = camera(f"rtsp://ann:{QUOTED}@10.0.0.7:8554/live?token=hush")
    assert settings.target().url == f"rtsp://ann:{QUOTED}@10.0.0.7:8554/live?token=hush"
    seen = [repr(settings), str(settings), settings.address, repr(settings.target()), str(settings.target())]
    seen += [settings.model_dump_json(), repr(settings.model_copy(update={"sample": 1.0}))]
    for text in seen:
        assert SECRET not in text
        assert QUOTED not in text
    assert all("hush" not in text for text in seen[:5])
    assert settings.model_copy(update={"sample": 1.0}).target().url == settings.target().url


def test_the_password_file_is_read_when_connecting(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("opensesame\n")
    settings = camera("rtsp://10.0.0.7/live", username="ann", password_file=str(secret))
    assert settings.target().url == "rtsp://ann:opensesame@10.0.0.7/live"
    secret.write_text(SECRET)
    assert settings.target().url == f"rtsp://ann:{QUOTED}@10.0.0.7/live"
    assert "opensesame" not in repr(settings)


def test_a_path_that_may_hold_a_password_is_not_shown() -> None:
    settings = camera("rtsp://10.0.0.7/user=ann_password=hush_channel=1.sdp")
    assert settings.address == "rtsp://10.0.0.7/…"
    assert "hush" not in repr(settings)
    unquoted = camera("rtsp://ann:12/hush@10.0.0.7/live")  # read as host ann, port 12
    assert unquoted.address == "rtsp://ann:12/…"


@pytest.mark.parametrize(
    "url",
    [
        f"http://ann:{QUOTED}@10.0.0.7/live",
        f"ann:{QUOTED}@10.0.0.7/live",
        f"rtsp://ann:{SECRET}@10.0.0.7/live",
        f"rtsp://ann:{QUOTED}@/live",
        f"rtsp://ann:{QUOTED}@10.0.0.7:99999/live",
        f"rtsp://ann:{QUOTED}@10.0.0.7:port/live",
        f"rtsp://ann:{QUOTED}@ten dot seven/live",
    ],
)
def test_a_wrong_url_is_refused_without_showing_it(url: str) -> None:
    text = f"source:\n  id: gate-3\n  kind: rtsp\n  url: {url!r}\n"
    with pytest.raises(SettingsError) as caught:
        loads(text, File, name="node.yaml")
    assert "rtsp://HOST" in str(caught.value)
    assert "node.yaml:2:3" in str(caught.value) or "node.yaml:1:1" in str(caught.value)
    with pytest.raises(ValidationError) as direct:
        camera(url)
    for shown in (str(caught.value), str(direct.value), repr(direct.value)):
        assert "s3cr3t" not in shown


def test_another_fault_beside_a_good_url_does_not_show_it_either() -> None:
    with pytest.raises(ValidationError) as caught:
        camera(f"rtsp://ann:{QUOTED}@10.0.0.7/live", transport="carrier pigeon")
    assert "s3cr3t" not in str(caught.value)
    assert "s3cr3t" not in repr(caught.value.errors())


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="username"):
        camera("rtsp://ann@10.0.0.7/live", username="bob")
    with pytest.raises(ValidationError, match="password_file"):
        camera("rtsp://ann:x@10.0.0.7/live", password_file="secret.txt")  # noqa: S106 - a file's name


@pytest.mark.parametrize(
    ("key", "value"), [("stall", "0s"), ("timeout", 5), ("retry_max", "soon"), ("transport", "http")]
)
def test_settings_that_cannot_be(key: str, value: object) -> None:
    with pytest.raises(ValidationError, match=key):
        camera("rtsp://10.0.0.7/live", **{key: value})


def test_ipv6_and_rtsps_are_addresses() -> None:
    settings = camera("rtsps://[fd00::7]:8322/live", tls_verify=False)
    target = settings.target()
    assert (target.host, target.port, target.options["tls_verify"]) == ("fd00::7", 8322, "0")
    assert settings.address == "rtsps://[fd00::7]:8322/live"


def test_all_kinds_are_told_apart_in_a_file() -> None:
    text = "source: {id: a, kind: rtsp, url: 'rtsp://10.0.0.7/live', stall: 20s}"
    assert loads(text, File, name="x").source.stall == 20.0
    assert loads("source: {id: a, kind: file, path: x.mp4}", File, name="x").source.kind == "file"
    assert loads("source: {id: a, kind: folder, path: x}", File, name="x").source.kind == "folder"


def test_the_version_follows_the_settings_not_the_password() -> None:
    first, second = camera("rtsp://ann:one@10.0.0.7/live"), camera("rtsp://ann:two@10.0.0.7/live")
    assert version_of(first) == version_of(second)
    assert version_of(first) != version_of(camera("rtsp://ann:one@10.0.0.7/other"))


def test_settings_can_be_handed_to_another_process() -> None:
    settings = camera(f"rtsp://ann:{QUOTED}@10.0.0.7/live")
    copy = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own bytes
    assert copy.target().url == settings.target().url


def test_a_missing_password_file_is_said_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    time = FakeTime()
    settings = camera("rtsp://10.0.0.7/live", username="ann", password_file=str(tmp_path / "none"))
    source = open_source(settings, time.clock)
    frames = source.frames()
    with caplog.at_level(logging.DEBUG):
        first = next(frames)
    assert isinstance(first, Trouble)
    assert (first.state, first.source) == ("lost", "gate-3")
    assert "password_file" in first.what
    assert first.what.endswith("none cannot be read: No such file or directory")

    def stop_after_ten(event: object, seconds: float) -> bool:
        if len(time.waits) == 10:
            source.close()
        return time.wait(event, seconds)  # type: ignore[arg-type]

    object.__setattr__(source._clock, "wait", stop_after_ten)
    assert list(frames) == []
    assert max(time.waits) <= 60.0
    assert time.waits[6] > 16.0
    assert caplog.records == []

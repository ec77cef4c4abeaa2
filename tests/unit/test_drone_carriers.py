"""How telemetry comes: files beside films, data streams in them, datagrams; and what is told of none."""

import socket
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from edge.carrier import NoTelemetry
from edge.carriers import data_stream, sidecar, udp
from edge.deck.flightlog import FlightLog
from edge.deck.settings import FlightSettings
from edge.flight.pose import Pose
from edge.frames import SourceClock, Trouble
from edge.taking import Message
from tests.airborne import EXAMPLE, frame, local_set, position
from tests.drones import drone
from tests.ports import free_port

CLOCK = SourceClock(time.monotonic, time.time)


def settings(folder: Path, **more: Any) -> FlightSettings:
    return FlightSettings.model_validate(drone(folder, **more))


@pytest.mark.parametrize("name", ["flight.SRT", "flight.srt"])
def test_a_sidecar_is_found_however_its_suffix_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"words")
    film = tmp_path / "flight.MP4"
    assert list(sidecar.Settings(kind="sidecar").chunks(film, ".SRT")) == [(b"words", None)]
    (tmp_path / "flight.txt").write_bytes(b"others")
    assert list(sidecar.Settings(kind="sidecar", suffix=".txt").chunks(film, ".SRT")) == [(b"others", None)]
    own = sidecar.Settings(kind="sidecar", path=tmp_path / "flight.txt")
    assert list(own.chunks(tmp_path / "other.mp4", ".SRT")) == [(b"others", None)]


def test_a_missing_sidecar_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoTelemetry, match=r"no file .*flight\.SRT"):
        list(sidecar.Settings(kind="sidecar").chunks(tmp_path / "flight.mp4", ".SRT"))
    log = FlightLog(settings(tmp_path))
    log.read(tmp_path / "flight.mp4")
    told = log.at(0.0, 1000.0)
    assert (told.code, log.comes) == ("no_telemetry", "none")  # type: ignore[union-attr]
    assert "flight.SRT" in told.text  # type: ignore[union-attr]


def test_a_broken_sidecar_is_told_with_its_cause(tmp_path: Path) -> None:
    (tmp_path / "flight.SRT").write_bytes(b"1\n00:00:00,000 --> 00:00:01,000\nnothing of a place\n\n")
    log = FlightLog(settings(tmp_path))
    log.read(tmp_path / "flight.mp4")
    told = log.at(0.0, 1000.0)
    assert told.code == "no_position"  # type: ignore[union-attr]
    assert list(log.counts) == ["no_position"]


def klv_film(path: Path, sets: list[bytes]) -> Path:
    with av.open(str(path), "w", format="mpegts") as container:
        video = container.add_stream("mpeg2video", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        data = container.add_data_stream("klv")
        for index, one in enumerate(sets or [b""]):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 9 * index, np.uint8))
            container.mux(video.encode(picture))
            if not one:
                continue
            packet = av.Packet(one)
            packet.stream, packet.time_base = data, Fraction(1, 90_000)
            packet.pts = packet.dts = 9000 * index
            container.mux(packet)
        container.mux(video.encode(None))
    return path


def test_a_films_own_data_stream(tmp_path: Path) -> None:
    sets = [local_set(EXAMPLE, stamp=1_224_807_209_913_000 + 100_000 * n) for n in range(8)]
    film = klv_film(tmp_path / "flight.ts", sets)
    log = FlightLog(settings(tmp_path, telemetry={"kind": "klv"}))
    log.read(film)
    assert (len(log), log.comes) == (8, "embedded")
    assert log.utc_minus_t is not None
    pose = log.at(0.3, 0.0)
    assert isinstance(pose, Pose)
    assert pose.latitude == pytest.approx(60.17682297)
    with pytest.raises(NoTelemetry, match="no data stream"):
        list(data_stream.Settings(kind="data_stream").chunks(klv_film(tmp_path / "none.ts", []), ""))
    (tmp_path / "noise.ts").write_bytes(b"no film")
    with pytest.raises(NoTelemetry, match="cannot be read"):
        list(data_stream.Settings(kind="data_stream").chunks(tmp_path / "noise.ts", ""))


def test_datagrams_of_a_ground_station(tmp_path: Path) -> None:
    port = free_port()
    flight = settings(
        tmp_path,
        footage={"kind": "stream", "url": "rtsp://10.0.0.1/x"},
        telemetry={"kind": "mavlink", "form": "stream"},
        carrier={"kind": "udp", "port": port, "sender": "127.0.0.1"},
    )
    log, heard = FlightLog(flight), list[Message | Trouble]()
    link = udp.Settings(kind="udp", port=port, sender="127.0.0.1").build("drone-1", CLOCK)

    def listen() -> None:
        for item in link.messages():
            heard.append(item)
            if isinstance(item, Message):
                log.take(item)

    thread = threading.Thread(target=listen)
    thread.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        until = time.monotonic() + 20.0
        while not len(log) and time.monotonic() < until:
            sending.sendto(frame(33, position(1.0, 39.5, 116.7, 60.0, 40.0, 90.0)), ("127.0.0.1", port))
            sending.sendto(b"noise", ("127.0.0.1", port))
            time.sleep(0.02)
    link.close()
    thread.join(5.0)
    assert not thread.is_alive()
    assert log.comes == "live"
    pose = log.at(0.0, time.time())
    assert isinstance(pose, Pose)
    assert (pose.latitude, pose.height) == (39.5, 40.0)


def test_a_port_that_is_taken_is_a_trouble_in_words() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        link = udp.Settings(kind="udp", port=taken.getsockname()[1]).build("drone-1", CLOCK)
        item = next(iter(link.messages()))
        link.close()
    assert isinstance(item, Trouble)
    assert (item.state, "Address already in use" in item.what) == ("lost", True)

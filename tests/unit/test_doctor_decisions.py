"""What a doctor's figures mean, without measuring any."""

from dataclasses import replace

import pytest

from edge.diagnosis import broker, cameras, centre, certificates, clock, disk, models, node, packages, speed
from edge.diagnosis import memory as mem
from edge.diagnosis.cameras import Stream, Wanted
from edge.diagnosis.certificates import DAY_S, Shown
from edge.diagnosis.clock import Clock
from edge.diagnosis.disk import Device, Limits, Writing
from edge.diagnosis.speed import Carried, Costs, Look
from edge.diagnosis.stamps import Arrival, paced
from edge.diagnosis.writes import Writer, gb_a_day
from tests.examined import at, codes

GOOD = Stream("h264", 1280, 720, 50, 0, 5.0, 10.0, 2.0, 8.0, 3.0, 0.5, 1.0, 0, 0, 0.2, 0.0)
WANTED = Wanted("gate", idle=4.0, sample=2.0, zones=[("kerb", [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9)])])


def test_a_good_stream_is_fine_and_nothing_else() -> None:
    (one,) = cameras.judge(WANTED, GOOD)
    assert one.code == "camera_fine"
    assert "key frame every 2 s" in one.seen


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key_s": 5.01}, "camera_key_frames"),
        ({"key_s": None, "watched_s": 5.6}, "camera_key_frames"),
        ({"codec": "hevc"}, "camera_h265"),
        ({"width": 319}, "camera_small"),
        ({"fps": 1.0}, "camera_slow"),
        ({"pace": 1.06}, "camera_stamps"),
        ({"pace": 0.9}, "camera_stamps"),
        ({"backwards": 2}, "camera_stamps"),
        ({"unstamped": 20}, "camera_stamps"),
        ({"late_s": 2.5}, "camera_late"),
        ({"ahead_s": 3.0}, "camera_late"),
        ({"damaged": 2}, "camera_damaged"),
    ],
)
def test_each_thing_that_is_wrong_with_a_stream_is_told_alone(changes: dict[str, object], code: str) -> None:
    found = [*cameras.judge(WANTED, replace(GOOD, **changes))]  # type: ignore[arg-type]
    at(found, code)
    assert codes(found) <= {code, "camera_fine"}
    assert ("camera_fine" in codes(found)) == (found[-1].state == "note")


@pytest.mark.parametrize(
    "changes",
    [
        {"key_s": 5.0},
        {"key_s": None, "watched_s": 4.0},
        {"pace": 1.3, "watched_s": 2.0},
        {"pace": None},
        {"fps": None},
    ],
)
def test_what_is_in_bounds_or_not_known_is_not_told(changes: dict[str, object]) -> None:
    found = [*cameras.judge(WANTED, replace(GOOD, **changes))]  # type: ignore[arg-type]
    assert codes(found) == {"camera_fine"}


def test_decoding_costs_key_frames_or_everything() -> None:
    assert GOOD.decode_ms(4.0) == pytest.approx(8.0 / 4)
    assert GOOD.decode_ms(1.0) == pytest.approx(3.0 * 10)  # they come too seldom for that
    assert replace(GOOD, key_s=None).decode_ms(4.0) == pytest.approx(30)


def test_a_streams_clock_beside_ours() -> None:
    even = [Arrival(100 + n / 10, n / 10) for n in range(50)]
    told = paced(even)
    assert (told.fps, told.pace, told.late_s, told.ahead_s) == (10.0, 1.0, 0.0, 0.0)
    half = paced([Arrival(100 + n / 5, n / 10) for n in range(50)])
    assert half.pace == pytest.approx(0.5)
    burst = [Arrival(100.0, n / 10 - 3.0) for n in range(30)] + even  # three seconds of old pictures at first
    told = paced(burst)
    assert told.ahead_s == pytest.approx(3.0)
    assert told.pace == pytest.approx(1.0, abs=0.01)
    late = [*even[:30], *[Arrival(one.at + 2.5, one.stamp) for one in even[30:] if one.at and one.stamp]]
    assert paced(late).late_s == pytest.approx(2.5)
    film = paced([Arrival(None, n / 25) for n in range(50)])
    assert (film.fps, film.pace, film.late_s) == (25.0, None, None)
    assert paced([Arrival(100 + n / 10, None) for n in range(50)]).unstamped == 50
    assert paced([]).fps is None


def test_how_many_cameras_are_carried() -> None:
    look = Look(look_ms=4.0, detector_ms=60.0, detector_cpu_ms=60.0)
    each = speed.costs(look, decode_quiet=2.0, decode_busy=20.0, idle=4.0, hurried=1.0)
    assert each.quiet_cpu == pytest.approx((2.0 + 1.0 + 1.0) / 1000)
    assert each.busy_detector == pytest.approx(0.06)
    found = speed.carried([each] * 10, cores=2.0, budget=0.75)
    assert found.quiet_share == pytest.approx(max(0.04 / 1.6, 0.01 / 0.75))
    assert found.busy_share == pytest.approx(max(0.84 / 1.6, 0.6 / 0.75))
    assert (found.quiet, found.all_busy, found.busy) == (400, 12, 10)
    assert speed.judge(found, 4.0, "cpu", {}).code == "speed_carries"


@pytest.mark.parametrize(
    ("share", "busy", "code"),
    [(1.2, 5.0, "speed_short"), (0.5, 4.0, "speed_tight"), (0.1, 2.0, "speed_carries")],
)
def test_too_many_cameras_are_told(share: float, busy: float, code: str) -> None:
    found = speed.judge(Carried(share, busy, 20), 4.0, "cpu", {})
    assert found.code == code
    assert code == "speed_carries" or "{" not in found.cure


def test_nothing_costs_nothing() -> None:
    found = speed.carried([Costs(0.0, 0.0, 0.0, 0.0)], 1.0, 0.75)
    assert found.quiet == found.all_busy == 100_000
    assert found.busy == 1


def test_a_faster_provider_is_told_and_a_broken_one() -> None:
    found = [*speed.providers({"cpu": 60.0, "openvino": 30.0}, "cpu", {"cuda": "no device"})]
    assert "model.provider: openvino" in at(found, "speed_provider").cure
    at(found, "speed_provider_broken")
    assert "speed_provider" not in codes(speed.providers({"cpu": 60.0, "cuda": 50.0}, "cpu", {}))


LIMITS = Limits(5300, 2000, 2000, 500, 200_000, 200, 0)


@pytest.mark.parametrize(
    ("free", "code"), [(50, "disk_full"), (99, "disk_full"), (3000, "disk_tight"), (9000, None)]
)
def test_room_on_the_disk(free: float, code: str | None) -> None:
    found = [*disk.room("/data", free, 1_000_000, LIMITS)]
    assert codes(found) == ({code} if code else set())


def test_what_lies_there_already_is_not_asked_for_again() -> None:
    assert LIMITS.most_mb == pytest.approx(5300)
    assert not [*disk.room("/data", 1500, None, replace(LIMITS, used_mb=4000.0))]
    assert codes(disk.room("/data", 9000, 12, LIMITS)) == {"disk_inodes"}


def test_what_all_may_take_bounds_what_each_may() -> None:
    small = replace(LIMITS, all_mb=1000.0)
    assert not [*disk.room("/data", 1200, None, small)]
    assert "`storage.max_mb: 500`" in at(disk.room("/data", 700, None, small), "disk_tight").cure
    assert "`storage.max_mb: 50`" in at(disk.room("/data", 201, None, small), "disk_tight").cure


@pytest.mark.parametrize(("ms", "code"), [(10.0, None), (200.0, "disk_slow"), (1500.0, "disk_too_slow")])
def test_how_long_a_commit_takes(ms: float, code: str | None) -> None:
    found = disk.writing("/data", Writing(ms, ms * 2, 20))
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("device", "found"),
    [
        (Device("ext4", "sda", "rotational", 500), {"disk_lasts"}),
        (Device("ext4", "mmcblk0", "sd", 8), {"disk_sd_card", "disk_wears"}),
        (Device("ext4", "mmcblk0", "sd", 256), {"disk_sd_card", "disk_lasts"}),
        (Device("ext4", "mmcblk1", "emmc", 32, life=10), {"disk_worn", "disk_lasts"}),
        (Device("ext4", "nvme0n1", "flash", 240), {"disk_lasts"}),
        (Device("tmpfs"), {"disk_fleeting"}),
        (Device("nfs4"), {"disk_remote"}),
        (Device("overlay"), {"disk_in_container", "disk_lasts"}),
    ],
)
def test_what_the_disk_is(device: Device, found: set[str]) -> None:
    assert codes(disk.device("/data", device, 1.0, "reckoned")) == found


def test_fewer_snapshots_are_fewer_writes() -> None:
    often, seldom = (gb_a_day(Writer(16, 0, every, 300.0)) for every in (10.0, 60.0))
    assert often == pytest.approx(1.02, abs=0.01)
    assert seldom == pytest.approx(0.65, abs=0.01)
    assert gb_a_day(Writer(1, 0, 10.0, 300.0)) == pytest.approx(0.11, abs=0.01)
    assert gb_a_day(Writer(0, 100, 10.0, 300.0)) < 0.01


SHOWN = Shown("c.pem", "131002/a", 0.0, 90 * DAY_S, "then", key_fits=True, linked=True, renews=True)


@pytest.mark.parametrize(
    ("shown", "day", "code"),
    [
        (SHOWN, 30, "certificate_fine"),
        (SHOWN, 65, "certificate_fine"),  # it is due and has some days to be renewed
        (SHOWN, 70, "certificate_ends_soon"),
        (replace(SHOWN, renews=False), 70, "certificate_fine"),
        (replace(SHOWN, renews=False), 80, "certificate_ends_soon"),
        (SHOWN, 90, "certificate_ended"),
        (SHOWN, -1, "certificate_not_yet"),
        (replace(SHOWN, key_fits=False), 30, "certificate_other_key"),
        (replace(SHOWN, name="131002/b"), 30, "certificate_other_name"),
        (replace(SHOWN, linked=False), 30, "certificate_chain"),
        (replace(SHOWN, linked=None), 30, "certificate_fine"),
    ],
)
def test_certificates(shown: Shown, day: float, code: str) -> None:
    assert codes(certificates.judge(shown, "131002/a", day * DAY_S)) == {code}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Clock("synchronised", ["chrony"], True, 0.4), {"clock_fine"}),
        (Clock("synchronised", ["chrony"], True, None), {"clock_fine", "clock_not_compared"}),
        (Clock("free_running", [], True, 0.4), {"clock_free_running"}),
        (Clock("synchronised", ["chrony"], True, -3.0), {"clock_off"}),
        (Clock("synchronised", ["chrony"], False, 61.0), {"clock_far_off", "clock_no_battery"}),
    ],
)
def test_clocks(found: Clock, expected: set[str]) -> None:
    assert codes(clock.judge(found)) == expected


def test_one_package_brings_the_runtime() -> None:
    def found(**versions: str) -> set[str]:
        named = {name.replace("_", "-"): version for name, version in versions.items()}
        return codes(packages.judge((3, 11), {"gewu": "1", **named}, ["onnxruntime", "numpy"], []))

    assert found(onnxruntime="1", numpy="2") == {"packages_fine"}
    assert found(onnxruntime_gpu="1", numpy="2") == {"packages_fine"}  # another build stands in
    assert found(onnxruntime="1", onnxruntime_gpu="1", numpy="2") == {"packages_two_runtimes"}
    assert found(onnxruntime="1", onnxruntime_extensions="1", numpy="2") == {"packages_fine"}
    assert found(numpy="2") == {"packages_missing"}
    assert codes(packages.judge((3, 9), {}, [], ["ultralytics"])) == {
        "packages_python_old",
        "packages_agpl_loaded",
    }


def test_what_a_running_node_has_is_not_asked_for_again() -> None:
    there = mem.Memory(1000, 200, None, 500)
    assert codes(mem.judge(there, 450)) == {"memory_fine"}
    assert codes(mem.judge(replace(there, node_mb=None), 450)) == {"memory_short"}
    assert codes(mem.judge(mem.Memory(1000, 500, None, None), 450)) == {"memory_tight"}


@pytest.mark.parametrize(
    ("status", "proven", "code"),
    [
        (415, True, None),
        (422, True, None),
        (401, True, "centre_identity_refused"),
        (401, False, "centre_token_refused"),
        (413, True, "centre_upload_door"),
        (429, True, "centre_busy"),
        (502, True, "centre_upload_door"),
        (507, True, "centre_no_room"),
    ],
)
def test_what_the_door_for_pictures_says(status: int, proven: bool, code: str | None) -> None:
    found = centre.door("centre:443", status, proven=proven, name="131002/a")
    assert (found.code if found else None) == code


def test_who_has_the_storage_folder() -> None:
    assert node.judge("d", None).code == "node_not_running"
    assert node.judge("d", node.Holder(7, "gewu-edge run a", True, 90_000)).code == "node_runs"
    assert node.judge("d", node.Holder(7, "gewu-edge run b", False)).code == "node_other_holds_storage"
    assert node.judge("d", node.Holder(0, "", None)).code == "node_unseen_holds_storage"
    assert codes(node.outbox("o", 500, 3600, None)) == {"node_events_wait"}
    assert codes(node.outbox("o", 500, 10, None)) == set()
    assert codes(node.outbox("o", None, None, "malformed")) == {"node_outbox_damaged"}


def test_words_of_the_link_and_of_models_become_signs() -> None:
    about = {"where": "b:1883", "name": "131002/a", "host": "b", "port": 1883}
    assert (
        broker.not_connected("refused: the broker does not know this username", **about).code
        == "broker_refused"
    )
    assert broker.not_connected("b:1883 took the connection", **about).code == "broker_no_mqtt"
    assert models.of_error("x is not there; pull", vouched=True).code == "model_missing"
    assert models.of_error("the signature", vouched=False).code == "model_not_trusted"
    assert models.of_error("ONNX Runtime cannot load it", vouched=True).code == "model_broken"

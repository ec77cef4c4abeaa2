"""A suite is read as a whole, every fault at its place; what may be chosen of it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.settings import SettingsError
from edge.score.suite import chosen, read

KERB = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]


def case(**changes: Any) -> dict[str, Any]:
    """A good one, with changes; None takes a key away."""
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"}
    whole = {
        "name": "parked",
        "note": "composite",
        "clip": "clip.mp4",
        "camera": {"id": "cam", "sample": 2.0, "zones": [{"id": "kerb", "polygon": KERB, "rules": [rule]}]},
        "expected": [expected()],
    } | changes
    return {key: value for key, value in whole.items() if value is not None}


def expected(**changes: Any) -> dict[str, Any]:
    box = [0.2, 0.2, 0.4, 0.4]
    return {"id": "car", "kind": "illegal_parking", "zone": "kerb", "box": box, "start": 5.0} | changes


def written(suite: Path, folder: str, settings: object) -> Path:
    (suite / folder).mkdir(parents=True, exist_ok=True)
    (suite / folder / "clip.mp4").touch()
    (suite / folder / "case.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return suite


def faults(suite: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(suite)
    return [str(fault).replace(f"{suite}/", "") for fault in caught.value.faults]


def test_a_case_is_a_recording_played_fast_with_every_time_filled_in(tmp_path: Path) -> None:
    suite = read(written(tmp_path, "a", case(camera=case()["camera"] | {"sample": 5})))
    (staged,) = suite.cases
    assert (staged.source.kind, staged.source.sample, staged.source.id) == ("file", 5.0, "cam")
    assert (staged.source.pace, staged.source.path) == ("fast", tmp_path / "a" / "clip.mp4")  # type: ignore[attr-defined]
    (car,) = staged.situations()
    assert (car.start, car.dwell, car.found_by, car.end) == (5.0, 20.0, 85.0, None)


def test_a_source_is_written_as_in_a_node_s_configuration(tmp_path: Path) -> None:
    source = {"kind": "file", "path": "clip.mp4", "segment": [0, 99], "repeat": "loop"}
    (staged,) = read(written(tmp_path, "a", case(clip=None, source=source))).cases
    assert staged.source.segment == (0, 99)  # type: ignore[attr-defined]
    assert staged.source.repeat == "none"  # type: ignore[attr-defined]


def test_the_suite_s_own_file_gives_the_model_and_what_cameras_have_in_common(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text("name: streets\nmodel: {name: yolox_nano_416}\ncamera: {sample: 1}")
    plain = case()
    del plain["camera"]["sample"]
    written(written(tmp_path, "a", case(name="own")), "b", plain | {"name": "common"})
    suite = read(tmp_path)
    assert (suite.name, suite.settings.model.name) == ("streets", "yolox_nano_416")
    assert {c.name: c.source.sample for c in suite.cases} == {"common": 1.0, "own": 2.0}


def test_paths_of_the_suite_s_file_are_taken_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text("model: {name: red_cars, directory: models}")
    assert read(written(tmp_path, "a", case())).settings.model.directory == tmp_path / "models"


def test_a_case_without_situations_and_one_folder_alone_are_suites(tmp_path: Path) -> None:
    written(tmp_path, "a", case(expected=[]))
    assert read(tmp_path / "a").cases[0].situations() == ()


DEEP = {"kind": "dwell", "incident": "illegal_parking", "dwell": "20"}
TRAP = {"id": "queue", "kind": "illegal_parking", "box": [0.1, 0.1, 0.2, 0.2], "from": 9, "what": "waits"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"clip": None}, "a/case.yaml:1:1: needs one of clip, source and journal (given: none)"),
        ({"journal": "j"}, "a/case.yaml:1:1: needs one of clip, source and journal (given: clip, journal)"),
        ({"clip": "gone.mp4"}, "a/case.yaml:3:1: clip: gone.mp4 is not there"),
        (
            {"clip": "../../x.mp4"},
            "a/case.yaml:3:1: clip: ../../x.mp4 leads out of the suite; "
            "such a path is written in full, from /",
        ),
        (
            {"note": "staged"},
            "a/case.yaml:2:1: note: Input should be 'composite' or 'real' (given: 'staged')",
        ),
        ({"weather": "rain"}, "a/case.yaml:32:1: weather: is not a known key"),
        (
            {"expected": [expected(zone="park")]},
            "a/case.yaml:22:1: expected: car: zone 'park' is none of the camera's; known are kerb",
        ),
        (
            {"expected": [expected(kind="bin_full")]},
            "a/case.yaml:22:1: expected: car: no rule opens 'bin_full'; "
            "the camera's rules open illegal_parking",
        ),
        (
            {"expected": [expected(), expected()]},
            "a/case.yaml:22:1: expected: 'car' is the id of two of them; ids are unique",
        ),
        (
            {"expected": [expected(end=4.0)]},
            "a/case.yaml:32:3: expected[0].end: is 4, not after the start (5) (given: 4.0)",
        ),
        (
            {"expected": [expected(box=[0.4, 0.2, 0.4, 0.4])]},
            "a/case.yaml:26:3: expected[0].box: the box encloses nothing",
        ),
        (
            {"traps": [TRAP | {"to": 8}]},
            "a/case.yaml:42:3: traps[0].to: is 8, not after from (9) (given: 8)",
        ),
        (
            {"clip": None, "source": {"kind": "rtsp", "url": "rtsp://camera.invalid/live"}},
            "a/case.yaml:31:1: source.kind: rtsp is live; a case needs a recording, which plays alike twice",
        ),
    ],
)
def test_every_fault_is_told_at_its_place(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    assert faults(written(tmp_path, "a", case(**changes))) == [told]


def test_the_faults_of_all_cases_are_told_at_once(tmp_path: Path) -> None:
    bad = case(name="bad one", expected=[expected(start=-1)])
    bad["camera"]["zones"][0]["rules"] = [DEEP]
    written(written(tmp_path, "a", bad), "b", case(clip="gone.mp4"))
    told = faults(tmp_path)
    assert [line.split(": ")[1] for line in told] == [
        "name",
        "camera.zones[0].rules[0].dwell",
        "expected[0].start",
        "clip",
    ]


def test_names_are_unique_over_cases(tmp_path: Path) -> None:
    written(written(tmp_path, "a", case()), "b", case())
    told = f"b/case.yaml:1:1: name: 'parked' is the name of {tmp_path}/a/case.yaml already; names are unique"
    assert faults(tmp_path) == [told.replace(f"{tmp_path}/", "")]


def test_no_suite_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path}:1:1: holds no case: no folder with a case.yaml in it"]
    assert faults(tmp_path / "none") == [f"{tmp_path}/none:1:1: is no folder"]


def test_cases_are_chosen_by_name_and_tag(tmp_path: Path) -> None:
    for name, tags in (("car_2fps", ["2fps"]), ("car_5fps", ["5fps", "rain"]), ("heap", ["rain"])):
        written(tmp_path, name, case(name=name, tags=tags))
    cases = read(tmp_path).cases
    assert [c.name for c in chosen(cases, [])] == ["car_2fps", "car_5fps", "heap"]
    assert [c.name for c in chosen(cases, ["rain"])] == ["car_5fps", "heap"]
    assert [c.name for c in chosen(cases, ["car_*", "heap"])] == ["car_2fps", "car_5fps", "heap"]
    with pytest.raises(ValueError, match="snow: is no case's name or tag; the tags are 2fps, 5fps, rain"):
        chosen(cases, ["rain", "snow"])

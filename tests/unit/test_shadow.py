"""A model beside the one that decides: what is compared, whose turn it is, and that nobody waits for it."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from edge.cli import main
from edge.frames import Frame
from edge.observation import View
from edge.perception.glance import Glance, Wish
from edge.shadow.beside import MOST_FAILED, Beside, Floors, Look
from edge.shadow.comparing import MOST_LABELS, Naming, Tally, Thing, differences
from edge.shadow.openings import Opening, compared
from edge.shadow.pacing import MOST_SOURCES, Pacing
from models.detections import Detections, Picture
from models.installed import install
from tests.nodes import until
from tests.street import bundle, configuration, film, network

WHOLE = (0.0, 0.0, 1.0, 1.0)
LABELS = ("car", "truck", "person", "umbrella")


def found(*rows: tuple[str, float, tuple[float, float, float, float]]) -> Detections:
    boxes = np.array([box for _, _, box in rows], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score, _ in rows], np.float32)
    return Detections(boxes, scores, np.array([LABELS.index(label) for label, _, _ in rows], np.int64))


def thing(label: str, x: float, width: float = 0.1) -> Thing:
    return Thing((x, 0.1, x + width, 0.3), 0.8, label, "vehicle")


def test_one_thing_under_two_names_is_seen_by_both_and_said_to_be_renamed() -> None:
    tally = Tally()
    tally.add(differences([thing("car", 0.1), thing("car", 0.5)], [thing("truck", 0.11), thing("car", 0.8)]))
    told = {one.label: one for one in tally.told()}
    assert (told["car"].both, told["car"].renamed, told["car"].only_running) == (1, 1, 1)
    assert told["car"].only_shadow == 1
    assert "truck" not in told
    assert told["car"].iou == pytest.approx(0.818, abs=0.001)
    assert (told["car"].score, told["car"].shadow_score) == (0.8, 0.8)


def test_persons_are_compared_nowhere_and_what_is_doubtful_is_not_believed() -> None:
    names = Naming(LABELS)
    box = (0.1, 0.1, 0.3, 0.4)
    other = (0.6, 0.6, 0.8, 0.8)
    things = names.things(
        [WHOLE], [found(("person", 0.9, box), ("car", 0.9, other), ("truck", 0.1, box))], 0.25
    )
    assert [one.label for one in things] == ["car"]
    assert Naming(["number_plate"])._labels == ("thing",)


def test_labels_without_end_are_told_as_things() -> None:
    tally = Tally()
    for n in range(3 * MOST_LABELS):
        tally.add(differences([thing(f"label_{n}", 0.1)], []))
    assert len(tally) == MOST_LABELS
    assert sum(one.only_running for one in tally.told()) == 3 * MOST_LABELS


BOXES = st.builds(lambda x, w: thing("car", x, w), st.floats(0, 0.8), st.floats(0.05, 0.2))


@given(st.lists(BOXES, max_size=6), st.lists(BOXES, max_size=6))
def test_every_thing_is_told_once(one: list[Thing], other: list[Thing]) -> None:
    result = differences(one, other)
    assert len(result.both) + len(result.only_running) == len(one)
    assert len(result.both) + len(result.only_shadow) == len(other)


def test_its_share_of_the_time_and_each_source_in_turn() -> None:
    pacing = Pacing(share=0.25, every=3)
    assert pacing.chosen(["a", "b"], 0.0, busy=False, free=True) == 0
    pacing.worked(0.1, 0.1)
    assert pacing.chosen(["a"], 0.39, busy=False, free=True) is None
    assert pacing.chosen(["a", "b"], 0.41, busy=False, free=True) == 1
    assert pacing.chosen(["a", "b"], 0.5, busy=False, free=False) is None
    assert [pacing.chosen(["a"], 1.0, busy=True, free=True) for _ in range(4)] == [None, None, 0, None]
    assert pacing.left_out == 1 + 1 + 1 + 2 + 3


def test_sources_without_end_are_forgotten() -> None:
    pacing = Pacing(share=1.0, every=1)
    for n in range(MOST_SOURCES + 10):
        pacing.chosen([f"s{n}"], float(n), busy=False, free=True)
    assert len(pacing) == MOST_SOURCES


def opening(t: float, kind: str = "illegal_parking", x: float = 0.1) -> Opening:
    return Opening("cam-1", "kerb", "dwell", kind, t, None, (x, 0.1, x + 0.2, 0.3))


def test_situations_are_the_same_by_place_kind_and_time() -> None:
    result = compared([opening(10.0), opening(90.0)], [opening(12.0, x=0.15), opening(90.0, "stall")])
    assert [(a.t, b.t) for a, b in result.both] == [(10.0, 12.0)]
    assert [one.t for one in result.only_running] == [90.0]
    assert [one.kind for one in result.only_shadow] == ["stall"]


class Eye:
    """A detector that sees one car, or fails; it may be held up."""

    labels = LABELS
    sha256 = "a" * 64

    def __init__(self, name: str, *, fails: bool = False) -> None:
        self.name, self.fails = name, fails
        self.go = threading.Event()
        self.go.set()
        self.looks = 0

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        self.go.wait(20)
        self.looks += 1
        if self.fails:
            raise RuntimeError("no such operator")
        return [found(("car", 0.9, (0.1, 0.1, 0.3, 0.3))) for _ in pictures]


def look(source: str = "cam-1") -> Look:
    image = np.zeros((40, 40, 3), np.uint8)
    frame = Frame(image, source, 0, 0.0, 0.0, "unknown")
    glance = Glance(
        frame, image[:, :, 0], image[:, :, 0], None, View(), True, (), Wish(source, "changed", (WHOLE,))
    )
    return Look(glance, [found(("car", 0.8, (0.1, 0.1, 0.3, 0.3)), ("car", 0.8, (0.6, 0.6, 0.9, 0.9)))], 5.0)


def beside(eye: Eye) -> Beside:
    made = Beside(Eye("now"), lambda: eye, Floors(0.25, 0.25), Pacing(1.0, 1))
    made.start()
    until(lambda: made.report().state != "starting")
    return made


def test_looks_are_left_out_while_it_is_at_work_and_nobody_waits() -> None:
    eye = Eye("new@2")
    made = beside(eye)
    eye.go.clear()
    for _ in range(5):
        made.offer([look()], busy=False)
    assert made.report().left_out == 4
    eye.go.set()
    until(lambda: made.report().pictures == 1)
    report = made.report()
    assert report.model is not None
    assert (report.model.name, report.model.version) == ("new", "2")
    (cars,) = report.things
    assert (cars.label, cars.both, cars.only_running, cars.only_shadow) == ("car", 1, 1, 0)
    assert report.running_ms == 5.0
    made.stop()


def test_one_that_always_fails_is_given_up_and_says_why() -> None:
    eye = Eye("new", fails=True)
    made = beside(eye)
    for n in range(MOST_FAILED):
        until(lambda n=n: made.offer([look()], busy=False) or eye.looks > n)  # type: ignore[misc]
    until(lambda: made.report().state == "failed")
    assert "no such operator" in (made.report().trouble or "")
    made.stop()


def test_one_that_cannot_be_loaded_costs_nothing() -> None:
    def gone() -> Eye:
        raise FileNotFoundError("it is not there")

    made = Beside(Eye("now"), gone, Floors(0.25, 0.25), Pacing(1.0, 1))
    made.start()
    until(lambda: made.report().state == "failed")
    made.offer([look()], busy=False)
    assert made.report().pictures == 0
    made.stop()


def test_two_models_on_a_film_what_each_sees_and_would_have_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configuration(
        tmp_path, url="mqtt://127.0.0.1:1", path=film(tmp_path / "street.avi", 6, car=(1, 6))
    )
    install(bundle("blind_cars", 1, network(high=2.0)), tmp_path / "models")
    install(bundle("pale_cars", 1, network(sure=0.6)), tmp_path / "models")
    assert main(["shadow", str(config), "--model", "blind_cars@1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (cars,) = told["things"]
    assert (cars["label"], cars["both"], cars["only_shadow"]) == ("car", 0, 0)
    assert cars["only_running"] >= 4
    assert [one["kind"] for one in told["opened"]["only_running"]] == ["illegal_parking"]
    assert told["opened"]["both"] == told["opened"]["only_shadow"] == []
    assert main(["shadow", str(config), "--model", "pale_cars"]) == 0
    text = capsys.readouterr().out
    assert "opened: 1 by both, 0 by the running one alone, 0 by the shadow alone" in text
    assert main(["shadow", str(config)]) == 2
    assert main(["shadow", str(config), "--model", "no_such@1"]) == 3
    settings = yaml.safe_load(config.read_text())
    settings["model"]["shadow"] = {"name": "pale_cars", "share": 2}
    config.write_text(yaml.safe_dump(settings))
    assert main(["shadow", str(config)]) == 2

"""The compositor: what it puts where and when, and the cases it writes. On a street made here."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import yaml

from edge.observation import Box
from edge.score.cases import Case as ScoredCase
from tests.composites import DISTURBANCES, Background, Ground, Scene, Shelf, Thing, View, compose
from tests.composites.__main__ import Workshop, build, main
from tests.composites.cases import FOLLOW, PATIENCE, Case, Real, Turn, rule
from tests.composites.crops import heap
from tests.composites.disturbances import BREAKS, MENDED
from tests.composites.ground import NoGround, on_free_ground
from tests.composites.standing import Stand, beside, stands_in
from tests.composites.suite import Plan, chosen, suite
from tests.composites.views import VIEWS
from tests.composites.writing import described, due, write_clip, zone_around

AT = (0.5, 0.8)


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    """A grey street, on which a white lorry drives along the lower border from left to right."""
    folder = tmp_path_factory.mktemp("clips")
    (folder / "video").mkdir()
    with av.open(str(folder / "video" / "street.mp4"), "w") as file:
        stream = file.add_stream("libx264", rate=5, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        ground = np.random.default_rng(3).integers(90, 120, (120, 160, 1), np.uint8).repeat(3, axis=2)
        for index in range(30):
            picture = ground.copy()
            picture[60:106, max(0, index * 10 - 60) : max(0, index * 10)] = 250
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        file.mux(stream.encode(None))
    return Background(View("street", Ground(0.0, 0.25)), folder)


def scene_of(background: Background, *things: Thing, disturbance: str = "clear", **more: float) -> Scene:
    return compose(background, things, disturbance, shelf=Shelf(Path("no-crops-needed")), **more)  # type: ignore[arg-type]


def changed(scene: Scene, index: int) -> float:
    """How much of the thing's box differs from the street without it."""
    x1, y1, x2, y2 = scene.truths()[0].box
    part = slice(round(y1 * 120), round(y2 * 120)), slice(round(x1 * 160), round(x2 * 160))
    bare = scene_of(scene.background, seconds=scene.seconds).picture(index)[part]
    return float((np.abs(scene.picture(index)[part].astype(int) - bare) > 20).any(axis=2).mean())


def test_a_thing_stands_where_and_when_it_is_said_to(background: Background) -> None:
    scene = scene_of(background, Thing("heap.1", AT, 1.0, 0.4, 0.8), seconds=2.0)

    assert [changed(scene, index) > 0.3 for index in range(6)] == [False, False, True, True, False, False]
    box = scene.truths()[0].box
    assert box[3] == pytest.approx(AT[1], abs=0.01)
    assert box[3] - box[1] == pytest.approx(0.25 * AT[1], abs=0.01)


def test_what_really_moves_in_front_covers_it_and_what_is_behind_does_not(background: Background) -> None:
    passing = 11  # the lorry's foot is at .88 of the height, and it is in the middle
    near, far = Thing("heap.1", (0.5, 0.97), 1.0), Thing("heap.1", (0.5, 0.75), 1.0)

    assert changed(scene_of(background, far), passing) < 0.05
    assert changed(scene_of(background, near), passing) > 0.3
    assert scene_of(background, far).truths()[0].visible < 0.9
    assert background.crossed((0.4, 0.6, 0.6, 0.85)) > 0.2


def test_nothing_is_put_where_traffic_drives_through_it(background: Background) -> None:
    case = next(plan for plan in suite(0) if plan.kind == "stall").case()
    free, busy = Thing("heap.1", (0.5, 0.4), 1.0), Thing("heap.1", (0.5, 0.88), 1.0)
    real = replace(case.reals[0], things=(0, 1, 2))

    mixed = replace(case, things=(free, busy, free), reals=(real,))
    kept = on_free_ground(mixed, scene_of(background, *mixed.things))

    assert kept.things == (free, free)
    assert kept.reals[0].things == (0, 1)
    alone = replace(case, things=(busy,), reals=(replace(real, things=(0,)),))
    with pytest.raises(NoGround, match=r"traffic drives through heap\.1 at \(0\.5, 0\.88\)"):
        on_free_ground(alone, scene_of(background, busy))
    with pytest.raises(NoGround, match="traffic drives through"):
        on_free_ground(replace(mixed, whole=True), scene_of(background, *mixed.things))


def test_what_the_street_mostly_hides_is_no_case(background: Background) -> None:
    case = next(plan for plan in suite(0) if plan.kind == "debris").case()
    outside = replace(case, things=(Thing("heap.1", (1.9, 0.4), 1.0),))

    with pytest.raises(NoGround, match="is in view for 0%"):
        on_free_ground(outside, scene_of(background, *outside.things))


def test_nothing_is_due_beside_the_streets_own_standing_vehicles(background: Background) -> None:
    case = next(plan for plan in suite(0) if plan.kind == "parking").case()
    case = replace(case, things=(Thing("heap.1", (0.5, 0.4), 1.0),))
    scene = scene_of(background, *case.things)
    real = Stand("vehicle", (0.66, 0.3, 0.78, 0.4))

    with pytest.raises(NoGround, match=r"a real vehicle stands beside heap\.1 .* at \(0\.66, 0\.30,"):
        on_free_ground(case, scene, [real])
    assert on_free_ground(case, scene, [replace(real, group="two_wheeler")]) == case
    assert on_free_ground(case, scene, [replace(real, box=(0.88, 0.3, 1.0, 0.4))]) == case
    trap = replace(case, reals=())
    assert on_free_ground(trap, scene, [real]) == trap
    debris = replace(case, rule=rule("debris"))
    assert on_free_ground(debris, scene, [real]) == debris


def test_nothing_is_due_where_the_border_cuts_it_off(background: Background) -> None:
    case = next(plan for plan in suite(0) if plan.kind == "parking").case()
    case = replace(case, things=(Thing("heap.1", (0.05, 0.4), 1.0),))

    with pytest.raises(NoGround, match="the picture's border cuts off heap"):
        on_free_ground(case, scene_of(background, *case.things))


def test_what_stands_for_more_than_a_few_seconds_stands_in_the_street() -> None:
    kerb, lane = (0.1, 0.1, 0.2, 0.2), (0.5, 0.1, 0.6, 0.2)

    def looks(first: float, last: float, step: float = 0.0) -> list[tuple[float, list[tuple[str, Box]]]]:
        """Of 20 s, with something in the lane from first to last that drives by step at each look."""
        times = [n / 2 for n in range(41)]
        moved = {t: tuple(v + step * n for v in lane) for n, t in enumerate(times)}
        return [(t, [("vehicle", moved[t])] if first <= t <= last else []) for t in times]  # type: ignore[list-item]

    assert stands_in(looks(5.0, 9.0)) == (Stand("vehicle", lane),)
    assert stands_in(looks(5.0, 8.0)) == ()
    assert stands_in(looks(18.0, 20.0)) == (Stand("vehicle", lane),)  # to and fro, that is 4 s
    assert stands_in(looks(0.0, 20.0, step=0.02)) == ()
    assert stands_in([(t, [("two_wheeler", kerb), *seen]) for t, seen in looks(5.0, 9.0)]) == (
        Stand("vehicle", lane),
        Stand("two_wheeler", kerb),
    )
    assert stands_in([(t, []) for t in (0.0, 10.0)]) == ()


def test_beside_is_within_two_sizes_of_things_of_one_scale() -> None:
    car = (0.4, 0.4, 0.5, 0.5)

    assert beside(car, (0.69, 0.4, 0.79, 0.5), 1.0)
    assert not beside(car, (0.71, 0.4, 0.81, 0.5), 1.0)
    assert not beside(car, (0.65, 0.4, 0.75, 0.5), 2.0)
    assert not beside(car, (0.5, 0.5, 0.53, 0.53), 1.0)


def test_a_car_whose_neighbours_make_it_wait_is_due_once_they_went() -> None:
    cases = [plan.case() for plan in suite(0) if plan.kind == "queue_stays"]

    for case in cases:
        (real,) = case.reals
        gone = max(float(thing.until or 0.0) for thing in case.things[:2])
        assert real.told(20.0) == gone + FOLLOW
    assert Real("car", "illegal_parking", (0,), 30.0, None).told(20.0) == 50.0
    assert Real("car", "illegal_parking", (0,), 30.0, None, alone=32.0).told(20.0) == 50.0
    assert cases


def test_a_case_without_a_place_goes_elsewhere_and_is_left_out_at_last(
    background: Background,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The lorry's lane first, then free ground; a recipe that knows only the lane has no place at all."""
    monkeypatch.setitem(VIEWS, "street", background.view)
    fields = {"rule": rule("debris"), "disturbance": "clear", "view": "street", "seconds": 1.0}

    def lane(chance: np.random.Generator, turn: Turn) -> Case:
        thing = Thing("heap.1", (0.5, 0.88), 1.0)
        return Case(things=(thing,), reals=(Real("heap", "accumulated_debris", (0,), 0.0, None),), **fields)  # type: ignore[arg-type]

    def then_kerb(chance: np.random.Generator, turn: Turn) -> Case:
        case = lane(chance, turn)
        return replace(case, things=(Thing("heap.1", (0.5, 0.4), 1.0),)) if turn.attempt else case

    plans = [Plan(0, n, k, r, Turn(n, "clear")) for n, (k, r) in enumerate((("a", lane), ("b", then_kerb)))]
    workshop = Workshop(tmp_path, look=False)
    workshop._backgrounds["street"] = background
    build(plans, workshop, tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b_01_street_clear_2fps"]
    told = capsys.readouterr().out
    assert "1/2 LEFT OUT a_00_street_clear_5fps: no place in 8 attempts; at the last, traffic drives" in told
    assert "1 built, 1 left out:\n  a_00_street_clear_5fps: no place" in told


def test_a_car_comes_and_goes_also_from_outside_the_picture(background: Background) -> None:
    away = ((0.5, 1.4), 2.0)
    scene = scene_of(background, Thing("heap.1", AT, 1.0, 2.0, 4.0, way=away, out=away), seconds=6.0)

    feet = [scene.things[0].where(index / 5) for index in range(30)]
    assert feet[0] == (0.5, 1.4)
    assert feet[10] == feet[19] == AT
    assert feet[1] is not None
    assert feet[1][1] > feet[9][1] > AT[1]  # type: ignore[index]
    assert len(list(scene.pictures())) == 30


def test_what_lies_outside_the_picture_is_nowhere_to_be_seen(background: Background) -> None:
    scene = scene_of(background, Thing("heap.1", (1.9, 0.8), 1.0))

    (truth,) = scene.truths()
    assert truth.box[0] == truth.box[2] == 1.0
    assert truth.visible == 0.0
    assert np.array_equal(scene.picture(3), scene_of(background).picture(3))


@pytest.mark.parametrize("disturbance", sorted(DISTURBANCES))
def test_every_disturbance_makes_pictures_and_the_same_ones_again(
    background: Background, disturbance: str
) -> None:
    scene = scene_of(background, Thing("heap.1", AT, 1.0), disturbance=disturbance, seed=4)

    at_its_height = scene.picture(350)
    assert at_its_height.shape == (120, 160, 3)
    assert at_its_height.dtype == np.uint8
    assert np.array_equal(at_its_height, scene.picture(350))
    assert not np.array_equal(at_its_height, scene._undisturbed(350, 70.0))


def test_unknown_words_are_told_with_what_is_allowed(background: Background, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no disturbance 'fog'; there are clear, squeezed"):
        scene_of(background, disturbance="fog")
    with pytest.raises(ValueError, match=r"no crop 'boat\.1'; there are car, car_side"):
        Shelf(tmp_path)["boat.1"]
    with pytest.raises(FileNotFoundError, match="no clip nowhere"):
        Background(View("nowhere", Ground(0.0, 0.2)), tmp_path)


def test_heaps_differ_by_seed_and_are_whole() -> None:
    assert heap(1).picture.sum() != heap(2).picture.sum()
    assert np.array_equal(heap(1).picture, heap(1).picture)
    assert heap(1).alpha.mean() > 0.3


def test_the_suite_has_every_kind_every_rate_and_names_of_its_own() -> None:
    plans = suite(0)
    cases = [plan.case() for plan in plans]

    assert len(cases) >= 60
    assert len({case.name for case in cases}) == len(cases)
    rates = [case.looks for case in cases]
    assert all(rates.count(rate) >= len(cases) // 4 for rate in (5.0, 2.0, 1.0, 0.5))
    assert {case.rule["kind"] for case in cases} == {"dwell", "cluster", "left"}
    assert set(DISTURBANCES) == {case.disturbance for case in cases}
    assert cases == [plan.case() for plan in suite(0)]
    assert cases != [plan.case() for plan in suite(1)]
    assert cases != [plan.case(attempt=1) for plan in plans]
    assert len(list(chosen(plans, 7, None))) == 7
    assert all("trap" in plan.case().tags for plan in chosen(plans, None, "trap"))


def test_no_patience_is_used_up_while_nothing_can_be_decided() -> None:
    assert due(60.0, ()) == 85.0
    assert due(60.0, ((10.0, 59.0), (200.0, 210.0))) == 85.0
    assert due(60.0, ((70.0, 100.0),)) == 115.0
    assert due(60.0, ((50.0, 80.0), (90.0, 95.0))) == 110.0


def test_a_fault_of_the_view_has_to_be_told_and_light_has_not() -> None:
    plans = [plan.case() for plan in suite(0)]
    must = {case.disturbance for case in plans for ill in DISTURBANCES[case.disturbance].ills if ill.must}

    assert must == {"shift8", "cloth", "half_cloth", "defocus", "unlit", "glare"}
    assert {case.disturbance for case in plans if "fault" in case.tags} == must
    for case in plans:
        if "fault" in case.tags:
            (real,) = case.reals
            assert real.start + 30.0 + PATIENCE < BREAKS
            assert real.end is not None
            assert real.end > MENDED


def test_a_written_case_is_one_that_can_be_scored(background: Background, tmp_path: Path) -> None:
    case = next(plan for plan in suite(0) if plan.turn.disturbance == "cloth").case()
    scene = scene_of(background, Thing("heap.1", AT, 1.0, 30.0, 90.0), seconds=4.0)
    values = described(case, scene.truths(), 0.5)

    read = ScoredCase.model_validate(yaml.safe_load(yaml.safe_dump(values)))

    assert read.note == "composite"
    assert read.about is not None
    assert "seen_by_detector 0.50" in read.about
    assert read.camera.id == case.view
    assert [(ill.condition, ill.since, ill.optional) for ill in read.health] == [
        ("covered", 90.0, False),
        ("colour_lost", 90.0, True),
    ]
    write_clip(scene, tmp_path / "clip.mp4", gop_s=2.0)
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        frames = list(clip.decode(video=0))
    assert len(frames) == 20
    assert [index for index, frame in enumerate(frames) if frame.key_frame] == [0, 10]


def test_a_zone_lies_around_the_ground_of_its_thing_and_in_the_picture() -> None:
    zone = zone_around((0.0, 0.4, 0.2, 0.95))

    assert min(x for x, _ in zone) == 0.0
    assert max(y for _, y in zone) == 1.0
    assert min(y for _, y in zone) > 0.5


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEWU_SHARED_DATA", str(tmp_path))

    assert main([str(tmp_path / "suite")]) == 1
    assert "clips.json is not there (set GEWU_SHARED_DATA)" in capsys.readouterr().err
    assert main([str(tmp_path / "suite"), "--only", "tornado"]) == 2
    assert "no case has the tag tornado; there are 0.5fps, 1fps" in capsys.readouterr().err


@pytest.mark.shared_data
def test_a_case_of_real_clips_and_crops_is_built(shared_data: Path, tmp_path: Path) -> None:
    plan = next(plan for plan in suite(0) if plan.kind == "parking" and plan.case().view == "barnet")

    def shorter(chance: np.random.Generator, turn: Turn) -> Case:
        return replace(plan.recipe(chance, turn), seconds=6.0)

    case = Workshop(shared_data).build(replace(plan, recipe=shorter), tmp_path)

    read = ScoredCase.model_validate(yaml.safe_load((tmp_path / case.name / "case.yaml").read_text()))
    assert read.expected[0].kind == "illegal_parking"
    with av.open(str(tmp_path / case.name / "clip.mp4")) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 30


def test_a_real_car_of_the_street_that_stands_in_the_zone_is_no_false_alarm(background: Background) -> None:
    plans = [plan for plan in suite(0) if plan.case().view == "crossroad"]
    own = {
        plan.case().rule["kind"]: [
            (item["id"], item["optional"])
            for item in described(replace(plan.case(), reals=(), traps=()), [], None)["expected"]
        ]
        for plan in plans
    }

    assert own == {"dwell": [("own0", True)], "cluster": [], "left": []}

import numpy as np
import pytest

from edge.observation import Box, Sighting
from edge.perception.likeness import Likeness, LikenessSettings
from edge.places import Place

BOX: Box = (0.25, 0.25, 0.5, 0.5)


def texture(seed: int, height: int = 240, width: int = 320) -> np.ndarray:
    """A colour picture full of edges, at several scales."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for size in (10, 24, 80):
        coarse = rng.random((height // size + 2, width // size + 2, 3)).astype(np.float32)
        picture += np.kron(coarse, np.ones((size, size, 1), np.float32))[:height, :width]
    return (20 + 170 * picture / 3).astype(np.uint8)


def place(box: Box = BOX, name: str = "p-1", score: float = 0.6) -> Place:
    return Place(name, "vehicle", "car", score, box, "confirmed", 0.0, 0.0, 0.0, 1.0, ())


def car(box: Box = BOX, score: float = 0.6, moving: bool | None = False) -> Sighting:
    return Sighting(box, score, "car", "vehicle", 1, moving)


SCENE = texture(1)


@pytest.fixture
def known() -> Likeness:
    """Has seen the place once, with the thing surely there."""
    likeness = Likeness(LikenessSettings())
    assert likeness.look(0.0, SCENE, [place()], [car()], []) == {}
    return likeness


def ask(likeness: Likeness, image: np.ndarray, t: float = 1.0) -> float:
    return likeness.look(t, image, [place()], [], [])["p-1"]


def test_the_same_picture_is_alike(known: Likeness) -> None:
    assert ask(known, SCENE) > 0.95


def test_another_picture_is_not(known: Likeness) -> None:
    assert ask(known, texture(2)) < 0.4


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0), (1.3, 0), (0.8, 25)])
def test_light_does_not_count(known: Likeness, gain: float, offset: float) -> None:
    assert ask(known, np.clip(SCENE * gain + offset, 0, 255).astype(np.uint8)) > 0.85


def test_noise_does_not_count_much(known: Likeness) -> None:
    noise = np.random.default_rng(3).normal(0, 4, SCENE.shape)
    assert ask(known, np.clip(SCENE + noise, 0, 255).astype(np.uint8)) > 0.85


@pytest.mark.parametrize("shift", [-3, 3])
def test_a_trembling_mast_does_not_count(known: Likeness, shift: int) -> None:
    assert ask(known, np.roll(SCENE, shift, axis=1)) > 0.8


def test_an_even_surface_is_not_alike(known: Likeness) -> None:
    assert abs(ask(known, np.full_like(SCENE, 90))) < 0.1


def test_two_even_surfaces_are_no_evidence_of_anything() -> None:
    likeness = Likeness(LikenessSettings())
    flat = np.full_like(SCENE, 90)
    likeness.look(0.0, flat, [place()], [car()], [])
    assert abs(ask(likeness, flat)) < 0.1


@pytest.mark.parametrize("cover", [(0.2, 0.2, 0.4, 0.6), (0.0, 0.0, 1.0, 1.0)])
def test_a_hidden_place_is_not_compared(known: Likeness, cover: Box) -> None:
    assert known.look(1.0, SCENE, [place()], [], [cover]) == {}
    assert known.look(2.0, SCENE, [place()], [car(cover)], []) == {}
    assert "p-1" in known.look(3.0, SCENE, [place()], [], [])


def test_its_own_sighting_does_not_hide_a_place(known: Likeness) -> None:
    assert known.look(1.0, SCENE, [place()], [car()], [])["p-1"] > 0.95


@pytest.mark.parametrize(
    ("sightings", "hidden"),
    [
        ([], []),
        ([car(score=0.3)], []),
        ([car(moving=True)], []),
        ([car(moving=None)], []),
        ([car(), car((0.45, 0.3, 0.7, 0.6))], []),
        ([car()], [(0.2, 0.2, 0.3, 0.6)]),
    ],
    ids=["unseen", "unsure", "moving", "first seen now", "partly behind a car", "a person before it"],
)
def test_nothing_is_learnt_unless_the_thing_is_surely_and_wholly_seen(
    sightings: list[Sighting], hidden: list[Box]
) -> None:
    likeness = Likeness(LikenessSettings())
    likeness.look(0.0, SCENE, [place()], sightings, hidden)
    assert len(likeness) == 0
    assert likeness.look(1.0, SCENE, [place()], [], []) == {}


def test_the_patch_follows_a_slow_change_while_the_thing_is_seen(known: Likeness) -> None:
    evening = texture(2)
    for t in range(1, 120):
        known.look(float(t), evening, [place()], [car()], [])
    assert ask(known, evening, 120.0) > 0.9


def test_the_patch_stays_as_it_is_while_the_thing_is_not_seen(known: Likeness) -> None:
    for t in range(1, 120):
        ask(known, texture(2), float(t))
    assert ask(known, SCENE, 120.0) > 0.95


def test_a_passer_by_before_the_hidden_thing_is_not_learnt(known: Likeness) -> None:
    """It has the place's size and group, and is seen once: whether it stands nobody can say."""
    passing: Box = (0.27, 0.26, 0.52, 0.51)
    moved_on: Box = (0.22, 0.24, 0.44, 0.49)
    known.look(60.0, texture(2), [place()], [car(passing, 0.9, None)], [])
    known.look(60.5, texture(2), [place(moved_on)], [car(passing, 0.9, None)], [])
    assert ask(known, SCENE, 61.0) > 0.95


def test_a_place_that_has_moved_on_is_learnt_anew(known: Likeness) -> None:
    further: Box = (0.35, 0.3, 0.6, 0.55)
    known.look(1.0, texture(2), [place(further)], [car(further)], [])
    assert known.look(2.0, texture(2), [place(further)], [], [])["p-1"] > 0.95


def test_a_picture_that_is_mostly_of_what_is_behind_the_place_tells_nothing(known: Likeness) -> None:
    """The box was higher when the picture was kept; what stands behind stays when the thing goes."""
    x1, y1, x2, y2 = BOX
    low = place((x1, y2 - 0.4 * (y2 - y1), x2, y2))
    high = place((x1, y1 - 0.2, x2, y2))

    assert known.look(1.0, texture(1), [low], [], []) == {}
    assert "p-1" in known.look(2.0, texture(1), [high], [], [])


def test_a_place_too_small_to_compare_has_no_likeness() -> None:
    likeness = Likeness(LikenessSettings())
    tiny: Box = (0.5, 0.5, 0.52, 0.52)
    likeness.look(0.0, SCENE, [place(tiny)], [car(tiny)], [])
    assert len(likeness) == 0


def test_a_place_at_the_border_of_the_picture_is_compared() -> None:
    likeness = Likeness(LikenessSettings())
    corner: Box = (0.8, 0.8, 1.0, 1.0)
    likeness.look(0.0, SCENE, [place(corner)], [car(corner)], [])
    assert likeness.look(1.0, SCENE, [place(corner)], [], [])["p-1"] > 0.95


@pytest.mark.parametrize("leaning", [(-0.04, 0.2, 0.2, 0.5), (0.2, -0.04, 0.5, 0.2), (0.8, 0.8, 1.04, 1.04)])
def test_a_place_that_leans_out_of_the_picture_is_compared(leaning: Box) -> None:
    """The medians of a place's boxes make a box that no single look had."""
    likeness = Likeness(LikenessSettings())
    likeness.look(0.0, SCENE, [place(leaning)], [car(leaning)], [])
    assert likeness.look(1.0, SCENE, [place(leaning)], [], [])["p-1"] > 0.95


def test_places_the_ledger_no_longer_has_are_forgotten(known: Likeness) -> None:
    assert len(known) == 1
    known.look(1.0, SCENE, [], [], [])
    assert len(known) == 0
    assert known.look(2.0, SCENE, [place()], [], []) == {}


def test_no_more_places_are_remembered_than_allowed() -> None:
    likeness = Likeness(LikenessSettings(most=2))
    boxes: list[Box] = [(0.1 + 0.2 * k, 0.2, 0.25 + 0.2 * k, 0.5) for k in range(4)]
    places = [place(box, f"p-{k}") for k, box in enumerate(boxes)]
    likeness.look(0.0, SCENE, places, [car(box) for box in boxes], [])
    assert len(likeness) == 2

"""The gates of the look back, one by one: a scene that passes them all, and one step beyond each."""

from collections.abc import Callable

import pytest

from edge.ledger.history import History, Look, Spot
from edge.ledger.settings import LedgerSettings
from edge.ledger.standing import Stand, look_back
from edge.ledger.windows import Windows

SETTINGS = LedgerSettings(stand_min_s=3.0)  # the gates are tried at three seconds, though sizes are 1
NOW = 4.0
Scene = Callable[[int], list[Spot]]


def spot(
    x: float = 0.0, y: float = 0.0, side: float = 1.0, score: float = 0.8, group: str = "vehicle"
) -> Spot:
    """A square box; sizes are 1, so distances are in sizes."""
    return Spot(x, y, side, side, side, score, group, "car")


def judged(scene: Scene, now: Spot | None = None) -> Stand | None:
    """Twenty looks, five a second, then the box in question."""
    history = History(SETTINGS)
    for i in range(20):
        history.pace(0.2)
        history.add(Look.of(i * 0.2, scene(i)))
    return look_back(now or spot(), NOW, history, Windows(NOW, history, SETTINGS), SETTINGS)


def test_a_thing_seen_at_one_point_in_every_look_stands() -> None:
    stand = judged(lambda i: [spot()])

    assert stand is not None
    assert (stand.since, stand.presence, stand.looks, stand.purity) == (0.0, 1.0, 20, 1.0)


@pytest.mark.parametrize(
    ("name", "scene", "stands"),
    [
        ("not long enough", lambda i: [spot()] if i >= 8 else [], False),
        ("just long enough", lambda i: [spot()] if i >= 6 else [], True),
        ("too few sightings", lambda i: [spot()] if i in (4, 19) else [], False),
        ("shakes within the gate", lambda i: [spot(0.04 * (-1) ** i)], True),
        ("scatters over the gate", lambda i: [spot(0.09 * (-1) ** i)], False),
        ("scatters upwards", lambda i: [spot(0.0, 0.09 * (-1) ** i)], False),
        ("drifts little", lambda i: [spot(0.004 * (i - 19))], True),
        ("drifts too far", lambda i: [spot(0.009 * (i - 19))], False),
        ("drifts downwards", lambda i: [spot(0.0, 0.009 * (i - 19))], False),
        ("another size", lambda i: [spot(side=1.5)], False),
        ("another group", lambda i: [spot(group="two_wheeler")], False),
        ("seen in 60 % of the looks", lambda i: [spot()] if i % 5 < 3 else [], False),
        ("seen in 75 % of the looks", lambda i: [spot()] if i % 4 < 3 else [], True),
        ("one crosses the ring now and then", lambda i: [spot(), *([spot(0.5)] if i % 5 == 0 else [])], True),
        ("much crosses the ring", lambda i: [spot(), *([spot(0.5)] if i % 2 == 0 else [])], False),
        ("a neighbour beyond the ring", lambda i: [spot(), spot(0.95)], True),
    ],
)
def test_gate(name: str, scene: Scene, stands: bool) -> None:
    assert (judged(scene) is not None) is stands, name


def test_looks_in_which_something_covers_the_spot_are_excused() -> None:
    lorry = spot(0.3, 0.0, side=3.0)

    assert judged(lambda i: [spot()] if i % 5 < 3 else [lorry]) is not None


def test_but_half_of_all_looks_must_see_it() -> None:
    lorry = spot(0.3, 0.0, side=3.0)

    assert judged(lambda i: [spot()] if i % 5 < 2 else [lorry]) is None


def test_a_person_before_it_is_an_excuse_too() -> None:
    person = spot(0.2, 0.0, side=0.8, group="")

    assert judged(lambda i: [spot()] if i % 5 < 3 else [person]) is not None


def test_a_box_off_its_own_median_is_no_stand() -> None:
    assert judged(lambda i: [spot()], spot(0.15)) is None


def test_weak_scores_need_more_time() -> None:
    assert judged(lambda i: [spot(side=0.04, score=0.3)], spot(side=0.04)) is None
    assert judged(lambda i: [spot(side=0.04, score=0.36)], spot(side=0.04)) is not None


def test_doubtful_scores_of_a_large_thing_need_more_time() -> None:
    assert judged(lambda i: [spot(side=0.05, score=0.49)], spot(side=0.05)) is None
    assert judged(lambda i: [spot(side=0.05, score=0.5)], spot(side=0.05)) is not None


def patient(
    scene: Scene, seconds: float = 8.0, now: Spot | None = None, settings: LedgerSettings = SETTINGS
) -> Stand | None:
    """Five looks a second for longer."""
    history = History(settings)
    looks = round(5 * seconds)
    for i in range(looks):
        history.pace(0.2)
        history.add(Look.of(i * 0.2, scene(i)))
    t = looks * 0.2
    return look_back(now or spot(), t, history, Windows(t, history, settings), settings)


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("shakes over the gate", lambda i: [spot(0.08 * (i % 3 - 1))]),
        ("seen in half of the looks", lambda i: [spot()] if i % 2 else []),
    ],
)
def test_what_shakes_or_flickers_is_believed_after_longer(name: str, scene: Scene) -> None:
    assert judged(scene) is None, name
    assert patient(scene) is not None, name


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("seen in a third of the looks", lambda i: [spot()] if i % 3 == 0 else []),
        ("shakes by its own size", lambda i: [spot(0.2 * (i % 3 - 1))]),
        ("drifts, as slow traffic does", lambda i: [spot(0.008 * (i - 39))]),
    ],
)
def test_but_not_everything(name: str, scene: Scene) -> None:
    assert patient(scene) is None, name


@pytest.mark.parametrize(("share_of_near", "stands"), [(1.0, True), (0.5, False)])
def test_far_off_less_drift_is_let_pass(share_of_near: float, stands: bool) -> None:
    side = share_of_near * SETTINGS.near_size

    def drifting(i: int) -> list[Spot]:
        return [spot(0.0055 * side * (i - 19), side=side)]

    assert (judged(drifting, spot(side=side)) is not None) is stands


@pytest.mark.parametrize(
    ("side", "seconds"), [(0.5, 2.5), (0.06, 2.5), (0.0315, 3.0), (0.014, 4.5), (0.005, 6.0)]
)
def test_the_smaller_a_thing_the_longer_it_is_watched(side: float, seconds: float) -> None:
    """It stands there from a time on; the stream began well before."""
    settings = LedgerSettings()

    def stood(since: float) -> bool:
        def scene(i: int) -> list[Spot]:
            return [spot(side=side)] if i * 0.2 >= 10.0 - since - 1e-6 else []

        return patient(scene, 10.0, spot(side=side), settings) is not None

    assert stood(seconds + 0.2)
    assert not stood(seconds - 0.5)


def test_one_speed_is_let_pass_by_nobody() -> None:
    """Slow traffic of all sizes: motion in own sizes goes with the size, as it does in a picture."""
    settings = LedgerSettings()
    for share in (0.3, 0.5, 0.7, 1.0, 1.5):
        side = share * settings.near_size
        step = 0.02 * share * side  # a tenth of its size in a second, at near_size

        def rolls(i: int, side: float = side, step: float = step) -> list[Spot]:
            return [spot(step * (i - 39), side=side)]

        assert patient(rolls, 8.0, spot(side=side), settings) is None, share


def test_the_gate_is_never_finer_than_the_grain() -> None:
    side, step = 0.008, 1.9 * SETTINGS.grain

    def tiny(i: int) -> list[Spot]:
        return [spot(step if i % 5 == 0 else 0.0, side=side)]

    assert step > SETTINGS.gate_sizes * side
    assert patient(tiny, 8.0, spot(side=side)) is not None


def test_the_start_is_followed_back_over_short_gaps_only() -> None:
    early = judged(lambda i: [spot()] if i < 2 or i > 4 else [])
    assert early is not None
    assert early.since == 0.0
    assert early.presence == pytest.approx(17 / 20)


def test_the_start_is_followed_back_through_a_cover() -> None:
    """A lorry stopped before it for two seconds and more, and was gone before anything was decided."""
    lorry = spot(0.3, 0.0, side=3.0)

    stand = patient(lambda i: [lorry] if 10 <= i < 24 else [spot()])
    assert stand is not None
    assert stand.since == 0.0


def test_a_tiny_thing_may_shake_by_half_a_pixel() -> None:
    """Drift below the grain of the picture is none, however small the box."""
    side = 0.0095
    step = 0.9 * SETTINGS.grain

    def tiny(i: int) -> list[Spot]:
        return [spot(0.0 if i < 25 else step, side=side)]

    assert step > SETTINGS.drift_max_sizes * side
    assert patient(tiny, 8.0, spot(step, side=side)) is not None


def tall(x: float = 0.0, foot: float = 0.5, h: float = 2.0, w: float = 1.0) -> Spot:
    """A box that stands on the foot of `spot()`, with what is behind the thing drawn into it."""
    return Spot(x, foot - h / 2, w, h, min(w, h), 0.8, "vehicle", "car")


def mostly(other: Spot, of: int = 4, thing: Spot = spot()) -> Scene:  # noqa: B008 - immutable
    """The thing by itself in one look of so many, and that other box in the rest."""
    return lambda i: [other if i % of else thing]


@pytest.mark.parametrize(("high", "of"), [(1.6, 2), (1.6, 4), (3.0, 4)])
def test_what_stands_behind_a_thing_moves_its_top_and_not_its_foot(high: float, of: int) -> None:
    """That is untidy evidence, and so takes longer."""
    assert patient(mostly(tall(h=high), of)) is not None
    assert patient(mostly(tall(h=high), of), now=tall(h=high)) is not None
    assert judged(mostly(tall(h=high), of)) is None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("on another foot", tall(foot=0.75)),
        ("beside it", tall(x=0.3)),
        ("of another width", tall(w=1.5)),
        ("of another group", tall()._replace(group="two_wheeler")),
    ],
)
def test_but_only_on_its_foot(name: str, other: Spot) -> None:
    assert patient(mostly(other)) is None, name


def test_far_off_a_box_is_too_coarse_for_that() -> None:
    near, far = SETTINGS.near_size, 0.9 * SETTINGS.near_size

    for side, stands in ((near, True), (far, False)):
        thing, high = spot(side=side), tall(foot=side / 2, h=2 * side, w=side)
        assert (patient(mostly(high, thing=thing), now=thing) is not None) is stands


def test_a_stand_is_as_high_as_most_of_its_boxes() -> None:
    stand = patient(lambda i: [tall() if i % 5 < 2 else spot()], now=tall())

    assert stand is not None
    assert (stand.spot.y, stand.spot.h, stand.spot.size) == (0.0, 1.0, 1.0)


@pytest.mark.parametrize(("foot", "stands"), [(0.9, True), (1.0, False)])
def test_at_the_edge_of_the_picture_a_box_ends_and_not_the_thing(foot: float, stands: bool) -> None:
    low, high = (Spot(0.5, foot - h / 2, 0.3, h, min(0.3, h), 0.8, "vehicle", "car") for h in (0.2, 0.4))

    assert (patient(mostly(high, thing=low), now=low) is not None) is stands

"""Text made to cost much: what reads it does work in proportion to its length, or refuses it.

How long something takes is no assertion here; how it grows is. Eight times the text may take eight times the
processor time, with room for noise; in a search that tries every place against every other it takes 64 times.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from broker import settings as loader
from broker.boundary import breach, names_a_person
from broker.events import IncidentOpened, parse
from broker.fields import read
from broker.settings import MAX_DEPTH, MOST_DIGITS, Settings, SettingsError, loads
from broker.topics import parse as parse_topic
from central.letters import Letter, event_id, fit_to_keep, tellable
from edge.schedule import ScheduleSettings
from edge.sources import rtsp
from tests.unit.central.makers import at, event

TIMES = 8
MOST_GROWTH = 28  # between TIMES and its square

HARDLY_S = 5e-3  # below this the machine is measured, not the text


def cost(work: Callable[[str], object], text: str) -> float:
    """Processor seconds, the least of some tries; what the work says or raises does not matter."""
    tries = []
    for _ in range(4):
        begun = time.process_time()
        with suppress(ValueError):
            work(text)
        tries.append(time.process_time() - begun)
    return min(tries)


def growth(work: Callable[[str], object], make: Callable[[int], str]) -> float:
    """How many times the work, for TIMES the text. What even millions of signs hardly cost does not grow."""
    size = 512
    while (small := cost(work, make(size))) < 1e-3 and size < 2**18:
        size *= 2
    large = cost(work, make(TIMES * size))
    return large / small if large > HARDLY_S else 0.0


def camera_url(text: str) -> object:
    return rtsp.Settings(kind="rtsp", id="cam", url=text)


def hours(text: str) -> object:
    return ScheduleSettings.model_validate({"spans": [{"days": ["daily"], "hours": text}]})


READERS: dict[str, tuple[Callable[[str], object], list[Callable[[int], str]]]] = {
    "boundary": (
        breach,
        [
            lambda n: "A" * n,
            lambda n: "0123456789" * (n // 10),
            lambda n: "00:" * (n // 3),
            lambda n: "00:00:00:00:00:0-" * (n // 17),
            lambda n: "0000-0000.0000" * (n // 14),
            lambda n: "00000000-0000-4000-8000-00000000000" * (n // 35),
            lambda n: "京A" * (n // 2),
            lambda n: "京A 1 2 3 4 " * (n // 12),
            lambda n: "京 . A : 1 - 2 - 3 - " * (n // 21),
            lambda n: "使1 2 3 4 5 " * (n // 12),
            lambda n: "WJ京 1 2 3 " * (n // 11),
            lambda n: "京" + "\u200b\u0301" * (n // 2),
            lambda n: "\ufdfa" * (n // 18),
        ],
    ),
    "a label": (names_a_person, [lambda n: "person_plate" * (n // 12), lambda n: "a_" * (n // 2)]),
    "a secret in a fault": (
        loader._bare,
        [
            lambda n: "//" * (n // 2),
            lambda n: "//@" * (n // 3),
            lambda n: "pass" * (n // 4),
            lambda n: "token=" * (n // 6),
            lambda n: "&pwd=\n" * (n // 6),
        ],
    ),
    "bytes to keep": (
        lambda text: fit_to_keep(text.encode()),
        [
            lambda n: ("a" * 511 + " ") * (n // 512),
            lambda n: "\\u00" * (n // 4),
            lambda n: "\\u0041" * (n // 6),
        ],
    ),
    "an event's id": (
        lambda text: event_id(text.encode()),
        [lambda n: '{"id":"' + "a" * n + '"}', lambda n: "[" * n, lambda n: '{"a":' * (n // 5)],
    ),
    "a line of a log": (tellable, [lambda n: "\x1b[31m\n" * (n // 6)]),
    "a topic": (parse_topic, [lambda n: "gewu/v1/" + "/" * n, lambda n: "gewu/v1/1/" * (n // 10)]),
    "a camera": (
        camera_url,
        [
            lambda n: "rtsp://" + "a" * n,
            lambda n: "rtsp://" + "a:1" * (n // 3),
            lambda n: "rtsp://" + "@" * n,
            lambda n: "rtsp://[" + ":" * n,
        ],
    ),
    "hours": (hours, [lambda n: "0" * n, lambda n: "07:00-" * (n // 6)]),
}


@pytest.mark.parametrize("name", READERS)
def test_work_grows_as_the_text_does(name: str) -> None:
    work, texts = READERS[name]
    for number, make in enumerate(texts):
        # A shared machine may take time from one measurement; it does not do so four times over.
        grown = min(growth(work, make) for _ in range(2)) if growth(work, make) > MOST_GROWTH else 0.0
        assert grown < MOST_GROWTH, (
            f"{name}, text {number}: {TIMES} times the text, {grown:.0f} times the work"
        )


def test_the_measure_tells_a_search_that_is_not_linear() -> None:
    def quadratic(text: str) -> int:
        return sum(text.find("b", start) for start in range(0, len(text), 4))

    assert growth(quadratic, lambda n: "a" * n) > MOST_GROWTH


class Anything(Settings):
    """Takes whatever YAML comes to."""

    x: object = None


def told(text: str) -> str:
    with pytest.raises(SettingsError) as error:
        loads(text, Anything, name="c.yaml")
    return str(error.value)


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LAUGHS, "aliases"),
        ("x: &a [*a]", "aliases"),
        ("x: " + "[" * 500_000, f"nested too deeply; {MAX_DEPTH} levels"),
        ("x: " + "{a: " * 500_000, "nested too deeply"),
        ("- " * 500_000, "nested too deeply"),
        ("x: 1" + ":1" * 400_000, f"too long for a number or a date ({MOST_DIGITS} signs)"),
        ("x: " + "9" * 5_000, "too long for a number"),
        ("x: 0x" + "f" * 500_000, "too long for a number"),
        ("x: 1.0e+" + "9" * 200, "too long for a number"),
        ("x: !!python/name:os.system ''", "is not YAML"),
        ("x: !!binary " + "A" * 200, "too long"),
        ("x: 1\nx: 2", "given twice"),
        ("x: \x00", "U+0000"),
    ],
    ids=range(13),
)
def test_yaml_that_unfolds_is_refused(text: str, why: str) -> None:
    assert why in told(text)


def test_a_tag_makes_no_object() -> None:
    assert loads("x: !!python/object/apply:os.system [id]", Anything, name="c.yaml").x == ["id"]


def test_yaml_within_the_bounds_is_read() -> None:
    nested = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    loads(f"x: {nested}", Anything, name="c.yaml")
    assert loads(f"x: '{'9' * 5_000}'", Anything, name="c.yaml").x == "9" * 5_000


def test_deep_yaml_is_refused_before_it_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    genuine = yaml.parse

    def counted(*words: object) -> object:
        nonlocal seen
        for one in genuine(*words):  # type: ignore[arg-type]
            seen += 1
            yield one

    monkeypatch.setattr(yaml, "parse", counted)
    told("x: " + "[" * 500_000)
    assert seen < 3 * MAX_DEPTH


DEPTHS = [
    "[" * 200_000,
    '{"a":' * 200_000,
    "[" * 200_000 + "]" * 200_000,
    '{"data":' * 100_000 + "1" + "}" * 100_000,
]


@pytest.mark.parametrize("body", DEPTHS, ids=["lists", "maps", "closed", "data"])
@pytest.mark.parametrize("model", [IncidentOpened, Settings])
def test_deep_json_is_refused(body: str, model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError):
        read(model, body)
    with pytest.raises(ValidationError):
        parse(body.encode())
    assert event_id(body.encode()) is None


@pytest.mark.parametrize(
    "number", ["1" * 6_000, "1e999", "-1e999", "NaN", "Infinity", "0." + "0" * 100_000 + "1"]
)
def test_numbers_beyond_all_measure_are_no_crash(number: str) -> None:
    body = event().encode().decode().replace('"coverage":0.95', f'"coverage":{number}')
    letter = Letter("gewu://131002/yard-7", "t", body.encode(), at(0))
    assert event_id(letter.body) in (None, "sit-1-0-opened")
    if number.startswith("0."):
        assert parse(letter.body).id
    else:
        with pytest.raises(ValidationError):
            parse(letter.body)


@pytest.mark.parametrize(
    "text", ["a\nERROR forged line", "\x1b[2J\x1b[31mred", "a\r\nb", "\u202egnp.exe", "\x9b31m", "\u2028"]
)
def test_what_a_node_says_writes_no_line_of_its_own_and_commands_no_terminal(text: str) -> None:
    assert tellable(text).isprintable()
    assert "\n" not in tellable(text)
    assert json.dumps(tellable(text))

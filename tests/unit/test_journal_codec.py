"""The journal's codec: the same bits again, nothing forgotten, and broken bytes that are told."""

import contextlib
import dataclasses
import math
import struct
from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broker.events import Audit, Clock, Evidence, Reason
from broker.fields import utc
from edge.journal import blocks
from edge.journal.blocks import Block, UnknownVersion
from edge.journal.columns import Damaged, In, Out
from edge.journal.entries import Begin, End, Happened, Pictured, Run, Written
from edge.observation import (
    Box,
    Observation,
    RegionState,
    RegionVerdict,
    Sighting,
    StaticRegion,
    View,
    ViewCondition,
)

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
# Every field differs from its default and from every other: what the codec forgot would show.
SIGHTING = Sighting((0.1, 0.2, 0.3, 0.4), 0.9, "car", "vehicle", track=7, moving=False)
REGION = StaticRegion(
    id="r1",
    box=(0.11, 0.12, 0.13, 0.14),
    area=0.021,
    since=71.25,
    seen_s=12.5,
    unlike=0.61,
    solid=0.62,
    verdict="left",
    state="covered",
    merged=("r0", "r9"),
    label="rubble",
    score=0.63,
)
VIEW = View("moved", 3.5, (1.01, 0.0, 0.02, 0.03, 0.99, 0.04), ((0.0, 0.1, 0.2, 0.3),), "moved by 2 %")
OBSERVATION = Observation(
    source="cam-1",
    t=100.5,
    utc=1.7e9 + 0.25,
    clock="synchronised",
    aspect=1.7778,
    sightings=(SIGHTING,),
    hidden=((0.5, 0.5, 0.6, 0.7),),
    likeness={"p-1": 0.875},
    trusted=False,
    looked=False,
    regions=(REGION,),
    view=VIEW,
)


def again(entries: Sequence[Written], number: int = 0) -> list[Any]:
    data = blocks.encode(entries, number)
    (block,) = blocks.split(data, 0)
    assert isinstance(block, Block)
    told: list[Any] = []
    for entry in blocks.decode(block, "cam-1"):
        told += entry.looks() if isinstance(entry, Run) else [entry]
    return told


@pytest.mark.parametrize("value", [SIGHTING, REGION, VIEW, OBSERVATION], ids=lambda v: type(v).__name__)
def test_the_examples_leave_no_field_at_its_default(value: Any) -> None:
    for field in dataclasses.fields(value):
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        assert getattr(value, field.name) != default, f"give the example another {field.name}: is it written?"


def test_every_field_comes_again() -> None:
    assert again([OBSERVATION, OBSERVATION]) == [OBSERVATION, OBSERVATION]


def test_every_word_of_the_observation_comes_again() -> None:
    for state in get_args(RegionState):
        for verdict in get_args(RegionVerdict):
            region = dataclasses.replace(REGION, state=state, verdict=verdict)
            seen = dataclasses.replace(OBSERVATION, regions=(region,))
            assert again([seen]) == [seen]
    for condition in get_args(ViewCondition):
        seen = dataclasses.replace(OBSERVATION, view=View(condition))
        assert again([seen]) == [seen]


floats = st.one_of(
    st.floats(),
    st.floats(0, 1),
    st.integers(0, 10_000).map(lambda n: n / 10_000),
    st.sampled_from([5e-324, 1e308, -1e-9, 123456.789, 2.0**52, math.inf]),
).filter(lambda x: not (x == 0 and math.copysign(1, x) < 0))
boxes: st.SearchStrategy[Box] = st.tuples(floats, floats, floats, floats)
sightings = st.builds(
    Sighting,
    boxes,
    floats,
    st.sampled_from(["car", "truck", "bicycle"]),
    st.sampled_from(["vehicle", "two_wheeler"]),
    st.none() | st.integers(0, 5) | st.integers(-3, 2**40),
    st.none() | st.booleans(),
)
regions = st.builds(
    StaticRegion,
    st.sampled_from(["r1", "r2", "街"]),
    boxes,
    *[floats] * 5,
    st.sampled_from(get_args(RegionVerdict)),
    st.sampled_from(get_args(RegionState)),
    st.lists(st.text(max_size=3), max_size=2).map(tuple),
    st.text(max_size=5),
    floats,
)
views = st.builds(
    View,
    st.sampled_from(get_args(ViewCondition)),
    floats,
    st.none() | st.tuples(*[floats] * 6),
    st.lists(boxes, max_size=2).map(tuple),
    st.text(max_size=9),
)
looks = st.builds(
    Observation,
    st.just("cam-1"),
    floats,
    floats,
    st.sampled_from(["unknown", "synchronised", "free_running"]),
    floats,
    st.lists(sightings, max_size=4).map(tuple),
    st.lists(boxes, max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["p-1", "p-2", "p-3"]), floats, max_size=3),
    st.booleans(),
    st.booleans(),
    st.lists(regions, max_size=3).map(tuple),
    st.just(View()) | views,
)


@st.composite
def sequences(draw: st.DrawFn) -> list[Observation]:
    """Looks of which many repeat parts of the one before, as they do on a street."""
    first = draw(looks)
    told = [first]
    for _ in range(draw(st.integers(0, 6))):
        other = draw(looks)
        same = draw(
            st.sets(st.sampled_from(["sightings", "hidden", "likeness", "regions", "view", "aspect"]))
        )
        told.append(dataclasses.replace(other, **{name: getattr(told[-1], name) for name in same}))
    return told


@settings(max_examples=30)
@given(sequences())
@example([])
def test_whatever_was_seen_comes_again_bit_for_bit(seen: list[Observation]) -> None:
    assert repr(again(seen)) == repr(seen)  # unlike ==, repr tells NaN and whole numbers apart


def test_looks_with_one_answer_are_one_run_and_cost_their_times() -> None:
    still = [dataclasses.replace(OBSERVATION, t=4.0 * n, utc=1.7e9 + 4.0 * n) for n in range(1000)]
    data = blocks.encode(still, 0)
    (block,) = blocks.split(data, 0)
    assert isinstance(block, Block)
    (run,) = blocks.decode(block, "cam-1")
    assert isinstance(run, Run)
    assert list(run.looks()) == still
    assert len(data) < 400


def test_a_run_can_be_cut() -> None:
    still = [dataclasses.replace(OBSERVATION, t=4.0 * n, likeness={"p-1": n / 10}) for n in range(10)]
    (block,) = blocks.split(blocks.encode(still, 0), 0)
    assert isinstance(block, Block)
    (run,) = blocks.decode(block, "cam-1")
    assert isinstance(run, Run)
    assert len(run) == 10
    assert list(run.part(3, 7).looks()) == still[3:7]


def test_everything_stands_in_its_order() -> None:
    evidence = Evidence(
        role="scene", sha256="a" * 64, size=9, media_type="image/jpeg", masked=True, taken=utc(1.7e9)
    )
    why = Reason(code="picture_withheld", text="could not be masked", values={"n": 1.5})
    begin = Begin("cam-1", 41, AUDIT, b'{"x":1}', {"kerb": "abc"}, {"kerb/dwell": "def"}, "resumed")
    other = dataclasses.replace(OBSERVATION, t=101.5, utc=1.7e9 + 1.25)
    later = dataclasses.replace(OBSERVATION, t=102.5, utc=1.7e9 + 2.25, hidden=())
    entries: list[Written] = [
        begin,
        Happened("lost", "the camera does not answer", 1.7e9, "free_running"),
        OBSERVATION,
        Pictured("s-1", "opened", 0, evidence),
        other,
        Pictured("s-1", "cleared", 3, None, why),
        Happened("frame", "pictures come again", 1.7e9 + 2, "unknown"),
        later,
        End(),
    ]
    assert again(entries, 41) == entries
    (block,) = blocks.split(blocks.encode(entries, 41), 0)
    assert isinstance(block, Block)
    assert (block.number, block.looks) == (41, 3)
    assert (block.since, block.until) == (1_700_000_000, 1_700_000_003)


def test_sections_of_kinds_that_are_not_known_are_passed_over() -> None:
    data = blocks.encode([OBSERVATION, End()], 0)
    (block,) = blocks.split(data, 0)
    assert isinstance(block, Block)
    out = Out()
    out.number(200)
    out.raw(b"something of a later version")
    body = blocks.deflated(out.body() + blocks.inflated(block.body) + out.body())
    assert list(blocks.decode(dataclasses.replace(block, body=body), "cam-1")) == list(
        blocks.decode(block, "cam-1")
    )


@pytest.mark.parametrize(
    ("header", "fault", "words"),
    [
        (
            blocks.MAGIC + b"\x02",
            UnknownVersion,
            "x.gwj: is a journal of version 2; this software reads version 1",
        ),
        (b"JFIF" * 9, Damaged, "is no journal"),
        (blocks.MAGIC, Damaged, "is no journal"),
        (b"", Damaged, "is no journal"),
    ],
)
def test_what_cannot_be_read_is_said(header: bytes, fault: type[Exception], words: str) -> None:
    with pytest.raises(fault, match=words):
        blocks.check_header(header, "x.gwj")


def three_blocks() -> list[bytes]:
    seen = [dataclasses.replace(OBSERVATION, t=float(n), sightings=(SIGHTING,) * n) for n in range(3)]
    return [blocks.encode([look], n) for n, look in enumerate(seen)]


@settings(max_examples=50)
@given(st.integers(0, 2), st.data())
def test_a_broken_block_costs_itself_alone(which: int, data: st.DataObject) -> None:
    parts = three_blocks()
    broken = bytearray(parts[which])
    at = data.draw(st.integers(0, len(broken) - 1))
    broken[at] ^= data.draw(st.integers(1, 255))
    parts[which] = bytes(broken)
    found = list(blocks.split(b"".join(parts), 0))
    sound = [item.number for item in found if isinstance(item, Block)]
    assert sound == [n for n in range(3) if n != which]
    assert sum(isinstance(item, Damaged) for item in found) == 1


@settings(max_examples=30)
@given(st.data())
def test_a_torn_end_costs_the_last_block_alone(data: st.DataObject) -> None:
    parts = three_blocks()
    kept = data.draw(st.integers(0, len(parts[2]) - 1))
    found = list(blocks.split(b"".join(parts)[: len(parts[0]) + len(parts[1]) + kept], 0))
    assert [item.number for item in found if isinstance(item, Block)] == [0, 1]
    assert [str(item) for item in found if isinstance(item, Damaged)] == (
        [f"the last block is not whole: {kept} bytes at {len(parts[0]) + len(parts[1])} are passed over"]
        if kept
        else []
    )


@settings(max_examples=50)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_bytes_that_are_no_block_are_damage_and_nothing_else(junk: bytes, cut: int) -> None:
    good = blocks.inflated(next(b for b in blocks.split(three_blocks()[1], 0) if isinstance(b, Block)).body)
    for body in (junk, blocks.deflated(junk), blocks.deflated(good[:cut] + junk)):
        block = Block(1, 0, 0, 0, 0, body)
        with contextlib.suppress(Damaged):
            list(blocks.decode(block, "cam-1"))


def test_a_column_never_believes_a_count() -> None:
    with pytest.raises(Damaged, match="a column of"):
        In(b"\0").ints(2**40)
    with pytest.raises(Damaged, match="never ends"):
        In(b"\xff" * 12).number()
    with pytest.raises(Damaged, match="too early"):
        In(struct.pack("B", 9)).raw()

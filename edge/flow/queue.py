"""Judges whether a thing stands in a queue. One for each rule that wants to know; pure, and bounded.

Its clock is UTC, so that its state outlives the process; a clock that is set moves the whole state with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from broker.events import Reason
from edge.ahead import Ahead, Flags, Ints, Stay
from edge.flow.doubts import DOUBTFUL_SCORE, enough, is_nothing, never_sure
from edge.flow.movers import Mover, Movers
from edge.flow.passing import catch_up, drives, keep_still
from edge.flow.shapes import Shape, cut_off, drove, near, same_spot, shape_of
from edge.flow.stints import COMPANY_MAX, Stint, time_of
from edge.flow.waits import Waits
from edge.geometry import iou
from edge.observation import Observation
from edge.places import Place

# A queue starts up at a second or two a vehicle: who does not follow within this stays.
GRACE_S: Final = 15.0
# A neighbour that is not seen for so long, or for so many looks, has gone on; the ledger takes longer.
LOST_S: Final = 15.0
LOST_LOOKS: Final = 3.0
# A spot that was free for so long, with something moving through it, is taken by another thing now.
FREE_S: Final = 3.0
# Missed for less it is the same thing, but whether it was there when its neighbours went on is in doubt.
DOUBT_GAP_S: Final = 1.0
# And it has to stand for so long itself, or for so many looks, whatever the ledger knows of the place.
SETTLED_S: Final = 15.0
SETTLED_LOOKS: Final = 2.5
# Missed for so long it may be another thing too, where looks are too rare to see any of them move.
MISSED_S: Final = 10.0
# A sighting that is the place's own, box for box.
OWN_IOU: Final = 0.6
# Shifts of the clock below this are its drift.
CLOCK_SET_S: Final = 1.0


class Flow:
    """`hold_s`: nothing that has not moved for so long stands in a queue. Step it at every look.

    `sure`: the score that a thing must have had once, unless it was seen to come.
    """

    def __init__(self, groups: Iterable[str], hold_s: float, sure: float = DOUBTFUL_SCORE) -> None:
        self._groups = frozenset(groups)
        self._hold_s = hold_s
        self._sure = sure
        self._movers = Movers()
        self._waits = Waits()
        self._stints: dict[str, Stint] = {}
        self._offset: float | None = None
        self._before: float | None = None
        self._at: float | None = None  # UTC of the last look of an earlier process
        self._dt = 0.0
        self._awake = 0.0  # UTC of the first look, or the first after a break

    def step(self, seen: Observation, places: Sequence[Place], mine: Iterable[Place]) -> None:
        """Take one look. places: all of the source; mine: those that may be asked about."""
        if not seen.looked or not seen.trusted:
            return
        self._set_clock(seen)
        movers = self._movers.step(seen, seen.utc)
        standing = [p for p in places if p.group in self._groups and p.state != "cleared"]
        self._forget({place.id for place in standing})
        for place in standing:
            self._follow(place, seen, [mover for mover in movers if mover.group == place.group])
            self._stints[place.id].sure |= place.score >= enough(place, self._sure)
        for place in mine:
            stint = self._stints.get(place.id)
            if stint is not None and seen.utc - stint.since < self._hold_s:
                self._accompany(place, standing, movers, seen.utc)

    def _set_clock(self, seen: Observation) -> None:
        """Follow the clock where it was set, and say nothing of a time in which nobody looked."""
        offset, before = seen.utc - seen.t, self._before
        if self._at is not None and seen.utc < self._at:
            self._shift(seen.utc - self._at)  # the clock went back over a restart: no time has passed
        self._at = None
        if self._offset is not None and abs(offset - self._offset) > CLOCK_SET_S:
            self._shift(offset - self._offset)
            before = None if before is None else before + offset - self._offset
        dt = 0.0 if before is None else seen.utc - before
        if before is None or dt > max(LOST_S, LOST_LOOKS * self._dt):
            for stint in self._stints.values():
                stint.wake(seen.utc)
            self._awake = seen.utc
        self._offset, self._before, self._dt = offset, seen.utc, dt

    def _shift(self, by: float) -> None:
        for stint in self._stints.values():
            stint.shift(by)
        self._waits.shift(by)
        self._movers.shift(by)
        self._awake += by

    def _forget(self, present: set[str]) -> None:
        """What stood and was cleared was a stand of that length at that spot."""
        for gone in [name for name in self._stints if name not in present]:
            self._ended(self._stints.pop(gone))

    def _ended(self, stint: Stint) -> None:
        self._waits.add(stint.shape, round(stint.seen - stint.since, 2), stint.seen)

    def _follow(self, place: Place, seen: Observation, movers: Sequence[Mover]) -> None:
        """Bring the stint of a place up to now, or begin one."""
        shape, now = shape_of(place.box, seen.aspect), seen.utc
        stint = self._stints.get(place.id)
        if stint is None:
            since, last = (now - (seen.t - t) for t in (place.since, place.last_seen))
            came = self._movers.came(shape)
            self._stints[place.id] = Stint(shape, since, last, came.way if came else None)
        elif _crossed(place, shape, seen, movers):
            stint.through = now
        elif place.last_seen == seen.t:
            self._stood(place.id, stint, shape, now)
        elif place.state != "occluded":
            stint.missed_s += self._dt

    def _stood(self, name: str, stint: Stint, shape: Shape, now: float) -> None:
        """Something stands there at this look: the same thing still, or another, or it has crept on."""
        missed = now - stint.seen > 1.01 * self._dt  # at the look before; else nothing can have come since
        came = self._movers.came(shape) if missed else None
        if came is not None and came.away > max(stint.since, stint.seen):
            self._ended(stint)
            self._stints[name] = Stint(
                shape, min(now, came.away + self._dt), now, came.way, again=True, drove_in=True
            )
        elif drove(stint.shape, shape) or self._was_free(stint, now):
            self._ended(stint)
            self._stints[name] = Stint(shape, now, now, stint.way, again=True)
        else:
            stint.doubt = now if now - stint.seen > max(DOUBT_GAP_S, 1.5 * self._dt) else stint.doubt
            stint.seen, stint.missed_s = now, 0.0

    def _was_free(self, stint: Stint, now: float) -> bool:
        """Whether the thing may have left meanwhile, and another may stand in its place."""
        free = now - stint.seen > max(FREE_S, 1.5 * self._dt)
        return free and (stint.through > stint.seen or stint.missed_s > MISSED_S)

    def _accompany(
        self, place: Place, standing: Sequence[Place], movers: Sequence[Mover], now: float
    ) -> None:
        """Who stands with it, who has gone on, and what flows past."""
        stint = self._stints[place.id]
        self._part(stint, now)
        for nothing in (other.id for other in standing if self._is_nothing(other, place)):
            stint.company.pop(nothing, None)
        for name, other in self._young(place, standing, now):
            if name in stint.company or len(stint.company) < COMPANY_MAX:
                stint.company[name] = (other.since, other.seen)
        gone_s = 0.0 if stint.last_left is None else now - stint.last_left
        if stint.seen == now and not stint.company and gone_s >= GRACE_S:
            stint.alone = True
        for mover in movers:
            beside = mover.group == place.group and near(mover.shape, stint.shape)
            if beside and not same_spot(mover.shape, stint.shape):
                stint.passed(mover.way, now)

    def _part(self, stint: Stint, now: float) -> None:
        """Take leave of those that went on, and of those that have stood for so long that they are parked."""
        for name, (since, last) in list(stint.company.items()):
            other = self._stints.get(name)
            if other is None or other.since != since or self._lost(other, now):
                del stint.company[name]
                stint.left(since, last)
            elif now - since >= self._hold_s:
                del stint.company[name]

    def _young(self, place: Place, standing: Sequence[Place], now: float) -> Iterator[tuple[str, Stint]]:
        """Its neighbours that have not stood for so long that they must be parked."""
        shape = self._stints[place.id].shape
        for other in standing:
            stint = self._stints.get(other.id)
            if stint is None or other.id == place.id or other.group != place.group:
                continue
            young = now - stint.since < self._hold_s and not self._lost(stint, now)
            if young and near(shape, stint.shape) and not self._is_nothing(other, place):
                yield other.id, stint

    def _is_nothing(self, other: Place, place: Place) -> bool:
        theirs, its = self._stints.get(other.id), self._stints.get(place.id)
        return theirs is not None and its is not None and is_nothing(other, theirs, place, its, self._awake)

    def _lost(self, stint: Stint, now: float) -> bool:
        return now - stint.seen > max(LOST_S, LOST_LOOKS * self._dt)

    def young(self, place: str, utc: float) -> bool:
        """Whether it matters still who stands with it: until then every look may tell more of that."""
        stint = self._stints.get(place)
        return stint is None or utc - stint.since < self._hold_s

    def drives(self, stay: Stay, ahead: Ahead, kinds: Ints) -> Flags:
        """Which of these boxes of a place the thing that stands there may have driven to."""
        stint = self._stints.get(stay.id)
        return np.ones(len(kinds), np.bool_) if stint is None else drives(stint, ahead, kinds)

    def passed(self, ahead: Ahead, looks: Ints, stays: Iterable[Stay]) -> None:
        """Looks in a row at which things were looked for and nothing stirred (`stirs`), nor drove."""
        if not len(looks):
            return
        last, first = int(looks[-1]), self._before
        now = float(ahead.utc[last])
        before = first if len(looks) == 1 else float(ahead.utc[looks[-2]])
        self._dt = 0.0 if before is None else now - before
        self._offset, self._before, self._at = now - float(ahead.t[last]), now, None
        for stay in stays:
            stint = self._stints[stay.id]
            keep_still(stint, stay, ahead, looks, first)
            kinds = stay.kind[looks - stay.start]
            least = enough(ahead.kinds[kinds[0]], self._sure)
            stint.sure |= bool((ahead.scores[kinds] >= least).any())
        catch_up(self._movers, ahead, looks)

    def held(self, place: Place, utc: float) -> Reason | None:
        """Why what stands here may only be waiting; None where it is to be taken for parked."""
        stint = self._stints.get(place.id)
        if stint is None:
            return None
        doubt = self._moved(stint, utc) or never_sure(place, stint, self._sure)
        if doubt or utc - stint.since >= self._hold_s:
            return doubt
        stays = self.stays(place, utc)
        if stays is None:
            return self._signal(stint, utc) or self._queue(stint, utc) or self._cut_off(place, stint, utc)
        # That who was seen beside it went on says nothing of those before it that cannot be seen.
        return self._cut_off(place, stint, utc) if stays.code == "neighbours_went_on" else None

    def since(self, place: Place) -> float | None:
        """When what stands there now was seen to drive in, if that was after the ledger's own beginning."""
        stint = self._stints.get(place.id)
        return stint.since if stint is not None and stint.drove_in else None

    def stays(self, place: Place, utc: float) -> Reason | None:
        """The evidence that it stays where those about it went on, if there is any."""
        stint = self._stints.get(place.id)
        if stint is None:
            return None
        if stint.relieved:
            text = "others came and stood beside it and went on too, and it stayed"
            return Reason(code="others_went_on", text=text)
        if stint.overtaken(utc):
            flow = utc - min(run.first for run in stint.past if run.steady(utc))
            text = f"traffic has flowed past it for {flow:.0f} s"
            return Reason(code="traffic_flows", text=text, values={"flow_s": round(flow, 1)})
        if stint.alone and stint.last_left is not None and self._signal(stint, utc) is None:
            ago = utc - stint.last_left
            text = f"what stood about it went on {ago:.0f} s ago, and it stayed"
            return Reason(code="neighbours_went_on", text=text, values={"ago_s": round(ago, 1)})
        return None

    def _moved(self, stint: Stint, utc: float) -> Reason | None:
        """What is seen on the spot may only be passing over it."""
        ago, settled_s = utc - max(stint.through, stint.since), max(SETTLED_S, SETTLED_LOOKS * self._dt)
        if stint.through <= stint.seen and not (stint.again and utc - stint.since < settled_s):
            return None
        text = f"held: something moved on its spot {ago:.1f} s ago and may be what is seen there"
        return Reason(code="moved_over", text=text, values={"ago_s": round(ago, 1)})

    def _signal(self, stint: Stint, utc: float) -> Reason | None:
        usual = self._waits.usual(stint.shape, utc)
        if usual is None or utc - stint.since >= usual[0]:
            return None
        text = f"held: {usual[1]} things stood here for a while and went on; up to {usual[0]:.0f} s is a wait"
        values = {"wait_s": round(usual[0], 1), "waits": float(usual[1])}
        return Reason(code="waiting_place", text=text, values=values)

    def _queue(self, stint: Stint, utc: float) -> Reason | None:
        count = len(stint.company)
        if count and not stint.alone:
            ago = utc - max(since for since, _ in stint.company.values())
            what = "another beside it stands" if count == 1 else f"{count} others beside it stand"
            text = f"held: {what} too, the last to stop {ago:.0f} s ago{self._limit()}"
            values = {"neighbours": float(count), "moved_s": round(ago, 1)}
            return Reason(code="in_queue", text=text, values=values)
        if stint.last_left is not None and utc - stint.last_left < GRACE_S:
            ago = utc - stint.last_left
            text = f"held: what stood about it went on {ago:.0f} s ago; it has {GRACE_S:g} s to follow"
            return Reason(code="neighbours_leave", text=text, values={"ago_s": round(ago, 1)})
        return None

    def _cut_off(self, place: Place, stint: Stint, utc: float) -> Reason | None:
        if not cut_off(place.box):
            return None
        stood = utc - stint.since
        text = f"held: it reaches out of the picture, where a queue would not be seen{self._limit()}"
        return Reason(code="cut_off", text=text, values={"stood_s": round(stood, 1)})

    def _limit(self) -> str:
        return f"; after {self._hold_s:g} s it is no queue"

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """JSON-able; times are UTC. Deep: with what is forgotten in a break anyway."""
        stints = {name: stint.dump(deep=deep) for name, stint in self._stints.items()}
        at = self._at if self._before is None else self._before
        data = {"at": at, "stints": stints, "waits": self._waits.dump()}
        return {**data, "deep": self._depths()} if deep else data

    def _depths(self) -> dict[str, Any]:
        pace = {"offset": self._offset, "before": self._before, "dt": self._dt, "awake": self._awake}
        return {**pace, "movers": self._movers.dump()}

    def restore(self, data: dict[str, Any]) -> None:
        """Take up a dump. Raises KeyError, TypeError, ValueError or AttributeError for what is none."""
        self._stints = {str(name): Stint.restore(item) for name, item in data["stints"].items()}
        self._waits.restore(data["waits"])
        if "deep" in data:
            deep = data["deep"]
            self._offset, self._before = time_of(deep["offset"]), time_of(deep["before"])
            self._dt, self._awake = float(deep["dt"]), float(deep["awake"])
            self._movers.restore(deep["movers"])
        elif data.get("at") is not None:
            self._at = float(data["at"])


def _crossed(place: Place, shape: Shape, seen: Observation, movers: Sequence[Mover]) -> bool:
    """Whether what is seen on the spot moves, and the thing itself is not seen beside it."""
    over = {mover.track for mover in movers if same_spot(mover.shape, shape)}
    return bool(over) and not any(
        iou(sighting.box, place.box) >= OWN_IOU
        for sighting in seen.sightings
        if sighting.group == place.group and sighting.track not in over
    )

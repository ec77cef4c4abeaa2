"""The ledger of devices: readings in, phases of situations out. Pure: time is an argument, in UTC seconds.

Readings wait for `late_s` in case an earlier one is still on its way. Readings, and times that run out, are
then taken in their own order, so that what comes in another order, or twice, gives the same situations.
Seconds count between readings as long as the device's last word holds, which is as long as its silence is
normal. A situation ends when a reading says so, for long enough, and never by silence.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from broker.events import Reason
from edge.devices.device import Device
from edge.devices.findings import Found
from edge.devices.order import Held, Order, Wire, parts
from edge.devices.state import AGAIN, MISSING, SILENCE, DeviceState, Foreign
from edge.devices.turning import NO_MEMORY, Turns, by_arrival, tells_nothing, waits
from edge.readings import Reading

Outcome = Literal["occupied", "clear", "not_seen"]


class DeviceBook:
    """Every device of a node. `take` readings as they come, then `advance`; findings are in order of time."""

    def __init__(self, devices: Iterable[Device], now: float, late_s: float = 2.0) -> None:
        self.late_s = late_s
        self.now = now
        self.done = now - late_s
        self.late = 0  # readings that came after later ones had been taken
        self.unknown = 0  # readings of devices that are not configured
        self.states = {device.id: DeviceState(device, now) for device in devices}
        self._order: Order[DeviceState] = Order(late_s)
        self._turns = Turns()
        self._timers = self._turns.timers
        self._wires: dict[str, Wire[DeviceState]] = {}
        self._dirty: dict[tuple[DeviceState, int], None] = {}
        self._connect()
        for state in self.states.values():
            self._turns.watch_silence(state)

    def _connect(self) -> None:
        for state in self.states.values():
            device = state.device
            for n, name in enumerate(device.names):
                wire = self._wires.setdefault(name, Wire((device.id, n)))
                wire.targets = (*wire.targets, (device.channel, state))
                state.wires = (*state.wires, wire)
            for index, slot, other in device.duty.elsewhere:
                watched = device.duty.rules[index].watched[slot]
                there = self.states[other]
                there.foreign = (
                    *there.foreign,
                    Foreign(watched.quantity, watched.channel, state, index, slot),
                )
                state.slots = {**(state.slots or {}), (index, slot): there}

    def take(self, readings: Sequence[Reading], arrival: float, retained: bool = False) -> None:
        """Readings of one message. arrival: UTC seconds by the node's clock, never less than before.

        retained: a broker has kept it. It is the last known state and no sign of life; it is of the time of
        its own stamp, else known from now on, which takes no second from what began before.
        """
        arrival = self.now = max(self.now, arrival)
        if not readings:
            return
        device, at = readings[0].device, readings[0].at
        for reading in readings:
            if reading.at != at or reading.device != device:
                for part in parts(readings):
                    self._put(part[0].device, part[0].at, arrival, part, retained)
                return
        self._put(device, at, arrival, tuple(readings), retained)

    def _put(
        self, device: str, at: float | None, arrival: float, readings: tuple[Reading, ...], retained: bool
    ) -> None:
        wire = self._wires.get(device)
        if wire is None:
            self.unknown += len(readings)
            return
        if retained:
            then = wire.kept(at, arrival)
            if then is None or then >= wire.last:
                t = arrival if then is None else then
                self._order.put(wire, t, arrival, then is not None, readings, kept=True)
            return
        t = arrival if at is None else wire.time(at, arrival)
        if t < wire.last:
            self.late += len(readings)
            wire.stray(t, arrival)
            return
        if wire.strays:
            wire.strays.clear()
        self._order.put(wire, t, arrival, at is not None, readings)

    def advance(self, now: float) -> list[Found]:
        """Take what is due by `now`; what was found since the last call."""
        self.now = max(self.now, now)
        until = self.now - self.late_s
        while self._run(until) or self._settle():
            pass
        self.done = max(self.done, until)
        found, self._turns.found = self._turns.found, []
        return found

    def _run(self, until: float) -> bool:
        """What is due, in order, and at one time what runs out before what is read. False: nothing was.

        Before another instant begins, rules over several readings are judged on the one that ends, which may
        itself set a time that comes before what was next.
        """
        order, timers, any_due = self._order, self._timers, False
        while (next_at := min(order.next_at(), timers.next_at())) <= until:
            any_due = True
            if next_at > self.done:
                if self._dirty and self._settle():
                    continue
                self.done = next_at
            if timers.next_at() > next_at:
                self._take(order.next())
            elif (timed := timers.pop(next_at)) is not None:
                self._time(*timed)
        return any_due

    def _settle(self) -> bool:
        dirty, self._dirty = self._dirty, {}
        for state, index in dirty:
            self._judge_joint(state, index, self.done)
        return bool(dirty)

    def _time(self, at: float, state: DeviceState, key: int) -> None:
        if key >= AGAIN:
            self._judge_joint(state, key - AGAIN, at)
        elif key >= MISSING or key == SILENCE:
            self._turns.silence(state, key, at)
        else:
            self._turns.ripen(state, key, at)

    def _take(self, held: Held[DeviceState]) -> None:
        wire = held.wire
        fresh = (held.t > wire.last or not held.stamped) and not held.kept
        if held.stamped or not held.kept:
            wire.last, wire.own = held.t, held.stamped and held.t != held.arrival
        behind = held.arrival - held.t
        skew = behind if behind > self.late_s else 0.0
        for channel, state in wire.targets:
            readings = held.readings
            if channel is not None:
                readings = tuple(reading for reading in readings if reading.channel == channel)
            if readings:
                state.own = wire.own
                self._hear(state, held, readings, channel, skew if fresh else None)

    def _hear(
        self,
        state: DeviceState,
        held: Held[DeviceState],
        readings: Sequence[Reading],
        base: str | None,
        skew: float | None,
    ) -> None:
        """skew: what its clock is behind; None for what says nothing about when it was heard."""
        t = held.t
        involved = (state, *state.owners) if state.foreign else (state,)
        for each in involved:
            if each.entries:
                self._turns.count(each, t)
        state.readings += 0 if held.kept else len(readings)
        if held.kept and held.stamped:
            self._turns.spoke(state, t, self.now)
        if skew is not None:
            before, state.heard = state.heard, max(state.heard, t + skew)
            state.skew = skew
            if state.quiet:
                self._turns.woken(state, before, t)
            state.ever = True
        self._judge(state, readings, base, held)
        if state.foreign:
            self._tell_others(state, readings, base, held)
        for each in involved:
            if each.entries:
                self._turns.arm(each)

    def _judge(
        self, state: DeviceState, readings: Sequence[Reading], base: str | None, held: Held[DeviceState]
    ) -> None:
        watching, entries, t = state.device.duty.watching, state.entries, held.t
        for reading in readings:
            watches = watching.get(reading.quantity)
            if watches is None or reading.quality == "bad":
                continue
            for at, slot, channel, rule, joint, keeps in watches:
                if reading.channel != (channel or base):
                    continue
                entry = entries.get(at)
                memory = state.memory_of(at) if keeps else NO_MEMORY
                if held.kept and tells_nothing(rule, memory, slot, reading, held.stamped):
                    continue
                noted = t + state.skew if joint and by_arrival(rule) else t
                verdict = rule.judge(reading, slot, noted, entry is not None and entry.wrong, memory)
                if joint:
                    self._dirty[(state, at)] = None
                elif held.kept and entry is not None and entry.wrong == verdict:
                    continue
                elif verdict or (entry is not None and verdict is not None):
                    self._turns.turn(state, at, verdict, t, reading)

    def _tell_others(
        self, state: DeviceState, readings: Sequence[Reading], base: str | None, held: Held[DeviceState]
    ) -> None:
        good = [reading for reading in readings if reading.quality != "bad"]
        for quantity, channel, owner, index, slot in state.foreign:
            rule, memory = owner.joint(index), owner.memory_of(index)
            for reading in good:
                if reading.quantity != quantity or reading.channel != (channel or base):
                    continue
                if held.kept and tells_nothing(rule, memory, slot, reading, held.stamped):
                    continue
                rule.judge(reading, slot, held.t, False, memory)
                self._dirty[(owner, index)] = None

    def _judge_joint(self, state: DeviceState, index: int, t: float) -> None:
        rule, memory = state.joint(index), state.memory_of(index)
        if state.entries:
            self._turns.count(state, t)
        verdict = rule.now(memory, t, state.device.here, state.stale(index, t))
        if verdict or (verdict is not None and index in state.entries):
            self._turns.turn(state, index, verdict, t)
        if state.entries:
            self._turns.arm(state)
        self._timers.arm(state, AGAIN + index, rule.again(memory, t))

    @property
    def changed(self) -> dict[str, None]:
        """Devices whose state should be kept; whoever keeps it empties this."""
        return self._turns.changed

    def why(self, device: str, rule: str) -> Reason:
        """Where a rule of a device stands, also when nothing is told. Raises KeyError for an unknown one."""
        state = self.states[device]
        index = state.device.duty.index_of(rule)
        if index is None:
            raise KeyError(f"{device} has no rule {rule!r}")
        return waits(state.entries.get(index), state.rule(index).settings.after)

    def answer(self, situation: str) -> tuple[DeviceState, Outcome, Reason] | None:
        """Of which device it is, whether it is still so, and why; None for an unknown one."""
        for state in self.states.values():
            for index, entry in state.entries.items():
                if entry.id == situation:
                    why = waits(entry, state.rule(index).settings.after)
                    held = self.now - state.skew_of(index) <= state.holds_until(index)
                    outcome: Outcome = ("occupied" if entry.wrong else "clear") if held else "not_seen"
                    return state, outcome, why
        return None

    @property
    def waiting(self) -> Sequence[Held[DeviceState]]:
        """Readings that wait for earlier ones, in order."""
        return sorted(self._order.held, key=lambda each: (each.t, each.n))

    def put_back(
        self,
        wire: Wire[DeviceState],
        t: float,
        arrival: float,
        stamped: bool,
        readings: tuple[Reading, ...],
        kept: bool = False,
    ) -> None:
        """Readings that waited in an earlier process."""
        self._order.put(wire, t, arrival, stamped, readings, kept)

    def resume(self, state: DeviceState) -> None:
        """A device's state was taken up: look at it again when its time comes."""
        state.due.clear()
        self._turns.watch_silence(state)
        self._turns.arm(state)
        for index in state.device.duty.joint:
            if index in state.memory:
                again = state.joint(index).again(state.memory[index], self.done)
                self._timers.arm(state, AGAIN + index, again)

    def tell(self, found: Found) -> None:
        """Something to be found by the next `advance`."""
        self._turns.found.append(found)

    def clock_set(self, by_s: float) -> None:
        """The node's clock was put forward by so much: what it has stamped moves, what devices have not."""
        self.now += by_s
        self.done += by_s
        self._order.clock_set(by_s)
        for wire in self._wires.values():
            wire.last += 0.0 if wire.own else by_s
            wire.strays.clear()
        for state in self.states.values():
            state.clock_set(by_s, self.now)
            self.resume(state)

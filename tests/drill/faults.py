"""What each kind of fault does. One function a kind, found by its name in the plan."""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.drill.children import Child
from tests.drill.gates import WAYS, Gate
from tests.drill.plan import WEIGHTS, Fault
from tests.drill.world import Seat, World

DOWN_S = 2.0  # a process that ended is started again within this
OFFSETS_S = (-3600.0, 0.0, 3600.0)
PLACES = ("after_commit", "after_publish", "on_receipt")
AT_PLACE_S = 4.0  # so long may it take to get to that place

Hit = Callable[[World, Fault], None]


def possible(world: World) -> frozenset[str]:
    """The kinds that this set-up can be hit by."""
    without = set()
    if world.database is None:
        without.add("stop_database")
    if world.broker.data is None:
        without.add("wipe_broker")  # it loses everything with every kill
    if not any(seat.disk for seat in world.senders):
        without.add("fill_sender_disk")
    if not any(seat.disk for seat in world.centres):
        without.add("fill_centre_disk")
    return frozenset(WEIGHTS) - without


def hit(world: World, fault: Fault) -> None:
    """Let the fault happen; returns when it is over."""
    KINDS[fault.kind](world, fault)


def _kill(child: Child, fault: Fault) -> None:
    child.kill()
    time.sleep(min(fault.length_s, DOWN_S))
    child.start()


def _pause(child: Child, fault: Fault) -> None:
    child.pause()
    try:
        time.sleep(fault.length_s)
    finally:
        child.resume()


def _kill_sender(world: World, fault: Fault) -> None:
    with world.free(world.senders, fault.pick) as seat:
        _kill(seat.child, fault)


def _kill_sender_at(world: World, fault: Fault) -> None:
    """Killed at an exact place of its work, when it gets there."""
    with world.free(world.senders, fault.pick) as seat:
        seat.child.kill()
        seat.child.start({"GEWU_FAILPOINT": random.Random(fault.chance).choice(PLACES)})  # noqa: S311
        if not seat.child.ended_within(AT_PLACE_S):
            seat.child.kill()
        seat.child.start()


def _pause_sender(world: World, fault: Fault) -> None:
    with world.free(world.senders, fault.pick) as seat:
        _pause(seat.child, fault)


def _step_clock(world: World, fault: Fault) -> None:
    with world.free(world.senders, fault.pick) as seat:
        seat.order(offset_s=random.Random(fault.chance).choice(OFFSETS_S))  # noqa: S311


def _kill_centre(world: World, fault: Fault) -> None:
    with world.free(world.centres, fault.pick) as seat:
        _kill(seat.child, fault)


def _pause_centre(world: World, fault: Fault) -> None:
    with world.free(world.centres, fault.pick) as seat:
        _pause(seat.child, fault)


def _restart_centre(world: World, fault: Fault) -> None:
    with world.free(world.centres, fault.pick) as seat:
        seat.child.stop()
        seat.child.start()


def _kill_broker(world: World, fault: Fault) -> None:
    with world.broker.child.hold:
        world.broker.child.kill()
        time.sleep(min(fault.length_s, DOWN_S))
        world.broker.start()


def _wipe_broker(world: World, fault: Fault) -> None:
    with world.broker.child.hold:
        world.broker.child.kill()
        world.broker.forget()
        time.sleep(min(fault.length_s, DOWN_S))
        world.broker.start()


def _restart_broker(world: World, fault: Fault) -> None:
    with world.broker.child.hold:
        world.broker.child.stop()
        world.broker.start()


def _pause_broker(world: World, fault: Fault) -> None:
    with world.broker.child.hold:
        _pause(world.broker.child, fault)


def _cut(world: World, gate: Gate, fault: Fault) -> None:
    with gate.hold:
        world.gates.cut(gate)
        time.sleep(fault.length_s)
        world.gates.mend(gate)


def _stall(world: World, gate: Gate, fault: Fault) -> None:
    """Connections stand, and nothing comes through: both ways or one."""
    with gate.hold:
        world.gates.stall(gate, random.Random(fault.chance).choice((WAYS, WAYS[:1], WAYS[1:])))  # noqa: S311
        time.sleep(fault.length_s)
        world.gates.mend(gate)


def _break(world: World, gate: Gate, fault: Fault) -> None:
    """The next packets end in their middle, and their connections with them."""
    with gate.hold:
        gate.breaks = 1 + fault.chance % 3
        time.sleep(fault.length_s)
        world.gates.mend(gate)


def _gate_of(seats: list[Seat], fault: Fault) -> Gate:
    return seats[int(fault.pick * len(seats))].gate


def _delay(world: World, fault: Fault) -> None:
    gate = _gate_of(world.seats, fault)
    with gate.hold:
        gate.delay_s = 0.02 + 0.3 * (fault.chance % 1000) / 1000
        time.sleep(fault.length_s)
        world.gates.mend(gate)


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    """No byte is left on this disk."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            _fill(file.fileno(), disk)
        yield
    finally:
        ballast.unlink()


def _fill(file: int, disk: Path) -> None:
    size = 0
    for block in (16_777_216, 65_536, 4_096):
        with suppress(OSError):
            while True:
                os.posix_fallocate(file, size, block)
                size += block


def _fill_disk(seats: list[Seat], world: World, fault: Fault) -> None:
    with world.free([seat for seat in seats if seat.disk], fault.pick) as seat:
        assert seat.disk is not None
        with _full(seat.disk):
            time.sleep(fault.length_s)


def _stop_database(world: World, fault: Fault) -> None:
    assert world.database is not None
    with world.books.hold:
        world.database.stop()
        time.sleep(min(fault.length_s, DOWN_S))
        world.database.start()


def _say_again(world: World, fault: Fault) -> None:
    """Duplicates, and an order that no node would make."""
    world.wire.again(20 + fault.chance % 100, random.Random(fault.chance))  # noqa: S311


KINDS: Mapping[str, Hit] = {
    "kill_sender": _kill_sender,
    "kill_sender_at": _kill_sender_at,
    "pause_sender": _pause_sender,
    "step_clock": _step_clock,
    "kill_centre": _kill_centre,
    "pause_centre": _pause_centre,
    "restart_centre": _restart_centre,
    "kill_broker": _kill_broker,
    "wipe_broker": _wipe_broker,
    "restart_broker": _restart_broker,
    "pause_broker": _pause_broker,
    "cut_sender": lambda world, fault: _cut(world, _gate_of(world.senders, fault), fault),
    "stall_sender": lambda world, fault: _stall(world, _gate_of(world.senders, fault), fault),
    "break_sender": lambda world, fault: _break(world, _gate_of(world.senders, fault), fault),
    "cut_centre": lambda world, fault: _cut(world, _gate_of(world.centres, fault), fault),
    "stall_centre": lambda world, fault: _stall(world, _gate_of(world.centres, fault), fault),
    "break_centre": lambda world, fault: _break(world, _gate_of(world.centres, fault), fault),
    "delay": _delay,
    "fill_sender_disk": lambda world, fault: _fill_disk(world.senders, world, fault),
    "fill_centre_disk": lambda world, fault: _fill_disk(world.centres, world, fault),
    "stop_database": _stop_database,
    "say_again": _say_again,
}

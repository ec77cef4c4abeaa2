"""What `gewu-edge simulate` does: a street and, unless it is only played, a node in its time."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from broker.settings import Fault, SettingsError
from edge.assembly import SOFTWARE
from edge.commands import stop_on_signals
from edge.config import Configuration, anchored, load
from edge.database import OutboxError
from edge.drafts import Stamped
from edge.exits import BAD_CONFIGURATION, BROKE, CANNOT_START, FINE
from edge.intake import Clocks
from edge.node import Node
from edge.simulation import expecting
from edge.simulation.clock import StreetClock
from edge.simulation.outlets import NoOutlet, Outlet, outlets
from edge.simulation.playing import ByTheClock, InStep, Player, Tally, Tempo
from edge.simulation.script import Actor, Expected, ScriptSettings, actors, read
from edge.simulation.streets import streets_of, with_films
from edge.simulation.thing import renamed

log = logging.getLogger(__name__)

# In the audit of every event, so that nobody takes a street that was played for one that was watched.
SIMULATED: Final = f"{SOFTWARE}+simulated"
START_S: Final = 60.0
GRACE_S: Final = 0.5
SETTLE_S: Final = 0.3  # what was said last is decided by then
STUCK_S: Final = 2.0  # so long no event was confirmed: nobody is there to do it
LOOK_S: Final = 0.02


def simulate(args: argparse.Namespace) -> int:
    """`gewu-edge simulate`."""
    script = anchored(read(args.script), args.script.resolve().parent)
    script = _with_options(script, args)
    stop = threading.Event()
    stop_on_signals(stop)
    try:
        if args.only_play:
            return _only_play(script, args, stop)
        if args.config is None:
            print("--config is needed, or --only-play", file=sys.stderr)
            return BAD_CONFIGURATION
        return _with_node(script, args, stop)
    except NoOutlet as error:
        print(error, file=sys.stderr)
        return CANNOT_START


def _with_options(script: ScriptSettings, args: argparse.Namespace) -> ScriptSettings:
    """What the command line says counts."""
    given = {"speed": args.speed, "seed": args.seed, "cameras": False if args.no_cameras else None}
    return script.model_copy(update={name: value for name, value in given.items() if value is not None})


def _only_play(script: ScriptSettings, args: argparse.Namespace, stop: threading.Event) -> int:
    node = load(args.config).settings if args.config else None
    with _ready(actors(script, args.repeat), outlets(script, node)) as (cast, ways):
        player = Player(cast, ways, ByTheClock(script.speed or 1.0), _progress(script.lasts))
        began = time.monotonic()
        player.play(script.lasts, script.seed, stop)
        real = time.monotonic() - began
    _print(_summary(script.lasts, real, player.tally))
    return FINE if not player.tally.lost else BROKE


def _with_node(script: ScriptSettings, args: argparse.Namespace, stop: threading.Event) -> int:
    street = Street(_configured(script, args), script, args.repeat)
    return street.run(stop, args.keep)


def _configured(script: ScriptSettings, args: argparse.Namespace) -> Configuration:
    """The node's configuration with the devices of all streets. Raises SettingsError."""
    found = load(args.config)
    try:
        settings = streets_of(found.settings, script.things, args.repeat)
        settings = with_films(settings, cameras=script.cameras)
    except ValueError as error:
        raise SettingsError([Fault(str(args.config), 1, 1, "", str(error))]) from error
    return replace(found, settings=settings)


class Street:
    """A node and what is around it, in one time."""

    def __init__(self, configuration: Configuration, script: ScriptSettings, streets: int) -> None:
        self._configuration, self._script, self._streets = configuration, script, streets
        begin = _begin(script)
        self._clock = StreetClock(begin, script.speed)
        self._found = expecting.Situations(begin)
        self._stop = threading.Event()
        self._failed: list[Exception] = []
        self._real_s = 0.0

    def run(self, stop: threading.Event, keep: Path | None) -> int:
        """Play it, and judge what came of it."""
        with ExitStack() as stack:
            folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gewu-street-")))
            node = self._node(folder)
            thread = threading.Thread(target=self._work, args=(node,), name="node")
            ways = outlets(self._script, self._configuration.settings)
            with _ready(actors(self._script, self._streets), ways) as (cast, ways):
                thread.start()
                try:
                    player = self._played(node, cast, ways, stop)
                finally:
                    self._stop.set()
                    thread.join()
        if self._failed:
            raise self._failed[0]
        return self._judged(node, player, complete=not stop.is_set())

    def _node(self, folder: Path) -> Node:
        """With a store of its own, so that a street never mixes with what a place has seen."""
        settings = self._configuration.settings
        storage = settings.storage.model_copy(update={"directory": folder})
        settings = settings.model_copy(update={"storage": storage})
        network = Clocks(time.monotonic, time.time)
        clock = self._clock.source_clock()
        configuration = replace(self._configuration, settings=settings)
        return Node(configuration, clock, network=network, told=self._told, software=SIMULATED)

    def _work(self, node: Node) -> None:
        try:
            node.run(self._stop, grace_s=GRACE_S)
        except Exception as error:  # whoever started it says why it could not
            self._failed.append(error)

    def _told(self, events: Sequence[Stamped]) -> None:
        for event in events:
            self._found.take(json.loads(event.body))

    def _played(
        self, node: Node, cast: Sequence[Actor], ways: Mapping[str, Outlet], stop: threading.Event
    ) -> Player:
        self._wait(node, stop)
        tempo: Tempo = InStep(self._clock, lambda: not node.looking, lambda: _taken(node))
        player = Player(cast, ways, tempo, _progress(self._script.lasts))
        if not self._failed:
            began = time.monotonic()
            player.play(self._script.lasts, self._script.seed, stop)
            self._real_s = time.monotonic() - began
            _drain(node, stop)
        return player

    def _wait(self, node: Node, stop: threading.Event) -> None:
        """Until it hears all that is said."""
        until = time.monotonic() + START_S
        while not self._failed and not stop.is_set():
            receptions = node.receptions
            if node.started and all(each.hears() for each in receptions):
                return
            if time.monotonic() > until:
                troubles = "; ".join(each.trouble for each in receptions if each.trouble)
                raise NoOutlet(f"the node does not hear its devices: {troubles or 'it does not start'}")
            time.sleep(LOOK_S)

    def _judged(self, node: Node, player: Player, *, complete: bool) -> int:
        summary = _summary(self._clock.monotonic(), self._real_s, player.tally)
        summary |= {
            "opened": self._found.opened,
            "cleared": self._found.cleared,
            "refused": sum(each.refused for each in node.receptions),
            "pending": node.summary.pending if node.summary else 0,
            "hurried": self._clock.hurried,
        }
        lines = self._lines()
        wrong = [line for line in lines if line.verdict != "as expected"]
        if wrong:
            print(expecting.table(lines), file=sys.stderr)
        if self._script.expect is not None:
            summary["expected"] = len(lines) - len(wrong)
            summary["missed"] = sum(line.verdict == "missed" for line in wrong)
            summary["too_many"] = sum(line.verdict == "too many" for line in wrong)
        _print(summary)
        return FINE if complete and not wrong and not player.tally.lost else BROKE

    def _lines(self) -> list[expecting.Line]:
        if self._script.expect is None:
            return []
        wishes = [
            each
            for street in range(1, self._streets + 1)
            for wish in self._script.expect
            if (each := _of_street(wish, self._script, street)) is not None
        ]
        found = self._found.by_subject.values()
        return expecting.verdict(wishes, found, others=self._script.others == "allowed")


def _begin(script: ScriptSettings) -> float:
    try:
        return script.begins(time.time())
    except ValueError as error:
        raise SettingsError([Fault("the script", 1, 1, "", str(error))]) from error


def _of_street(wish: Expected, script: ScriptSettings, street: int) -> Expected | None:
    """What must come in that street; None where the thing is not in it."""
    thing = next((thing for thing in script.things if thing.id == wish.source), None)
    if street > 1 and (thing is None or thing.single):
        return None
    return wish.model_copy(update={"source": renamed(wish.source, street)})


@contextmanager
def _ready(
    cast: Sequence[Actor], ways: dict[str, Outlet]
) -> Iterator[tuple[Sequence[Actor], dict[str, Outlet]]]:
    """Everything that speaks or is asked, until the end."""
    with ExitStack() as stack:
        for way in {id(each): each for each in ways.values()}.values():
            stack.callback(way.close)
            way.open()
        for actor in cast:
            stack.callback(actor.thing.stop)
            actor.thing.start()
        yield cast, ways


def _taken(node: Node) -> int:
    return sum(each.taken for each in node.receptions)


def _drain(node: Node, stop: threading.Event) -> None:
    """Give the centre its time, as long as it confirms anything."""
    left, since = 0, time.monotonic()
    time.sleep(SETTLE_S)
    with suppress(OutboxError):  # a node whose last film has ended is gone by itself
        while (now := node.outstanding) and not stop.is_set():
            if now != left:
                left, since = now, time.monotonic()
            if time.monotonic() - since > STUCK_S:
                return
            time.sleep(LOOK_S)


def _progress(seconds: float) -> Any:
    def told(t: float, tally: Tally) -> None:
        at, whole = expecting.clock(t), expecting.clock(seconds)
        print(f"simulate: {at} of {whole}, {tally.sent.total()} messages", file=sys.stderr, flush=True)

    return told


def _summary(simulated: float, real: float, tally: Tally) -> dict[str, Any]:
    return {
        "simulated_s": round(simulated, 1),
        "real_s": round(real, 1),
        "ratio": round(simulated / real, 1) if real > 0 else 0.0,
        "messages": tally.sent.total(),
        "sent": dict(sorted(tally.sent.items())),
        "lost": tally.lost,
    }


def _print(summary: dict[str, Any]) -> None:
    print(json.dumps(summary), flush=True)

"""The book's state as JSON-able values, device by device, and back. Pure.

What passed between dump and restore was not listened to: no seconds of it count, and no silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from broker.events import Reason
from edge.device_rule import Here
from edge.devices.book import DeviceBook
from edge.devices.device import Device, Duty
from edge.devices.entry import Entry
from edge.devices.findings import RuleTold, SituationFound
from edge.devices.order import Wire
from edge.devices.state import DeviceState
from edge.devices.turning import lasted
from edge.readings import Reading

VERSION: Final = 1
NO_DUTY: Final = Duty((), (), {}, (), (), ())
Dump = dict[str, Any]


def dump(book: DeviceBook) -> Dump:
    """All of it."""
    devices = {name: dump_device(state) for name, state in book.states.items()}
    return {"version": VERSION, "now": book.now, "devices": devices, "held": list(_held(book))}


def dump_device(state: DeviceState) -> Dump:
    """One device; what it is called too while a situation is open, for a last word after it is taken away."""
    rules = state.device.duty.rules
    told = any(entry.told for entry in state.entries.values())
    return {
        "heard": state.heard,
        "ever": state.ever,
        "silent": state.silent,
        "own": state.own,
        "skew": state.skew,
        "wires": [[w.last if w.last > float("-inf") else None, w.off, w.own] for w in state.wires],
        "entries": {rules[at].settings.name: _entry(state, at, each) for at, each in state.entries.items()},
        "memory": {rules[at].settings.name: [rules[at].settings.kind, m] for at, m in state.memory.items()},
        **({"is": _called(state.device)} if told else {}),
    }


def _entry(state: DeviceState, at: int, entry: Entry) -> Dump:
    duty = state.device.duty
    return {**entry.dump(), "rule": asdict(RuleTold.of(duty.rules[at].settings, duty.versions[at]))}


def _called(device: Device) -> Dump:
    names = ("kind", "name", "asset", "place", "part", "accuracy_m")
    here = None if device.here is None else [device.here.lon, device.here.lat]
    return {**{name: getattr(device, name) for name in names}, "here": here}


def _held(book: DeviceBook) -> Iterator[list[Any]]:
    for each in book.waiting:
        told = [[r.quantity, r.value, r.quality, r.channel, r.at] for r in each.readings]
        yield [each.t, each.arrival, each.stamped, *each.wire.key, told, each.kept]


def restore(book: DeviceBook, data: Dump) -> list[str]:
    """Take up a dump in a new book; what was wrong with it, one text each.

    Raises ValueError for what is no dump at all. Situations of devices and rules that are no longer
    configured end with a word: they are found by the next `advance`.
    """
    try:
        deaf_s = max(0.0, book.now - float(data["now"]))
        devices, held = dict(data["devices"]), list(data["held"])
        version = data["version"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"this is no state of devices: {error!r}") from error
    if version != VERSION:
        raise ValueError(f"this is version {version!r} of the devices' state, not {VERSION}")
    faults = list(restore_devices(book, devices, deaf_s))
    faults += [text for item in held if (text := _put_back(book, item))]
    return faults


def dump_changed(book: DeviceBook, name: str) -> Dump | None:
    """One device, with the time at which it was so; None for one that is not configured."""
    state = book.states.get(name)
    return None if state is None else {"now": book.now, "device": dump_device(state)}


def resume(book: DeviceBook, whole: Dump, singles: Mapping[str, Any]) -> list[str]:
    """Take up a dump, and what was kept of single devices since; what was wrong with them, one text each."""
    faults, since = [], float("-inf")
    if whole:
        try:
            since = float(whole["now"])
            later = {name for name, data in singles.items() if _time_of(data) >= since}
            rest = {name: data for name, data in dict(whole["devices"]).items() if name not in later}
            faults += restore(book, {**whole, "devices": rest})
        except (KeyError, TypeError, ValueError) as error:
            faults.append(f"the state before the restart cannot be taken up: {error}")
    for name, data in singles.items():
        kept = _time_of(data)
        if kept == float("-inf"):
            faults.append(f"device {name} starts afresh: what was kept of it cannot be read")
        elif kept >= since:
            faults += restore_devices(book, {name: data.get("device")}, max(0.0, book.now - kept))
    return faults


def _time_of(data: Any) -> float:
    """When it was so; never, of what is no state."""
    now = data.get("now") if isinstance(data, dict) else None
    return float(now) if isinstance(now, (int, float)) else float("-inf")


def restore_devices(book: DeviceBook, devices: Mapping[str, Any], deaf_s: float) -> Iterator[str]:
    """Take up what was kept of each; yields what could not be read. deaf_s: so long nobody listened."""
    for name, data in devices.items():
        state = book.states.get(name)
        try:
            if state is not None:
                _restore(book, state, data, deaf_s)
            else:
                _all_gone(book, name, data)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield f"device {name} starts afresh: what was kept of it cannot be read ({type(error).__name__})"
    for name in devices:  # after all: some lean on others
        if name in book.states:
            book.resume(book.states[name])


def _restore(book: DeviceBook, state: DeviceState, data: Dump, deaf_s: float) -> None:
    duty = state.device.duty
    entries, memory, gone = {}, {}, []
    for name, kept in data["entries"].items():
        (entry, rule), at = _entry_again(kept, deaf_s), duty.index_of(name)
        if at is not None and duty.is_about(at, rule.kind, rule.incident):
            entries[at] = entry
        elif entry.told:
            gone.append((entry, rule))
    for name, (kind, kept) in data["memory"].items():
        at = duty.index_of(name)
        if at is not None and duty.rules[at].settings.kind == kind and _fits(duty, at, kept):
            memory[at] = kept
    heard = float(data["heard"])
    wires = [(float("-inf") if last is None else float(last), *rest) for last, *rest in data["wires"]]
    state.silent, state.ever = bool(data["silent"]), bool(data["ever"])
    state.own, state.skew = bool(data["own"]), float(data["skew"])
    state.heard = heard if state.silent else min(book.now, heard + deaf_s)
    state.entries, state.memory = entries, memory
    for wire, (last, off, own) in zip(state.wires, wires, strict=False):
        _wire(wire, last, float(off), bool(own))
    for entry, rule in gone:
        _end(book, state.device, entry, rule)


def _entry_again(kept: Dump, deaf_s: float) -> tuple[Entry, RuleTold]:
    entry = Entry.restore({k: v for k, v in kept.items() if k != "rule"}, deaf_s=deaf_s)
    return entry, RuleTold(**kept["rule"])


def _fits(duty: Duty, at: int, kept: Any) -> bool:
    """Whether it has the shape of what that rule keeps now."""
    fresh = duty.rules[at].begin()
    if fresh is None or not isinstance(kept, list) or len(kept) < len(fresh):
        return False
    return at not in duty.joint or len(kept) == len(fresh)


def _wire(wire: Wire[DeviceState], last: float, off: float, own: bool) -> None:
    if last > wire.last:
        wire.last, wire.off, wire.own = last, off, own


def _all_gone(book: DeviceBook, name: str, data: Dump) -> None:
    """A device that is no longer configured: what was open ends, all else is forgotten."""
    for kept in data["entries"].values():
        entry, rule = _entry_again(kept, 0.0)
        if entry.told:
            _end(book, _device(name, data["is"]), entry, rule)
    book.changed[name] = None


def _device(name: str, data: Dump) -> Device:
    called = {key: data[key] for key in ("kind", "name", "asset", "place", "part", "accuracy_m")}
    here = None if data["here"] is None else Here(*map(float, data["here"]))
    return Device(id=name, duty=NO_DUTY, silence_s=1.0, names=(), here=here, **called)


def _end(book: DeviceBook, device: Device, entry: Entry, rule: RuleTold) -> None:
    text = "it is no longer configured; whether it is over was not seen"
    reasons = (Reason(code="not_configured", text=text), lasted(entry, 0.0))
    entry.revision += 1
    book.tell(
        SituationFound(
            entry.id,
            "cleared",
            device,
            rule,
            at=book.now,
            since=entry.since,
            last=max(entry.since, entry.last),
            observed_s=entry.observed_s,
            reasons=reasons,
            readings=(),
            revision=entry.revision,
        )
    )
    book.changed[device.id] = None


def _put_back(book: DeviceBook, item: Any) -> str | None:
    try:
        t, arrival, stamped, name, n, told, *kept = item
        wire = book.states[name].wires[n]
        network = book.states[name].device.names[n]
        readings = tuple(Reading(network, q, value, at, quality, ch) for q, value, quality, ch, at in told)
        book.put_back(wire, float(t), float(arrival), bool(stamped), readings, kept == [True])
    except (KeyError, TypeError, ValueError, IndexError):
        return "readings that waited for earlier ones cannot be read, or are of no device any more"
    return None

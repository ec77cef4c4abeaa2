"""From verdicts, and from time that runs out, to situations: entries, times, and what is found. Pure."""

from collections.abc import Iterator
from typing import Final

from broker.events import Reason
from edge.device_rule import DeviceRule, Joint, Memory
from edge.devices.entry import EPS_S, Entry, Phase, situation_id
from edge.devices.findings import Found, Heard, RuleTold, SilenceFound, SituationFound
from edge.devices.state import MISSING, SILENCE, DeviceState
from edge.devices.timers import Timers
from edge.readings import Reading

NO_MEMORY: Final[Memory] = []


class Turns:
    """The part of the book that changes entries.

    found: in order of time; changed: devices whose state should be kept. Its user empties both.
    """

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.changed: dict[str, None] = {}
        self.timers: Timers[DeviceState] = Timers()

    def count(self, state: DeviceState, t: float) -> None:
        """Seconds up to `t` count for every entry, as far as the word behind it held.

        What ripens on the way is told with its own time: of a device whose messages come late, or whose clock
        is behind, the time has not come yet by the node's clock.
        """
        for index, entry in list(state.entries.items()):
            holds_until, after = state.holds_until(index), state.rule(index).settings.after
            while state.skew and entry.state != "cleared":
                due = entry.due(after, holds_until)
                if due is None or due > t:
                    break
                entry.count(due, holds_until)
                self._after(state, index, entry, entry.ripen(due, after), due)
                holds_until = state.holds_until(index)
            entry.count(t, holds_until)

    def arm(self, state: DeviceState) -> None:
        """When time alone would change any of its entries."""
        for index, entry in state.entries.items():
            after = state.rule(index).settings.after
            due = entry.due(after, state.holds_until(index))
            self.timers.arm(state, index, None if due is None else due + state.skew_of(index))

    def turn(
        self, state: DeviceState, index: int, verdict: bool, t: float, reading: Reading | None = None
    ) -> None:
        """A verdict of a rule at `t`, up to which was counted."""
        rule, entry = state.rule(index), state.entries.get(index)
        if entry is None:
            began = state.heard if index in state.device.duty.missing else t
            entry = Entry("candidate", began, began, rule.settings.clear_after, began)
            entry.count(t, t)
            state.entries[index] = entry
            self.changed[state.device.id] = None
        if reading is not None:
            entry.said, entry.quantity = reading.value, reading.quantity
            entry.said_at, entry.quality = t, reading.quality
        before = entry.state
        phase = entry.turn(verdict, t, rule.settings.after)
        self._after(state, index, entry, phase, t)
        if entry.state != before:
            self.changed[state.device.id] = None

    def ripen(self, state: DeviceState, index: int, t: float) -> None:
        """The time of an entry has come, by the node's clock."""
        entry = state.entries.get(index)
        if entry is None:
            return
        if entry.state == "cleared":
            self._forget(state, index)
            return
        t -= state.skew_of(index)
        entry.count(t, state.holds_until(index))
        self._after(state, index, entry, entry.ripen(t, state.rule(index).settings.after), t)
        self.arm(state)

    def _after(self, state: DeviceState, index: int, entry: Entry, phase: Phase | None, t: float) -> None:
        if phase is not None:
            self._tell(state, index, entry, phase, t)
        if entry.state == "cleared" and not entry.again:
            self._forget(state, index)

    def _forget(self, state: DeviceState, index: int) -> None:
        del state.entries[index]
        self.timers.arm(state, index, None)
        self.changed[state.device.id] = None

    def _tell(self, state: DeviceState, index: int, entry: Entry, phase: Phase, t: float) -> None:
        duty, device = state.device.duty, state.device
        rule = duty.rules[index]
        if phase == "opened":
            entry.id = situation_id(device.id, rule.settings.name, rule.settings.incident, entry.since)
        else:
            entry.revision += 1
        self.changed[device.id] = None
        self.found.append(
            SituationFound(
                entry.id,
                phase,
                device,
                RuleTold.of(rule.settings, duty.versions[index]),
                at=t,
                since=entry.since,
                last=max(entry.since, entry.last),
                observed_s=entry.observed_s,
                reasons=(_why(state, index, entry, phase), lasted(entry, rule.settings.after)),
                readings=tuple(_behind(state, index, entry)),
                revision=entry.revision,
            )
        )

    def watch_silence(self, state: DeviceState) -> None:
        """From when it was heard last, or is listened to."""
        state.quiet = state.silent
        if not state.silent:
            self.timers.arm(state, SILENCE, state.heard + state.device.silence_s)
        for index in state.device.duty.missing:
            if index in state.entries and state.entries[index].wrong:
                state.quiet = True
            else:
                self.timers.arm(state, MISSING + index, state.heard + state.silent_s(index))

    def silence(self, state: DeviceState, key: int, t: float) -> None:
        """A time of silence may have run out; it has been put off by every reading since."""
        limit = state.device.silence_s if key == SILENCE else state.silent_s(key - MISSING)
        if t < state.heard + limit - EPS_S:
            self.timers.arm(state, key, state.heard + limit)
            return
        state.quiet = True
        if key == SILENCE:
            self._silent(state, t)
            return
        index = key - MISSING
        self.count(state, t)
        self.turn(state, index, True, t)
        self.arm(state)

    def _silent(self, state: DeviceState, t: float) -> None:
        state.silent = True
        self.changed[state.device.id] = None
        quiet_s = round(t - state.heard, 3)
        what = "nothing was heard for" if state.ever else "it was not heard since it is listened to,"
        text = f"{what} {quiet_s:.0f} s; {state.device.silence_s:.0f} s of silence are normal"
        why = Reason(code="silent", text=text, values={"silent_s": quiet_s})
        self.found.append(SilenceFound(state.device, "raised", t, state.heard, why))

    def spoke(self, state: DeviceState, t: float, now: float) -> None:
        """A message that a broker has kept says by its stamp when it was heard; alive, if not long ago."""
        if t <= state.heard:
            return
        before, state.heard = state.heard, t
        if state.quiet and t + state.device.silence_s > now:
            self.woken(state, before, t)

    def woken(self, state: DeviceState, before: float, t: float) -> None:
        """It is heard again, at `t`. before: when it was heard last."""
        if state.silent:
            state.silent = False
            self.changed[state.device.id] = None
            quiet_s = round(max(0.0, t - before), 3)
            text = f"it is heard again after {quiet_s:.0f} s"
            why = Reason(code="heard", text=text, values={"silent_s": quiet_s})
            self.found.append(SilenceFound(state.device, "cleared", t, before, why))
        for index in state.device.duty.missing:
            if index in state.entries:
                self.turn(state, index, False, t)
        self.watch_silence(state)


def tells_nothing(rule: DeviceRule, memory: Memory, slot: int, reading: Reading, stamped: bool) -> bool:
    """Whether what a broker has kept is nothing to a rule: what it knows already, or needs the time of.

    A rule that keeps something of one reading after the other (a rate, changes) needs to know when each was.
    """
    if isinstance(rule, Joint):
        return any(n == slot and value == reading.value for n, value, _ in rule.parts(memory))
    return not stamped and rule.begin() is not None


def by_arrival(rule: DeviceRule) -> bool:
    """Whether a rule over the whole keeps times of the node, however far a device's clock is behind."""
    return bool(getattr(rule, "by_arrival", False))


def lasted(entry: Entry, after_s: float) -> Reason:
    """How long it was wrong, how much of that is known, and what is allowed."""
    whole, known = round(max(0.0, entry.last - entry.since), 3), round(entry.observed_s, 3)
    text = f"wrong for {whole:.0f} s, {known:.0f} s of them known; it is told after {after_s:.0f} s"
    return Reason(code="lasted", text=text, values={"lasted_s": whole, "known_s": known, "after_s": after_s})


def waits(entry: Entry | None, after_s: float) -> Reason:
    """Why nothing is told now."""
    if entry is None or entry.state == "cleared":
        return Reason(code="fine", text="nothing is wrong, or nothing was heard that says so")
    if entry.state == "candidate":
        text = f"wrong for {entry.counted:.0f} s that count; it is told after {after_s:.0f} s"
        return Reason(code="too_short", text=text, values={"counted_s": entry.counted, "after_s": after_s})
    if entry.state == "confirmed":
        return Reason(code="open", text="it is open: no reading says that it is over")
    text = f"fine for {entry.counted:.0f} s that count; it is cleared after {entry.settle_s:.0f} s"
    return Reason(code="settling", text=text, values={"counted_s": entry.counted, "settle_s": entry.settle_s})


def _why(state: DeviceState, index: int, entry: Entry, phase: Phase) -> Reason:
    memory = state.memory.get(index, NO_MEMORY)
    return state.rule(index).why(_said(state, entry), phase != "cleared", memory)


def _said(state: DeviceState, entry: Entry) -> Reading | None:
    """The last reading that decided, as its rule knows it."""
    if entry.said is None:
        return None
    return Reading(state.device.id, entry.quantity, entry.said, entry.said_at, entry.quality)


def _behind(state: DeviceState, index: int, entry: Entry) -> Iterator[Heard]:
    """The readings it was decided on."""
    rule: DeviceRule = state.rule(index)
    if index in state.device.duty.joint:
        memory = state.memory.get(index, NO_MEMORY)
        for slot, value, at in state.joint(index).parts(memory):
            name = state.slot(index, slot).device.id
            yield Heard(name, rule.watched[slot].quantity, value, at)
    elif entry.said is not None:
        yield Heard(state.device.id, entry.quantity, entry.said, entry.said_at, entry.quality)

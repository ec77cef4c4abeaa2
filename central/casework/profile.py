"""What a city calls the steps of the loop, which the centre takes by itself, who may do more. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.fields import Word
from broker.settings import Settings
from central.casework.machine import BY_SCENE, HELD, MAIN_LINE, Action, State
from central.casework.permits import permitted
from central.people.roles import ROLES, Role

Automatic = Literal["accept", "dispatch", "close", "evaluate"]
AUTOMATIC: tuple[Automatic, ...] = get_args(Automatic)
# Which action leads on from each state of the main line.
LEADS_ON: Mapping[State, Action] = MappingProxyType(
    {
        "reported": "accept",
        "accepted": "dispatch",
        "dispatched": "take",
        "handling": "feed_back",
        "fed_back": "verify",
        "verified": "close",
        "closed": "evaluate",
    }
)
Passing = Literal["centre", "nobody"] | list[Role]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Step(Settings):
    """One step as people see it, with the states of the main line that it holds."""

    key: Word
    zh: Name
    en: Name
    states: Annotated[list[State], Field(min_length=1)]


class Needs(Settings):
    """What an action cannot do without. picture: one of the scene as it is now, of this round."""

    comment: bool = False
    picture: bool = False


class Profile(Settings):
    """A city's way. passes: who leads a ticket on out of a state that is in no step."""

    name: Word
    zh: Name
    en: Name
    steps: Annotated[list[Step], Field(min_length=1)]
    passes: dict[State, Passing] = {}
    automatic: list[Automatic] = []
    needs: dict[Action, Needs] = {}
    may: dict[Action, list[Role]] = {}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if faults := [*self._faults_of_steps(), *self._faults_of_passes(), *self._faults_of_rights()]:
            raise ValueError("; ".join(faults))
        return self

    def step_of(self, state: State, before: State | None = None) -> Step | None:
        """The step that a ticket is at; before: where one that is held, or went by itself, goes back to.

        A state in no step counts to the last step before it; what left the main line for good has none.
        """
        place = before if state not in MAIN_LINE else state
        if place is None or place not in MAIN_LINE:
            return None
        behind = MAIN_LINE[: MAIN_LINE.index(place) + 1]
        found = [step for step in self.steps if set(step.states) & set(behind)]
        return found[-1] if found else self.steps[0]

    def next_of(self, state: State) -> Automatic | None:
        """What the centre does by itself in this state."""
        action = LEADS_ON.get(state)
        return next((each for each in self.automatic if each == action), None)

    def _faults_of_steps(self) -> Iterator[str]:
        keys, states = (
            [step.key for step in self.steps],
            [each for step in self.steps for each in step.states],
        )
        for what, counted in (("step", Counter(keys)), ("state", Counter(states))):
            yield from (f"steps: the {what} {each} is there twice" for each, n in counted.items() if n > 1)
        if aside := sorted({each for each in states if each not in MAIN_LINE}):
            held = ", ".join(HELD)
            told = f"allowed: {', '.join(MAIN_LINE)}; {held} belong to the step that a ticket was held in"
            yield f"steps: {', '.join(aside)} is not on the main line; {told}"
            return
        if [MAIN_LINE.index(each) for each in states] != sorted(MAIN_LINE.index(each) for each in states):
            yield f"steps: their states must come in the order of the main line: {', '.join(MAIN_LINE)}"

    def _faults_of_passes(self) -> Iterator[str]:
        held = {each for step in self.steps for each in step.states}
        for state in MAIN_LINE:
            if state not in held and state not in self.passes:
                allowed = f"centre, nobody or a list of {', '.join(ROLES)}"
                yield f"passes: the state {state} is in no step; say who leads on from it: {allowed}"
        for state, who in self.passes.items():
            if state in held or state not in MAIN_LINE:
                yield f"passes: {state} is in a step, or not on the main line"
            else:
                yield from self._faults_of_passing(state, who)

    def _faults_of_passing(self, state: State, who: Passing) -> Iterator[str]:
        action = LEADS_ON.get(state)
        if who == "nobody" or action is None:
            if (who, state) != ("nobody", "evaluated"):
                yield f"passes: {state}: nobody is for evaluated alone, which nothing follows"
            elif "evaluate" in self.automatic:
                yield "passes: evaluated is reached by nobody, so evaluate cannot be automatic"
        elif who == "centre":
            if action not in self.automatic:
                able = f"automatic can hold {', '.join(AUTOMATIC)}"
                yield f"passes: {state}: the centre does not {action} by itself; {able}"
        elif lost := [role for role in who if role in ROLES and not self.role_may(role, action)]:
            yield f"passes: {state}: {', '.join(lost)} may not {action}; say so under may, or name another"

    def _faults_of_rights(self) -> Iterator[str]:
        for where, named in (("may", set(self.may)), ("needs", set(self.needs))):
            if strange := sorted(named & BY_SCENE):
                yield f"{where}: {', '.join(strange)} follows from the scene; nobody asks for it"
        for action in self.automatic:
            if action in self.needs:
                yield f"needs: the centre does {action} by itself and gives neither comment nor picture"

    def role_may(self, role: Role, action: Action) -> bool:
        """By the common table, or by what this profile adds."""
        return role in self.may.get(action, ()) or permitted(role, action)

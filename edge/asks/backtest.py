"""`backtest`: what other zones would have told of a period."""

from broker.asks import Backtest, Supposed, Trial
from edge.asked.past import ask_apart
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.trial.draft import NOW


def answer(ask: Backtest, room: Room, tell: Telling) -> None:
    """Each variant, and what runs now beside it."""
    names = [variant.id for variant in ask.variants]
    if len({NOW, *names}) <= len(names):
        text = f"every variant needs an id of its own, other than {NOW}"
        raise NotDone("configuration", text, refused=True)
    found = ask_apart(ask, room, tell)
    situations = [Supposed.model_validate(one) for one in found["situations"]]
    tell.done(situations=situations, trial=Trial.model_validate(found["trial"]))

"""`backtest`: what other zones would have told of a period."""

from broker.asks import Backtest
from edge.asked.past import reading, running
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.trial import backtest
from edge.trial.draft import NOW, of_variant
from edge.trial.walking import Walker


def answer(ask: Backtest, room: Room, tell: Telling) -> None:
    """Each variant, and what runs now beside it."""
    now = running(room, ask.source)
    since, until = ask.since.timestamp(), ask.until.timestamp()
    names = [variant.id for variant in ask.variants]
    if len({NOW, *names}) <= len(names):
        text = f"every variant needs an id of its own, other than {NOW}"
        raise NotDone("configuration", text, refused=True)
    with reading(room.journal) as journal:
        variants = [of_variant(variant, now.source) for variant in ask.variants]
        tried = [now, *variants] if ask.now else variants
        walk = Walker(ask.source).walk
        result = backtest.Backtest(
            journal, now, tried, since, until, walk, lambda share, _looks: tell.working(share)
        ).run(ask.most)
    tell.done(situations=result.situations, trial=result.trial)

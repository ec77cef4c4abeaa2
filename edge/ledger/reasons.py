"""The words of the ledger: why something is a place, and why a place changed."""

from broker.events import Reason
from edge.ledger.entry import Entry
from edge.ledger.settings import LedgerSettings
from edge.ledger.standing import Stand


def stopped(stand: Stand, t: float) -> Reason:
    """A thing has begun to stand."""
    values = _figures(stand, t)
    return Reason(code="stopped", text=f"known to stand after {_evidence(stand, t)}", values=values)


def crept_on(stand: Stand, t: float, sizes: float) -> Reason:
    """A thing that stood nearby stands here now."""
    text = f"crept on by {sizes:.1f} of its size, known to stand there after {_evidence(stand, t)}"
    return Reason(code="crept_on", text=text, values={**_figures(stand, t), "sizes": round(sizes, 2)})


def taken_again(stand: Stand, t: float) -> Reason:
    """A cleared place is taken again."""
    text = f"the place was cleared and is taken again: known to stand after {_evidence(stand, t)}"
    return Reason(code="taken_again", text=text, values=_figures(stand, t))


def covered(share: float) -> Reason:
    """Something hides the place."""
    text = f"{share:.0%} of the place is covered; nothing is concluded meanwhile"
    return Reason(code="covered", text=text, values={"share": round(share, 3)})


def visible(seen: bool) -> Reason:
    """The place is no longer hidden."""
    if seen:
        return Reason(code="seen_again", text="the thing was seen at its place again")
    return Reason(code="uncovered", text="nothing covers the place any more")


def empty(entry: Entry, settings: LedgerSettings) -> Reason:
    """The place was seen empty for long enough."""
    enough = settings.clear_doubtful_s if entry.pictured else settings.clear_absent_s
    text = (
        f"the place was empty: {entry.absent_s:.1f} s of looks without the thing ({enough:g} s are enough), "
        f"{entry.shown_s:.1f} s with a picture without it ({settings.clear_shown_s:g} s are enough)"
    )
    values = {"absent_s": round(entry.absent_s, 2), "shown_s": round(entry.shown_s, 2)}
    return Reason(code="empty", text=text, values=values)


def hidden_too_long(seconds: float) -> Reason:
    """A cover that does not go away ends a place: what is under it can no longer be answered for."""
    text = f"covered for so long that it is given up: not seen for {seconds:.0f} s; emptiness was not seen"
    return Reason(code="hidden_too_long", text=text, values={"unseen_s": round(seconds, 1)})


def repeated(since: float) -> Reason:
    """The stream falters: the same picture again and again."""
    text = f"the picture seems repeated since {since:.1f} s: all that drove is still at once; no stand begins"
    return Reason(code="picture_repeated", text=text, values={"since": round(since, 3)})


def not_later(t: float, last: float) -> Reason:
    """An observation that is not later than the one before."""
    text = f"observation at {t:.3f} s refused: it must be later than the last one at {last:.3f} s"
    return Reason(code="time_not_later", text=text)


def unusable(t: float, utc: float, aspect: float) -> Reason:
    """An observation with a figure that is none."""
    text = f"observation refused: t {t}, utc {utc} and aspect {aspect} must be finite, aspect above 0"
    return Reason(code="not_finite", text=text)


def too_many(left_out: int, most: int) -> Reason:
    """More boxes than are looked at."""
    text = f"{left_out} boxes left out: only the best {most} of an observation are looked at"
    return Reason(code="too_many_boxes", text=text, values={"left_out": left_out})


def full(most: int) -> Reason:
    """No room for another place."""
    return Reason(
        code="places_full", text=f"{most} places are open, the most allowed; none was added or dropped"
    )


def _evidence(stand: Stand, t: float) -> str:
    return f"{t - stand.since:.1f} s, seen in {stand.presence:.0%} of {stand.looks} looks"


def _figures(stand: Stand, t: float) -> dict[str, float]:
    return {
        "stood_s": round(t - stand.since, 2),
        "presence": round(stand.presence, 3),
        "purity": round(stand.purity, 3),
        "looks": stand.looks,
    }

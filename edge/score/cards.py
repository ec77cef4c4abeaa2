"""Stills as figures of the page: the masked picture, what was told and what was real over it, and why."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from edge.observation import Affine, Box
from edge.perception.mapping import points_by
from edge.score.matching import Outcome, Ticket
from edge.score.running import Scored
from edge.score.stills import Photo
from edge.score.tables import alarm_line, outcome_line

Points = Sequence[tuple[float, float]]
Boxes = tuple[Box | None, Box | None]  # what was told, what was real


def cards(scored: Scored) -> Iterator[str]:
    """A figure for every situation and every false alarm, in order of the timeline."""
    for outcome in scored.matched.outcomes:
        yield from _of_situation(scored, outcome)
    for alarm in scored.matched.false:
        truth = next((t.box for t in scored.matched.traps if t.id == alarm.trap), None)
        words = [alarm_line(alarm), *alarm.ticket.reasons]
        yield _card(scored, "false", words, alarm.ticket.id, alarm.ticket.zone, (alarm.ticket.box, truth))


def _of_situation(scored: Scored, outcome: Outcome) -> Iterator[str]:
    real = outcome.situation
    zone = real.zone or ""
    if not outcome.tickets and not real.optional:
        words = [outcome_line(outcome), real.what, *scored.played.why.get(real.id, ())]
        yield _card(scored, "missed", words, real.id, zone, (None, real.box))
    for index, ticket in enumerate(outcome.tickets):
        css = "double" if index else outcome.verdict
        words = [_headline(outcome, ticket, index), real.what, *ticket.reasons]
        yield _card(scored, css, words, ticket.id, zone or ticket.zone, (ticket.box, real.box))


def _headline(outcome: Outcome, ticket: Ticket, index: int) -> str:
    if index == 0:
        return outcome_line(outcome)
    return f"DOUBLE of {outcome.situation.id}: told again at {ticket.opened:.1f} s"


def _card(
    scored: Scored,
    css: str,
    words: Sequence[str],
    photo: str,
    zone: str,
    boxes: Boxes,
) -> str:
    head, *why = [word for word in words if word]
    listed = "".join(f"<li>{escape(word)}</li>" for word in why)
    return (
        f'<figure class="card {css}">{_picture(scored, photo, zone, boxes)}'
        f"<figcaption><b>{escape(head)}</b>{f'<ul>{listed}</ul>' if listed else ''}</figcaption></figure>"
    )


def _picture(scored: Scored, name: str, zone: str, boxes: Boxes) -> str:
    photo = scored.played.photos.get(name)
    if photo is None or photo.jpeg is None:
        return f'<p class="withheld">{escape(photo.why if photo else "no still was taken")}</p>'
    body = base64.b64encode(photo.jpeg).decode()
    alt = escape(f"{scored.staged.name} at {photo.t:.1f} s, persons, faces and plates masked")
    outline = [list(z.polygon) for z in scored.staged.source.zones if z.id == zone]
    # The caption that evidence bears is cut off: it would show a date that the clip never had.
    shape = f"aspect-ratio:{photo.width}/{photo.scene}"
    return (
        f'<div class="pic" style="{shape}"><img alt="{alt}" width="{photo.width}" height="{photo.height}" '
        f'src="data:image/jpeg;base64,{body}">{_overlay(photo, outline, boxes)}</div>'
    )


def _overlay(photo: Photo, outline: Iterable[Points], boxes: Boxes) -> str:
    told, real = boxes
    shapes = [_shape("zone", points, photo.to_picture) for points in outline]
    shapes += [] if real is None else [_shape("truth", _corners(real), photo.to_picture)]
    shapes += [] if told is None else [_shape("told", _corners(told), photo.to_picture)]
    head = '<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">'
    return "".join([head, *shapes, "</svg>"])


def _corners(box: Box) -> Points:
    x1, y1, x2, y2 = box
    return [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]


def _shape(css: str, points: Points, to_picture: Affine | None) -> str:
    """Twice: a dark edge below, so that it is seen on any ground."""
    where = " ".join(f"{1000 * x:.1f},{1000 * y:.1f}" for x, y in points_by(to_picture, points))
    return f'<polygon class="edge {css}" points="{where}"/><polygon class="{css}" points="{where}"/>'

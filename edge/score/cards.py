"""Stills as figures of the page: the masked picture, what was told and what was real over it, and why."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from edge.observation import Box
from edge.perception.mapping import points_by
from edge.score.matching import Outcome, Ticket
from edge.score.running import Scored
from edge.score.stills import Photo
from edge.score.tables import alarm_line, outcome_line

Points = Sequence[tuple[float, float]]
SMALL, SHOWN, LEAST = 0.2, 2.4, 0.14  # shares of the picture: of a thing, times the thing, of what is shown
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
    alt = escape(f"{scored.staged.name} at {photo.t:.1f} s; persons, faces and plates are masked")
    outline = [list(z.polygon) for z in scored.staged.source.zones if z.id == zone]
    key = f"{scored.staged.name}-{name}"
    # The caption that evidence bears is left out: it would show a date that the clip never had.
    shown = (
        f'<svg class="scene" role="img" aria-label="{alt}" viewBox="0 0 {photo.width} {photo.scene}">'
        f'<g id="{key}"><image width="{photo.width}" height="{photo.height}" '
        f'href="data:image/jpeg;base64,{base64.b64encode(photo.jpeg).decode()}"/>'
        f"{_overlay(photo, outline, boxes)}</g></svg>"
    )
    return f'<div class="pic">{shown}{_detail(photo, key, boxes)}</div>'


def _overlay(photo: Photo, outline: Iterable[Points], boxes: Boxes) -> str:
    told, real = boxes
    shapes = [_shape("zone", points, photo) for points in outline]
    shapes += [] if real is None else [_shape("truth", _corners(real), photo)]
    shapes += [] if told is None else [_shape("told", _corners(told), photo)]
    return "".join(shapes)


def _detail(photo: Photo, key: str, boxes: Boxes) -> str:
    """What is small is shown again, larger, in the corner that is farthest from it."""
    corners = [point for box in boxes if box for point in points_by(photo.to_picture, _corners(box))]
    (left, top), (right, bottom) = map(min, zip(*corners, strict=True)), map(max, zip(*corners, strict=True))
    share = max(right - left, bottom - top)
    if share > SMALL:
        return ""
    side = max(SHOWN * share, LEAST)
    x = min(max((left + right - side) / 2, 0.0), 1.0 - side) * photo.width
    y = min(max((top + bottom - side) / 2, 0.0), 1.0 - side) * photo.scene
    css = f"{'left' if left + right > 1.0 else 'right'} {'top' if top + bottom > 1.0 else 'bottom'}"
    window = f"{x:.1f} {y:.1f} {side * photo.width:.1f} {side * photo.scene:.1f}"
    return f'<svg class="detail {css}" aria-hidden="true" viewBox="{window}"><use href="#{key}"/></svg>'


def _corners(box: Box) -> Points:
    x1, y1, x2, y2 = box
    return [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]


def _shape(css: str, points: Points, photo: Photo) -> str:
    """Twice: a dark edge below, so that it is seen on any ground."""
    mapped = points_by(photo.to_picture, points)
    where = " ".join(f"{photo.width * x:.1f},{photo.scene * y:.1f}" for x, y in mapped)
    return f'<polygon class="edge {css}" points="{where}"/><polygon class="{css}" points="{where}"/>'

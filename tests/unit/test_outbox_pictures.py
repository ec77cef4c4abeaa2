"""A centre that lost an event may have lost its pictures: those that are still here go with it again."""

import hashlib
from dataclasses import replace
from pathlib import Path

from broker.events import Evidence
from broker.fields import utc
from edge.drafts import Batch, Draft, Upload
from edge.evidence import EvidenceStore
from edge.outbox import Outbox
from tests.unit.drafts import draft
from tests.unit.outboxes import Open, open_it, receipts, span

__all__ = ["open_it"]

KEPT, TRIMMED, REFUSED = b"kept", b"trimmed", b"refused"
ALL = (KEPT, TRIMMED, REFUSED)


def _name(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _shown(body: bytes) -> Draft:
    picture = Evidence(
        role="scene",
        sha256=_name(body),
        size=len(body),
        media_type="image/jpeg",
        masked=True,
        taken=utc(1000.0),
    )
    plain = draft(f"s-{body.decode()}")
    return replace(plain, data=plain.data.model_copy(update={"evidence": [picture]}))


def _delivered(open_it: Open, store: EvidenceStore) -> Outbox:
    """All events and pictures are at the centre, but one that it did not want; one had to make room here."""
    outbox = open_it(holds=store.has)
    for body in (KEPT, REFUSED):
        store.put(body)
    uploads = tuple(Upload(_name(body), len(body), "image/jpeg") for body in ALL)
    events = outbox.commit(Batch(tuple(_shown(body) for body in ALL), uploads), 1001.0)
    outbox.receive(receipts(events), 1002.0)
    for body in (KEPT, TRIMMED):
        outbox.uploaded(_name(body), 1002.0)
    outbox.give_up(_name(REFUSED), "the centre answered 413")
    assert outbox.uploads() == []
    return outbox


def test_pictures_that_are_still_here_go_again_with_the_event_that_was_asked_for(
    open_it: Open, tmp_path: Path
) -> None:
    outbox = _delivered(open_it, EvidenceStore(tmp_path / "evidence", max_bytes=1000))
    outbox.want([span(outbox.epoch, 0, 9)], [], 1003.0)
    events = outbox.again(("", -1), 9)
    assert outbox.uploads() == []  # not before the centre has the event
    outbox.receive(receipts(events), 1004.0)
    assert {upload.sha256 for upload in outbox.uploads()} == {_name(KEPT), _name(REFUSED)}
    outbox.uploaded(_name(KEPT), 1005.0)
    assert outbox.receive(receipts(events), 1006.0) == ["unknown"] * 3  # a receipt that comes twice
    assert [upload.sha256 for upload in outbox.uploads()] == [_name(REFUSED)]


def test_a_picture_whose_row_is_forgotten_and_whose_file_is_not_goes_too(
    open_it: Open, tmp_path: Path
) -> None:
    outbox = _delivered(open_it, EvidenceStore(tmp_path / "evidence", max_bytes=1000))
    outbox.want([span(outbox.epoch, 0, 0)], [], 5000.0)
    (event,) = outbox.again(("", -1), 9)
    outbox.forget(1500.0)
    outbox.receive(receipts([event]), 5001.0)
    assert outbox.uploads() == [Upload(_name(KEPT), len(KEPT), "image/jpeg")]


def test_the_first_receipt_of_an_event_brings_no_picture_twice(open_it: Open, tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", max_bytes=1000)
    outbox = open_it(holds=store.has)
    store.put(KEPT)
    events = outbox.commit(Batch((_shown(KEPT),), (Upload(_name(KEPT), 4, "image/jpeg"),)), 1001.0)
    outbox.uploaded(_name(KEPT), 1001.5)
    outbox.receive(receipts(events), 1002.0)
    assert outbox.uploads() == []

"""A picture counts for the node that sent it: knowing another's hash shows nothing."""

from broker.topics import Address
from central.store.database import Store
from central.store.pictures import Arrival, arrived
from central.store.queries import Wanted, list_tickets
from tests.unit.central.makers import NODE, at, event, evidence, letter, take_event

PICTURE = b"a yard"
THIEF = Address("131002", "thief")


def here(store: Store) -> dict[str, list[bool]]:
    """Of each node's tickets, which pictures are shown as here."""
    page = list_tickets(store, Wanted(), limit=10)
    return {row.node: [picture.here for picture in row.pictures] for row in page.tickets}


def sent(store: Store, by: str) -> bool:
    """Whether the picture was new."""
    picture = evidence(PICTURE)
    return arrived(store, Arrival(picture.sha256, picture.size, picture.media_type, at(20), by))


def test_a_reference_is_met_by_its_own_node_alone(store: Store) -> None:
    for node in (NODE, THIEF):
        message = event(node=node, subject=f"sit-{node.node}", evidence=[evidence(PICTURE)])
        take_event(store, letter(message.encode(), node=node), message)
    assert here(store) == {NODE.source: [False], THIEF.source: [False]}
    assert sent(store, NODE.source)
    assert here(store) == {NODE.source: [True], THIEF.source: [False]}
    assert not sent(store, THIEF.source)  # the bytes themselves, which are kept once
    assert here(store) == {NODE.source: [True], THIEF.source: [True]}
    assert not sent(store, THIEF.source)


def test_what_was_sent_without_an_identity_counts_for_all(store: Store) -> None:
    """Pictures of a time before nodes were enrolled, and of development."""
    message = event(evidence=[evidence(PICTURE)])
    take_event(store, letter(message.encode()), message)
    assert sent(store, "")
    assert here(store) == {NODE.source: [True]}

"""What each node last said of itself."""

from typing import Literal

from sqlalchemy import Connection

from broker.fields import Message
from central.letters import Letter
from central.store.database import Store, insert
from central.store.schema import nodes

Topic = Literal["state", "about", "health"]


def heard_from(connection: Connection, letter: Letter) -> None:
    """Remember when the node's last event came."""
    values = {"event_received": letter.received}
    statement = insert(connection, nodes).values(node=letter.node, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["node"], set_=values))


def node_says(store: Store, letter: Letter, channel: Topic, message: Message) -> None:
    """Keep a node's state, about or health; the last one stands. Raises StoreAway or StoreRefuses."""
    values = {channel: message.encode().decode(), f"{channel}_received": letter.received}
    with store.write() as connection:
        statement = insert(connection, nodes).values(node=letter.node, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["node"], set_=values))

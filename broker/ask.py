"""What every ask to a node has."""

from broker.fields import Identifier, Message, Timestamp


class Ask(Message):
    """What every ask has. `expires`: after this nobody waits for an answer, and a node gives none."""

    id: Identifier
    expires: Timestamp

"""What was learned beside what was known, as one bundle."""

import hashlib

from models.bundles import Bundle, made
from models.card import File, Made
from models.coco import word
from models.errors import ModelError
from models.export.checkpoint import Exported, parity_of
from models.export.parity import total
from models.formats.ultralytics import label_words
from models.training.joining import joined


def beside(old: Exported, learned: Exported) -> Bundle:
    """The old network with the learned head beside its own. Raises ModelError.

    A label that both know gets both their boxes, and suppression tells the better.
    """
    before, new = _names(old), _names(learned)
    known = {word(name): number for number, name in enumerate(before)}
    names = before + [name for name in new if word(name) not in known]
    place = {word(name): number for number, name in enumerate(names)}
    graph = joined(old.bundle.network, learned.bundle.network, names, [place[word(name)] for name in new])
    if graph.shared * 2 < graph.nodes:
        raise ModelError(
            f"only {graph.shared} of {graph.nodes} nodes are shared: more than a head was learned"
        )
    note = f"{graph.shared} of its {graph.nodes} nodes are those of the network before, reckoned once"
    both = zip(old.differences, learned.differences, strict=True)  # of the same pictures
    card = learned.bundle.card
    card = card.model_copy(
        update={
            "labels": list(label_words(names)),
            "title": f"{old.bundle.card.title}, with a head of its own for {', '.join(new)}",
            "file": File(sha256=hashlib.sha256(graph.network).hexdigest(), bytes=len(graph.network)),
            "made": [Made(of="the head that learned", by=card.made[0].by, note=note), *card.made],
            "parity": parity_of(old.facts["tool"], [total(each) for each in both]),
        }
    )
    return made(card, graph.network)


def _names(exported: Exported) -> list[str]:
    found = exported.facts["names"]
    return [str(found[str(number)]) for number in range(len(found))]

"""Gewu's own kinds of thing, and the words that its rules know each by.

A rule goes by a detector's label: `car` stands for a vehicle and `umbrella` for furniture of a stall whatever
network says so. A label that is none of these words is a thing without a name: it can cover and be covered,
and a rule can ask for it by name, but no rule takes it for anything.
"""

from typing import Final

# Tests hold these against the words of the rules (broker.groups, broker.boundary, edge.stalls.words).
KINDS: Final[dict[str, frozenset[str]]] = {
    "person": frozenset({"person", "people", "pedestrian", "rider", "cyclist"}),
    "animal": frozenset(
        {"animal", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}
    ),
    "vehicle": frozenset(
        {"vehicle", "car", "truck", "bus", "van", "train", "tram", "lorry", "coach", "minibus", "trailer"}
        | {"pickup", "pickup_truck", "suv", "taxi", "caravan"}
    ),
    "two_wheeler": frozenset(
        {"two_wheeler", "bicycle", "bike", "motorcycle", "motorbike", "moped", "scooter", "e_bike"}
        | {"tricycle", "awning_tricycle"}
    ),
    "stall": frozenset({"stall", "street_stall", "food_stall", "food_cart", "vendor_cart"}),
    "furniture": frozenset(
        {
            "furniture",
            "umbrella",
            "parasol",
            "dining_table",
            "table",
            "desk",
            "tent",
            "canopy",
            "awning",
            "cart",
        }
        | {"stand", "shelf", "rack", "crate", "box", "basket", "refrigerator", "oven", "microwave", "toaster"}
    ),
    "seat": frozenset({"seat", "chair", "bench", "couch", "stool"}),
    "goods": frozenset(
        {"goods", "handbag", "backpack", "suitcase", "bag", "bottle", "wine_glass", "cup", "bowl", "fork"}
        | {"knife", "spoon", "vase", "potted_plant", "banana", "apple", "orange", "broccoli", "carrot"}
        | {"sandwich", "hot_dog", "pizza", "donut", "cake", "book", "clock", "teddy_bear", "toy", "tie"}
        | {"cell_phone", "scissors", "remote", "hair_drier", "fruit", "vegetables", "flowers", "clothes"}
        | {"shoes"}
    ),
    "debris": frozenset(
        {"debris", "garbage", "garbage_bag", "trash", "trash_bag", "litter", "rubbish", "rubble", "waste"}
        | {"cardboard", "pile"}
    ),
    "face": frozenset({"face"}),
    "plate": frozenset({"plate", "license_plate", "licence_plate", "number_plate"}),
    "thing": frozenset({"thing"}),
}
IGNORED: Final = "ignore"  # in a mapping: what the network says of this class is not looked at

_BY_WORD: Final = {word: kind for kind, words in reversed(KINDS.items()) for word in words}


def kind_of(word: str) -> str | None:
    """The kind that the rules take a label for; None for a word that none of them knows."""
    return _BY_WORD.get(word)


def allowed() -> str:
    """What a mapping may lead to, for people."""
    return f"{', '.join(KINDS)}, {IGNORED}, or a word that the rules know, such as car or umbrella"

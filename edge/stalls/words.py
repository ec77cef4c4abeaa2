"""What a label says about trading in the street."""

from collections.abc import Collection
from typing import Final, Literal

Role = Literal["stall", "goods", "furniture", "seat"]

# What a model of one's own may call a whole stall; one is enough.
STALLS: Final = frozenset({"stall", "street_stall", "food_stall", "food_cart", "vendor_cart"})
# Things nobody sets up in the open but to sit, sell or serve.
FURNITURE: Final = frozenset(
    {"furniture", "umbrella", "parasol", "dining_table", "table", "desk", "tent", "canopy", "awning", "cart"}
    | {"stand", "shelf", "rack", "crate", "box", "basket", "refrigerator", "oven", "microwave", "toaster"}
)
# Nobody holds these up for minutes: without anybody by them they stand on something, by something.
SHELTERS: Final = frozenset({"umbrella", "parasol", "tent", "canopy", "awning"})
# Seats stand in every street; alone they are no trade.
SEATS: Final = frozenset({"seat", "chair", "bench", "couch", "stool"})
_BAGS: Final = frozenset({"handbag", "backpack", "suitcase", "bag"})
GOODS: Final = _BAGS | {
    *("bottle", "wine_glass", "cup", "bowl", "plate", "fork", "knife", "spoon", "vase", "potted_plant"),
    *("banana", "apple", "orange", "broccoli", "carrot", "sandwich", "hot_dog", "pizza", "donut", "cake"),
    *("book", "clock", "teddy_bear", "toy", "tie", "cell_phone", "scissors", "remote", "hair_drier"),
    *("fruit", "vegetables", "flowers", "goods", "clothes", "shoes"),
}
# Carried about by those who pass: they are goods only where nobody holds them.
CARRIED: Final = _BAGS | {"tie", "cell_phone", "book", "remote"}


def role_of(label: str, own: Collection[str], goods: Collection[str]) -> Role | None:
    """What a thing of that label is to a stall; None where it is nothing. own: more that say "stall"."""
    if label in own or label in STALLS:
        return "stall"
    if label in SEATS:
        return "seat"
    if label in FURNITURE:
        return "furniture"
    return "goods" if label in goods else None

"""The best pairing of two small sets. Pure.

As many pairs as can be, and of all such pairings one with the greatest sum of weights: one pair more at a
time, each along the alternating path that gains most (successive best paths; exact, n · edges steps a pair).
"""

from collections.abc import Mapping

Pair = tuple[int, int]


def pairing(weights: Mapping[Pair, float]) -> dict[int, int]:
    """Left to right. weights: of the pairs that are allowed, finite. Of equal pairings, always the same."""
    chosen: dict[int, int] = {}
    while (path := _best_path(weights, chosen)) is not None:
        for left, right in path:
            chosen[left] = right
    return dict(sorted(chosen.items()))


def _best_path(weights: Mapping[Pair, float], chosen: dict[int, int]) -> list[Pair] | None:
    """The pairs to take, from a free left to a free right; what they push aside is pushed along the path.

    Bellman and Ford: a left is worth what the best path to it gains. No cycle gains anything, as the pairing
    so far is the best of its size.
    """
    taken = {right: left for left, right in chosen.items()}
    edges = sorted(weights)
    worth = {left: 0.0 for left, _ in edges if left not in chosen}
    came: dict[int, Pair] = {}  # to a left that is pushed aside, by the pair that does it
    for _ in range(len(taken)):
        changed = False
        for left, right in edges:
            owner = taken.get(right)
            if owner is None or owner == left or left not in worth:
                continue
            gain = worth[left] + weights[left, right] - weights[owner, right]
            if owner not in worth or gain > worth[owner] + 1e-12:
                worth[owner], came[owner], changed = gain, (left, right), True
        if not changed:
            break
    ends = [pair for pair in edges if pair[1] not in taken and pair[0] in worth]
    if not ends:
        return None
    path = [max(ends, key=lambda pair: worth[pair[0]] + weights[pair])]
    while path[0][0] in came:
        path.insert(0, came[path[0][0]])
    return path

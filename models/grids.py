"""The grids that anchor-free networks predict on."""

from collections.abc import Sequence

import numpy as np

from models.detections import Floats


def cells(width: int, height: int, strides: Sequence[int]) -> tuple[Floats, Floats]:
    """(N, 2) column and row of every cell, row-major, stride after stride, and (N,) the stride of each."""
    columns_rows, each = [], []
    for stride in strides:
        rows, columns = np.mgrid[: -(-height // stride), : -(-width // stride)]
        columns_rows.append(np.stack([columns, rows], axis=-1).reshape(-1, 2))
        each.append(np.full(rows.size, stride))
    return np.concatenate(columns_rows).astype(np.float32), np.concatenate(each).astype(np.float32)


def expected_distances(bins: Floats) -> Floats:
    """(N, 4 x K) logits of l, t, r, b as (N, 4) cells: the mean of each softmax (arXiv 2006.04388)."""
    logits = bins.reshape(len(bins), 4, bins.shape[1] // 4)
    odds = np.exp(logits - logits.max(axis=2, keepdims=True))
    steps = np.arange(logits.shape[2], dtype=np.float32)
    return np.asarray((odds * steps).sum(axis=2) / odds.sum(axis=2), np.float32)


def boxes_around(centres: Floats, distances: Floats) -> Floats:
    """(N, 4) x1 y1 x2 y2 from centres and the distances l, t, r, b to the sides."""
    return np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], axis=1)

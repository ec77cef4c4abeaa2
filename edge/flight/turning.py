"""Turns in space, in degrees: heading, pitch, roll as aircraft have them (north, east, down). Pure.

A matrix's columns are the turned axes: forward, right, down. Source: the yaw-pitch-roll sequence of
ISO 1151-2; quaternions are w, x, y, z.
"""

from math import asin, atan2, cos, degrees, hypot, radians, sin
from typing import Final

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]  # rows
_STEEP: Final = 1e-6  # the cosine of a pitch that is straight up or down


def matrix(yaw: float, pitch: float, roll: float) -> Matrix:
    """Turn by yaw about down, then by pitch about the new right, then by roll about the new forward."""
    cy, sy = cos(radians(yaw)), sin(radians(yaw))
    cp, sp = cos(radians(pitch)), sin(radians(pitch))
    cr, sr = cos(radians(roll)), sin(radians(roll))
    return (
        (cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr),
        (sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr),
        (-sp, cp * sr, cp * cr),
    )


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """First b, then a, seen from outside; on something that a carries, b is its own turn."""
    rows = [tuple(sum(row[k] * b[k][j] for k in range(3)) for j in range(3)) for row in a]
    return (_vector(rows[0]), _vector(rows[1]), _vector(rows[2]))


def _vector(values: tuple[float, ...]) -> Vector:
    return (values[0], values[1], values[2])


def angles(turn: Matrix) -> tuple[float, float, float]:
    """Yaw 0..360, pitch, roll of a matrix. Straight down or up, all of the turn is yaw."""
    pitch = asin(max(-1.0, min(1.0, -turn[2][0])))
    if hypot(turn[0][0], turn[1][0]) < _STEEP:
        return degrees(atan2(-turn[0][1], turn[1][1])) % 360.0, degrees(pitch), 0.0
    yaw = atan2(turn[1][0], turn[0][0])
    return degrees(yaw) % 360.0, degrees(pitch), degrees(atan2(turn[2][1], turn[2][2]))


def carried(
    platform: tuple[float, float, float], own: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Yaw, pitch, roll over ground of what has its `own` turn on a platform that is turned itself."""
    return angles(multiply(matrix(*platform), matrix(*own)))


def of_quaternion(w: float, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Yaw, pitch, roll. Raises ValueError for one that is no turn."""
    size = (w * w + x * x + y * y + z * z) ** 0.5
    if not 0.5 < size < 2.0:
        raise ValueError("a quaternion whose length is not 1")
    w, x, y, z = w / size, x / size, y / size, z / size
    turn = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return angles(turn)


def nearest(angle: float, to: float) -> float:
    """The same direction, written within half a turn of another."""
    return to + (angle - to + 180.0) % 360.0 - 180.0

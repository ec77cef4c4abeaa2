"""Left things: what has come to stand on the ground of a zone and is nothing that a detector knows.

The ground is compared with its clean reference by structure, not by brightness (`cells.py`, `ground.py`);
there is one reference for each kind of light (`lights.py`). What differs and stays ripens cell by cell
(`ripening.py`); ripe cells form blobs, and the picture says what they are (`blobs.py`): a thing, a shadow, a
line, something alive, something that a detected vehicle or person explains, or the empty place of something
that was taken away. What becomes of them is decided in `judging.py`; things keep one id until their ground
is seen clean again (`regions.py`).
"""

from edge.perception.statics.channel import Statics
from edge.perception.statics.settings import StaticSettings

__all__ = ["StaticSettings", "Statics"]

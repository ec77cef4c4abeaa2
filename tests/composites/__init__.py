"""Composites: real fixed cameras, real object crops, known times. `python -m tests.composites --help`.

What is measured on them is measured on composites, and every case says so. Nothing of the shared data becomes
part of the project; it is read where the machine has it.
"""

from tests.composites.backgrounds import Background, Ground, View
from tests.composites.crops import Shelf
from tests.composites.disturbances import DISTURBANCES
from tests.composites.scene import Scene, Thing, Truth, compose
from tests.composites.shared import NoSharedData, shared_folder

__all__ = [
    "DISTURBANCES",
    "Background",
    "Ground",
    "NoSharedData",
    "Scene",
    "Shelf",
    "Thing",
    "Truth",
    "View",
    "compose",
    "shared_folder",
]

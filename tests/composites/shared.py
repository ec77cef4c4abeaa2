"""Where the real clips and pictures are on this machine."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class NoSharedData(Exception):
    """The clips and crops are not here; the text says where they were looked for."""


def shared_folder() -> Path:
    """The folder of the shared data: $GEWU_SHARED_DATA, or `shared/data` beside the checkout.

    Raises NoSharedData.
    """
    folder = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))
    for needed in ("clips.json", "coco_mini/instances.json"):
        if not (folder / needed).exists():
            raise NoSharedData(f"no shared data: {folder / needed} is not there (set GEWU_SHARED_DATA)")
    return folder

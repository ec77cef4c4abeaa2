"""Every cut of every story: `python -m tests.power`. Takes minutes; prints how many cuts there were."""

import json
import tempfile
from pathlib import Path

from tests.power import test_centre, test_outbox, test_pictures


def main() -> None:
    """One JSON object: cuts by story; any broken promise ends it."""
    found = {}
    for module in (test_outbox, test_pictures, test_centre):
        with tempfile.TemporaryDirectory() as folder:
            found[module.__name__.rpartition("_")[2]] = module.lived(Path(folder), every=1)
    print(json.dumps({"cuts": found}))


if __name__ == "__main__":
    main()

"""`python -m central.api.document`: the OpenAPI document on standard output, without a centre that runs."""

import json
import sys
from types import SimpleNamespace
from typing import Any, cast

from central.api.service import make_app
from central.api.service_parts import Parts
from central.map_settings import MapSettings


def document() -> dict[str, Any]:
    """What `/api/openapi.json` of a centre answers."""
    return make_app(cast(Parts, SimpleNamespace(map=MapSettings()))).openapi()


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=1)

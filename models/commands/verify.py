"""`gewu-models verify`: whether a bundle is sound, who vouches for it, and whether its network runs here."""

import argparse
import json
from pathlib import Path
from typing import Any

from models import bundles
from models.bundles import Bundle
from models.runtime import LoadedDetector, ModelSettings, open_bundle
from models.signing import trusting

HELP = "say who has signed a bundle and what is in it, or what is wrong"


def arguments(command: argparse.ArgumentParser) -> None:
    """Which bundle, and whom to trust."""
    command.add_argument("bundle", type=Path, metavar="BUNDLE", help="a file or a folder")
    trust_arguments(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")


def trust_arguments(command: argparse.ArgumentParser) -> None:
    """Whose signatures are needed."""
    command.add_argument(
        "--key", type=Path, action="append", default=[], help="public key that must have signed; repeatable"
    )
    command.add_argument("--threshold", type=int, default=1, help="how many must have signed (default 1)")


def run(asked: argparse.Namespace, _: Path) -> int:
    """Read it, open its network, tell."""
    bundle = bundles.read(asked.bundle, trusting(asked.key, asked.threshold))
    opened = open_bundle(bundle, ModelSettings())
    print(json.dumps(_facts(bundle, opened)) if asked.json else _words(bundle, opened))
    return 0


def _facts(bundle: Bundle, opened: LoadedDetector) -> dict[str, Any]:
    card = bundle.card.model_dump(mode="json", exclude_none=True)
    taken = dict(zip(opened.classes, opened.taken_for, strict=True))
    return {"bundle": bundle.name, "signers": bundle.signers, "card": card, "taken_for": taken}


def _words(bundle: Bundle, opened: LoadedDetector) -> str:
    card = bundle.card
    by = f"signed by {', '.join(bundle.signers)}" if bundle.signers else "nobody was asked to vouch for it"
    lines = [
        f"good: {bundle.name} ({card.title}), {card.precision}, {card.file.bytes} bytes; {by}",
        f"licence: code {card.licence.code}; weights {card.licence.weights}",
        f"{len(opened.classes)} classes, all known to the rules"
        if not opened.unknown
        else f"{len(opened.classes)} classes; no rule takes for anything: {', '.join(opened.unknown)}",
    ]
    return "\n".join(lines)

"""What `gewu-edge mask` does."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import logging
import sys
from pathlib import Path

from broker.masking import Ask
from broker.wholefile import write_whole
from edge.assembly import SOFTWARE, open_masker
from edge.exits import BAD_CONFIGURATION, BROKE, FINE
from edge.masking.darkening import Broken, Darkening, Limits, refused, too_large
from edge.masking.serving import BadFrame, confine, own_pipe, serve
from edge.trust import ModelTrust, NotTrusted, TrustSettings, settings_for
from models.errors import ModelError
from models.runtime import ModelSettings, default_directory

log = logging.getLogger(__name__)

HEADS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}


def mask(args: argparse.Namespace) -> int:
    """`gewu-edge mask`."""
    if args.stdio == bool(args.input) or (args.input is None) != (args.output is None):
        print("mask: give --stdio, or IN and OUT", file=sys.stderr)
        return BAD_CONFIGURATION
    if not args.stdio:
        return _one_file(_opened(args), args.input, args.output)
    answers = own_pipe()
    confine(memory=args.provider == "cpu")
    try:
        with answers:
            return FINE if serve(_opened(args), sys.stdin.buffer, answers) else BROKE
    except BadFrame as error:
        log.error("%s", error)
    except BrokenPipeError:
        pass  # whoever asked is gone
    return BROKE


def _opened(args: argparse.Namespace) -> Darkening:
    """The models, ready. Raises ModelError."""
    wanted = ModelSettings(
        name=args.model, directory=args.models, provider=args.provider, threads=args.threads
    )
    try:
        trust = ModelTrust(settings_for(TrustSettings()), args.models or default_directory())
        masker, models = open_masker(wanted, trust)
    except NotTrusted as error:
        raise ModelError(str(error)) from error
    limits = Limits(max_bytes=args.max_bytes, max_pixels=args.max_pixels)
    return Darkening(masker, models, SOFTWARE, limits)


def _one_file(masking: Darkening, path: Path, out: Path) -> int:
    """Raises OSError."""
    if path.stat().st_size > masking.limits.max_bytes:
        print(f"{path}: refused: {too_large(masking.limits).text}", file=sys.stderr)
        return BROKE
    body = path.read_bytes()
    kind = next((kind for head, kind in HEADS.items() if body.startswith(head)), None)
    if kind is None:
        print(f"{path}: refused: no {', '.join(HEADS.values())}", file=sys.stderr)
        return BROKE
    ask = Ask.model_validate({"id": "file", "media_type": kind, "bytes": len(body)})
    try:
        said, sent = masking.answer(ask, body)
    except Broken as error:
        said, sent = refused(ask, error.reason), b""
    if said.outcome == "refused":
        print(f"{path}: refused: {said.reason.text}", file=sys.stderr)
        return BROKE
    write_whole(out, sent)
    models = [model.model_dump(exclude_none=True) for model in masking.ready.models]
    told = said.model_dump(mode="json", exclude={"id", "reason"}, exclude_none=True)
    print(json.dumps(told | {"models": models}))
    return FINE

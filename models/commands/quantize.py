"""`gewu-models quantize`: a model in INT8, with what that costs and what it gains."""

import argparse
import hashlib
import json
import re
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models import bundles
from models.bundles import Bundle
from models.calibration import calibration, spread
from models.card import NAME, Card, File, Made, Metric
from models.catalog import Entry, shipped
from models.coco import Part, marked
from models.commands.eval import bundle_of, part_of
from models.commands.pack import written
from models.detections import Picture
from models.errors import ModelError
from models.harm import harm
from models.judging import Judged
from models.measure import FLOOR, Scene, judge_detector, shared_pictures
from models.quantizing import METHODS, Workshop
from models.runtime import LoadedDetector, ModelSettings, choice_of, open_bundle, open_detector
from models.tables import table

HELP = "make an INT8 model with calibration pictures; says what is lost and how much faster it is"
MOST_HARM = 0.16  # of what it sees in calibration pictures, all layers together; about a point of AP
WATCHED, TIMED = 12, 30


def arguments(command: argparse.ArgumentParser) -> None:
    """What is made of what, and how it is judged."""
    command.add_argument("model", metavar="NAME|BUNDLE", help="a model that is here, or a bundle")
    command.add_argument("--name", help="of the new bundle (default: NAME_int8)")
    command.add_argument(
        "--version", type=int, help="grows from one to the next (default: seconds since 1970)"
    )
    command.add_argument(
        "--calibrate", type=Path, required=True, metavar="DIR", help="pictures or clips of what it will see"
    )
    command.add_argument(
        "--calibrate-part", type=part_of, default=Part(), metavar="K/N", help="each Nth, from the Kth on"
    )
    command.add_argument("--most", type=int, default=64, metavar="N", help="so many of them (default 64)")
    command.add_argument("--pictures", type=Path, metavar="DIR", help="to judge by, laid out as COCO")
    command.add_argument(
        "--part", type=part_of, default=Part(), metavar="K/N", help="of these, each Nth from K on"
    )
    command.add_argument(
        "--method", choices=METHODS, default="minmax", help="of calibration (default minmax)"
    )
    command.add_argument("--percentile", type=float, default=99.99, help="for that method (default 99.99)")
    command.add_argument(
        "--keep", default="auto", metavar="auto|none|CONV[,CONV]", help="convolutions that stay float"
    )
    command.add_argument(
        "--most-harm",
        type=float,
        default=MOST_HARM,
        metavar="SHARE",
        help=f"of what is seen; as many layers stay float as that needs (default {MOST_HARM})",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="default: NAME-VERSION.gewu-model")


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be quantized: its network, and an entry or card that says what it is."""

    name: str
    network: bytes
    about: Entry | Card
    bundle: Bundle | None


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Calibrate, find what must stay float, make it, judge both, write."""
    source, before = _source(asked.model, folder)
    pictures = calibration(asked.calibrate, asked.most, asked.calibrate_part)
    feeds = [before.prepared(picture) for picture in pictures]
    print(f"calibrating with {len(pictures)} pictures, {_method(asked)}", file=sys.stderr, flush=True)
    with Workshop(source.network, feeds, asked.method, asked.percentile) as workshop:
        keep, harms = _keep(asked, workshop, source, before, spread(pictures, WATCHED))
        network = workshop.made(keep)
        total = len(workshop.units)
    how = (
        f"static INT8, QDQ, per channel, {_method(asked)}, {len(pictures)} pictures of {asked.calibrate.name}"
    )
    note = f"float: the last convolutions and what follows{', ' + ', '.join(keep) if keep else ''}"
    bundle = _bundle(asked, source, network, how, note)
    after = open_bundle(bundle, ModelSettings(score=FLOOR))
    told: dict[str, Any] = {"quantize": bundle.name, "of": source.name, "how": how, "float": list(keep)}
    told |= {"convolutions": total - len(keep), "of_convolutions": total, "harm": harms}
    told |= {"bytes": len(network), "bytes_before": len(source.network)}
    told |= _speed(before, after, spread(pictures, TIMED))
    if (given := _scene(asked)) is not None:
        bundle = _judge(bundle, before, after, given, told)
    path = written(bundle, asked.out)
    print(f"wrote {path}: {bundle.name}, not signed (gewu-models sign)", file=sys.stderr)
    print(json.dumps(told))
    return 0


def _source(model: str, folder: Path) -> tuple[Source, LoadedDetector]:
    bundle = bundle_of(model, folder)
    if bundle is not None:
        opened = open_bundle(bundle, ModelSettings(score=FLOOR))
        return Source(bundle.card.name, bundle.network, bundle.card, bundle), opened
    detector = open_detector(ModelSettings(name=model, directory=folder, score=FLOOR))
    choice = choice_of(model, folder)
    return Source(choice.name, (folder / choice.entry.file).read_bytes(), choice.entry, None), detector


def _keep(
    asked: argparse.Namespace,
    workshop: Workshop,
    source: Source,
    before: LoadedDetector,
    watched: Sequence[Picture],
) -> tuple[list[str], dict[str, float]]:
    """Which convolutions stay float, and what the worst of them do by themselves."""
    if asked.keep != "auto":
        return [name for name in asked.keep.split(",") if name != "none"], {}
    seen = [before.by_class([picture])[0] for picture in watched]

    def of(network: bytes) -> float:
        made = _as(source, network)
        return harm(seen, [made.by_class([picture])[0] for picture in watched])

    harms = workshop.sensitivities(of, _say)
    worst = {name: round(value, 4) for name, value in list(harms.items())[:20]}
    print(table(("convolution", "harm by itself"), [(n, f"{v:.3f}") for n, v in worst.items()]))
    return workshop.spared(of, harms, asked.most_harm), worst


def _say(done: int, of: int) -> None:
    """How far it is: a line now and then, for it takes minutes."""
    if done == 1 or done % 10 == 0 or done == of:
        print(f"tried {done} of {of} convolutions in INT8 by themselves", file=sys.stderr, flush=True)


def _as(source: Source, network: bytes) -> LoadedDetector:
    """The network in place of the source's."""
    card = _card(source, network, source.name.partition("@")[0], 1, ())
    return open_bundle(Bundle(card, {bundles.NETWORK: network}), ModelSettings(score=FLOOR))


def _card(source: Source, network: bytes, name: str, version: int, steps: Sequence[Made]) -> Card:
    about = source.about
    card = about if isinstance(about, Card) else None
    return Card(
        name=name,
        version=version,
        title=about.title,
        role=about.role,
        format=about.format,
        labels=about.labels,
        kinds=about.kinds,
        input=about.input,
        licence=about.licence,
        trained_on=card.trained_on if card else _trained_on(source.name, about.labels),
        precision="int8",
        file=File(sha256=hashlib.sha256(network).hexdigest(), bytes=len(network)),
        made=[*(card.made if card else ()), *steps],
        note=about.note,
    )


def _trained_on(name: str, labels: object) -> str:
    if name in shipped().models and labels in ("coco80", "coco90"):
        return "COCO train2017, by its authors (docs/models.md)"
    return f"not told; it is {name} of a catalogue"


def _bundle(asked: argparse.Namespace, source: Source, network: bytes, how: str, note: str) -> Bundle:
    name = asked.name or f"{source.name.partition('@')[0]}_int8"
    if not re.fullmatch(NAME, name):
        raise ModelError(f"--name {name!r}: a name is lower_snake_case, as in our_vans")
    step = Made(
        of=source.name,
        sha256=hashlib.sha256(source.network).hexdigest(),
        by=f"ONNX Runtime {version('onnxruntime')}, {how}"[:240],
        note=note,
    )
    card = _card(source, network, name, asked.version or int(time.time()), [step])
    licence = source.bundle.files.get(bundles.LICENCE) if source.bundle else None
    return bundles.made(card, network, licence=licence)


def _method(asked: argparse.Namespace) -> str:
    return f"percentile {asked.percentile:g}" if asked.method == "percentile" else str(asked.method)


def _scene(asked: argparse.Namespace) -> Scene | None:
    folder = asked.pictures or shared_pictures()
    if folder is None:
        return None
    given = marked(folder, asked.part)
    return Scene([picture for _, picture in given.pictures()], given, given.words())


def _speed(before: LoadedDetector, after: LoadedDetector, pictures: Sequence[Picture]) -> dict[str, float]:
    """Processor milliseconds of both, one thread, in turns over the same pictures."""
    took: dict[int, list[float]] = {0: [], 1: []}
    for picture in [pictures[0], *pictures]:
        for place, detector in enumerate((before, after)):
            began = time.process_time()
            detector.detect([picture])
            took[place].append((time.process_time() - began) * 1000)
    float_ms, int8_ms = (statistics.median(took[place][1:]) for place in (0, 1))
    return {
        "cpu_ms_float": round(float_ms, 2),
        "cpu_ms_int8": round(int8_ms, 2),
        "speed": round(float_ms / int8_ms, 3),
    }


def _judge(
    bundle: Bundle, before: LoadedDetector, after: LoadedDetector, given: Scene, told: dict[str, Any]
) -> Bundle:
    """Both on the same pictures; the card of the new one holds both."""
    old, new = judge_detector(before, given), judge_detector(after, given)
    told |= {"pictures": new.pictures, "data": given.what, "kinds": {}}
    rows = [_row("all", old.values["ap"], new.values["ap"])]
    rows += [_row(f"kind {kind}", old.kinds[kind], new.kinds[kind]) for kind in old.kinds]
    print(table((f"AP on {given.what}", "float", "INT8", "lost"), rows))
    told |= {"ap_float": round(old.values["ap"], 4), "ap_int8": round(new.values["ap"], 4)}
    told["lost"] = round(old.values["ap"] - new.values["ap"], 4)
    told["kinds"] = {kind: round(old.kinds[kind] - new.kinds[kind], 4) for kind in old.kinds}
    metrics: list[Metric] = [_metric(new, given, "this file"), _metric(old, given, "the float file before")]
    card = bundle.card.model_copy(update={"metrics": metrics})
    return bundles.made(card, bundle.network, licence=bundle.files.get(bundles.LICENCE))


def _metric(seen: Judged, given: Scene, of: str) -> Metric:
    return seen.metric(given.what, f"gewu-models quantize, of {of}")


def _row(name: str, old: float, new: float) -> tuple[str, ...]:
    return name, f"{old:.4f}", f"{new:.4f}", f"{old - new:+.4f}"

"""Fine-tunes a checkpoint on a dataset, exports it, and judges it beside what it was before."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models.bundles import Bundle, made
from models.card import Card, Made
from models.coco import Marked, marked
from models.errors import ModelError
from models.export import worker as exporting
from models.export.apart import worked
from models.export.checkpoint import Wanted as Exporting
from models.export.checkpoint import export
from models.files import sha256_of
from models.judging import Judged
from models.measure import FLOOR, Scene, judge_detector
from models.runtime import ModelSettings, open_bundle
from models.training import worker
from models.training.beside import beside
from models.training.dataset import Dataset
from models.training.recipe import Recipe
from models.words import kind_of

LONGEST_S = 7 * 86_400
PARITY_PICTURES = 8
STANDARD_ERROR = 2  # how far it is goes there: the result alone to standard output


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is trained further, and how. also: pictures, laid out as COCO, of what it knew before."""

    checkpoint: Path
    name: str
    version: int
    recipe: Recipe
    python: str = sys.executable
    also: Path | None = None
    weights: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Before and after, on the same pictures."""

    data: str
    before: Judged
    after: Judged

    def better(self, labels: Sequence[str]) -> bool:
        """Whether these labels are seen better than before."""
        then, now = self.before.mean_of(labels) or 0.0, self.after.mean_of(labels) or 0.0
        return now > then


@dataclass(frozen=True, slots=True)
class Trained:
    """The new model, how it does on places that it has not learned from, and on what it knew before."""

    bundle: Bundle
    val: Compared
    also: Compared | None
    facts: dict[str, Any]


def train(wanted: Wanted, dataset: Dataset) -> Trained:
    """Raises ModelError."""
    if not wanted.checkpoint.is_file():
        raise ModelError(f"{wanted.checkpoint} is no file")
    if unknown := [label for label in dataset.classes if kind_of(label) is None]:
        what = f"{', '.join(unknown)}: no rule takes it for anything"
        raise ModelError(f"{what}; gewu-central dataset --label KIND=WORD calls it another word")
    with tempfile.TemporaryDirectory(prefix="gewu-train-") as work:
        best = Path(work) / "best.pt"
        facts = _worked(wanted, dataset, Path(work), best)
        parity = [dataset.val.folder / "images" / one["file_name"] for one in dataset.val.images]
        parity = parity[:PARITY_PICTURES]
        own = wanted.recipe.learn == "own"
        old = export(_exporting(wanted, wanted.checkpoint, parity if own else [], "before"))
        learned = export(_exporting(wanted, best, parity, dataset.words()))
    before, after = old.bundle, beside(old, learned) if own else learned.bundle
    val = _compared(dataset.val, f"val of {dataset.folder.name}", before, after)
    also = marked(wanted.also) if wanted.also else None
    known = None if also is None else _compared(also, also.words(), before, after)
    bundle = made(_card(after.card, wanted, facts, val, known), after.network)
    return Trained(bundle, val, known, facts)


def _exporting(wanted: Wanted, checkpoint: Path, pictures: Sequence[Path], trained_on: str) -> Exporting:
    return Exporting(
        checkpoint=checkpoint,
        name=wanted.name,
        version=wanted.version,
        size=wanted.recipe.size,
        finished=True,
        pictures=pictures,
        python=wanted.python,
        trained_on=trained_on,
        weights=wanted.weights,
    )


def _compared(pictures: Marked, data: str, before: Bundle, after: Bundle) -> Compared:
    scene = Scene([picture for _, picture in pictures.pictures()], pictures, data)
    then, now = (
        judge_detector(open_bundle(bundle, ModelSettings(score=FLOOR)), scene) for bundle in (before, after)
    )
    return Compared(data, then, now)


def _card(card: Card, wanted: Wanted, facts: dict[str, Any], val: Compared, also: Compared | None) -> Card:
    source = f"gewu-models train, pycocotools {version('pycocotools')}"
    ended = "early stop" if facts["stopped_early"] else "ran to its end"
    step = Made(
        of=wanted.checkpoint.name,
        sha256=sha256_of(wanted.checkpoint),
        by=f"{facts['tool']}, torch {facts['torch']}",
        note=(
            f"{wanted.recipe.words()}; {facts['epochs']} epochs in {facts['seconds']:.0f} s, {ended}, "
            f"the best was {facts['best_epoch']}; {facts['kept_boxes']} boxes of earlier labels kept"
        ),
    )
    metrics = [one.after.metric(one.data, source) for one in (val, also) if one is not None]
    then = ", ".join(f"{label} {value:.3f}" for label, value in sorted(val.before.labels.items()))
    note = f"Before the training on the same val pictures: {then or 'none of these labels'}."
    return card.model_copy(update={"made": [step, *card.made], "metrics": metrics, "note": note})


def _worked(wanted: Wanted, dataset: Dataset, work: Path, best: Path) -> dict[str, Any]:
    """What the training process said. Raises ModelError."""
    inside = work / "inside"
    inside.mkdir()
    copy = work / wanted.checkpoint.name  # ultralytics writes beside the checkpoint
    copy.write_bytes(wanted.checkpoint.read_bytes())
    told = {"checkpoint": str(copy), "data": str(dataset.folder.resolve()), "classes": list(dataset.classes)}
    told |= {"out": str(best), "work": str(inside), "export": str(Path(exporting.__file__).resolve())}
    return worked(
        wanted.checkpoint,
        wanted.python,
        Path(worker.__file__),
        told | wanted.recipe.order(),
        work,
        longest_s=LONGEST_S,
        told=STANDARD_ERROR,
        environment={"OMP_NUM_THREADS": str(wanted.recipe.threads)},
    )

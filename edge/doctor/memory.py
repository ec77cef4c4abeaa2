"""Memory: what is free, what the control group allows, what the node needs."""

from collections.abc import Iterable

from edge import assembly
from edge.diagnosis import memory as told
from edge.diagnosis.sign import Finding
from edge.examining.box import memory
from edge.examining.case import Case
from models.catalog import catalogue
from models.errors import ModelError
from models.runtime import ModelSettings, choose, default_directory

TITLE = "memory"
BOX, ALONE = True, True
USUAL = 1920 * 1080  # pixels, of a source that did not come


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Some files are read."""
    return 10.0


def examine(case: Case) -> Iterable[Finding]:
    """The node's need, reckoned from models and streams, or measured where it runs."""
    node_mb = case.processes.most_mb(case.node) if case.node is not None else None
    return told.judge(memory(case.root, node_mb), _needed(case))


def _needed(case: Case) -> float:
    if case.configuration is None:
        return told.needed_mb(0.0, [])
    seen = {name: one.stream.width * one.stream.height for name, one in case.board.sources.items()}
    pixels = [seen.get(source.id, USUAL) for source in case.settings.sources]
    return told.needed_mb(_models_mb(case), pixels)


def _models_mb(case: Case) -> float:
    """The files of the models that the node loads."""
    settings = case.settings
    if not (settings.sources or settings.flights):
        return 0.0
    privacy, usual = settings.privacy, settings.model
    faces = privacy.faces or usual.model_copy(update={"name": assembly.FACES})
    plates = privacy.plates or usual.model_copy(update={"name": assembly.PLATES})
    return sum(_bytes(model) for model in (usual, faces, plates)) / 1e6


def _bytes(model: ModelSettings) -> int:
    """Of a model's file; of one that is not there none is loaded."""
    folder = model.directory or default_directory()
    try:
        return (folder / choose(model.name, catalogue(folder), folder).entry.file).stat().st_size
    except (ModelError, OSError):
        return 0

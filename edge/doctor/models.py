"""The models: present, the right bytes, vouched for where that is asked, run by the configured provider."""

from collections.abc import Iterable, Iterator

from broker.saying import listed, said
from edge import assembly
from edge.diagnosis import models as told
from edge.diagnosis.sign import Finding
from edge.examining.case import Case
from edge.trust import ModelTrust, NotTrusted
from models.catalog import catalogue
from models.errors import ModelError
from models.providers import WAYS
from models.runtime import ModelSettings, choose, open_detector
from models.runtime import default_directory as usual

TITLE = "models"
BOX, ALONE = False, False


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """A GPU's provider may take a minute to make its engine."""
    return 120.0


def examine(case: Case) -> Iterable[Finding]:
    """Each that the node would load."""
    settings = case.settings
    if not (settings.sources or settings.flights or any(box.api for box in settings.analytics)):
        return [told.NOT_NEEDED.at(said("models"), said("no source of pictures"))]
    trust = ModelTrust(settings.trust, settings.storage.directory)
    found = [*_examined(case, settings.model, trust, main=True)]
    for asked, name in ((settings.privacy.faces, assembly.FACES), (settings.privacy.plates, assembly.PLATES)):
        wanted = asked or settings.model.model_copy(update={"name": name})
        found += _examined(case, wanted, trust, needed=asked is not None)
    return found


def _examined(
    case: Case, wanted: ModelSettings, trust: ModelTrust, *, needed: bool = True, main: bool = False
) -> Iterator[Finding]:
    about = {"name": wanted.name, "file": said("the file"), "words": WAYS[wanted.provider].package}
    folder = wanted.directory or usual()
    try:
        trust.check(wanted)
        choice = choose(wanted.name, catalogue(folder), folder)
        about |= {"name": choice.name, "file": str(folder / choice.entry.file)}
        if not needed and not (folder / choice.entry.file).exists():
            seen = said("{path} is not there", path=folder / choice.entry.file)
            yield told.NO_MASK.at(choice.name, seen, **about)
            return
        detector = open_detector(wanted)
        trust.used(wanted, detector.sha256)
    except NotTrusted as error:
        yield told.UNSIGNED.at(wanted.name, str(error), **about)
        return
    except ModelError as error:
        sign = told.of_error(str(error), vouched=True)
        yield sign.at(str(about["name"]), str(error)[:400], **about)
        return
    if main:
        case.board.put_detector(detector)
    runs = said("provider {provider}", provider=wanted.provider)
    seen = listed([choice.entry.file, f"sha256 {detector.sha256[:12]}", runs])
    yield told.FINE.at(detector.name, seen, sha256=detector.sha256, provider=wanted.provider)

"""Decoding by hardware, where a configuration asks for it and the machine has it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal, get_args

import av
import av.error
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.container import InputContainer
from pydantic import Field

from broker.saying import said
from edge.settings import SourceSettings
from edge.streams.plan import Policy
from edge.streams.video import NoVideo, words

log = logging.getLogger(__name__)

Kind = Literal["cuda", "vaapi", "qsv", "videotoolbox", "d3d11va", "dxva2", "vdpau", "vulkan", "drm"]
Hardware = Literal["none", "auto", Kind]
# What nearly every camera sends: a device that cannot decode it is of no use here.
PROBE = "h264"


class VideoSettings(SourceSettings):
    """Fields of every source that decodes video. `hardware_device` names one of several, as FFmpeg does."""

    decode: Policy = "auto"
    hardware: Hardware = "none"
    hardware_device: Annotated[str, Field(max_length=120)] | None = None


@dataclass(frozen=True, slots=True)
class Acceleration:
    """How containers are opened: with a device, or without (`kind` is None)."""

    kind: str | None = None
    device: str | None = None
    may_fall_back: bool = False

    def open(
        self, url: str, options: Mapping[str, str] | None = None, timeout: tuple[float, float] | None = None
    ) -> InputContainer:
        """The opened container. Raises FFmpegError, and NoVideo when the device cannot decode it."""
        accel = None
        if self.kind is not None:
            accel = HWAccel(self.kind, self.device, allow_software_fallback=self.may_fall_back)
        given = dict(options or {})
        try:
            return av.open(url, options=given, timeout=timeout, metadata_errors="replace", hwaccel=accel)
        except (NotImplementedError, RuntimeError) as error:
            what = "{kind} cannot decode this video ({why}); hardware: auto or none does"
            raise NoVideo(said(what, kind=self.kind, why=error)) from error


def acceleration(hardware: Hardware, device: str | None = None) -> Acceleration:
    """What the configuration asks for. Raises NoVideo that names what there is, when the machine lacks it."""
    if hardware == "none":
        return Acceleration()
    if hardware == "auto":
        return _best(device)
    if (why := fault(hardware, device)) is None:
        return Acceleration(hardware, device)
    usable = [kind for kind in _known() if kind != hardware and fault(kind, None) is None]
    some = said("usable here: {usable}", usable=", ".join(usable))
    found = some if usable else said("none is usable here")
    what = "hardware {hardware} cannot be used: {why}; {found}, and auto and none always work"
    raise NoVideo(said(what, hardware=hardware, why=why, found=found))


@lru_cache
def _best(device: str | None) -> Acceleration:
    tried = {kind: fault(kind, device) for kind in _known()}
    for kind, why in tried.items():
        if why is None:
            log.info("video is decoded by %s", kind)
            return Acceleration(kind, device, may_fall_back=True)
    reasons = "; ".join(f"{kind}: {why}" for kind, why in tried.items()) or "this build knows none"
    log.warning("no hardware decodes video here (%s): the processor does", reasons)
    return Acceleration()


def _known() -> list[str]:
    """The kinds this build of FFmpeg knows, the ones most worth having first."""
    built = set(hwdevices_available())
    return [kind for kind in get_args(Kind) if kind in built]


@lru_cache
def fault(kind: str, device: str | None) -> str | None:
    """Why a kind of hardware cannot be used, or None. Asked once a process: devices do not come and go."""
    if kind not in hwdevices_available():
        return "this build of FFmpeg does not know it"
    try:
        HWAccel(kind, device).create(av.Codec(PROBE, "r"))
    except NotImplementedError:
        return f"it does not decode {PROBE}"
    except av.error.FFmpegError as error:
        return f"there is no such device ({words(error)})"
    except ValueError:
        return f"hardware_device {device!r} is none of its names"
    return None

"""Whether there is memory for the node."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

# Megabytes: the program with its libraries; for each byte of the models' files; for each source, and for
# each of its pixels (decoder, pictures on their way, what is compared).
BASE_MB, MODEL_TIMES, SOURCE_MB, PICTURE_BYTES = 190.0, 8.0, 2.5, 13.5
ROOM_MB: Final = 128.0

FINE = Sign("memory_fine", "fine", "there is memory enough")
SHORT = Sign(
    "memory_short",
    "fault",
    "the kernel will end the node when memory runs out",
    "Fewer cameras or smaller streams on this box, more memory, or end what else runs here.",
)
TIGHT = Sign(
    "memory_tight",
    "warning",
    "little memory is left for anything that takes more for a while",
    "End what else runs here, or use smaller streams; keep {room:.0f} MB free.",
)
CAPPED = Sign(
    "memory_limit",
    "fault",
    "the container or unit may not have the memory that the node needs: it will be ended",
    "Docker: `--memory {wanted:.0f}m`; systemd: `MemoryMax={wanted:.0f}M`.",
)
SWAPS = Sign(
    "memory_swap_on_card",
    "note",
    "swapping to an SD card is slow and wears it out",
    "`swapoff -a`, and take the swap file out of /etc/fstab (`dphys-swapfile uninstall` on a Raspberry "
    "Pi); zram instead.",
)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes. limit_mb: of the control group, None for none. node_mb: the most the running node had."""

    total_mb: float
    available_mb: float
    limit_mb: float | None
    node_mb: float | None
    swap_on: Sequence[str] = ()


def needed_mb(models_mb: float, pixels: Sequence[int]) -> float:
    """What a node needs, reckoned; pixels: of each source's pictures."""
    pictures = sum(count * PICTURE_BYTES / 1e6 + SOURCE_MB for count in pixels)
    return BASE_MB + MODEL_TIMES * models_mb + pictures


def judge(found: Memory, needed: float) -> Iterator[Finding]:
    """needed: megabytes, reckoned; what the running node had counts where that is more."""
    needs = max(needed, found.node_mb or 0.0)
    free = found.available_mb + (found.node_mb or 0.0)  # what it has already is not asked for again
    seen = said(
        "{free:.0f} of {total:.0f} MB are free; the node needs about {needs:.0f} MB ({how})",
        free=found.available_mb,
        total=found.total_mb,
        needs=needs,
        how=said("measured at the running node") if found.node_mb else said("reckoned"),
    )
    figures = {
        "available_mb": round(found.available_mb),
        "total_mb": round(found.total_mb),
        "needed_mb": round(needs),
        "limit_mb": found.limit_mb,
        "node_mb": found.node_mb,
        "wanted": needs * 1.5,
        "room": ROOM_MB,
    }
    told = []
    if found.limit_mb is not None and found.limit_mb < needs:
        limit = said("{limit:.0f} MB allowed, {needs:.0f} MB needed", limit=found.limit_mb, needs=needs)
        told.append(CAPPED.at(said("control group"), limit, **figures))
    if free < needs:
        told.append(SHORT.at(said("memory"), seen, **figures))
    elif free < needs + ROOM_MB:
        told.append(TIGHT.at(said("memory"), seen, **figures))
    if not told:
        yield FINE.at(said("memory"), seen, **figures)
    yield from told
    for name in found.swap_on:
        yield SWAPS.at(said("memory"), said("swap lies on {name}", name=name))

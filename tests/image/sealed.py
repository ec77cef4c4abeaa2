"""An image's file system as a hardened engine would give it to a process: read only, its own user.

A mount namespace of its own: the root is bound read only, /tmp is memory, the volume alone can be written.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = """\
set -eu
root=$1; volume=$2; settings=$3; user=$4; shift 4
mount --bind "$root" "$root"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$root/tmp"
mount --bind "$volume" "$root/var/lib/gewu"
mount --bind "$settings" "$root/etc/gewu"
mount -o remount,ro,bind "$root/etc/gewu"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -o remount,ro,bind "$root"
exec chroot --userspec="$user" --groups= "$root" "$@"
"""
BEGIN = ("unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT, "sealed")


@dataclass(frozen=True, slots=True)
class Sealed:
    """root: the mounted image. environment: as the image says. user: number and group, `10002:10002`."""

    root: Path
    volume: Path
    settings: Path
    environment: dict[str, str]
    user: str

    def command(self, *words: str) -> list[str]:
        """What runs these words within. The process is theirs: a signal to it is one to them."""
        return [*BEGIN, str(self.root), str(self.volume), str(self.settings), self.user, *words]

    def run(self, *words: str, timeout: float = 600.0) -> "subprocess.CompletedProcess[str]":
        """Run one to its end."""
        command = self.command(*words)
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=timeout
        )

"""A base as Debian's slim images are, made by debootstrap where no image registry can be reached."""

import shutil
import subprocess
from pathlib import Path

# What Debian's slim images leave out; copyright files stay.
LEFT_OUT = ("usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/groff", "usr/share/lintian")
EMPTIED = ("var/cache/apt", "var/lib/apt/lists", "var/log")
SETTINGS = """\
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
"""


def make(folder: Path, suite: str, mirror: str) -> Path:
    """The file system of a suite; one that is there is used again."""
    root = folder / suite
    if not (root / "etc/debian_version").exists():
        shutil.rmtree(root, ignore_errors=True)
        command = ["debootstrap", "--variant=minbase", suite, str(root), mirror]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=1500)
    _slim(root)
    _sources(root, suite, mirror)
    return root


def _slim(root: Path) -> None:
    for name in LEFT_OUT:
        shutil.rmtree(root / name, ignore_errors=True)
    for path in sorted((root / "usr/share/doc").rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.name != "copyright":
            path.unlink()
    for name in EMPTIED:
        for path in (root / name).rglob("*"):
            if path.is_file():
                path.unlink()
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text(SETTINGS, encoding="utf-8")


def _sources(root: Path, suite: str, mirror: str) -> None:
    """With security updates: a base that is pulled has them too."""
    security = mirror.rstrip("/") + "-security"
    lines = [f"deb {mirror} {suite} main", f"deb {security} {suite}-security main"]
    (root / "etc/apt/sources.list").write_text("\n".join(lines) + "\n", encoding="utf-8")
    machine = Path("/etc/apt/apt.conf.d/99artifact-registry")  # old mirrors say dates that are over
    if machine.exists():
        shutil.copy(machine, root / "etc/apt/apt.conf.d" / machine.name)

"""`root.py FOLDER PACKAGE...`: a root file system with these Debian packages and what they need, and no more.

No shell, no package manager, no Perl: less to carry and less to attack. What dpkg knows of the packages that
are left goes along (scanners read it), and so does every copyright file.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

# What installing or building needs, and running does not.
NEVER = {
    *("apt", "bash", "dash", "debconf", "debianutils", "diffutils", "dpkg", "findutils", "gpgv", "grep"),
    *(
        "init-system-helpers",
        "login",
        "mawk",
        "openssl",
        "passwd",
        "perl-base",
        "readline-common",
        "sed",
        "tar",
    ),
}
FIELDS = "${Package}\\t${db:Status-Status}\\t${Pre-Depends}, ${Depends}\\t${Provides}\\n"
# Made when packages were installed, owned by none.
MADE = (
    *("etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/host.conf", "etc/ld.so.cache", "etc/ld.so.conf"),
    *(
        "etc/ld.so.conf.d",
        "etc/alternatives",
        "etc/ssl/certs",
        "etc/localtime",
        "etc/timezone",
        "etc/os-release",
    ),
    "etc/gewu",
)
LINKS = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
FOLDERS = {
    "tmp": 0o1777,
    "var/tmp": 0o1777,
    "proc": 0o755,
    "sys": 0o755,
    "dev": 0o755,
    "run": 0o755,
    "etc": 0o755,
}
SKIPPED = re.compile(
    r"/usr/share/(man|info|lintian|locale|doc-base|bash-completion|pixmaps|applications)/"
    r"|/usr/lib/[^/]+/gconv/|/usr/lib/valgrind/"  # Python brings its own encodings
    r"|/usr/lib/python3[^/]*/(lib2to3|pydoc_data|idlelib|turtledemo|test|tkinter|ensurepip)/"
    r"|/usr/bin/(py|pdb|pydoc|pygettext)3?(clean|compile|versions|3|3\.\d+)?$"
)


def installed() -> dict[str, list[list[str]]]:
    """What each installed package needs: for every need the packages that meet it."""
    rows = subprocess.run(["dpkg-query", "-W", "-f", FIELDS], capture_output=True, text=True, check=True)
    needs, given = {}, {}
    for line in rows.stdout.splitlines():
        name, status, wanted, provided = line.split("\t")
        if status == "installed":
            needs[name] = [
                [_name(one) for one in each.split("|")] for each in wanted.split(",") if each.strip()
            ]
            for each in provided.split(","):
                given.setdefault(_name(each), []).append(name)
    return {
        name: [
            [real for one in each for real in ([one] if one in needs else given.get(one, []))]
            for each in every
        ]
        for name, every in needs.items()
    }


def _name(text: str) -> str:
    return re.sub(r"[ (:].*", "", text.strip(), flags=re.S)


def closure(wanted: list[str], needs: dict[str, list[list[str]]]) -> set[str]:
    """These packages and, over and over, what they need."""
    found: set[str] = set()
    rest = list(wanted)
    while rest:
        name = rest.pop()
        if name in found or name in NEVER or name not in needs:
            continue
        found.add(name)
        rest += [one for each in needs[name] for one in each]
    return found


def owned(names: set[str]) -> list[Path]:
    """Files of these packages, without manuals and translations; of their documents the copyright alone."""
    said = subprocess.run(["dpkg-query", "-L", *sorted(names)], capture_output=True, text=True, check=True)
    paths = dict.fromkeys(line for line in said.stdout.splitlines() if line.startswith("/"))
    return [Path(path) for path in paths if not SKIPPED.search(path) and _of_use(path)]


def _of_use(path: str) -> bool:
    return not path.startswith("/usr/share/doc/") or path.endswith("/copyright")


def copy(path: Path, root: Path) -> None:
    """One file, link or folder at its place under the root."""
    target = root / path.relative_to("/")
    if target.is_symlink() or (target.exists() and not path.is_dir()):
        return
    if path.is_symlink():
        _parents(target, root)
        target.symlink_to(path.readlink())
    elif path.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copystat(path, target)
    elif path.is_file():
        _parents(target, root)
        shutil.copy2(path, target)


def _parents(target: Path, root: Path) -> None:
    if target.parent != root:
        target.parent.resolve().mkdir(parents=True, exist_ok=True)  # /lib64 may lead to what is not there yet


def _chosen(path: Path) -> bool:
    """A link to what was chosen among alternatives: no package owns it."""
    return path.is_symlink() and str(path.readlink()).startswith("/etc/alternatives/")


def known_to_dpkg(names: set[str], root: Path) -> None:
    """dpkg's own account of what is left."""
    text = Path("/var/lib/dpkg/status").read_text(encoding="utf-8")
    kept = [part for part in text.split("\n\n") if (m := re.match(r"Package: (\S+)", part)) and m[1] in names]
    folder = root / "var/lib/dpkg"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "status").write_text("\n\n".join(kept) + "\n", encoding="utf-8")


def main(argv: list[str]) -> int:
    """Make it."""
    root, wanted = Path(argv[0]), argv[1:]
    root.mkdir()
    for name in LINKS:
        if (link := Path("/") / name).is_symlink():
            copy(link, root)
    for name, mode in FOLDERS.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name).chmod(mode)
    needs = installed()
    if missing := set(wanted) - needs.keys():
        sys.exit(f"not installed: {', '.join(sorted(missing))}")
    names = closure(wanted, needs)
    made = [Path("/") / name for name in MADE]
    compiled = sorted(Path("/usr/lib").glob("python3*/**/__pycache__"))
    within = [each for folder in (*made, *compiled) if folder.is_dir() for each in sorted(folder.rglob("*"))]
    links = [path for path in Path("/usr/lib").glob("*-linux-gnu/*.so.*") if _chosen(path)]
    for path in [*owned(names), *made, *compiled, *within, *links]:
        if (path.is_symlink() or path.exists()) and not SKIPPED.search(
            f"{path}/" if path.is_dir() else str(path)
        ):
            copy(path, root)
    known_to_dpkg(names, root)
    print(f"{len(names)} packages: {' '.join(sorted(names))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

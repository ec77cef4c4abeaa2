"""`python -m tests.image`: base, node's image, centre's image, and what they are.

Exit codes: 0 everything is as it should be, or the tools cannot be had here (which is said); 1 it is not.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.image import base, checks, film, secrets
from tests.image.buildah import Buildah, NoTools, tools
from tests.image.sealed import Sealed

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MB = 450
FILES = {"edge": "Dockerfile.edge", "central": "central/Dockerfile"}
CLIPS = "video/tfl_jamcam_5.mp4"


def main(argv: list[str] | None = None) -> int:
    """Build and check."""
    parser = argparse.ArgumentParser(prog="python -m tests.image", description=__doc__)
    parser.add_argument("--suite", default="bookworm", help="of Debian (default %(default)s)")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    parser.add_argument("--work", type=Path, default=ROOT / "var/image", help="folder (default %(default)s)")
    parser.add_argument("--run", choices=("small", "base"), default="small", help="argument RUN")
    parser.add_argument("--only", choices=("edge", "central"))
    parser.add_argument("--data", type=Path, help="shared clips: one is replayed too")
    asked = parser.parse_args(argv)
    asked.work.mkdir(parents=True, exist_ok=True)
    try:
        tools()
        buildah = Buildah.within(asked.work)
    except NoTools as error:
        print(f"images: NOT BUILT: {error}")
        return 0
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        proof = Proof(asked, Path(folder), buildah)
        proof.base()
        for name in [asked.only] if asked.only else ["edge", "central"]:
            proof.build(name)
            getattr(proof, name)()
    print(f"images: {proof.checked} checks, {proof.wrong} wrong")
    return 1 if proof.wrong else 0


class Proof:
    """One run. here: emptied afterwards."""

    def __init__(self, asked: argparse.Namespace, here: Path, buildah: Buildah) -> None:
        self.asked, self.here, self.buildah = asked, here, buildah
        self.checked = self.wrong = 0
        self.given = secrets.write(here / "secrets")

    def base(self) -> None:
        """As Debian's slim image of this suite."""
        root = base.make(self.asked.work, self.asked.suite, self.asked.mirror)
        self.tag = f"localhost/debian:{self.asked.suite}-slim"
        self.buildah.base(root, self.tag)

    def build(self, name: str) -> None:
        """With the machine's settings as secrets, and no file of this machine's otherwise."""
        began = time.monotonic()
        # Without layers buildah keeps no image of a stage that an argument names (FROM ${RUN}).
        words = ["--layers", "--network", "host", "--format", "docker", "-f", str(ROOT / FILES[name])]
        words += ["-t", f"localhost/gewu-{name}:proof", "--build-arg", f"BASE={self.tag}"]
        words += ["--build-arg", f"RUN={self.asked.run}"]
        for key, path in self.given.items():
            words += ["--secret", f"id={key},src={path}"]
        if name == "central":
            words += ["--build-context", f"pages={self._pages()}"]
        log = self.asked.work / f"{name}.log"
        try:
            self.buildah.build(*words, str(ROOT), log=log)
        except subprocess.CalledProcessError:
            sys.exit(f"{name}: not built:\n" + "\n".join(log.read_text().splitlines()[-20:]))
        print(f"{name}: built in {time.monotonic() - began:.0f} s from {self.tag}", flush=True)

    def _pages(self) -> Path:
        """The console's pages as make console built them: no image with Node can be had here."""
        folder = self.here / "pages" / "src"
        folder.mkdir(parents=True)
        subprocess.run(["cp", "-r", str(ROOT / "central/console/built"), str(folder)], check=True)
        return folder.parent

    def check(self, what: str, look: Callable[[], str]) -> None:
        """One line, whatever comes of it."""
        self.checked += 1
        try:
            print(f"  {what}: {look()}", flush=True)
        except (checks.Wrong, OSError, subprocess.SubprocessError) as error:
            self.wrong += 1
            print(f"  {what}: WRONG: {error}", flush=True)

    def size(self, image: str) -> list[Path]:
        """Both sizes: on the disk, and as it travels."""
        name = image.rpartition("/")[2].replace(":", "-")
        layers = self.buildah.layers(image, self.asked.work / f"oci-{name}")
        travels = sum(path.stat().st_size for path in layers) / 1e6

        def small() -> str:
            with self.buildah.mounted(image) as (_, root):
                said = subprocess.run(["du", "-sb", str(root)], capture_output=True, text=True, check=True)
            unpacked = int(said.stdout.split()[0]) / 1e6
            if unpacked > LIMIT_MB and self.asked.run == "small":
                raise checks.Wrong(f"{unpacked:.0f} MB of files; {LIMIT_MB} are allowed")
            return f"{unpacked:.0f} MB of files in {len(layers)} layers, {travels:.0f} MB to pull"

        self.check("size", small)
        return layers

    def edge(self) -> None:
        """The node's."""
        image = "localhost/gewu-edge:proof"
        layers = self.size(image)
        said = self.buildah.settings(image)
        self.check("settings", lambda: checks.settings(said, "10002:10002"))
        with self.buildah.mounted(image) as (container, root):
            self.check("parts", lambda: checks.parts(_site(root, "gewu"), *EDGE))
            if self.asked.run == "small":
                self.check("small", lambda: checks.small(root))
            self.check("secrets", lambda: checks.no_secrets(layers, root, self.given.values()))
            self.check("bill", lambda: checks.bill(root / "opt/gewu/sbom.cdx.json", root / "opt/gewu"))
            self._replays(container, root, said)

    def _replays(self, container: str, root: Path, said: dict[str, object]) -> None:
        config = film.street(self.here / "street")
        sealed = self._sealed(root, config.parent, said)
        program, python = "/opt/gewu/bin/gewu-edge", "/opt/gewu/bin/python"
        self.check("read only", lambda: checks.read_only(sealed, python))
        mounts = ["-v", f"{config.parent}:/etc/gewu:ro"]
        run = ["run", *mounts, container, "--", program, "check", "/etc/gewu/edge.yaml"]
        self.check("check, by buildah", lambda: self.buildah(*run).splitlines()[0])
        doctor = [program, "doctor", "--json", "--seconds", "1", "/etc/gewu/edge.yaml"]
        self.check("doctor", lambda: checks.examined(sealed.run(*doctor)))
        self._replay("replay of a drawn street", sealed, config)
        health = list(said["Healthcheck"]["Test"][1:])  # type: ignore[index]
        begin = [*said["Entrypoint"], *said["Cmd"]]  # type: ignore[misc]
        self.check("alive", lambda: checks.lives(sealed, health, begin))
        if self.asked.data is not None and (clip := self.asked.data / CLIPS).exists():
            config = film.real(self.here / "real", clip)
            self._replay("replay of a real street", self._sealed(root, config.parent, said), config)

    def _replay(self, what: str, sealed: Sealed, config: Path) -> None:
        ours = config.parent / "ours.jsonl"
        words = ["replay", str(config), "--out", str(ours)]
        command = [sys.executable, "-c", "import sys; from edge.cli import main; sys.exit(main())", *words]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=600)
        inside = [
            "/opt/gewu/bin/gewu-edge",
            "replay",
            "/etc/gewu/edge.yaml",
            "--out",
            "/var/lib/gewu/events.jsonl",
        ]
        theirs = sealed.volume / "events.jsonl"
        self.check(what, lambda: checks.same_events(sealed.run(*inside), ours, theirs))

    def _sealed(self, root: Path, config: Path, said: dict[str, object]) -> Sealed:
        volume = Path(tempfile.mkdtemp(dir=self.here))
        number, group = map(int, str(said["User"]).split(":"))
        os.chown(volume, number, group)
        for path in [config, *config.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        environment = dict(each.split("=", 1) for each in said["Env"])  # type: ignore[attr-defined]
        return Sealed(root, volume, config, environment, str(said["User"]))

    def central(self) -> None:
        """The centre's."""
        image = "localhost/gewu-central:proof"
        layers = self.size(image)
        said = self.buildah.settings(image)
        self.check("settings", lambda: checks.settings(said, "10001:10001"))
        with self.buildah.mounted(image) as (_, root):
            self.check("parts", lambda: checks.parts(_site(root, "gewu-central"), *CENTRAL))
            if self.asked.run == "small":
                self.check("small", lambda: checks.small(root))
            self.check("secrets", lambda: checks.no_secrets(layers, root, self.given.values()))
            home = root / "opt/gewu-central"
            self.check("bill", lambda: checks.bill(home / "sbom.cdx.json", home))
            config = self.here / "central"
            config.mkdir()
            (config / "central.yaml").write_text(CENTRE)
            sealed = self._sealed(root, config, said)
            self.check("read only", lambda: checks.read_only(sealed, "/opt/gewu-central/bin/python"))
            health = said["Healthcheck"]["Test"][1:]
            begin = [*said["Entrypoint"], *said["Cmd"]]
            self.check("serves", lambda: checks.serves(sealed, health, begin))


EDGE = (
    {"edge", "models", "broker"},
    {"fastapi", "sqlalchemy", "uvicorn", "onnx", "pip", "setuptools", "central"},
)
CENTRAL = ({"central", "broker"}, {"cv2", "onnxruntime", "av", "onnx", "pip", "setuptools", "edge", "models"})
CENTRE = """\
storage: { directory: /var/lib/gewu/central }
broker: { url: "mqtt://127.0.0.1:9" }
# The health check asks here: nothing else may listen.
listen: { port: 8080 }
"""


def _site(root: Path, name: str) -> Path:
    (found,) = (root / "opt" / name).glob("lib/python3*/site-packages")
    return found


if __name__ == "__main__":
    sys.exit(main())

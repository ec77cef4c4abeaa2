"""What an image has to be; each check says what it saw, or what is wrong."""

import hashlib
import json
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.image.buildah import names
from tests.image.sealed import Sealed

KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}")
NEVER = re.compile(r"(^|/)(pip\.conf|\.npmrc|\.netrc|\.pypirc|auth\.json|id_rsa|\.git)$|^run/secrets/.")
SHELLS = (
    "bin/sh",
    "bin/bash",
    "usr/bin/apt-get",
    "usr/bin/dpkg",
    "usr/bin/perl",
    "usr/bin/npm",
    "usr/bin/pip3",
)


class Wrong(Exception):
    """What an image is not as it should be."""


def settings(said: dict[str, Any], user: str) -> str:
    """User, volume, health check, labels; nothing secret in the environment."""
    if said["User"] != user:
        raise Wrong(f"runs as {said['User']!r}")
    if list(said["Volumes"]) != ["/var/lib/gewu"] or not said["Healthcheck"]["Test"]:
        raise Wrong("volume or health check is missing")
    odd = [each for each in said["Env"] if re.search(r"TOKEN|PASSWORD|SECRET|PROXY|CERT", each, re.I)]
    missing = {f"org.opencontainers.image.{each}" for each in ("title", "version", "licenses", "base.name")}
    if odd or (missing := missing - said["Labels"].keys()):
        raise Wrong(f"environment {odd}, labels without {sorted(missing)}")
    return f"user {user}, volume /var/lib/gewu, health check {said['Healthcheck']['Test'][1:4]}, labels"


def parts(site: Path, wanted: set[str], never: set[str]) -> str:
    """Of our own packages these, and of others not those."""
    there = {path.name for path in site.iterdir()}
    ours = there & {"edge", "models", "broker", "central"}
    if ours != wanted or there & never:
        raise Wrong(f"holds {sorted(ours)} and {sorted(there & never)}")
    return f"holds {', '.join(sorted(ours))}; without {', '.join(sorted(never))}"


def small(root: Path) -> str:
    """Neither shell nor package manager."""
    if found := [name for name in SHELLS if (root / name).exists()]:
        raise Wrong(f"holds {found}")
    return "no shell, no package manager"


def no_secrets(layers: Iterable[Path], root: Path, given: Iterable[Path]) -> str:
    """No layer has a file of the builder's; no file holds a private key, or what was passed as a secret."""
    count = 0
    for layer in layers:
        for name, size in names(layer):
            count += 1
            if NEVER.search(name) and size:
                raise Wrong(f"a layer holds {name}")
    passed = {hashlib.sha256(path.read_bytes()).digest() for path in given}
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 2_000_000:
            body = path.read_bytes()
            inside = str(path.relative_to(root))
            if KEY.search(body):
                raise Wrong(f"{inside} holds a private key")
            if hashlib.sha256(body).digest() in passed and inside != "etc/ssl/certs/ca-certificates.crt":
                raise Wrong(f"{inside} is a secret of the build")
    return f"{count} names in the layers, no secret among them, no private key in any file"


def bill(path: Path, environment: Path) -> str:
    """The bill of materials is valid and names every Python package and model that is there."""
    text = path.read_text(encoding="utf-8")
    if (wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        raise Wrong(f"no CycloneDX 1.6: {wrong}")
    parts = json.loads(text)["components"]
    purls = {each["purl"].split("@")[0] for each in parts if "purl" in each}
    there = environment.glob("lib/python3*/site-packages/*.dist-info/METADATA")
    said = (re.search(r"^Name: (.*)$", each.read_text(encoding="utf-8"), re.M) for each in there)
    wanted = {f"pkg:pypi/{re.sub('[-_.]+', '-', each[1]).lower()}" for each in said if each}
    digests = {hashlib.sha256(each.read_bytes()).hexdigest() for each in environment.glob("models/*.onnx")}
    named = {each["hashes"][0]["content"] for each in parts if "hashes" in each}
    if not wanted <= purls or digests != named:
        raise Wrong(f"does not name {sorted(wanted - purls)} or models")
    if (debian := sum(each.startswith("pkg:deb/") for each in purls)) < 5:
        raise Wrong(f"names {debian} packages of Debian")
    return f"{len(wanted)} Python packages, {debian} of Debian, {len(digests)} models"


def read_only(sealed: Sealed, python: str) -> str:
    """Its own user can write in the volume and /tmp, and nowhere else."""
    script = (
        "import os,pathlib\n"
        "wrote=[]\n"
        "for f in ['/','/opt','/etc','/etc/gewu','/usr/lib','/var','/tmp','/var/lib/gewu']:\n"
        "    try:\n"
        "        (pathlib.Path(f)/'x').write_text('x'); wrote.append(f)\n"
        "    except OSError: pass\n"
        "print(os.getuid(),os.getgid(),os.getgroups(),*wrote)\n"
    )
    done = sealed.run(python, "-c", script)
    number, _, group = sealed.user.partition(":")
    if done.stdout.split("\n")[0] != f"{number} {group} [] /tmp /var/lib/gewu":
        raise Wrong(f"{done.stdout} {done.stderr}")
    return f"as {sealed.user}, writes only in /tmp and /var/lib/gewu"


def same_events(done: "subprocess.CompletedProcess[str]", ours: Path, theirs: Path) -> str:
    """A replay in the image gives what one beside it gives, byte for byte."""
    if done.returncode:
        raise Wrong(f"ended {done.returncode}: {done.stderr[-2000:]}")
    a, b = ours.read_bytes(), theirs.read_bytes()
    if a != b or not a:
        raise Wrong(f"{len(b.splitlines())} events, here {len(a.splitlines())}; not the same bytes")
    return f"{len(b.splitlines())} events, the bytes that this checkout gives; {done.stdout.strip()}"


# What this proof leaves away on purpose; a clock that nobody sets is the machine's own.
EXPECTED = {"broker_unreachable"}


def examined(done: "subprocess.CompletedProcess[str]") -> str:
    """The doctor examines all there is, and finds no fault but the broker that is not there."""
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise Wrong(f"ended {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}") from None
    signs = [sign for each in told["examinations"] for sign in each["findings"]]
    faults = {sign["code"] for sign in signs if sign["state"] == "fault"}
    if (done.returncode, faults, told["unexamined"]) != (1, EXPECTED, []):
        raise Wrong(f"ended {done.returncode}: faults {sorted(faults)}, unexamined {told['unexamined']}")
    warned = sorted({sign["code"] for sign in signs if sign["state"] == "warning"})
    return f"{len(told['examinations'])} examinations, no fault but {sorted(faults)}, warnings {warned}"


def lives(sealed: Sealed, health: list[str], run: list[str]) -> str:
    """A node runs; the image's own health check says when it lives, and when it does not."""
    if sealed.run(*health).returncode != 1:
        raise Wrong("something answers before anything runs")
    began = time.monotonic()
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    node = subprocess.Popen(sealed.command(*run), env=sealed.environment, **pipes)
    try:
        answer = _until(
            lambda: sealed.run(*health), lambda done: "looking" in done.stdout and not done.returncode
        )
        took = time.monotonic() - began
        node.send_signal(signal.SIGSTOP)
        hangs = sealed.run(*health)
        node.send_signal(signal.SIGCONT)
        if hangs.returncode != 1 or "does not answer" not in hangs.stdout:
            raise Wrong(f"a node that hangs as a whole: {hangs.returncode} {hangs.stdout}")
        node.send_signal(signal.SIGTERM)
        said, errors = node.communicate(timeout=60)
    finally:
        node.kill()
        node.wait()
    if node.returncode:
        raise Wrong(f"ended {node.returncode}: {errors[-2000:]}")
    return f"{answer.stdout.strip()} ({took:.1f} s after the start); stopped: told; ended: {said.strip()}"


def _until(
    ask: "Callable[[], subprocess.CompletedProcess[str]]",
    well: "Callable[[subprocess.CompletedProcess[str]], bool]",
) -> "subprocess.CompletedProcess[str]":
    until = time.monotonic() + 90.0
    while not well(done := ask()):
        if time.monotonic() > until:
            raise Wrong(f"says {done.stdout} {done.stderr}")
        time.sleep(0.2)
    return done


def serves(sealed: Sealed, health: list[str], begin: list[str]) -> str:
    """The centre makes its database, and answers: 503 without a broker, and its pages."""
    pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    centre = subprocess.Popen(sealed.command(*begin), env=sealed.environment, **pipes)
    try:
        refused = _until(lambda: sealed.run(*health), lambda done: "503" in done.stderr)
        with urllib.request.urlopen("http://127.0.0.1:8080/", timeout=10) as page:
            shown = page.read()
        centre.send_signal(signal.SIGTERM)
        _, errors = centre.communicate(timeout=60)
    finally:
        centre.kill()
        centre.wait()
    if centre.returncode or b"<script" not in shown:
        raise Wrong(f"ended {centre.returncode}: {errors[-2000:]}")
    last = refused.stderr.strip().splitlines()[-1]
    return f"answers; without a broker its health check says {last!r}; pages of {len(shown)} bytes"

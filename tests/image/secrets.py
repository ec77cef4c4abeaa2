"""What building needs of this machine's settings for package registries, passed as secrets of the build."""

import os
import subprocess
from pathlib import Path

CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
WITHIN = "/run/secrets/ca"
PASSED = ("index-url", "extra-index-url", "trusted-host", "timeout", "default-timeout", "proxy")


def write(folder: Path) -> dict[str, Path]:
    """By name the files that the Dockerfiles mount; folders of this machine cannot be passed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = next((Path(os.environ[name]) for name in CERTIFICATES if name in os.environ), None)
    found = {"pip": folder / "pip", "npm": folder / "npm"}
    pip, npm = ["[global]"], []
    if authority is not None:
        found["ca"] = folder / "ca"
        found["ca"].write_bytes(authority.read_bytes())
        pip.append(f"cert = {WITHIN}")
        npm.append(f"cafile={WITHIN}")
    pip += [f"{key} = {value}" for key, value in _pip().items() if key in PASSED and "file:" not in value]
    found["pip"].write_text("\n".join(pip) + "\n", encoding="utf-8")
    npm += [f"registry={registry}"] if (registry := _said("npm", "config", "get", "registry")) else []
    found["npm"].write_text("\n".join(npm) + "\n", encoding="utf-8")
    return found


def _pip() -> dict[str, str]:
    rows = (line.partition("=") for line in _said("python3", "-m", "pip", "config", "list").splitlines())
    return {key.split(".")[-1]: value.strip("'\"") for key, _, value in rows}


def _said(*words: str) -> str:
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60).stdout.strip()
    except OSError:
        return ""

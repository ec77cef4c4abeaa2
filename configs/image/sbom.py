"""`sbom.py --root IMAGE --environment ENV --name NAME --version V --out FILE`: what is in an image.

CycloneDX 1.6. Asks what is there, not what was wished for: Debian's packages in the image, the Python
packages of the environment (run with its interpreter), the model files and their sha256. Only the standard
library is needed.
"""

import argparse
import hashlib
import json
import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote

Component = dict[str, Any]


def python_packages(environment: Path) -> list[Component]:
    """Every installed distribution, with its licence where it names one."""
    (site,) = environment.glob("lib/python3*/site-packages")
    found = [_distribution(one) for one in distributions(path=[str(site)])]
    return sorted(found, key=lambda each: str(each["bom-ref"]))


def _distribution(one: Distribution) -> Component:
    name = re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()
    purl = f"pkg:pypi/{name}@{one.version}"
    said = {"type": "library", "bom-ref": purl, "name": name, "version": one.version, "purl": purl}
    expression = one.metadata.get("License-Expression")
    trove = [
        c.split(" :: ")[-1] for c in one.metadata.get_all("Classifier", []) if c.startswith("License ::")
    ]
    if expression:
        return said | {"licenses": [{"expression": expression}]}
    return said | ({"licenses": [{"license": {"name": name}} for name in trove]} if trove else {})


def debian_packages(root: Path) -> list[Component]:
    """Every package that dpkg knows to be installed there."""
    status = root / "var/lib/dpkg/status"
    text = status.read_text(encoding="utf-8") if status.exists() else ""
    family = re.search(r"^ID=(\w+)", (root / "etc/os-release").read_text(encoding="utf-8"), re.M)
    distribution = family[1] if family else "debian"
    found = []
    for part in text.split("\n\n"):
        fields = dict(re.findall(r"^(\S+): (.*)$", part, re.M))
        if fields.get("Status", "").endswith(" installed"):
            where = f"pkg:deb/{distribution}/{quote(fields['Package'])}@{quote(fields['Version'])}"
            purl = f"{where}?arch={fields['Architecture']}"
            named = {"name": fields["Package"], "version": fields["Version"], "purl": purl}
            found.append({"type": "library", "bom-ref": purl, **named})
    return sorted(found, key=lambda each: str(each["bom-ref"]))


def models(folder: Path) -> list[Component]:
    """Every model file."""
    return [_model(path) for path in sorted(folder.glob("*.onnx"))]


def _model(path: Path) -> Component:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    named = {"bom-ref": f"model:{path.stem}", "name": path.stem, "version": digest[:12]}
    return {
        "type": "machine-learning-model",
        **named,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def bill(name: str, version: str, components: list[Component]) -> dict[str, Any]:
    """The document; the same bytes for the same image."""
    refs = sorted(str(each["bom-ref"]) for each in components)
    root = {"type": "container", "bom-ref": name, "name": name, "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": refs}, *({"ref": ref} for ref in refs)],
    }


def main() -> int:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--root", "--environment", "--out"):
        parser.add_argument(option, type=Path, required=True)
    for option in ("--name", "--version"):
        parser.add_argument(option, required=True)
    asked = parser.parse_args()
    environment: Path = asked.environment
    found = [*debian_packages(asked.root), *python_packages(environment), *models(environment / "models")]
    text = json.dumps(bill(asked.name, asked.version, found), indent=1, sort_keys=True)
    asked.out.write_text(text + "\n", encoding="utf-8")
    print(f"{asked.out}: {len(found)} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.supply sbom | licences | audit`.

Exit codes: 0 nothing is wrong (of `audit` also: nothing could be checked, which is said), 1 something is, 2
the command line is wrong.
"""

import argparse
import json
import sys
from pathlib import Path

from tests.supply import audit, bom, licences, npm
from tests.supply.locks import NAMES, LockError, locked


def main(argv: list[str] | None = None) -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m tests.supply", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    bills = commands.add_parser("sbom", help="write the bills of materials (CycloneDX 1.6)")
    bills.add_argument("--out", type=Path, default=Path("var/sbom"), help="folder (default %(default)s)")
    bills.set_defaults(run=_sbom)
    commands.add_parser("licences", help="hashes and licences of what is locked").set_defaults(run=_licences)
    commands.add_parser("audit", help="known vulnerabilities of what is locked").set_defaults(run=_audit)
    asked = parser.parse_args(argv)
    return int(asked.run(asked))


def _sbom(asked: argparse.Namespace) -> int:
    pages = asked.out / "gewu-console.cdx.json"
    for path in [*bom.write(asked.out, NAMES), pages]:
        print(path)
    pages.write_text(json.dumps(npm.bill(npm.locked()), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


def _licences(_: argparse.Namespace) -> int:
    try:
        packages = {name: locked(name) for name in NAMES}
        pages = npm.locked()
    except LockError as error:
        print(error, file=sys.stderr)
        return 1
    wrong = licences.faults(packages) + npm.faults(pages)
    for line in wrong:
        print(line, file=sys.stderr)
    counted = ", ".join(f"{name} {len(found)}" for name, found in packages.items())
    counted += f", console {len(pages)}"
    print(f"licences: {counted} packages, all hashed; {len(wrong)} faults")
    return 1 if wrong else 0


def _audit(_: argparse.Namespace) -> int:
    wrong = 0
    for what, asking in (("Python", lambda: audit.audit(audit.default_locks())), ("npm", npm.audit)):
        try:
            found, source = asking()
        except audit.NotChecked as error:
            print(f"audit of {what}: NOT CHECKED: {error}")
            continue
        for finding in found:
            print(finding, file=sys.stderr)
        print(f"audit of {what}: {len(found)} known vulnerabilities, by {source}")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

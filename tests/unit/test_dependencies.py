"""Each part declares what it imports, so that it starts where only its own extra is installed."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"broker", "models", "edge", "central"}
# Distribution names that differ from what is imported, and packages that always come with another.
COMES_WITH = {
    "alembic": "alembic",
    "argon2": "argon2-cffi",
    "chinese_calendar": "chinesecalendar",
    "cv2": "opencv-python-headless",
    "paho": "paho-mqtt",
    "PIL": "pillow",
    "prometheus_client": "prometheus-client",
    "pydantic_core": "pydantic",
    "sqlalchemy": "sqlalchemy",
    "starlette": "fastapi",
    "typing_extensions": "typing-extensions",
    "yaml": "pyyaml",
}
EXTRAS = {
    "broker": {"base", "broker"},
    "models": {"base", "models", "eval"},
    "edge": {"base", "edge"},
    "central": {"base", "central"},
}

# Run by another Python, which has ultralytics and torch; nothing imports them.
WORKERS = {ROOT / "models" / name / "worker.py" for name in ("export", "training")}


def declared(extras: set[str]) -> set[str]:
    """Distribution names in pyproject.toml's lists, lower case. (No TOML reader before Python 3.11.)"""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = dict(re.findall(r"^(\w+) = \[(.*?)\]$", text, re.M | re.S))
    lists["base"] = lists["dependencies"]
    names = (re.findall(r'"([A-Za-z0-9_.-]+)[^"]*"', lists[extra]) for extra in extras)
    return {name.lower() for group in names for name in group}


def imported(part: str) -> set[str]:
    """Top-level packages that any file of a part imports, the standard library and our own left out."""
    found: set[str] = set()
    for path in set((ROOT / part).rglob("*.py")) - WORKERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - OURS - set(sys.stdlib_module_names)


@pytest.mark.parametrize("part", sorted(OURS))
def test_every_import_is_declared(part: str) -> None:
    names = {COMES_WITH.get(name, name).lower() for name in imported(part)}
    assert names - declared(EXTRAS[part]) == set()


def test_nothing_imports_what_only_exports_need() -> None:
    assert not {"ultralytics", "torch"} & set().union(*(imported(part) for part in OURS))

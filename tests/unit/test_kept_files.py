"""Every file that a node keeps is written whole or not at all: a power cut tears none."""

import ast
from collections.abc import Iterator
from pathlib import Path

EDGE = Path(__file__).parents[2] / "edge"
# What may write in place, and why no power cut harms it.
ALONE = {
    "lock.py": "says nothing: it is locked, not read",
    "storeroom.py": "room that is kept, without a meaning",
    "journal/segments.py": "blocks with check sums, forced to the disk before an event",
    "eventfile.py": "a replay's output, written beside and renamed",
}
# Commands that people run, which keep nothing of a node's.
COMMANDS = ("simulation/", "simulated/", "score/", "doctor/", "shadow/", "examining/", "diagnosis/")
MODES = frozenset("wax+")


def writes(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        words = [
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        opens = node.func.attr in ("open", "fdopen") and any(
            set(word) <= MODES | {"b", "t"} and set(word) & MODES for word in words
        )
        flags = node.func.attr == "open" and "O_WRONLY" in ast.dump(node)
        if node.func.attr in ("write_text", "write_bytes") or opens or flags:
            yield node


def test_nothing_but_whole_files_is_written() -> None:
    found = {}
    for path in sorted(EDGE.rglob("*.py")):
        name = str(path.relative_to(EDGE))
        if not name.startswith(COMMANDS) and (calls := list(writes(ast.parse(path.read_text())))):
            found[name] = [call.lineno for call in calls]
    written = {name: lines for name, lines in found.items() if name not in ALONE and "masking" not in name}
    assert written == {}, "broker.wholefile.write_whole writes a file whole"
    assert set(ALONE) <= set(found)

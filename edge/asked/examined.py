"""What the doctor finds, asked for in a process of its own: a hung driver there costs the node nothing."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from broker.boundary import breach
from broker.fleet import Found, Language

COMMAND: Final = "import sys; from edge.cli import main; sys.exit(main())"
ORDER: Final = ("fault", "warning", "note", "fine")
MOST: Final = 400


class NotExamined(Exception):
    """The doctor came to no end; the words say why."""


def examined(
    path: Path, only: Sequence[str], seconds: float, left_s: float, language: Language = "en"
) -> list[Found]:
    """Findings, the worst first. left_s: after so long nobody waits. Raises NotExamined."""
    chosen = [word for name in only for word in ("--only", name)]
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "doctor",
        str(path),
        "--json",
        "--seconds",
        f"{seconds:g}",
        "--lang",
        language,
        *chosen,
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=max(1.0, left_s), check=False)
    except subprocess.TimeoutExpired as error:
        raise NotExamined(f"it was not done within {left_s:.0f} s") from error
    except OSError as error:
        raise NotExamined(f"it cannot be begun: {error.strerror}") from error
    try:
        report = json.loads(done.stdout)
    except ValueError:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise NotExamined(f"it ended with {done.returncode}: {words[0][:120]}") from None
    return findings(report)


def findings(report: dict[str, Any]) -> list[Found]:
    """Of the doctor's document, as a message may carry them."""
    found = [
        Found(
            examination=examination["name"],
            code=one["code"],
            state=one["state"],
            **{name: _fit(one[name], most) for name, most in (("subject", 240), ("seen", 1000))},
            **{name: _fit(one[name], 1000) for name in ("means", "cure")},
        )
        for examination in report["examinations"]
        for one in examination["findings"]
    ]
    return sorted(found, key=lambda one: ORDER.index(one.state))[:MOST]


def _fit(text: str, most: int) -> str:
    why = breach(text)
    return f"its words are withheld: one {why}" if why else text[:most] or "-"

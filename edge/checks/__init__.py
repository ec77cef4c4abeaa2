"""Is a place clear now, or still occupied? The decision behind the answers to `verify`. Pure.

A check looks at one situation's place again. Each look is read by a file of `sights`, one for each kind of
rule, since each kind knows by other means what stands there; `check.py` makes an outcome of the looks, or
none yet. `docs/edge.md` says what each outcome and reason means.
"""

from edge.checks.book import Checks
from edge.checks.check import Ask, Outcome, Verdict
from edge.checks.known import Known
from edge.checks.look import Look
from edge.checks.settings import VerifySettings

__all__ = ["Ask", "Checks", "Known", "Look", "Outcome", "Verdict", "VerifySettings"]

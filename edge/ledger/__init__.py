"""The place ledger: why one standing car is one situation. `docs/ledger.md` is its theory of operation."""

from edge.ledger.book import Ledger
from edge.ledger.refusal import Refusal
from edge.ledger.settings import LedgerSettings

__all__ = ["Ledger", "LedgerSettings", "Refusal"]

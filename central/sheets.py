"""Tables as CSV (RFC 4180): UTF-8 without a mark, a stable header, and no cell that a sheet would run."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

MEDIA_TYPE = "text/csv; charset=utf-8"
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
Cell = str | int | float | bool | None


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The text of the table."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe(cell: Cell) -> str | int | float:
    """A text that a spreadsheet would take for a formula begins with a quote; numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_RUN):
        return f"'{cell}"
    return cell

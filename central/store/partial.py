"""Which rows the partial indexes hold, in the very words that they know."""

from typing import Any

from sqlalchemy import TextClause, text

# Events that belong to no ticket, and events of which the content is gone.
LOOSE = text(
    "body <> '' AND type NOT IN"
    " ('gewu.incident.opened.v1', 'gewu.incident.updated.v1', 'gewu.incident.cleared.v1')"
)
BLANK = text("body = ''")
MERGED = text("merged_into IS NOT NULL")
PLACED = text("place IS NOT NULL")
NO_TICKET = text("ticket IS NULL")
UNANSWERED_ROWS = text("state IN ('waiting', 'asked')")  # looks that somebody is asked for
CURRENT = text("ended IS NULL")  # what people say now, of all that they said
SUPPRESSED = text("suppressed IS NOT NULL")  # situations that were hidden, or are
WORDED = text("text <> ''")  # reports whose words are still here
OPEN_ASKS = text("status IN ('waiting', 'sent', 'working')")
UNPUBLISHED = text("published IS NULL")
PASSING = text("until IS NOT NULL")  # versions that hold for a time
RUNNING_ROLLOUTS = text("state IN ('applying', 'soaking')")
OPEN_ACTIONS = text("state IN ('running', 'stopping')")


def only(condition: TextClause) -> dict[str, Any]:
    """Of an index: it holds these rows alone, on either database."""
    return {"sqlite_where": condition, "postgresql_where": condition}

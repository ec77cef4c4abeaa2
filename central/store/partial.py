"""Which rows the indexes of the sweep hold, in the very words that they know."""

from sqlalchemy import text

# Events that belong to no ticket, and events of which the content is gone.
LOOSE = text(
    "body <> '' AND type NOT IN"
    " ('gewu.incident.opened.v1', 'gewu.incident.updated.v1', 'gewu.incident.cleared.v1')"
)
BLANK = text("body = ''")
MERGED = text("merged_into IS NOT NULL")
NO_TICKET = text("ticket IS NULL")
WORDED = text("text <> ''")  # reports whose words are still here

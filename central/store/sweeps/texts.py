"""The words of those who reported something."""

from datetime import datetime

from sqlalchemy import Connection, select, tuple_, update

from central.reports.events import TOLD
from central.store.keeping import Keeping, verdicts
from central.store.partial import WORDED
from central.store.report_tables import reports
from central.store.schema import situations
from central.store.sweeping import AT_ONCE, Portion
from central.store.sweeps.pictures import tell


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, str] | None) -> Portion:
    """In the order in which they came."""
    r, s = reports.c, situations.c
    mine = (s.source == TOLD) & (s.subject == r.id)
    before = keeping.before(keeping.basis.plan.shortest("texts"))
    wanted = select(r.received, r.id, s.ticket).select_from(reports.outerjoin(situations, mine))
    wanted = wanted.where(WORDED, r.received < before)
    if after is not None:
        wanted = wanted.where(tuple_(r.received, r.id) > tuple_(*after))
    rows = connection.execute(wanted.order_by(r.received, r.id).limit(AT_ONCE)).all()
    found = verdicts(connection, keeping, "texts", {row.ticket for row in rows if row.ticket is not None})
    going = [row for row in rows if row.ticket is None or (row.ticket in found and found[row.ticket].goes)]
    if going:
        names = [row.id for row in going]
        connection.execute(update(reports).where(r.id.in_(names)).values(text=""))
    for number in sorted({row.ticket for row in going if row.ticket is not None}):
        tell(connection, keeping, number, f"the words of reports were erased: {found[number].reason.text}")
    place = (rows[-1].received, rows[-1].id) if len(rows) == AT_ONCE else None
    return Portion(len(going), sum(each.waits for each in found.values()), place)

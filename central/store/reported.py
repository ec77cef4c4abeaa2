"""What nodes say became of a configuration, and by which hashes they name its zones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from broker.events import Reason
from broker.fields import read
from broker.messages import About, ReportedConfiguration
from central.letters import Letter
from central.store.configuration_tables import configurations, zone_numbers
from central.store.database import insert
from central.store.schema import nodes

_C = configurations.c


def keep_report(connection: Connection, letter: Letter, said: ReportedConfiguration) -> tuple[bool, Reason]:
    """Whether it changed anything, and why or why not. The turn is the caller's.

    What was never said of earlier versions follows: they were part of this one.
    """
    number = _number(said.version)
    known = select(_C.sha256, _C.status, _C.said).where(_C.node == letter.node, _C.number == number)
    row = connection.execute(known).one_or_none()
    if row is None or row.sha256 != said.sha256:
        return False, Reason(code="not_ours", text=f"{said.version} is no configuration of ours")
    if row.said is not None and (said.at < row.said or (said.at == row.said and said.status == row.status)):
        return False, Reason(code="known_already", text=f"that {said.version} is {row.status} is known")
    reasons = [each.model_dump(mode="json", exclude_none=True) for each in said.reasons]
    values = {"status": said.status, "reasons": reasons, "said": said.at, "changed": letter.received}
    mine = (_C.node == letter.node) & (_C.number == number)
    open_still = _C.status.in_(("wanted", "preparing"))
    earlier = (_C.node == letter.node) & (_C.number < number) & open_still
    told = mine if said.status == "preparing" else mine | earlier
    connection.execute(update(configurations).where(told).values(**values))
    number_zones(connection, [letter.node])
    return True, Reason(code=said.status, text=f"{said.version} is {said.status}")


def _number(version: str) -> int:
    """Of what we call v12; 0 of what is none of ours."""
    digits = version[1:]
    ours = version[:1] == "v" and digits.isascii() and digits.isdigit() and len(digits) < 10
    return int(digits) if ours else 0


def number_zones(connection: Connection, names: Iterable[str]) -> None:
    """Which versions the zones run that these nodes tell of, where they told it after they applied one."""
    for node in names:
        applied = select(_C.number, _C.said).where(_C.node == node, _C.status == "applied")
        newest = connection.execute(applied.order_by(_C.number.desc()).limit(1)).one_or_none()
        said = select(nodes.c.about).where(nodes.c.node == node)
        if newest is None or (text := connection.execute(said).scalar_one_or_none()) is None:
            continue
        about = read(About, text)
        if about.at >= newest.said and (rows := list(_rows(node, newest.number, about))):
            connection.execute(insert(connection, zone_numbers).on_conflict_do_nothing(), rows)


def _rows(node: str, number: int, about: About) -> Iterable[dict[str, Any]]:
    for source in about.sources:
        for zone in source.zones:
            row = {"node": node, "source": source.source.id, "zone": zone.id, "version": zone.version}
            yield row | {"number": number, "at": about.at}


def zone_number(
    connection: Connection, node: str, source: str, zone: str, version: str, at: datetime
) -> int | None:
    """Which version of the node's configuration a zone ran by that hash at that time, where it is known."""
    z = zone_numbers.c
    same = (z.node == node) & (z.source == source) & (z.zone == zone) & (z.version == version)
    before = select(func.max(z.number)).where(same, z.at <= at)
    first = select(func.min(z.number)).where(same)
    found: int | None = connection.execute(before).scalar_one_or_none()
    return found if found is not None else connection.execute(first).scalar_one_or_none()

"""The cases by which a configuration tests itself. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from central.routing.checking import Finding
from central.routing.deciding import Plan, Routed, route_ticket
from central.routing.route_settings import CaseSettings
from central.routing.telling import walk_lines


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a case. wrong: what was expected and what came, nothing where it went well."""

    case: CaseSettings
    routed: Routed
    wrong: tuple[str, ...]

    @property
    def text(self) -> str:
        """What went wrong, and the walk."""
        walked = "\n".join(f"    {line}" for line in walk_lines(self.routed))
        return f"the test {self.case.name!r} fails: {'; '.join(self.wrong)}; the walk:\n{walked}"


def try_case(plan: Plan, case: CaseSettings) -> Tried:
    """Route a case's ticket."""
    routed = route_ticket(_on_such_a_day(plan, case), case.ticket.facts(), case.instant(plan.zone))
    return Tried(case, routed, tuple(_wrong(case, routed)))


def failing(plan: Plan, cases: Sequence[CaseSettings]) -> Iterator[Finding]:
    """Those that do not go where they must."""
    for number, case in enumerate(cases):
        if (tried := try_case(plan, case)).wrong:
            yield Finding(("tests", number), tried.text)


def _on_such_a_day(plan: Plan, case: CaseSettings) -> Plan:
    return replace(plan, worked=plan.worked.taken_for(day=case.worked, time=case.working_time))


def _wrong(case: CaseSettings, routed: Routed) -> Iterator[str]:
    if routed.department != case.department:
        yield f"expected the department {case.department}, got {routed.department}"
    if case.post is not None and routed.post != case.post:
        yield f"expected the post {case.post}, got {routed.post}"
    if case.told is not None and set(routed.told) != set(case.told):
        yield f"expected that {_listed(case.told)} hears of it, got {_listed(routed.told)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"

"""A town's routing to test with, small and with one of everything."""

from central.routing.deciding import Plan, Routed, route_ticket
from central.routing.matching import Facts
from tests.unit.central.plans import CALENDAR, china, settings

TOWN = """
departments:
  city: { zh: 城管, en: City, accounts: [desk] }
  police: { zh: 交警, en: Police }
  south: { zh: 南街, en: South, areas: ["131002001"] }
  orchard: { zh: 果园, en: Orchard, areas: ["131002001001"] }
  power: { zh: 供电, en: Power, areas: ["131002001"] }
posts:
  patrol:
    zh: 巡逻
    en: Patrol
    department: police
    roster:
      weekly:
        - { hours: "07:00-19:00", accounts: [jj-1] }
        - { days: [sat], hours: "19:00-07:00", accounts: [jj-2] }
  orchard_post: { zh: 果园, en: Orchard, department: police, areas: ["131002001001"], accounts: [jj-3] }
  grid_east:
    zh: 东
    en: East
    areas: ["131002001001001"]
    roster: { weekly: [{ hours: "08:00-18:00", accounts: [wg-1] }] }
  grid_street: { zh: 街, en: Street, areas: ["131002001"], accounts: [wg-2] }
owners:
  - { name: lamps, codes: ["0106*"], department: power }
  - { name: yard, codes: ["0106*", "03*"], areas: ["131002002"], department: city }
routes:
  name: root
  department: city
  routes:
    - name: parking
      match: { kinds: [illegal_parking] }
      department: police
      tell: city
      routes:
        - name: severe
          match: { severities: [high] }
          post: patrol
          tell: [south, police]
          routes:
            - { name: again, match: { origins: [citizen] } }
            - { name: yard, match: { origins: [drone] }, department: orchard }
        - { name: by_area, match: { areas: ["131002001001"] }, tell: orchard }
    - { name: rubbish, match: { kinds: [bin_full], codes: ["06*"] }, department: [city, south, orchard] }
    - { name: signs, match: { codes: ["02*"] }, first: place, department: south }
    - name: by_night
      match: { kinds: [lamp_flickers], times: [{ days: [workdays], hours: "22:00-06:00" }] }
      department: police
    - { name: bought, match: { kinds: [shop_overflow] }, first: owner, department: police }
"""
CELL, FAR = "131002001001001", "131002002001001"
NOON = "2026-03-04 12:00"


def town() -> Plan:
    """By the calendar of its country."""
    return settings(TOWN).plan(CALENDAR)


def asked(plan: Plan, facts: Facts, at: str = NOON) -> Routed:
    """Where a ticket goes at a time as people there say it."""
    return route_ticket(plan, facts, china(at))

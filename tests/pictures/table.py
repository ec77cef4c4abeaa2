"""Which pictures there are, and how to get to each: one line a picture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.pictures import steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = (390, 780)


@dataclass(frozen=True)
class Shot:
    """A picture of a page.

    page: the path of the page as the router has it, or as the centre serves it.
    open: the address; `{ticket}`, `{node}`, `{camera}` and the like stand for what the demonstration made.
    who: whose eyes: an account of the demonstration, or nobody's.
    there: what is done on the page until it shows what is meant; it waits for that.
    """

    name: str
    page: str
    open: str
    who: str | None
    there: "Callable[[Page], None]"
    size: tuple[int, int] = (1280, 800)


BENCH = "/zones/$district/$node/$source"
CAMERA = "/cameras/$district/$node/$source"
SHOTS = (
    Shot("signin", "/signin", "/signin", None, steps.signin, (1280, 560)),
    Shot("setup", "/setup", "/setup#{link}", None, steps.setup, (1280, 640)),
    Shot("map", "/map", "/map?show=all", "desk", steps.city_map),
    Shot("tickets", "/tickets", "/tickets", "desk", steps.settled),
    Shot("ticket", "/tickets/$name", "/tickets/{ticket}", "crew", steps.pictured, (1280, 1500)),
    Shot(
        "why",
        "/why",
        "/why?node={node_}&source={camera}&until={soon}&span=15m",
        "desk",
        steps.why,
        (1280, 1100),
    ),
    Shot("zones", "/zones", "/zones", "desk", steps.settled, (1280, 520)),
    Shot("workbench", BENCH, "/zones/{node}/{camera}?zone=kerb", "desk", steps.workbench, (1280, 900)),
    Shot("trial", BENCH, "/zones/{node}/{camera}?zone=kerb", "desk", steps.trial, (1280, 1800)),
    Shot("indicators", "/indicators", "/indicators?length=day", "lead", steps.charts, (1280, 1100)),
    Shot("people", "/people", "/people?part=accounts", "demo", steps.settled, (1280, 640)),
    Shot("audit", "/people", "/people?part=audit", "demo", steps.settled, (1280, 640)),
    Shot("health", "/health", "/health?at={node_}%2F{camera}", "demo", steps.pictured, (1280, 900)),
    Shot("cameras", "/cameras", "/cameras", "desk", steps.settled, (1280, 640)),
    Shot("live", CAMERA, "/cameras/{node}/{camera}", "desk", steps.live, (1280, 900)),
    Shot(
        "replay",
        CAMERA,
        "/cameras/{node}/{camera}?part=replay&until={soon}&span=5m",
        "desk",
        steps.replay,
        (1280, 900),
    ),
    Shot("fleet", "/fleet", "/fleet", "demo", steps.settled, (1280, 620)),
    Shot(
        "fleet-action",
        "/fleet/actions/$number",
        "/fleet/actions/{action}",
        "demo",
        steps.settled,
        (1280, 760),
    ),
    Shot("models", "/models", "/models", "demo", steps.settled, (1280, 760)),
    Shot("rollouts", "/rollouts", "/rollouts", "demo", steps.settled, (1280, 520)),
    Shot("rollout", "/rollouts/$number", "/rollouts/{rollout}", "demo", steps.settled, (1280, 900)),
    Shot("new-rollout", "/rollouts/new", "/rollouts/new?node={node_}", "demo", steps.settled, (1280, 900)),
    Shot("flights", "/flights", "/flights", "desk", steps.settled, (1280, 640)),
    Shot("flight", "/flights/$number", "/flights/1", "desk", steps.flown, (1280, 900)),
    Shot("sweep", "/flights/sweeps/$number", "/flights/sweeps/1", "desk", steps.settled, (1280, 640)),
    Shot("start", "/start", "/start", "demo", steps.settled, (1280, 900)),
    Shot("phone", "/phone", "/phone", "walk", steps.phone, PHONE),
    Shot("report", "/report", "/report", None, steps.report, PHONE),
)

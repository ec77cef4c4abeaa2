"""What may not be meant in the settings of what goes out. Pure."""

from collections.abc import Iterator

from central.notices.rules import DEPARTMENT
from central.settings import CentralSettings
from central.target_settings import FilterSettings


def notes(settings: CentralSettings) -> Iterator[tuple[str, str]]:
    """Where, and what."""
    routing = settings.routing
    departments, posts = set(routing.departments), {*routing.posts, *routing.departments}
    for where, each in _filters(settings):
        for name, known, given in (
            ("departments", departments, each.departments),
            ("posts", posts, each.posts),
        ):
            for unknown in sorted(set(given) - known):
                yield f"{where}.{name}", f"the routing knows no {unknown}"
    named = {name for rule in settings.notify.rules for name in rule.to}
    for name in settings.notify.channels:
        if name not in named:
            yield f"notify.channels.{name}", "no rule names it"
    own = any(each.notify_file for each in routing.departments.values())
    if own and DEPARTMENT not in named:
        yield "routing.departments", f"no rule names {DEPARTMENT}, so nothing goes to a notify_file"


def _filters(settings: CentralSettings) -> Iterator[tuple[str, FilterSettings]]:
    for name, target in settings.exports.targets.items():
        yield f"exports.targets.{name}", target
    for name, channel in settings.notify.channels.items():
        yield f"notify.channels.{name}", channel
    for n, rule in enumerate(settings.notify.rules):
        yield f"notify.rules[{n}]", rule

"""`gewu-central register`: what the public is told."""

import argparse
from contextlib import closing
from datetime import datetime, timezone

from central.opening import reach_store
from central.settings import CentralSettings

HELP = "print the public register: what is sensed, why, how long it is kept, who sees it"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--json", action="store_true", help="as /api/register gives it; else Markdown")
    command.add_argument("--language", choices=("zh", "en"), default="zh")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print it, whether the page is shown or not."""
    from central.registering import made, running_of  # the models take a while to load
    from central.retention.telling import markdown

    with closing(reach_store(settings)) as store:
        register = made(store, running_of(settings), datetime.now(timezone.utc))
    print(register.model_dump_json(indent=2) if asked.json else markdown(register, asked.language))
    return 0

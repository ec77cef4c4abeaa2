"""What `gewu-edge doctor` does."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Sequence

from broker.fields import utc
from broker.saying import said
from edge.assembly import SOFTWARE
from edge.diagnosis.sign import State
from edge.examining.case import Case, opened
from edge.examining.document import ToldReport, counts, examination, schema
from edge.examining.running import Examined, examinations, examined, unexamined
from edge.examining.showing import Progress, consoles, show
from edge.examining.speaking import Speech
from edge.exits import BAD_CONFIGURATION, BROKE, CANNOT_START, FINE, WARNED
from edge.onsite.reader import chosen

KINDLY = 10  # steps of priority below a node that runs beside it


def doctor(args: argparse.Namespace) -> int:
    """Run it; returns its exit code."""
    known = examinations()
    speech = Speech("en" if args.json and args.lang is None else chosen(args.lang))
    if args.schema:
        print(json.dumps(schema(), indent=2))
        return FINE
    if args.list:
        for name, one in known.items():
            print(f"{name:15}{speech.about(name, (one.__doc__ or one.TITLE).splitlines()[0])}")
        return FINE
    strange = sorted(set(args.only) - known.keys())
    if args.config is None or strange:
        unknown = said("--only {name}: there are {known}", name="".join(strange[:1]), known=", ".join(known))
        print(speech(unknown if strange else said("doctor: give a CONFIG")), file=sys.stderr)
        return BAD_CONFIGURATION
    return _examined(args, args.only or list(known), speech)


def _examined(args: argparse.Namespace, only: Sequence[str], speech: Speech) -> int:
    # What other parts log as they go is in the findings; beside a table it would only be in the way.
    logging.getLogger().setLevel(logging.CRITICAL)
    began = time.monotonic()
    case = opened(args.config, args.seconds)
    if case.beside:
        os.nice(KINDLY)
    only = only if case.configuration is not None else [*{"configuration", *only}]
    out, progress = consoles(plain=args.json)
    with Progress(progress, speech) as shown:
        found = [speech.examined(one) for one in examined(case, only, shown.told)]
    code = exit_code(case, found)
    seconds = round(time.monotonic() - began, 1)
    if args.json:
        print(_report(case, found, code, seconds).model_dump_json(by_alias=True, indent=2), flush=True)
    else:
        show(out, _head(case, seconds), found, speech)
    return code


def _head(case: Case, seconds: float) -> str:
    who = case.settings.address.name if case.configuration is not None else said("no node")
    return said(
        "{config}: {who}, {software}, examined in {seconds:g} s",
        config=case.path,
        who=who,
        software=SOFTWARE,
        seconds=seconds,
    )


def exit_code(case: Case, found: Sequence[Examined]) -> int:
    """The worst thing decides; what could not be examined is worse than a warning."""
    states = {one.state for one in found if one.whole}
    if case.configuration is None:
        return BAD_CONFIGURATION
    if "fault" in states:
        return BROKE
    if unexamined(found):
        return CANNOT_START
    return WARNED if "warning" in states else FINE


def _report(case: Case, found: Sequence[Examined], code: int, seconds: float) -> ToldReport:
    by_state = counts(found)
    worst: State = max(
        (s for s, count in by_state.items() if count), key=list(by_state).index, default="fine"
    )
    return ToldReport(
        schema="gewu.doctor.v1",
        at=utc(time.time()),
        software=SOFTWARE,
        configuration=str(case.path),
        node=case.settings.address.name if case.configuration is not None else None,
        beside=case.beside,
        exit=code,
        state=worst,
        seconds=seconds,
        counts=by_state,
        unexamined=unexamined(found),
        examinations=[examination(one) for one in found],
    )

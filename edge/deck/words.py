"""The words of `gewu-edge flight`; cheap to load."""

import argparse
from pathlib import Path

HELP = "analyse the film of one flight, and print what was found and what was not"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What it is told."""
    parser.add_argument("film", type=Path, metavar="FILM", help="the film of the flight")
    parser.add_argument("--config", type=Path, metavar="CONFIG", required=True, help="the node's YAML file")
    parser.add_argument("--flight", metavar="ID", help="which entry of flights, where there are several")
    parser.add_argument("--telemetry", type=Path, metavar="FILE", help="in place of the file beside the film")
    parser.add_argument("--out", type=Path, metavar="REPORT.json", help="the report; REPORT.geojson too")
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="keep masked pictures there")

"""The telemetry of one flight: read as it comes, asked for the camera's place at each picture."""

import threading
from collections import Counter
from dataclasses import replace
from importlib import import_module
from pathlib import Path as File
from typing import Final, Literal, cast

from broker.events import Reason
from edge import telemetry
from edge.carrier import FilmCarrier, NoTelemetry
from edge.carriers import data_stream
from edge.deck.settings import FlightSettings
from edge.decoding import NotDecoded
from edge.flight.path import Path
from edge.flight.pose import Pose
from edge.flight.telling import Telemetry
from edge.taking import Message

MOST_CAUSES: Final = 64
Comes = Literal["log", "embedded", "live", "none"]


class FlightLog:
    """`read` a film's, or `take` what comes live; `at` from any thread.

    faults: what was not understood, the first reason of each code. utc_minus_t: UTC of the film's second 0,
    where the telemetry tells it.
    """

    def __init__(self, settings: FlightSettings) -> None:
        self.faults: dict[str, Reason] = {}
        self.counts: Counter[str] = Counter()
        self.utc_minus_t: float | None = None
        self._settings = settings
        self._live = settings.footage.live
        self._by_utc = self._live or not settings.telemetry.film_time
        self._path = Path(settings.pace, settings.offset_s, by_utc=self._by_utc)
        self._lock = threading.Lock()
        module = import_module(f"{telemetry.__name__}.{settings.telemetry.kind}")
        self._reader = cast(Telemetry, module.build(settings.telemetry))

    def __len__(self) -> int:
        return len(self._path)

    @property
    def comes(self) -> Comes:
        """How, as events say it."""
        if not len(self._path):
            return "none"
        if self._live:
            return "live"
        return "embedded" if isinstance(self._settings.way, data_stream.Settings) else "log"

    def read(self, film: File) -> None:
        """All of a film's. What is missing or broken is told in `faults`, and by every `at`."""
        way = self._settings.way
        if not isinstance(way, FilmCarrier):
            return
        try:
            for body, t in way.chunks(film, self._settings.telemetry.suffix):
                self._add(body, t, None)
        except NoTelemetry as error:
            self._fault(Reason(code="no_telemetry", text=str(error)[:240]))
        first = next((pose for pose in self._path.poses if None not in (pose.utc, pose.t)), None)
        if first is not None and not self._by_utc and first.utc is not None and first.t is not None:
            self.utc_minus_t = first.utc - first.t + self._settings.offset_s

    def take(self, message: Message) -> None:
        """One message or datagram; a pose without a UTC time has that of its arrival."""
        self._add(message.body, None, message.utc)

    def at(self, t: float, utc: float) -> Pose | Reason:
        """The camera at a picture's time."""
        with self._lock:
            pose = self._path.at(utc if self._by_utc else t)
        if isinstance(pose, Reason) and pose.code == "no_telemetry" and not len(self._path) and self.faults:
            return next(iter(self.faults.values()))
        return pose

    def _add(self, body: bytes, t: float | None, arrival: float | None) -> None:
        try:
            told = self._reader.read(body, t)
        except NotDecoded as error:
            self._fault(error.reason)
            return
        poses = told.poses
        if arrival is not None:
            poses = tuple(pose if pose.utc is not None else replace(pose, utc=arrival) for pose in poses)
        for reason in told.left:
            self._fault(reason)
        with self._lock:
            lost = self._path.add(poses)
        if lost:
            text = f"{lost} words of the telemetry have no time by which a picture finds them"
            self._fault(Reason(code="no_time", text=text))

    def _fault(self, reason: Reason) -> None:
        if reason.code in self.faults or len(self.faults) < MOST_CAUSES:
            self.faults.setdefault(reason.code, reason)
            self.counts[reason.code] += 1

"""A finding as the contract's incident."""

from dataclasses import replace

import pytest

from broker.codes import code_of
from broker.events import Audit, Clock, Evidence, Location, Point, Reason, RuleRef, SourceRef, ZoneRef
from broker.fields import utc
from edge.incidents import Context, incident
from edge.places import Finding, Place

WHY = Reason(code="dwelt", text="has stood for 6.0 s; 5 s are allowed")
PLACE = Place(
    "p-1", "vehicle", "car", 0.81234, (0.4, 0.5, 0.5, 0.6), "confirmed", 10.0, 16.0, 5.4, 0.9, (WHY,)
)
FINDING = Finding("s-1", "opened", PLACE, 1.0, (WHY,), 3)
CONTEXT = Context(
    kind="illegal_parking",
    source=SourceRef(id="cam_7", kind="camera"),
    zone=ZoneRef(id="kerb", version="1"),
    rule=RuleRef(id="no_parking", kind="dwell", version="abc"),
    audit=Audit(software="gewu-0.1.0", configuration="0" * 64, clock=Clock(quality="synchronised")),
    place="Wenqu Street 12",
    location=Location(
        geometry=Point(type="Point", coordinates=(116.7, 39.5)), accuracy_m=50.0, method="surveyed"
    ),
)


def test_every_figure_arrives() -> None:
    picture = Evidence(
        role="scene", sha256="a" * 64, size=9, media_type="image/jpeg", masked=True, taken=utc(1_000_016.0)
    )
    made = incident(FINDING, CONTEXT, utc_minus_t=1_000_000.0, evidence=[picture])

    assert (made.kind, made.code) == ("illegal_parking", code_of("illegal_parking"))
    assert (made.state, made.revision, made.severity) == ("open", 3, "normal")
    assert (made.since, made.last_seen) == (utc(1_000_010.0), utc(1_000_016.0))
    assert (made.observed_s, made.coverage) == (5.4, 0.9)
    assert made.box == (0.4, 0.5, 0.5, 0.6)
    assert made.footprint == [(0.4, 0.57), (0.5, 0.57), (0.5, 0.6), (0.4, 0.6)]
    assert [(o.label, o.count, o.score) for o in made.objects] == [("car", 1, 0.812)]
    assert (made.source, made.zone, made.rule) == (CONTEXT.source, CONTEXT.zone, CONTEXT.rule)
    assert (made.place, made.location, made.audit) == (CONTEXT.place, CONTEXT.location, CONTEXT.audit)
    assert (made.reasons, made.evidence) == ([WHY], [picture])


def test_the_same_finding_gives_the_same_bytes() -> None:
    made = [incident(FINDING, CONTEXT, utc_minus_t=1_000_000.0, evidence=[]).encode() for _ in range(2)]

    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("phase", "state", "told"),
    [
        ("opened", "confirmed", "open"),
        ("updated", "occluded", "occluded"),
        ("cleared", "cleared", "cleared"),
        ("cleared", "confirmed", "cleared"),  # it left the zone
    ],
)
def test_state(phase: str, state: str, told: str) -> None:
    finding = replace(FINDING, phase=phase, place=replace(PLACE, state=state))  # type: ignore[arg-type]

    assert incident(finding, CONTEXT, utc_minus_t=0.0, evidence=[]).state == told


def test_a_box_that_leans_out_of_the_picture_is_cut() -> None:
    finding = replace(FINDING, place=replace(PLACE, box=(-0.1, 0.5, 0.2, 1.2)))

    made = incident(finding, CONTEXT, utc_minus_t=0.0, evidence=[])

    assert made.box == (0.0, 0.5, 0.2, 1.0)


@pytest.mark.parametrize(
    ("label", "written"), [("Delivery Truck", "delivery_truck"), ("汽车", "thing"), ("person", "vehicle")]
)
def test_labels_are_written_as_the_contract_spells_them(label: str, written: str) -> None:
    finding = replace(FINDING, place=replace(PLACE, label=label))

    made = incident(finding, CONTEXT, utc_minus_t=0.0, evidence=[])

    assert made.objects[0].label == written


def test_a_kind_of_ones_own_has_no_code() -> None:
    made = incident(FINDING, replace(CONTEXT, kind="blocked_hydrant"), utc_minus_t=0.0, evidence=[])

    assert made.code is None

"""What the doctor found, for machines: one JSON document with a schema of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from edge.diagnosis.sign import Finding, State
from edge.examining.running import Examined

Number = int | float


class Document(BaseModel):
    """Base of its parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ToldFinding(Document):
    """One finding. `code` is stable; `means` and `cure` are words for people, which may change.

    `figures`: what was measured; their names are stable within a code.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    state: State
    subject: str
    seen: str
    means: str
    cure: str
    figures: dict[str, str | bool | Number | None]


class ToldExamination(Document):
    """One examination. `whole`: whether it came to its end; else what it says of itself is all there is."""

    name: str
    title: str
    state: State
    whole: bool
    seconds: float
    findings: list[ToldFinding]


class ToldReport(Document):
    """All of it. `exit`: the command's exit code. `node`: DISTRICT/NODE, null without a configuration.

    `beside`: whether a node was running in the storage folder meanwhile.
    """

    schema_: Literal["gewu.doctor.v1"] = Field(alias="schema")
    at: datetime
    software: str
    configuration: str
    node: str | None
    beside: bool
    exit: int
    state: State
    seconds: float
    counts: dict[State, int]
    unexamined: list[str]
    examinations: list[ToldExamination]


def examination(found: Examined) -> ToldExamination:
    """One examination's part."""
    return ToldExamination(
        name=found.name,
        title=found.title,
        state=found.state,
        whole=found.whole,
        seconds=found.seconds,
        findings=[_finding(one) for one in found.findings],
    )


def _finding(one: Finding) -> ToldFinding:
    return ToldFinding(
        code=one.code,
        state=one.state,
        subject=one.subject,
        seen=one.seen,
        means=one.means,
        cure=one.cure,
        figures=dict(one.figures),
    )


def counts(found: Sequence[Examined]) -> dict[State, int]:
    """Findings by state."""
    every = [one.state for each in found for one in each.findings]
    states: tuple[State, ...] = ("fine", "note", "warning", "fault")
    return {state: every.count(state) for state in states}


def schema() -> dict[str, Any]:
    """The document's JSON Schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ToldReport.model_json_schema(by_alias=True),
    }

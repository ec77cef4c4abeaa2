"""Taking what nodes answer, in the transaction of the batch that they came in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from broker.asks import Answer
from broker.events import Reason
from central.asking.judging import Standing, judge
from central.letters import Letter
from central.store.ask_tables import ask_answers, asks
from central.store.database import written

_STANDING = ("node", "expires", "status", "parts", "size", "progress", "ends", "outcome")


def keep_answer(connection: Connection, letter: Letter, answer: Answer) -> tuple[bool, Reason]:
    """Whether the answer is kept, and why or why not. The turn is the caller's."""
    row = connection.execute(select(asks).where(asks.c.id == answer.id)).one_or_none()
    if row is None:
        return False, Reason(code="no_ask", text=f"nobody asks {answer.id}, or not any more")
    c = ask_answers.c
    known = select(c.number).where(c.ask == answer.id, c.number == answer.number)
    if row.node == letter.node and connection.execute(known).first() is not None:
        return True, Reason(code="answer_known", text=f"answer {answer.number} is known already")
    body = answer.encode().decode()
    verdict = judge(_standing(row), letter.node, answer, len(body), letter.received)
    if verdict.kept:
        written(connection, ask_answers, {"ask": answer.id, "number": answer.number, "body": body})
    _keep(connection, row, verdict.after, letter.received, _reasons(answer, verdict.kept, verdict.reason))
    return verdict.kept, verdict.reason


def _standing(row: Row[Any]) -> Standing:
    return Standing(**{name: getattr(row, name) for name in _STANDING})


def _reasons(answer: Answer, kept: bool, why: Reason) -> Sequence[Reason]:
    return answer.reasons if kept else [why]


def _keep(
    connection: Connection, row: Row[Any], after: Standing, at: datetime, reasons: Sequence[Reason]
) -> None:
    """Nothing where nothing changed: an answer of a stranger says nothing about the ask."""
    if _standing(row) == after:
        return
    values: dict[str, Any] = {name: getattr(after, name) for name in _STANDING[2:]} | {"changed": at}
    if reasons:
        values["reasons"] = [each.model_dump(mode="json", exclude_none=True) for each in reasons]
    connection.execute(update(asks).where(asks.c.id == row.id).values(**values))

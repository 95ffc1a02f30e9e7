"""The report: for a reader, and as JSON for `serve --like`."""

import json
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import Any

from mparticle_sandbox.probe.question import (
    NOT_DECIDED,
    VERDICTS,
    AnswerValue,
    Observed,
    Question,
    Undecided,
    error_in_the_probe,
    in_words,
)

FORMAT = "mparticle-sandbox probe"
VERSION = 1
_WIDTH = 100
_INDENT = 12


@dataclass(frozen=True)
class Row:
    """What became of one question; `answer` is None where it is not decided, and `service` says why."""

    question: Question
    answer: AnswerValue | None
    service: str
    verdict: str


def rows_of(questions: tuple[Question, ...], observed: Observed) -> list[Row]:
    """Decide every question."""
    return [_row(question, observed) for question in questions]


def as_json(rows: list[Row], date: str, *, was_batch_sent: bool) -> str:
    """Return the report as JSON; `date` is the day on which it was made."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "date": date,
            "development_batch_sent": was_batch_sent,
            "answers": [_entry(row) for row in rows],
        },
        indent=2,
    )


def as_text(rows: list[Row]) -> str:
    """Return the report for a reader: one paragraph for each question, and the sums."""
    counts = Counter(row.verdict for row in rows)
    sums = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    return "\n\n".join([*map(_paragraph, rows), f"{len(rows)} questions: {sums}."])


def _row(question: Question, observed: Observed) -> Row:
    try:
        finding = question.decide(observed)
        return Row(question, finding.answer, in_words(finding.answer), finding.verdict)
    except Undecided as reason:
        return Row(question, None, str(reason), NOT_DECIDED)
    except Exception as error:  # noqa: BLE001 - what breaks one question must not cost the others
        return Row(question, None, error_in_the_probe(error), NOT_DECIDED)


def _entry(row: Row) -> dict[str, Any]:
    return {
        "id": row.question.id,
        "question": row.question.text,
        "documents": row.question.documents,
        "service": row.service,
        "ours": row.question.ours,
        "verdict": row.verdict,
        "answer": row.answer,
    }


def _paragraph(row: Row) -> str:
    parts = (
        ("documents", row.question.documents),
        ("service", row.service),
        ("ours", row.question.ours),
        ("verdict", row.verdict.upper()),
    )
    return "\n".join([f"{row.question.id}: {row.question.text}", *(_line(title, text) for title, text in parts)])


def _line(title: str, text: str) -> str:
    return textwrap.fill(
        f"{title:<{_INDENT - 2}}{text}",
        width=_WIDTH,
        initial_indent="  ",
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
    )

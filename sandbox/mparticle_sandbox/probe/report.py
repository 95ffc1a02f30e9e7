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
class Result:
    """The result of one question; `answer` is None where it is not decided, and `service` says why."""

    question: Question
    answer: AnswerValue | None
    service: str
    verdict: str


def results_of(questions: tuple[Question, ...], observed: Observed) -> list[Result]:
    """Decide every question."""
    return [_result(question, observed) for question in questions]


def as_json(results: list[Result], date: str, *, was_batch_sent: bool) -> str:
    """Return the report as JSON; `date` is the day on which it was made."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "date": date,
            "development_batch_sent": was_batch_sent,
            "answers": [_entry(result) for result in results],
        },
        indent=2,
    )


def as_text(results: list[Result]) -> str:
    """Return the report for a reader: one paragraph for each question, and the sums."""
    counts = Counter(result.verdict for result in results)
    sums = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    return "\n\n".join([*map(_paragraph, results), f"{len(results)} questions: {sums}."])


def _result(question: Question, observed: Observed) -> Result:
    try:
        decision = question.decide(observed)
        return Result(question, decision.answer, in_words(decision.answer), decision.verdict)
    except Undecided as reason:
        return Result(question, None, str(reason), NOT_DECIDED)
    except Exception as error:  # noqa: BLE001 - what breaks one question must not cost the others
        return Result(question, None, error_in_the_probe(error), NOT_DECIDED)


def _entry(result: Result) -> dict[str, Any]:
    return {
        "id": result.question.id,
        "question": result.question.text,
        "documents": result.question.documents,
        "service": result.service,
        "ours": result.question.ours,
        "verdict": result.verdict,
        "answer": result.answer,
    }


def _paragraph(result: Result) -> str:
    parts = (
        ("documents", result.question.documents),
        ("service", result.service),
        ("ours", result.question.ours),
        ("verdict", result.verdict.upper()),
    )
    return "\n".join([f"{result.question.id}: {result.question.text}", *(_line(title, text) for title, text in parts)])


def _line(title: str, text: str) -> str:
    return textwrap.fill(
        f"{title:<{_INDENT - 2}}{text}",
        width=_WIDTH,
        initial_indent="  ",
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
    )

"""Makes the sandbox respond as a probed account did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mparticle_sandbox.core.settings import Settings, SettingsError
from mparticle_sandbox.probe.question import (
    AS_ASSUMED,
    NOT_DECIDED,
    VERDICTS,
    CannotMirror,
    Question,
    SettingChanges,
    no_mirror,
)
from mparticle_sandbox.probe.questions import QUESTIONS
from mparticle_sandbox.probe.report import FORMAT, VERSION


class ReportError(SettingsError):
    """A file that is not a report of the probe; the message is one plain sentence."""


@dataclass(frozen=True)
class Mirrored:
    """Settings with which the sandbox responds as the account did, and sentences about what they leave out."""

    settings: Settings
    omissions: tuple[str, ...]


def mirror_report(path: Path, settings: Settings) -> Mirrored:
    """Return `settings` changed to what the report at `path` decided; raise ReportError."""
    answers = _answers(path)
    changes: SettingChanges = {}
    omissions = []
    for question in QUESTIONS:
        entry = answers.get(question.id)
        if entry is None or entry["verdict"] == NOT_DECIDED:
            continue
        try:
            _add(changes, _mirrored(question, entry["answer"], path))
        except CannotMirror as rest:
            _add(changes, rest.changes)
            if entry["verdict"] != AS_ASSUMED or question.mirror is not no_mirror:
                omissions.append(
                    f"Not mirrored, or not wholly, because there is no setting for it: {question.id}, {question.text}"
                )
    omissions += _unanswered(answers)
    try:
        return Mirrored(settings.changed(changes), tuple(omissions))
    except SettingsError as error:
        raise ReportError(f"{path} holds an impossible answer: {error}") from error


def _mirrored(question: Question, answer: Any, path: Path) -> SettingChanges:
    # An answer of another form than that of the question: the file was not made by the probe.
    wrong = ReportError(f"{path} holds an impossible answer to question {question.id}; run the probe again.")
    if not _is_answer(answer):
        raise wrong
    try:
        return question.mirror(answer)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise wrong from error


def _add(changes: SettingChanges, more: SettingChanges) -> None:
    """Add changes to those of other questions; what several of them set is put together."""
    for name, value in more.items():
        before = changes.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            changes[name] = {**before, **value}
        elif isinstance(value, list) and isinstance(before, list):
            changes[name] = list(dict.fromkeys([*before, *value]))
        else:
            changes[name] = value


def _unanswered(answers: Mapping[str, dict[str, Any]]) -> list[str]:
    ids = {
        "Not in the report": [question.id for question in QUESTIONS if question.id not in answers],
        "Not decided": [entry["id"] for entry in answers.values() if entry["verdict"] == NOT_DECIDED],
    }
    return [f"{why}, so answered as without --like: {', '.join(found)}." for why, found in ids.items() if found]


def _answers(path: Path) -> dict[str, dict[str, Any]]:
    try:
        report = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReportError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path} is not a JSON file; give the one that the probe wrote.") from error
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise ReportError(f"{path} was not written by the probe; give the file that it wrote.")
    if type(report.get("version")) is not int or report["version"] != VERSION:
        raise ReportError(f"{path} was written by another version of the probe; run the probe of this version.")
    entries = report.get("answers")
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise ReportError(f"{path} is damaged: its answers are not those of the probe; run the probe again.")
    ids = {entry["id"] for entry in entries}
    if not ids <= {question.id for question in QUESTIONS}:
        raise ReportError(f"{path} answers a question that this version of the probe does not ask; run it again.")
    if len(ids) < len(entries):
        raise ReportError(f"{path} is damaged: it answers a question twice; run the probe again.")
    return {entry["id"]: entry for entry in entries}


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or entry.get("verdict") not in VERDICTS:
        return False
    return "answer" in entry


def _is_answer(answer: Any) -> bool:
    """Say whether it is a status or a word, or several of them by what they are about."""
    parts = list(answer.values()) if isinstance(answer, dict) else [answer]
    return all(type(part) in (int, str) for part in parts)

"""What a question is, and what becomes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mparticle_sandbox.probe.sight import Sight

AS_ASSUMED = "as assumed"
DIFFERS = "differs"
NOT_DECIDED = "not decided"
VERDICTS = (AS_ASSUMED, DIFFERS, NOT_DECIDED)

_OK = 200
_FEW = 4


@dataclass(frozen=True)
class Unseen:
    """Why a step has no answer."""

    reason: str


Observed = Mapping[str, Sight | Unseen]
# A status, a word, or several of them by what they are about.
AnswerValue = int | str | dict[str, int] | dict[str, str]
SettingChanges = dict[str, Any]


class Undecided(Exception):
    """The answers do not decide a question; the message is the reason."""


class CannotMirror(Exception):
    """The sandbox has no setting for an answer, or only `changes` for a part of it."""

    def __init__(self, changes: SettingChanges | None = None) -> None:
        super().__init__()
        self.changes = changes or {}


@dataclass(frozen=True)
class Finding:
    """The answer to a question; `assumed` is the one that the sandbox gives and the connectors expect.

    Of an answer with several parts, those are compared that `assumed` names.
    """

    answer: AnswerValue
    assumed: AnswerValue

    @property
    def verdict(self) -> str:
        """Say whether the answer is the assumed one."""
        if isinstance(self.answer, dict) and isinstance(self.assumed, dict):
            is_assumed = all(self.assumed[part] == value for part, value in self.answer.items() if part in self.assumed)
        else:
            is_assumed = self.answer == self.assumed
        return AS_ASSUMED if is_assumed else DIFFERS


def no_mirror(_answer: Any) -> SettingChanges:
    """Mirror nothing, as of a question for which the sandbox has no setting."""
    raise CannotMirror


@dataclass(frozen=True)
class Question:
    """One open question. `id` is the place in the notes about mParticle's API that it comes from.

    `decide` raises Undecided where the answers do not decide it. `mirror` turns an answer into settings of the sandbox,
    raises CannotMirror where there are none for it, and TypeError for an answer of another form than `decide` gives.
    """

    id: str
    text: str
    documents: str
    ours: str
    decide: Callable[[Observed], Finding]
    mirror: Callable[[Any], SettingChanges] = no_mirror


def seen(observed: Observed, step: str) -> Sight:
    """Return what a step saw, whatever its status; raise Undecided where it saw nothing."""
    sight = observed.get(step, Unseen("not asked, because there was no token"))
    if isinstance(sight, Unseen):
        raise Undecided(f"{label(step)}: {sight.reason}")
    return sight


def seen_well(observed: Observed, step: str) -> Sight:
    """Return what a step saw with 200; raise Undecided for anything else."""
    sight = seen(observed, step)
    if sight.status != _OK:
        raise Undecided(f"{label(step)}: answered {sight.status}")
    return sight


def status_of_refusal(observed: Observed, step: str) -> int:
    """Return the status of a request that is wrong on purpose; raise Undecided for trouble, which proves nothing."""
    status = seen(observed, step).status
    if status in (408, 429) or status not in (*range(200, 300), *range(400, 500)):
        raise Undecided(f"{label(step)}: answered {status}")
    return status


def error_in_the_probe(error: Exception) -> str:
    """Return the reason for what an unexpected error left open: its type, because its message may hold a value."""
    return f"an error in the probe: {type(error).__name__}"


def one_of(answer: Any, *possible: str) -> str:
    """Return an answer that is one of the possible words; raise TypeError for any other."""
    if answer not in possible:
        raise TypeError
    return str(answer)


def label(step: str) -> str:
    """Return the name of a step in words."""
    return step.replace("_", " ")


def in_words(answer: AnswerValue) -> str:
    """Return an answer as a report shows it; many parts with the same value are put together."""
    if not isinstance(answer, dict):
        return str(answer)
    if len(answer) <= _FEW:
        return "; ".join(f"{part}: {value}" for part, value in answer.items())
    parts: dict[str, list[str]] = {}
    for part, value in answer.items():
        parts.setdefault(str(value), []).append(part)
    return "; ".join(f"{value}: {', '.join(same)}" for value, same in parts.items())

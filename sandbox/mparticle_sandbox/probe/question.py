"""What a question is, and how it is decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mparticle_sandbox.probe.observation import RATE_HEADER, Observation

AS_ASSUMED = "as assumed"
DIFFERS = "differs"
NOT_DECIDED = "not decided"
VERDICTS = (AS_ASSUMED, DIFFERS, NOT_DECIDED)

_OK = 200
_FEW = 4


@dataclass(frozen=True)
class NotObserved:
    """Why there is no response to a call."""

    reason: str


Observed = Mapping[str, Observation | NotObserved]
# A status, a word, or several of them by what they are about.
AnswerValue = int | str | dict[str, int] | dict[str, str]
SettingChanges = dict[str, Any]


class Undecided(Exception):
    """The responses do not decide a question; the message is the reason."""


class CannotMirror(Exception):
    """The sandbox has no setting for an answer, or only `changes` for a part of it."""

    def __init__(self, changes: SettingChanges | None = None) -> None:
        super().__init__()
        self.changes = changes or {}


@dataclass(frozen=True)
class Decision:
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

    `decide` raises Undecided where the responses do not. `mirror` turns an answer into settings of the sandbox,
    raises CannotMirror where there are none for it, and TypeError for an answer of another form than `decide` gives.
    """

    id: str
    text: str
    documents: str
    ours: str
    decide: Callable[[Observed], Decision]
    mirror: Callable[[Any], SettingChanges] = no_mirror


def observation_of(observed: Observed, call: str) -> Observation:
    """Return what was observed of a call, whatever its status; raise Undecided without a response."""
    observation = observed.get(call, NotObserved("not asked, because there was no token"))
    if isinstance(observation, NotObserved):
        raise Undecided(f"{label(call)}: {observation.reason}")
    return observation


def require_ok(observed: Observed, call: str) -> Observation:
    """Return what was observed of a call; raise Undecided where its status is not 200."""
    observation = observation_of(observed, call)
    if observation.status != _OK:
        raise Undecided(f"{label(call)}: answered {observation.status}")
    return observation


def status_of(observed: Observed, call: str) -> int:
    """Return the status of a request that is wrong on purpose; raise Undecided for a failure, which proves nothing."""
    status = observation_of(observed, call).status
    if status in (408, 429) or status not in (*range(200, 300), *range(400, 500)):
        raise Undecided(f"{label(call)}: answered {status}")
    return status


def decide_status(call: str, assumed: int, *, after: str | None = None) -> Callable[[Observed], Decision]:
    """Return a `decide` for the status of a call; without a 200 for the call `after`, it proves nothing."""

    def decide(observed: Observed) -> Decision:
        if after is not None:
            require_ok(observed, after)
        return Decision(status_of(observed, call), assumed)

    return decide


def mirror_status(case: str) -> Callable[[Any], SettingChanges]:
    """Return a `mirror` that sets the status of one case, as the setting `statuses` names it."""
    return lambda status: {"statuses": {case: status}}


def decide_rate_header(calls: tuple[str, ...], assumed: str, otherwise: str) -> Callable[[Observed], Decision]:
    """Return a `decide` for whether any of the calls told its rate; `otherwise` says why that is not decided."""

    def decide(observed: Observed) -> Decision:
        found = [each for call in calls if isinstance(each := observed.get(call), Observation) and each.status == _OK]
        if not found:
            raise Undecided(otherwise)
        return Decision("sent" if any(RATE_HEADER in each.headers for each in found) else "not sent", assumed)

    return decide


def error_in_the_probe(error: Exception) -> str:
    """Return the reason for what an unexpected error left open: its type, because its message may hold a value."""
    return f"an error in the probe: {type(error).__name__}"


def one_of(answer: Any, *possible: str) -> str:
    """Return an answer that is one of the possible words; raise TypeError for any other."""
    if answer not in possible:
        raise TypeError
    return str(answer)


def label(call: str) -> str:
    """Return the name of a call in words."""
    return call.replace("_", " ")


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

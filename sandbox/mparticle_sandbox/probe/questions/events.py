"""Questions about the Events API."""

from typing import Any

from mparticle_sandbox.probe.observation import RATE_HEADER
from mparticle_sandbox.probe.question import (
    CannotMirror,
    Decision,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    observation_of,
    status_of,
)

_WRONG = {"no header": ("events_without_header", 401), "wrong pair": ("events_with_wrong_pair", 403)}
_ACCEPTED = 202


def _wrong_credentials(observed: Observed) -> Decision:
    found = {case: status_of(observed, call) for case, (call, _) in _WRONG.items()}
    return Decision(found, {case: status for case, (_, status) in _WRONG.items()})


def _wrong_bodies(observed: Observed) -> Decision:
    _wrong_credentials(observed)
    bodies = {case: observation_of(observed, call).body for case, (call, _) in _WRONG.items()}
    return Decision(bodies, dict.fromkeys(_WRONG, "empty"))


def _mirror_bodies(answer: Any) -> SettingChanges:
    bodies = set(answer.values())
    if bodies == {"empty"}:
        return {"answers": "service"}
    if bodies == {"errors with code and message"}:
        return {"answers": "documented"}
    raise CannotMirror


def _no_events(observed: Observed) -> Decision:
    return Decision(_status(observed, "batch_repeated"), _ACCEPTED)


def _bulk(observed: Observed) -> Decision:
    status = _status(observed, "batch_in_bulk")
    return Decision(f"{status}, body {observation_of(observed, 'batch_in_bulk').body}", f"{_ACCEPTED}, body empty")


def _rate_header(observed: Observed) -> Decision:
    status = _status(observed, "batch_in_bulk")
    if status != _ACCEPTED:
        raise Undecided(f"batch in bulk: answered {status}")
    return Decision("sent" if RATE_HEADER in observation_of(observed, "batch_in_bulk").headers else "not sent", "sent")


def _status(observed: Observed, call: str) -> int:
    status = status_of(observed, call)
    if status in (401, 403):
        raise Undecided(f"the key pair was refused with {status}")
    return status


def _from_outside(reason: str) -> Any:
    def decide(_observed: Observed) -> Decision:
        raise Undecided(reason)

    return decide


EVENTS = (
    Question(
        "14.23",
        "Which status has a request without Authorization header, and one with a wrong key pair?",
        "401 without header and 403 for a wrong pair in one place, 401 for both in another.",
        "The sandbox answers 401 and 403; the destination takes both for wrong credentials.",
        _wrong_credentials,
    ),
    Question(
        "16.1 refusals",
        "What is the body of these two refusals?",
        "errors with code and message, optional; one client met an empty body.",
        "The sandbox answers an empty body, and errors with documented answers; the destination needs none.",
        _wrong_bodies,
        _mirror_bodies,
    ),
    Question(
        "16.1 bulk",
        "What does a bulk request with one good batch answer?",
        "202 with an empty body.",
        "The sandbox answers so; the destination takes a 202 without errors for accepted.",
        _bulk,
    ),
    Question(
        "14.31",
        "Which status has a batch without events?",
        "Nothing; one client met 202.",
        "The sandbox answers 202; the destination checks its connection with one.",
        _no_events,
    ),
    Question(
        "11 events",
        "Does the Events API say how much of its rate is used?",
        "Yes, in X-mp-rate-limit-percentage-used.",
        "The sandbox sends it; the destination slows down by it where it comes.",
        _rate_header,
    ),
    Question(
        "14.22",
        "Is a batch that repeats a source_request_id dropped?",
        "Yes, for 30 to 60 days.",
        "The sandbox drops it; the destination relies on it when it sends again.",
        _from_outside("what becomes of a batch that was taken cannot be seen from outside"),
    ),
    Question(
        "14.32",
        "What does the Events API of another pod answer?",
        "Nothing.",
        "The destination names the pod where a key pair is refused.",
        _from_outside("the key pair is not sent to a host that is not its own"),
    ),
)

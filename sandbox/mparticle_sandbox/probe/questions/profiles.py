"""Questions about the Profile API."""

from typing import Any

from mparticle_sandbox.probe.question import (
    CannotMirror,
    Finding,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    status_of_refusal,
)
from mparticle_sandbox.probe.sight import RATE_HEADER, Sight

_NO_SUCH_USER = (400, 404)


def _unknown(step: str, assumed: int) -> Any:
    def decide(observed: Observed) -> Finding:
        status = status_of_refusal(observed, step)
        if status in (401, 403):
            raise Undecided(f"the Profile API answered {status}")
        return Finding(status, assumed)

    return decide


def _mirror_unknown(case: str) -> Any:
    def mirror(status: Any) -> SettingChanges:
        if not isinstance(status, int):
            raise TypeError
        if status not in range(400, 500):
            raise CannotMirror
        return {"statuses": {case: status}}

    return mirror


def _by_get(observed: Observed) -> Finding:
    status = status_of_refusal(observed, "profile_of_mpid")
    if status in (401, 403, *_NO_SUCH_USER):
        raise Undecided(f"the user that was asked for: answered {status}")
    return Finding(status, 200)


def _rate_header(observed: Observed) -> Finding:
    steps = ("profile_of_identity", "profile_of_mpid")
    found = [sight for step in steps if isinstance(sight := observed.get(step), Sight) and sight.status == 200]  # noqa: PLR2004
    if not found:
        raise Undecided("no user was found")
    return Finding("sent" if any(RATE_HEADER in sight.headers for sight in found) else "not sent", "sent")


PROFILES = (
    Question(
        "16.2 identity",
        "Which status has a look-up by an identity that nobody has?",
        "400; two applications met 404.",
        "The sandbox answers 404, and 400 with documented answers; the source takes both.",
        _unknown("profile_of_unknown_identity", 404),
        _mirror_unknown("unknown_identity"),
    ),
    Question(
        "16.2 MPID",
        "Which status has a look-up by an MPID that nobody has?",
        "400.",
        "The sandbox answers 400; the source takes 404 too.",
        _unknown("profile_of_unknown_mpid", 400),
        _mirror_unknown("unknown_mpid"),
    ),
    Question(
        "14.28",
        "Is a profile read by GET?",
        "A heading says POST, its example GET.",
        "The sandbox and the source take GET: 200.",
        _by_get,
    ),
    Question(
        "11 profile",
        "Does the Profile API say how much of its rate is used?",
        "Yes, in X-mp-rate-limit-percentage-used.",
        "The sandbox sends it; the source does not need it.",
        _rate_header,
    ),
)

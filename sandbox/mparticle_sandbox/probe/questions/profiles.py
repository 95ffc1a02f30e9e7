"""Questions about the Profile API."""

from typing import Any

from mparticle_sandbox.probe.question import (
    CannotMirror,
    Decision,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    decide_rate_header,
    status_of,
)

_NO_SUCH_USER = (400, 404)


def _unknown(call: str, assumed: int) -> Any:
    def decide(observed: Observed) -> Decision:
        status = status_of(observed, call)
        if status in (401, 403):
            raise Undecided(f"the Profile API answered {status}")
        return Decision(status, assumed)

    return decide


def _mirror_unknown(case: str) -> Any:
    def mirror(status: Any) -> SettingChanges:
        if not isinstance(status, int):
            raise TypeError
        if status not in range(400, 500):
            raise CannotMirror
        return {"statuses": {case: status}}

    return mirror


def _by_get(observed: Observed) -> Decision:
    status = status_of(observed, "profile_of_mpid")
    if status in (401, 403, *_NO_SUCH_USER):
        raise Undecided(f"the user that was asked for: answered {status}")
    return Decision(status, 200)


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
        decide_rate_header(("profile_of_identity", "profile_of_mpid"), "sent", "no user was found"),
    ),
)

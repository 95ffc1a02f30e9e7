"""Questions about how answers travel."""

from typing import Any

from mparticle_sandbox.probe.question import (
    CannotMirror,
    Finding,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    one_of,
)
from mparticle_sandbox.probe.sight import RATE_HEADER, Sight

_OK = 200
_PLATFORM = ("accounts", "workspaces", "apps", "audiences", "calculated_attributes", "data_plans", "roles")


def _sights(observed: Observed) -> list[Sight]:
    sights = [sight for sight in observed.values() if isinstance(sight, Sight)]
    if not sights:
        raise Undecided("nothing answered")
    return sights


def _platform_rate(observed: Observed) -> Finding:
    found = [sight for step in _PLATFORM if isinstance(sight := observed.get(step), Sight) and sight.status == _OK]
    if not found:
        raise Undecided("no list could be read")
    return Finding("sent" if any(RATE_HEADER in sight.headers for sight in found) else "not sent", "not sent")


def _mirror_platform_rate(answer: Any) -> SettingChanges:
    return {"platform_rate_header": one_of(answer, "sent", "not sent") == "sent"}


def _redirects(observed: Observed) -> Finding:
    found = sorted({sight.redirect for sight in _sights(observed)} - {""})
    return Finding(" and ".join(found) or "none", "none")


def _compression(observed: Observed) -> Finding:
    found = sorted({sight.encoding for sight in _sights(observed)} - {""})
    return Finding(" and ".join(found) or "none", "none")


def _mirror_compression(answer: Any) -> SettingChanges:
    if answer not in ("none", "gzip"):
        raise CannotMirror
    return {"compress": answer == "gzip"}


TRANSPORT = (
    Question(
        "11 platform",
        "Does the Platform API say how much of its rate is used?",
        "All throttled APIs do; whether this is one is not published.",
        "The sandbox does not send it; the source does not need it.",
        _platform_rate,
        _mirror_platform_rate,
    ),
    Question(
        "3.4 redirects",
        "Is any request redirected?",
        "Nothing.",
        "The sandbox redirects nothing; the source follows no redirect.",
        _redirects,
    ),
    Question(
        "3.4 compression",
        "Are answers compressed for clients that take gzip?",
        "Nothing.",
        "The sandbox does not compress; the connectors read both.",
        _compression,
        _mirror_compression,
    ),
)

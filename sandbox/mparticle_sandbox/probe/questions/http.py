"""Questions about HTTP: the case of names in paths, redirects, compression, the header about the rate."""

from typing import Any

from mparticle_sandbox.probe.observation import Observation
from mparticle_sandbox.probe.question import (
    CannotMirror,
    Decision,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    decide_rate_header,
    one_of,
    status_of,
)

_OK = 200
_CASES = ("both", "as listed only", "lower case only")
_PLATFORM = ("accounts", "workspaces", "apps", "audiences", "calculated_attributes", "data_plans", "roles")


def _observations(observed: Observed) -> list[Observation]:
    observations = [observation for observation in observed.values() if isinstance(observation, Observation)]
    if not observations:
        raise Undecided("nothing answered")
    return observations


def _mirror_platform_rate(answer: Any) -> SettingChanges:
    return {"platform_rate_header": one_of(answer, "sent", "not sent") == "sent"}


def _redirects(observed: Observed) -> Decision:
    found = sorted({observation.redirect for observation in _observations(observed)} - {""})
    return Decision(" and ".join(found) or "none", "none")


def _compression(observed: Observed) -> Decision:
    found = sorted({observation.encoding for observation in _observations(observed)} - {""})
    return Decision(" and ".join(found) or "none", "none")


def _mirror_compression(answer: Any) -> SettingChanges:
    if answer not in ("none", "gzip"):
        raise CannotMirror
    return {"compress": answer == "gzip"}


def _system(observed: Observed) -> Decision:
    return Decision(_case(observed, "app_platform_services_as_listed", "app_platform_services"), "lower case only")


def _mirror_system(answer: Any) -> SettingChanges:
    if one_of(answer, *_CASES) == "as listed only":
        raise CannotMirror
    return {"os_in_path": "any" if answer == "both" else "lower"}


def _service(observed: Observed) -> Decision:
    return Decision(_case(observed, "service_configurations", "service_configurations_in_lower_case"), "both")


def _mirror_service(answer: Any) -> SettingChanges:
    if one_of(answer, *_CASES) == "lower case only":
        raise CannotMirror
    return {"service_in_path": "any" if answer == "both" else "listed"}


def _case(observed: Observed, listed: str, lower: str) -> str:
    is_listed, is_lower = (status_of(observed, call) == _OK for call in (listed, lower))
    if not is_listed and not is_lower:
        raise Undecided("both were refused")
    return "both" if is_listed and is_lower else "as listed only" if is_listed else "lower case only"


PATHS = (
    Question(
        "14.33 system",
        "In which case does a path take the operating system of a platform?",
        "Examples are in lower case.",
        "The sandbox takes lower case only; the source sends it.",
        _system,
        _mirror_system,
    ),
    Question(
        "14.33 service",
        "In which case does a path take the name of a service?",
        "One example as listed, another in lower case.",
        "The sandbox takes any case; the source sends names as they are listed.",
        _service,
        _mirror_service,
    ),
)

TRANSPORT = (
    Question(
        "11 platform",
        "Does the Platform API say how much of its rate is used?",
        "All throttled APIs do; whether this is one is not published.",
        "The sandbox does not send it; the source does not need it.",
        decide_rate_header(_PLATFORM, "not sent", "no list could be read"),
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

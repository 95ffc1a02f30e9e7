"""Questions about names in paths."""

from typing import Any

from mparticle_sandbox.probe.question import (
    CannotMirror,
    Finding,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    one_of,
    status_of_refusal,
)

_OK = 200
_CASES = ("both", "as listed only", "lower case only")


def _system(observed: Observed) -> Finding:
    return Finding(_case(observed, "app_platform_services_as_listed", "app_platform_services"), "lower case only")


def _mirror_system(answer: Any) -> SettingChanges:
    if one_of(answer, *_CASES) == "as listed only":
        raise CannotMirror
    return {"os_in_path": "any" if answer == "both" else "lower"}


def _service(observed: Observed) -> Finding:
    return Finding(_case(observed, "service_configurations", "service_configurations_in_lower_case"), "both")


def _mirror_service(answer: Any) -> SettingChanges:
    if one_of(answer, *_CASES) == "lower case only":
        raise CannotMirror
    return {"service_in_path": "any" if answer == "both" else "listed"}


def _case(observed: Observed, listed: str, lower: str) -> str:
    is_listed, is_lower = (status_of_refusal(observed, step) == _OK for step in (listed, lower))
    if not is_listed and not is_lower:
        raise Undecided("both were refused")
    return "both" if is_listed and is_lower else "as listed only" if is_listed else "lower case only"


NAMES = (
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

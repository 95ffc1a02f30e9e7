"""Questions about the shapes of lists and of what is in them."""

from collections.abc import Callable
from typing import Any

from mparticle_sandbox.probe.observation import Observation
from mparticle_sandbox.probe.question import (
    CannotMirror,
    Decision,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    label,
    require_ok,
)

# Every list: its path, its documented shape, and how its envelope spells the key of the type.
_LISTS = {
    "accounts": ("/v1/accounts", "wrapped", "dataType"),
    "workspaces": ("/v1/workspace", "wrapped", "dataType"),
    "apps": ("/v1/apps", "wrapped", "dataType"),
    "services": ("/v1/services", "wrapped", "dataType"),
    "users": ("/v1/users", "wrapped", "dataType"),
    "audiences": ("/v1/audiences", "bare", ""),
    "workspace_audiences": ("/v1/workspace/*/audiences", "bare", ""),
    "app_platforms": ("/v1/apps/*/platforms", "wrapped", "dataType"),
    "app_platform_services": ("/v1/apps/*/platforms/*/services", "wrapped", "dataType"),
    "data_points": ("/v1/apps/*/datapoints", "wrapped", "dataType"),
    "data_point_filters": ("/v1/apps/*/*/datapoints", "wrapped", "dataType"),
    "service_configurations": ("/v1/workspace/*/serviceconfigurations", "wrapped", "data_type"),
    "partner_feeds": ("/v1/workspace/*/partnerfeeds", "wrapped", "dataType"),
    "feed_subscriptions": ("/v1/partnerfeeds/*/subscriptions", "wrapped", "data_type"),
    "calculated_attributes": ("/platform/v2/*/calculatedattributes", "bare", ""),
    "data_plans": ("/platform/v2/*/plans", "bare", ""),
    "role_tasks": ("/platform/v2/*/tasks", "bare", ""),
}
_DETAILS = ("partner_feed", "calculated_attribute", "data_plan", "roles")
_SHAPES = {"bare list": "bare", "envelope": "wrapped"}
_DEFINITIONS = ("active_definition.", "draft_definition.")
# Ids that are documented as texts; all others are numbers.
_TEXT_IDS = ("workspaces", "partner_feeds")
# Times that are documented with a zone or otherwise; all others have none.
_TIMES = {
    "calculated attributes activated_on": "Z",
    "calculated attribute created_on": "Z",
    "calculated attribute last_modified_on": "Z",
    "calculated attribute activated_on": "Z",
    "feed subscriptions created_on": "Z, more than 3 digits",
    "roles last_modified_on": "no zone, a blank for the T",
}


def _read_well(observed: Observed, calls: tuple[str, ...]) -> dict[str, Observation]:
    """Return what was read with 200; raise Undecided with the first reason where nothing was."""
    found: dict[str, Observation] = {}
    reasons = []
    for call in calls:
        try:
            found[call] = require_ok(observed, call)
        except Undecided as reason:
            reasons.append(str(reason))
    if not found:
        raise Undecided(reasons[0])
    return found


def _collected(
    observed: Observed, calls: tuple[str, ...], part: Callable[[str, Observation], dict[str, str]], nothing: str
) -> dict[str, str]:
    """Return what `part` finds in everything that was read; raise Undecided with `nothing` where it finds nothing."""
    found: dict[str, str] = {}
    for call, observation in _read_well(observed, calls).items():
        found |= part(call, observation)
    if not found:
        raise Undecided(nothing)
    return found


def _shapes(observed: Observed) -> Decision:
    found = _collected(
        observed,
        tuple(_LISTS),
        lambda call, observation: {label(call): _SHAPES.get(observation.body, observation.body)},
        "no list could be read",
    )
    return Decision(found, {label(call): shape for call, (_, shape, _) in _LISTS.items()})


def _mirror_shapes(answer: Any) -> SettingChanges:
    documented = {path: shape for path, shape, _ in _LISTS.values()}
    paths = {label(call): path for call, (path, _, _) in _LISTS.items()}
    answered = {paths[part]: shape for part, shape in answer.items()}
    shapes = {path: shape for path, shape in answered.items() if shape in _SHAPES.values()}
    changes: SettingChanges = {}
    if any(documented[path] != shape for path, shape in shapes.items()):
        # The globs of short paths match longer ones too, which come first therefore.
        changes = {"list_shapes": dict(sorted(shapes.items(), key=lambda each: -len(each[0])))}
    if len(shapes) < len(answered):
        raise CannotMirror(changes)
    return changes


def _type_keys(observed: Observed) -> Decision:
    documented = {label(call): key for call, (_, _, key) in _LISTS.items() if key} | {"partner feed": "data_type"}
    found = _collected(
        observed,
        (*(call for call, (_, _, key) in _LISTS.items() if key), "partner_feed"),
        lambda call, observation: {label(call): observation.type_key} if observation.body == "envelope" else {},
        "no list came in an envelope",
    )
    return Decision(found, documented)


def _ids(observed: Observed) -> Decision:
    found = _collected(observed, (*_LISTS, "partner_feed"), _id_forms, "nothing with an id was read")
    assumed = {part: "text of digits" if part in map(label, _TEXT_IDS) else "integer" for part in found}
    return Decision(found, assumed)


def _id_forms(call: str, observation: Observation) -> dict[str, str]:
    paths = {"id": label(call), "workspaces.id": f"{label(call)} workspaces"}
    return {part: _joined(observation.forms[path]) for path, part in paths.items() if path in observation.forms}


def _mirror_ids(answer: Any) -> SettingChanges:
    lists = {part: kind for part, kind in answer.items() if part in map(label, _LISTS)}
    others = {part: kind for part, kind in answer.items() if part not in lists}
    if any(kind != "integer" for kind in others.values()):
        raise CannotMirror
    kinds = set(lists.values())
    if all(kind == ("text of digits" if part in map(label, _TEXT_IDS) else "integer") for part, kind in lists.items()):
        return {}
    if kinds == {"integer"}:
        return {"id_types": "integer"}
    if kinds == {"text of digits"}:
        return {"id_types": "text"}
    raise CannotMirror


def _times(observed: Observed) -> Decision:
    found = _collected(observed, (*_LISTS, *_DETAILS), _time_forms, "nothing with a time was read")
    return Decision(found, {part: _TIMES.get(part, "no zone") for part in found})


def _time_forms(call: str, observation: Observation) -> dict[str, str]:
    forms = {path: kinds - {"null"} for path, kinds in observation.forms.items() if path.endswith("_on")}
    return {f"{label(call)} {path}": _joined(kinds) for path, kinds in forms.items() if kinds}


def _mirror_times(answer: Any) -> SettingChanges:
    lists = tuple(label(call) for call in _LISTS)
    differing = {part: kind for part, kind in answer.items() if kind != _TIMES.get(part, "no zone")}
    if not differing:
        return {}
    naive = {part: kind for part, kind in answer.items() if part.startswith(lists) and part not in _TIMES}
    is_zoned = all(kind == "Z" for part, kind in naive.items() if not part.startswith("calculated attribute "))
    if not is_zoned or differing.keys() - naive.keys():
        raise CannotMirror
    return {"timestamps": "zoned"}


def _definitions(observed: Observed) -> Decision:
    assumed = {"calculated_attributes": "datapoint", "calculated_attribute": "data_point"}
    found = _collected(observed, tuple(assumed), _definition_key, "no calculated attribute has a definition")
    return Decision(found, {label(call): key for call, key in assumed.items()})


def _definition_key(call: str, observation: Observation) -> dict[str, str]:
    keys = {path.rpartition(".")[2] for path in observation.forms if path.startswith(_DEFINITIONS)}
    keys &= {"datapoint", "data_point"}
    return {label(call): _joined(keys)} if keys else {}


def _enumerations(observed: Observed) -> Decision:
    found = _collected(
        observed,
        (*_LISTS, "partner_feed"),
        lambda call, observation: {
            f"{label(call)} {path}": count for path, count in observation.undocumented_values.items()
        },
        "nothing with such a field was read",
    )
    return Decision(found, dict.fromkeys(found, "none"))


def _unknown_fields(observed: Observed) -> Decision:
    found = _collected(
        observed,
        (*_LISTS, *_DETAILS),
        lambda call, observation: {label(call): observation.unknown_keys},
        "nothing was read",
    )
    found = {part: count for part, count in found.items() if count != "none"}
    return Decision(found or "none", "none")


def _joined(words: set[str] | frozenset[str]) -> str:
    return " and ".join(sorted(words))


LISTS = (
    Question(
        "14.3",
        "Does each list come as a bare array or wrapped in an envelope?",
        "Wrapped on /v1, but bare for audiences; bare on /platform/v2.",
        "The sandbox answers so; the source reads both for every list.",
        _shapes,
        _mirror_shapes,
    ),
    Question(
        "14.7",
        "Is the type in an envelope called dataType or data_type?",
        "dataType, but data_type for feeds, their subscriptions and service configurations.",
        "The sandbox answers so; the source ignores both.",
        _type_keys,
    ),
    Question(
        "14.8",
        "Are ids numbers or texts?",
        "Texts for workspaces and feeds in their own lists, numbers elsewhere.",
        "The sandbox answers so; the source reads both.",
        _ids,
        _mirror_ids,
    ),
    Question(
        "14.25",
        "How are times written?",
        "Mostly without zone and with at most 3 digits of a second; with Z for activations and feed subscriptions.",
        "The sandbox writes them so; the source reads all forms and takes a missing zone for UTC.",
        _times,
        _mirror_times,
    ),
    Question(
        "14.11",
        "Is a calculated attribute's definition written with datapoint or data_point?",
        "datapoint in the list, data_point for a single one.",
        "The sandbox answers so; the source declares both.",
        _definitions,
    ),
    Question(
        "14.30",
        "How many values of enumerated fields are not documented?",
        "Small sets of values are seen in examples.",
        "The sandbox has documented values only; the source passes any on.",
        _enumerations,
    ),
    Question(
        "3.2 fields",
        "In which answers are there fields that are not documented?",
        "The fields of each resource, mostly in tables.",
        "The sandbox has documented fields only; the source passes others on.",
        _unknown_fields,
    ),
)
